/**
 * Cases of a matrix: `npm test` tries one of them, `npm run test:nightly` all. It is shown of the others that they were
 * skipped.
 */
const isNightly = process.env.NIGHTLY !== undefined;

/** A group of tests for `npm run test:nightly` only. */
export const describeNightly = isNightly ? describe : describe.skip;

/** A test for `npm run test:nightly` only. */
export const testNightly = isNightly ? test : test.skip;
