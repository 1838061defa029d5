/**
 * The package as it is published, installed in a new project: by npm on the oldest Node with the oldest SDK, and in
 * the nightly run ("npm run installation") by each supported package manager.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { minVersion } from "semver";
import { bareEnvironment } from "../../scripts/pulumi/environment";
import { repositoryRoot } from "../../scripts/repository";
import { desktopId, openCloud, passed } from "../engine/cloud";
import { startCommand } from "../engine/command";
import { testNightly } from "../nightly";

// The first run downloads Node and the SDK.
const timeout = 600_000;

const manifest = readFileSync(join(repositoryRoot, "package.json"), "utf8");
const { peerDependencies } = JSON.parse(manifest) as { peerDependencies: Record<string, string> };
const oldest = String(minVersion(peerDependencies["@pulumi/pulumi"] ?? ""));

/** Every supported major release of Node, the oldest SDK and the newest, every kind of program. */
const installations = [
  { manager: "npm", version: "11", node: "20.19", sdk: oldest, language: "TypeScript" },
  { manager: "pnpm", version: "latest", node: "22", sdk: "3.248.0", language: "JavaScript" },
  { manager: "yarn", version: "1", node: "24", sdk: "latest", language: "ES module" },
] as const;
type Installation = (typeof installations)[number];

const program = `
import { DataDiskAttachment, DesktopDataDisks, getDesktopOutput } from "pulumi-huaweicloud-workspace";
const { desktopId } = getDesktopOutput({ desktopId: "${desktopId(1)}" });
const disk = new DataDiskAttachment("data", { desktopId, type: "SSD", size: 100 });
const disks = { data: { type: "SSD", size: 20 }, scratch: { type: "SAS", size: 30 } };
const team = new DesktopDataDisks("team", { desktopId: "${desktopId(2)}", disks });
export const volumeIds = [disk.volumeId, team.volumeIds];
export const node = process.versions.node;
`;

/** The files of a new project; the settings are JSON, which is YAML too. */
function projectFiles({ manager, sdk, language }: Installation, tarball: string): Record<string, string> {
  const settings = {
    "package.json": {
      private: true,
      ...(language === "ES module" && { type: "module", main: "index.js" }),
      dependencies: { "@pulumi/pulumi": sdk, "pulumi-huaweicloud-workspace": `file:${tarball}` },
      devDependencies: language === "TypeScript" ? { "@types/node": "^20", typescript: "^5" } : {},
    },
    "tsconfig.json": { compilerOptions: { strict: true, target: "es2020", module: "commonjs" } },
    // pnpm asks about each install script; protobufjs, which @pulumi/pulumi brings, needs none.
    "pnpm-workspace.yaml": { allowBuilds: { protobufjs: false } },
  };
  const files = Object.entries(settings).map(([name, content]) => [name, JSON.stringify(content)]);
  const common = program
    .replace(/import (.*) from (.*);/, "const $1 = require($2);")
    .replace(/export const /g, "exports.");
  return {
    ...(Object.fromEntries(files) as Record<string, string>),
    [language === "TypeScript" ? "index.ts" : "index.js"]: language === "JavaScript" ? common : program,
    "Pulumi.yaml": `name: trial\nruntime: { name: nodejs, options: { packagemanager: ${manager} } }\n`,
  };
}

/** What npm sets for its scripts: a package manager that runs inside one must not take it for its own. */
const ofThisRun =
  /^(?:npm_(?!config_)|npm_config_(?:local_prefix|user_agent|prefix)$|INIT_CWD$|NODE_OPTIONS$)/i;

/** Outside this repository, so that nothing is found in its node_modules. */
let folder: string;
let env: NodeJS.ProcessEnv;

async function run(cwd: string, command: string, ...args: string[]): Promise<string> {
  const running = startCommand(command, args, { cwd, env, timeout: 300_000 });
  return passed({ ...(await running.result), stderr: "" }).trim();
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "installation-"));
  const own = Object.entries(bareEnvironment()).filter(([name]) => !ofThisRun.test(name));
  env = { ...Object.fromEntries(own), CI: "true" };
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

const title =
  "$manager on Node $node, @pulumi/pulumi $sdk, $language: a stack comes up and goes, and nothing is left";
test.each(installations.slice(0, 1))(title, install, timeout);
testNightly.each(installations.slice(1))(title, install, timeout);

async function install(one: Installation): Promise<void> {
  const { manager, language, node } = one;
  // What is compiled: nothing is built, since tests that run now use it.
  const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const [packed] = JSON.parse(await run(repositoryRoot, "npm", ...pack)) as { filename: string }[];

  // The registry has Node too: npm keeps both where npx keeps its packages.
  const system = `${process.platform}-${process.arch}`
    .replace(/^win32/, "win")
    .replace(/^darwin-arm/, "bin-$&");
  const packages = [`node-${system}@${node}`, `${manager}@${one.version}`];
  const named = packages.map((name) => `--package=${name}`);
  env = {
    ...env,
    PATH: await run(folder, "npm", "exec", "--yes", ...named, "-c", "node -p process.env.PATH"),
  };
  const nodePath = await run(folder, "node", "-p", "process.execPath");

  const directory = join(folder, "project");
  mkdirSync(directory);
  for (const [name, text] of Object.entries(projectFiles(one, join(folder, packed?.filename ?? ""))))
    writeFileSync(join(directory, name), text);
  // Yarn keeps a tarball by name and version: yesterday's build would come out of its cache.
  if (manager === "yarn") await run(directory, "yarn", "cache", "clean", "pulumi-huaweicloud-workspace");
  await run(directory, manager, "install");
  if (language === "TypeScript") await run(directory, "npx", "tsc", "--noEmit");

  // The region comes from the stack's configuration, which reaches a provider in a way of its own.
  const stackEnv = { PATH: env.PATH, CI: "true", HW_REGION_NAME: undefined };
  const cloud = await openCloud({ project: { directory }, env: stackEnv, node: nodePath });
  try {
    await cloud.stack.setConfig({ "huaweicloud-workspace:region": cloud.emulator.env.HW_REGION_NAME });
    passed(await cloud.stack.up());
    expect([cloud.volumes(1).length, cloud.volumes(2).length]).toEqual([1, 2]);
    passed(await cloud.stack.preview({ args: ["--expect-no-changes"] }));
    const { node: used } = await cloud.stack.outputs();
    expect(used).toMatch(RegExp(`^${node}\\.`));
    passed(await cloud.stack.destroy());
    expect([(await cloud.stack.exportState()).deployment.resources ?? [], cloud.volumes()]).toEqual([[], []]);
  } finally {
    await cloud.close();
  }
}
