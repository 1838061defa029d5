/**
 * Run by `npm version`, which refuses a tree with changes itself. Before the version is set: reports all problems at
 * once. Before the commit: writes the version where the plugin reads it.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const version = process.env.npm_new_version;
const git = (...args) => execFileSync("git", args, { encoding: "utf8", stdio: "pipe" }).trim();
if (process.env.npm_lifecycle_event === "version") {
  const file = "provider/version.ts";
  writeFileSync(file, readFileSync(file, "utf8").replace(/"[^"]*"/, `"${version}"`));
  git("add", file);
  process.exit();
}
try {
  git("rev-parse", "--git-dir");
} catch (error) {
  console.error(
    error.code === "ENOENT"
      ? "Not released: git is not on PATH. Install it."
      : `Not released: ${error.stderr.trim()}. Releases are made in a clone, not in a downloaded archive.`,
  );
  process.exit(1);
}
const [, ...sections] = readFileSync("CHANGELOG.md", "utf8").split(/^## /m);
const [heading = "", ...notes] =
  sections.find((section) => section.split(/\s/, 1)[0] === version)?.split("\n") ?? [];
const problems = [
  git("branch", "--show-current") !== "main" && "this is not the branch main: check it out",
  git("tag", "--list", `v${version}`) !== "" && `v${version} exists: choose another version`,
  (/not released/i.test(heading) || notes.join("").trim() === "") &&
    `CHANGELOG.md has no notes under "## ${version}": write down what has changed`,
].filter((problem) => problem !== false);
if (problems.length > 0) {
  console.error(["Not released:", ...problems].join("\n  - "));
  process.exitCode = 1;
}
