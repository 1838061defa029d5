/** What users install: the same archives from the same code, and licences that allow to pass it on. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository";
import { assertFresh, pluginBuild, providerBuild } from "../engine/freshness";

const plugin = join(repositoryRoot, "build", "plugin", "pulumi-resource-huaweicloud-workspace");
let folder: string;

beforeAll(() => {
  assertFresh(providerBuild);
  assertFresh(pluginBuild);
  folder = mkdtempSync(join(tmpdir(), "supply-chain-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The hash of each file that packing wrote. */
function packed(name: string): Record<string, string> {
  const target = join(folder, name);
  execFileSync(process.execPath, [join(repositoryRoot, "scripts", "pack-plugin.mjs"), target]);
  const args = ["pack", "--ignore-scripts", "--pack-destination", target];
  execFileSync("npm", args, { cwd: repositoryRoot, stdio: "ignore" });
  const hash = (file: string) =>
    createHash("sha256")
      .update(readFileSync(join(target, file)))
      .digest("hex");
  return Object.fromEntries(readdirSync(target).map((file) => [file, hash(file)]));
}

test("two builds of the same code give the same archives", () => {
  const first = packed("first");
  expect(Object.keys(first)).toHaveLength(7);
  utimesSync(plugin, new Date(), new Date());
  expect(packed("second")).toEqual(first);
});

interface Package {
  readonly id: string;
  readonly license: unknown;
}

/** The packages whose code is in the plugin. */
function bundled(): Package[] {
  const script = JSON.stringify(join(repositoryRoot, "scripts", "bundled-packages.mjs"));
  const print = `import(${script}).then((m) => console.log(JSON.stringify(m.bundledPackages(process.cwd()))))`;
  const options = { cwd: repositoryRoot, encoding: "utf8" } as const;
  return JSON.parse(execFileSync(process.execPath, ["-e", print], options)) as Package[];
}

/** What npm installs with this package and with the emulator; their peer `@pulumi/pulumi` is the user's own. */
function installed(): Package[] {
  const lock = JSON.parse(readFileSync(join(repositoryRoot, "package-lock.json"), "utf8")) as {
    packages: Record<string, { version?: string; license?: string; dependencies?: Record<string, string> }>;
  };
  const found = new Map<string, Package>();
  const follow = (from: string): void => {
    for (const name of Object.keys(lock.packages[from]?.dependencies ?? {})) {
      const nested = `${from}/node_modules/${name}`;
      const path = nested in lock.packages ? nested : `node_modules/${name}`;
      if (found.has(path)) continue;
      const { version = "", license } = lock.packages[path] ?? {};
      found.set(path, { id: `${name}@${version}`, license });
      follow(path);
    }
  };
  for (const root of ["", "emulator"]) follow(root);
  return [...found.values()];
}

test("every package that is given to users may be passed on under its licence", () => {
  const allowed = /^(?:MIT|Apache-2\.0|ISC|BSD-[23]-Clause|0BSD|BlueOak-1\.0\.0)$/;
  const packages = [...bundled(), ...installed()];
  expect(packages.map(({ id }) => id.replace(/@[^@]*$/, ""))).toEqual(
    expect.arrayContaining([
      "axios",
      "p-retry",
      "is-network-error",
      "@grpc/grpc-js",
      "google-protobuf",
      "fastify",
    ]),
  );
  const words = (license: unknown) =>
    String(license)
      .split(/[() ]+|AND|OR/)
      .filter(Boolean);
  expect(packages.filter(({ license }) => !words(license).every((word) => allowed.test(word)))).toEqual([]);
});
