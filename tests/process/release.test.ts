/** What `npm version` runs before it sets the version, and before it commits. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository";

const release = join(repositoryRoot, "scripts", "release.mjs");

test.each([
  ["main", "1.2.0", "## 1.2.0\n\n- Better.\n\n## 1.1.0\n\n- Good.\n", []],
  ["main", "1.1.0", "## 1.1.0\n\n- Good.\n", ["v1.1.0 exists"]],
  ["main", "1.2.0", "## 1.2.0-beta.1\n\n- Better.\n", ["no notes"]],
  ["main", "1.2.0", "## 1.2.0\n\n## 1.1.0\n\n- Good.\n", ["no notes"]],
  ["side", "1.2.0", "## 1.2.0 (not released)\n\n- Better.\n", ["not the branch main", "no notes"]],
])("on %s, version %s with the notes %j has the problems %j", (branch, version, changelog, problems) => {
  const folder = mkdtempSync(join(tmpdir(), "release-"));
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "ignore" });
  git("init", "--initial-branch", branch);
  git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "--allow-empty", "--message", "a change");
  git("tag", "v1.1.0");
  writeFileSync(join(folder, "CHANGELOG.md"), `# Changes\n\n${changelog}`);
  const options = {
    cwd: folder,
    env: { ...process.env, npm_lifecycle_event: "preversion", npm_new_version: version },
  };
  const run = spawnSync(process.execPath, [release], options);
  expect(run.status).toBe(problems.length === 0 ? 0 : 1);
  for (const problem of problems) expect(run.stderr.toString()).toContain(problem);
  rmSync(folder, { recursive: true });
});

test("the version that npm has set goes into the plugin, and into the commit", () => {
  const folder = mkdtempSync(join(tmpdir(), "release-"));
  mkdirSync(join(folder, "provider"));
  const file = join(folder, "provider", "version.ts");
  writeFileSync(file, '/** As in package.json. */\nexport const version = "1.1.0";\n');
  writeFileSync(join(folder, "CHANGELOG.md"), "");
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, encoding: "utf8" });
  git("init", "--quiet", "--initial-branch", "main");
  const env = { ...process.env, npm_new_version: "1.2.0", npm_lifecycle_event: "version" };
  execFileSync(process.execPath, [release], { cwd: folder, env });
  expect(readFileSync(file, "utf8")).toBe('/** As in package.json. */\nexport const version = "1.2.0";\n');
  expect(git("diff", "--cached", "--name-only")).toBe("provider/version.ts\n");
  rmSync(folder, { recursive: true });
});
