/** What git says of the tree that is to be tested or released. */
import { execFileSync } from "node:child_process";

/** Answers of git in one clone. */
export class Tree {
  constructor(readonly root: string) {}

  /** The full name of the commit that is checked out. Throws where there is none. */
  commit(): string {
    return this.git("rev-parse", "HEAD");
  }

  /** The branch that is checked out; `HEAD` where there is none. */
  branch(): string {
    return this.git("rev-parse", "--abbrev-ref", "HEAD");
  }

  /** What differs from the commit, a line each as `git status` writes it; files that git ignores are not looked at. */
  changes(): string[] {
    return this.git("status", "--porcelain", "--untracked-files=all")
      .split("\n")
      .filter((line) => line !== "");
  }

  hasTag(name: string): boolean {
    return this.git("tag", "--list", name) !== "";
  }

  /** Makes an annotated tag on the commit that is checked out. */
  tag(name: string, message: string): void {
    this.git("tag", "--annotate", name, "--message", message);
  }

  private git(...args: string[]): string {
    return execFileSync("git", args, {
      cwd: this.root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trimEnd();
  }
}
