/** What `npm publish` would upload: only what users need, and sound for every kind of importer. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository";
import { assertFresh, providerBuild } from "../engine/freshness";

let folder: string;
let tarball: string;
let paths: string[];

beforeAll(() => {
  assertFresh(providerBuild);
  folder = mkdtempSync(join(tmpdir(), "tarball-"));
  // It compiles nothing: other tests use what is compiled.
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const [packed] = JSON.parse(execFileSync("npm", args, { cwd: repositoryRoot, encoding: "utf8" })) as {
    filename: string;
    files: { path: string }[];
  }[];
  tarball = join(folder, packed?.filename ?? "");
  paths = packed?.files.map(({ path }) => path) ?? [];
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What the checkers of packages say of a tarball: the same two that `npm publish` runs first. */
function checked(file: string): { publint: string; attw: string; isSound: boolean } {
  const [publint, attw] = [
    ["publint", "run", "--strict", file],
    ["attw", file],
  ].map(([command = "", ...args]) => {
    const bin = join(repositoryRoot, "node_modules", ".bin", command);
    return spawnSync(bin, args, { encoding: "utf8", cwd: folder, timeout: 60_000 });
  });
  return {
    publint: `${publint?.stdout ?? ""}${publint?.stderr ?? ""}`,
    attw: `${attw?.stdout ?? ""}${attw?.stderr ?? ""}`,
    isSound: publint?.status === 0 && attw?.status === 0,
  };
}

test("every file in it is compiled from a source that is there and no test, or a page", () => {
  const superfluous = paths.filter((path) => {
    const module = /^dist\/((?:sdk|provider|orphans)\/.+)\.(?:js|d\.ts)$/.exec(path)?.[1];
    return module === undefined
      ? !/^(?:(?:CHANGELOG|README|docs\/[\w-]+)\.md|LICENSE|package\.json)$/.test(path)
      : /(?:^|\/)testing\/|\.test$/.test(module) || !existsSync(join(repositoryRoot, `${module}.ts`));
  });
  expect(superfluous).toEqual([]);
});

test("the pages and everything that package.json leads to are in it", () => {
  const manifest = readFileSync(join(repositoryRoot, "package.json"), "utf8");
  const targets = [...manifest.matchAll(/"(?:\.\/)?(dist\/[\w/.]+\.(?:js|d\.ts))"/g)].map(([, path]) => path);
  expect(targets.length).toBeGreaterThanOrEqual(6);
  expect(paths).toEqual(expect.arrayContaining([...targets, "README.md", "LICENSE", "CHANGELOG.md"]));
});

test("publint and arethetypeswrong have nothing to say", () => {
  const { publint, attw, isSound } = checked(tarball);
  expect({ isSound, said: isSound ? "" : publint + attw }).toEqual({ isSound: true, said: "" });
});

test("of a package whose entry is missing they would", () => {
  const broken = join(folder, "broken.tgz");
  execFileSync("tar", ["-xzf", tarball, "-C", folder]);
  rmSync(join(folder, "package", "dist", "sdk", "index.js"));
  rmSync(join(folder, "package", "dist", "provider", "index.d.ts"));
  execFileSync("tar", ["-czf", broken, "-C", folder, "package"]);

  const { publint, attw, isSound } = checked(broken);
  expect(isSound).toBe(false);
  expect(publint).toMatch(/does not exist/);
  expect(attw).toMatch(/no type declarations were found/);
});
