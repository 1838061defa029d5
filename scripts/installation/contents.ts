/** What belongs into the tarball. */

/** Pages that go with the package, besides what is compiled. */
const pages: readonly string[] = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"];

/** Pages that the README leads to: read offline, and named by errors. */
const documentation = /^docs\/[\w-]+\.md$/;
const compiled = /^dist\/((?:sdk|provider|orphans)\/.+)\.(?:js|d\.ts)$/;
const forTests = /(?:^|\/)testing\/|\.test$/;

/** Where exports of package.json lead to, as far as this package uses their forms. */
export interface Manifest {
  readonly main: string;
  readonly types: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

/**
 * What is wrong with the files of a tarball, a line each: what users do not
 * need, what is left from a source that has gone, and what package.json or a
 * user expects and is not there.
 *
 * @param hasSource whether `sdk/index` or the like is a TypeScript file of this repository
 */
export function contentProblems(
  paths: readonly string[],
  manifest: Manifest,
  hasSource: (module: string) => boolean,
): string[] {
  const problems = paths.flatMap((path) => {
    if (pages.includes(path) || documentation.test(path)) return [];
    const module = compiled.exec(path)?.[1];
    if (module === undefined || forTests.test(module)) return [`${path}: users do not need it`];
    return hasSource(module) ? [] : [`${path}: left over, its source has gone`];
  });
  const targets = Object.values(manifest.exports).flatMap((target) =>
    typeof target === "string" ? [target] : Object.values(target),
  );
  const expected = [manifest.main, manifest.types, ...Object.values(manifest.bin ?? {}), ...targets].map(
    (path) => path.replace(/^\.\//, ""),
  );
  const missing = [...new Set([...pages, ...expected])].filter((path) => !paths.includes(path));
  return [...problems, ...missing.map((path) => `${path}: missing`)];
}
