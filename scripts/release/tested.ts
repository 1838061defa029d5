/** The record that all tests passed on a commit: the test command writes it, the release reads it. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Tree } from "./tree";

function recordFile(root: string): string {
  return join(root, "build", "tested.json");
}

/** Where a run of all tests began. */
export interface Start {
  readonly commit: string;
  readonly clean: boolean;
}

/** Looks at the tree before the tests; undefined outside of git, as in an unpacked archive. */
export function noteStart(tree: Tree): Start | undefined {
  try {
    return { commit: tree.commit(), clean: tree.changes().length === 0 };
  } catch {
    return undefined;
  }
}

/**
 * Records that everything passed on this commit, if the tree was clean before
 * and after and is the same commit still. Else takes an older record away.
 */
export function recordTested(tree: Tree, start: Start | undefined, passed: boolean): void {
  const end = noteStart(tree);
  const file = recordFile(tree.root);
  if (passed && start?.clean === true && end?.clean === true && end.commit === start.commit) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify({ commit: start.commit })}\n`);
  } else {
    rmSync(file, { force: true });
  }
}

/** The commit that all tests last passed on, if one is recorded. */
export function testedCommit(root: string): string | undefined {
  const file = recordFile(root);
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, "utf8")) as { commit: string }).commit;
}
