import { readFileSync } from "node:fs";
import { join } from "node:path";
import { releaseNotes } from "./changelog";
import { testedCommit } from "./tested";
import type { Tree } from "./tree";

/** The version that package.json names. */
export function packageVersion(root: string): string {
  return (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string }).version;
}

/** The name of a version's tag. */
export function tagOf(version: string): string {
  return `v${version}`;
}

/** Why this tree must not be released, a line each with what to do; empty if it may. */
export function refusals(tree: Tree): string[] {
  const reasons: string[] = [];
  const version = packageVersion(tree.root);
  const branch = tree.branch();
  const commit = tree.commit();
  const changes = tree.changes();

  if (branch !== "main") {
    reasons.push(`this is ${branch === "HEAD" ? "no branch" : `branch ${branch}`}: check out main`);
  }
  if (changes.length > 0) {
    reasons.push(`the tree differs from its commit: commit or remove ${changes.join(", ")}`);
  }
  if (tree.hasTag(tagOf(version))) {
    reasons.push(
      `${tagOf(version)} is tagged already: set the next version in package.json and package-lock.json`,
    );
  }
  if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) {
    reasons.push(`package.json says version "${version}": that is none`);
  }
  for (const [file, found] of lockedVersions(tree.root)) {
    if (found !== version)
      reasons.push(`${file} says version ${found}, package.json ${version}: run npm install`);
  }
  if (releaseNotes(readFileSync(join(tree.root, "CHANGELOG.md"), "utf8"), version) === undefined) {
    reasons.push(
      `CHANGELOG.md has no notes under "## ${version}", or says that it is not released: write down what has changed`,
    );
  }
  const tested = testedCommit(tree.root);
  if (tested !== commit) {
    reasons.push(
      `the tests have not passed on this commit (${commit.slice(0, 12)}${
        tested === undefined ? "" : `; they have on ${tested.slice(0, 12)}`
      }): run npm test, all of it, on the clean tree`,
    );
  }
  return reasons;
}

/** The versions that package-lock.json gives this package. */
function lockedVersions(root: string): [string, string][] {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    version: string;
    packages: { "": { version: string } };
  };
  return [...new Set([lock.version, lock.packages[""].version])].map((found) => ["package-lock.json", found]);
}
