import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { releaseNotes } from "./changelog";
import { refusals } from "./refusals";
import { noteStart, recordTested, testedCommit } from "./tested";
import { Tree } from "./tree";

let root: string;
let tree: Tree;

const git = (...args: string[]): void => {
  execFileSync("git", args, { cwd: root, stdio: "ignore" });
};

function write(version: string, changelog: string): void {
  const lock = { version, packages: { "": { version } } };
  writeFileSync(join(root, "package.json"), JSON.stringify({ name: "a", version }));
  writeFileSync(join(root, "package-lock.json"), JSON.stringify(lock));
  writeFileSync(join(root, "CHANGELOG.md"), changelog);
}

function commit(): void {
  git("add", "--all");
  git("commit", "--message", "a change");
}

/** As the test command does around all tests. */
function testAll(passed = true, during: () => void = () => undefined): void {
  const start = noteStart(tree);
  during();
  recordTested(tree, start, passed);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "release-"));
  tree = new Tree(root);
  git("init", "--initial-branch", "main");
  for (const [name, value] of Object.entries({
    "user.name": "a",
    "user.email": "a@b",
    "commit.gpgSign": "false",
    "tag.gpgSign": "false",
  })) {
    git("config", name, value);
  }
  writeFileSync(join(root, ".gitignore"), "build/\n");
  write("1.2.0", "# Changes\n\n## 1.2.0\n\n- Better.\n\n## 1.1.0\n\n- Good.\n");
  commit();
  testAll();
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

test("a clean, tested tree on main with a version and notes of its own may be released", () => {
  expect(refusals(tree)).toEqual([]);
});

describe("refused is", () => {
  test("a changed file, and a new one", () => {
    writeFileSync(join(root, "new.ts"), "");
    writeFileSync(join(root, ".gitignore"), "build/\n\n");
    expect(refusals(tree)).toEqual([
      expect.stringMatching(/^the tree differs.* M \.gitignore, \?\? new\.ts$/),
    ]);
  });

  test("another branch, and none at all", () => {
    git("checkout", "-b", "side");
    expect(refusals(tree)).toEqual(["this is branch side: check out main"]);
    git("checkout", "--detach");
    expect(refusals(tree)).toEqual(["this is no branch: check out main"]);
  });

  test("a version that is tagged already", () => {
    tree.tag("v1.1.0", "another one");
    expect(refusals(tree)).toEqual([]);
    tree.tag("v1.2.0", "this one");
    expect(refusals(tree)).toEqual([expect.stringMatching(/^v1\.2\.0 is tagged already/)]);
  });

  test.each([
    ["no heading", "## 1.1.0\n\n- Good.\n"],
    ["the heading of another version that begins like it", "## 1.2.0-beta.1\n\n- Better.\n"],
    ["a heading without notes", "## 1.2.0\n\n## 1.1.0\n\n- Good.\n"],
    ["notes that are not released yet", "## 1.2.0 (not released yet)\n\n- Better.\n"],
  ])("a changelog with %s", (_what, changelog) => {
    write("1.2.0", changelog);
    commit();
    testAll();
    expect(refusals(tree)).toEqual([expect.stringMatching(/^CHANGELOG\.md has no notes under "## 1\.2\.0"/)]);
  });

  test("a lock file of another version", () => {
    writeFileSync(join(root, "package.json"), JSON.stringify({ name: "a", version: "1.1.0" }));
    commit();
    testAll();
    expect(refusals(tree)).toEqual([
      "package-lock.json says version 1.2.0, package.json 1.1.0: run npm install",
    ]);
  });

  test("a commit after the one that was tested", () => {
    write("1.2.0", "## 1.2.0\n\n- Better still.\n");
    commit();
    expect(refusals(tree)).toEqual([
      expect.stringMatching(/^the tests have not passed on this commit .*; they have on /),
    ]);
  });

  test("everything at once, and all of it is told", () => {
    git("checkout", "-b", "side");
    write("next", "");
    expect(refusals(tree)).toHaveLength(4);
  });
});

describe("no record is made", () => {
  const appears = (): void => {
    writeFileSync(join(root, "new.ts"), "");
  };
  const vanishes = (): void => {
    rmSync(join(root, "new.ts"));
  };
  const another = (): void => {
    git("commit", "--allow-empty", "--message", "another one");
  };
  const nothing = (): void => undefined;

  test.each([
    ["when a test fails", nothing, nothing, false],
    ["of a tree that is changed meanwhile", nothing, appears, true],
    ["when another commit is checked out meanwhile", nothing, another, true],
    ["of a tree that was changed before", appears, vanishes, true],
  ])("%s, and an older one goes", (_when, before, during, passed) => {
    expect(testedCommit(root)).toBe(tree.commit());
    before();
    testAll(passed, during);
    expect(testedCommit(root)).toBeUndefined();
    expect(refusals(tree)).toContainEqual(expect.stringMatching(/^the tests have not passed/));
  });

  test("outside of git", () => {
    const outside = join(root, "build", "outside");
    mkdirSync(outside, { recursive: true });
    execFileSync("git", ["init", "--quiet", outside]);
    const empty = new Tree(outside);
    expect(noteStart(empty)).toBeUndefined();
    recordTested(empty, undefined, true);
    expect(testedCommit(outside)).toBeUndefined();
  });
});

test("the notes of a version end where the next one begins", () => {
  const changelog = "# Changes\n\n## 1.2.0 (2026-01-02)\n\n- Better.\n- Faster.\n\n## 1.1.0\n\n- Good.\n";
  expect(releaseNotes(changelog, "1.2.0")).toBe("- Better.\n- Faster.");
  expect(releaseNotes(changelog, "1.1.0")).toBe("- Good.");
  expect(releaseNotes(changelog, "1.1")).toBeUndefined();
});
