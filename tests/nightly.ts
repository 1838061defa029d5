/**
 * Cases of a matrix: `npm test` tries one of them, `npm run test:nightly` all. It is shown of the others that they were
 * skipped.
 */
/** Whether all cases of each matrix run. */
export const isNightly = process.env.NIGHTLY !== undefined;

/** A group of tests for `npm run test:nightly` only. */
export const describeNightly = isNightly ? describe : describe.skip;

/** A test for `npm run test:nightly` only. */
export const testNightly = isNightly ? test : test.skip;
