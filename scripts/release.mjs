/**
 * Run by `npm version` before it sets a version, commits and tags; it refuses
 * a tree with changes itself. Reports all problems at once.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const version = process.env.npm_new_version;
const git = (...args) => execFileSync("git", args, { encoding: "utf8" }).trim();
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
