import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { startEmulator } from "huaweicloud-workspace-emulator";
import { minVersion } from "semver";
import { bareEnvironment } from "./pulumi/bare-environment";
import { throwAwayEnvironment } from "./pulumi/environment";
import { obtainCli } from "./pulumi/obtain";
import { repositoryRoot } from "./repository";

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

const program = (computerName = "", desktopId = "") => `
import { DataDiskAttachment, DesktopDataDisks, getDesktopOutput } from "pulumi-huaweicloud-workspace";
const { desktopId } = getDesktopOutput({ computerName: "${computerName}" });
const disk = new DataDiskAttachment("data", { desktopId, type: "SSD", size: 100 });
const disks = { data: { type: "SSD", size: 20 }, scratch: { type: "SAS", size: 30 } };
const team = new DesktopDataDisks("team", { desktopId: "${desktopId}", disks });
export const volumeIds = [disk.volumeId, team.volumeIds];
export const node = process.versions.node;
`;

/** What npm sets for its scripts: a package manager that runs inside one must not take it for its own. */
const ofThisRun =
  /^(?:npm_(?!config_)|npm_config_(?:local_prefix|user_agent|prefix)$|INIT_CWD$|NODE_OPTIONS$)/i;

/** The files of a new project, all as JSON, which is YAML too. */
function projectFiles({ manager, sdk, language }: Installation, tarball: string) {
  return {
    "package.json": {
      private: true,
      ...(language === "ES module" && { type: "module", main: "index.js" }),
      dependencies: { "@pulumi/pulumi": sdk, "pulumi-huaweicloud-workspace": `file:${tarball}` },
      devDependencies: language === "TypeScript" ? { "@types/node": "^20", typescript: "^5" } : {},
    },
    "Pulumi.yaml": { name: "trial", runtime: { name: "nodejs", options: { packagemanager: manager } } },
    "tsconfig.json": { compilerOptions: { strict: true, target: "es2020", module: "commonjs" } },
    // pnpm asks about each install script; protobufjs, which @pulumi/pulumi brings, needs none.
    "pnpm-workspace.yaml": { allowBuilds: { protobufjs: false } },
  };
}

async function install(one: Installation, tarball: string, folder: string): Promise<void> {
  const { manager, node, language } = one;
  console.log(`\n${manager} on Node ${node}, @pulumi/pulumi ${one.sdk}, ${language}`);
  const cli = await obtainCli();
  const emulator = await startEmulator({ desktops: 2, jobTimeMs: 100 });
  const own = Object.entries(bareEnvironment()).filter(([name]) => !ofThisRun.test(name));
  let env: NodeJS.ProcessEnv = Object.fromEntries([...own, ["CI", "true"]]);
  const run = async (cwd: string, command: string, ...args: string[]): Promise<string> =>
    (await execa(command, args, { cwd, env, extendEnv: false, stdin: "ignore", timeout: 300_000 })).stdout;

  // The registry has Node too: npm keeps both where npx keeps its packages.
  const system = `${process.platform}-${process.arch}`
    .replace(/^win32/, "win")
    .replace(/^darwin-arm/, "bin-$&");
  const packages = [`node-${system}@${node}`, `${manager}@${one.version}`].map((name) => `--package=${name}`);
  const findPath = ["exec", "--yes", ...packages, "-c", "node -p process.env.PATH"];
  env = { ...env, PATH: await run(folder, "npm", ...findPath) };
  const nodePath = await run(folder, "node", "-p", "process.execPath");

  const project = join(folder, manager);
  mkdirSync(project);
  for (const [name, content] of Object.entries(projectFiles(one, tarball))) {
    writeFileSync(join(project, name), JSON.stringify(content));
  }
  const [first, second] = emulator.desktops();
  let script = program(first?.computer_name, second?.desktop_id);
  if (language === "JavaScript")
    script = script
      .replace(/import (.*) from (.*);/, "const $1 = require($2);")
      .replace(/export const /g, "exports.");
  writeFileSync(join(project, language === "TypeScript" ? "index.ts" : "index.js"), script);
  // Yarn keeps a tarball by name and version: yesterday's build would come out of its cache.
  if (manager === "yarn") await run(project, "yarn", "cache", "clean", "pulumi-huaweicloud-workspace");
  await run(project, manager, "install");
  if (language === "TypeScript") await run(project, "npx", "tsc", "--noEmit");

  // The region comes from the stack's configuration, which reaches a provider in a way of its own.
  const { HW_REGION_NAME: region, ...variables } = emulator.env;
  env = { ...env, ...variables, PULUMI_STACK: "trial" };
  env = throwAwayEnvironment(cli, join(folder, `${manager}-pulumi`), env, nodePath);
  const pulumi = (...args: string[]) => run(project, cli.command, ...args, "--non-interactive");
  const disks = () => emulator.desktops().map(({ data_volumes: volumes }) => volumes.length);
  await pulumi("stack", "init", "trial");
  await pulumi("config", "set", "huaweicloud-workspace:region", region);
  await pulumi("up", "--yes", "--skip-preview");
  const created = disks();
  await pulumi("preview", "--expect-no-changes");
  const used = await pulumi("stack", "output", "node");
  await pulumi("destroy", "--yes", "--skip-preview");
  // Refused while a resource is left.
  await pulumi("stack", "rm", "--yes", "--preserve-config");
  await emulator.close();
  const seen = `Node ${used}, ${created.join(" + ")} disks created, ${disks().join(" + ")} left`;
  if (!seen.endsWith(", 1 + 2 disks created, 0 + 0 left") || !`${used}.`.startsWith(`${node}.`))
    throw new Error(`expected Node ${node}, 1 + 2 disks created, 0 + 0 left, but saw ${seen}`);
  console.log(`  ${seen}`);
}

/**
 * `npm run installation [-- MANAGER…]`: packs the package, installs it in a new
 * project with each package manager, and runs a stack there on an emulator.
 * Throws at the first that fails, with what its command has written.
 */
export async function main(managers: readonly string[]): Promise<void> {
  // Outside this repository, so that nothing is found in its node_modules.
  const folder = mkdtempSync(join(tmpdir(), "installation-"));
  process.once("exit", () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  // What is compiled: nothing is built, since tests that run now use it.
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const { stdout } = await execa("npm", args, { cwd: repositoryRoot });
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  const wanted = installations.filter(({ manager }) => managers.length === 0 || managers.includes(manager));
  for (const one of wanted) await install(one, join(folder, packed?.filename ?? ""), folder);
}
