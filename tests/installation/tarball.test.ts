/** What `npm publish` would upload: only what users need, and sound for every kind of importer. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contentProblems } from "../../scripts/installation/contents";
import type { Manifest } from "../../scripts/installation/contents";
import { oldestPulumi } from "../../scripts/installation/matrix";
import { packTarball } from "../../scripts/installation/pack";
import type { Tarball } from "../../scripts/installation/pack";
import { repositoryRoot } from "../../scripts/repository";
import { assertFresh, providerBuild } from "../engine/freshness";

const manifest = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as Manifest & {
  peerDependencies: Record<string, string>;
};

let folder: string;
let tarball: Tarball;

beforeAll(async () => {
  assertFresh(providerBuild);
  folder = mkdtempSync(join(tmpdir(), "tarball-"));
  tarball = await packTarball(folder);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What the checkers of packages say of a tarball. */
function soundness(file: string): unknown {
  const script = join(repositoryRoot, "scripts", "installation", "soundness.mjs");
  return JSON.parse(execFileSync(process.execPath, [script, file], { encoding: "utf8", timeout: 60_000 }));
}

test("the tarball holds what users need and nothing else", () => {
  const hasSource = (module: string) => existsSync(join(repositoryRoot, `${module}.ts`));
  expect(contentProblems(tarball.paths, manifest, hasSource)).toEqual([]);
});

test("publint and arethetypeswrong have nothing to say", () => {
  expect(soundness(tarball.file)).toEqual([]);
});

test("of a package whose entry is missing they would", () => {
  const broken = join(folder, "broken");
  const unpack = ["-xzf", tarball.file, "-C", folder];
  execFileSync("tar", unpack);
  rmSync(join(folder, "package", "dist", "sdk", "index.js"));
  rmSync(join(folder, "package", "dist", "provider", "index.d.ts"));
  execFileSync("tar", ["-czf", broken, "-C", folder, "package"]);

  const said = JSON.stringify(soundness(broken));
  expect(said).toContain("publint, error: ");
  expect(said).toContain("arethetypeswrong: ");
});

test("the oldest SDK that is asked for is the oldest that is tried", () => {
  expect(manifest.peerDependencies["@pulumi/pulumi"]).toBe(`^${oldestPulumi}`);
});
