import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { PulumiCommand } from "@pulumi/pulumi/automation/cmd";
import { execa } from "execa";
import { SemVer } from "semver";
import { repositoryRoot } from "../repository";
import { type PulumiCli, searchCli, versionDirectory, wantedVersion } from "./cli";

const scripts = join(repositoryRoot, "scripts");
const [exe, cmd] = process.platform === "win32" ? [".exe", ".cmd"] : ["", ""];
/** scripts/pulumi-yaml/go.mod names the same. */
const yamlVersion = "1.32.0";

const log = console.error.bind(console);

/** Pulumi's own installer. It waits long where nothing answers, so that is found out before. */
async function download(root: string): Promise<void> {
  log(`Downloading the Pulumi CLI ${wantedVersion} …`);
  await fetch("https://get.pulumi.com/install.sh", { method: "HEAD", signal: AbortSignal.timeout(10_000) });
  await PulumiCommand.install({ root, version: new SemVer(wantedVersion) });
}

/** Builds a command of the Go module in a folder of `scripts/`, and tells every 15 s how far it is. */
async function goBuild(folder: string, command: string, version: string, output: string): Promise<void> {
  const args = ["build", "-v", "-trimpath", "-ldflags", `-s -w -X ${version}`, "-o", output, command];
  // After SIGINT, Go removes its temporary files.
  const options = { timeout: 60 * 60_000, killSignal: "SIGINT", env: { CGO_ENABLED: "0" } } as const;
  const go = execa("go", args, { ...options, cwd: join(scripts, folder) });
  let [seconds, count] = [0, 0];
  const report = setInterval(() => {
    log(`  ${(seconds += 15)} s: ${count} modules and packages`);
  }, 15_000);
  try {
    for await (const line of go.iterable({ from: "stderr" })) count += line === "" ? 0 : 1;
  } finally {
    clearInterval(report);
  }
}

async function build(root: string): Promise<void> {
  log(`Building the Pulumi CLI ${wantedVersion} with Go …`);
  const module = "github.com/pulumi/pulumi";
  const version = `${module}/sdk/v3/go/common/version.Version=v${wantedVersion}`;
  await goBuild("pulumi-cli", `${module}/pkg/v3/cmd/pulumi`, version, join(root, "bin", `pulumi${exe}`));
  // Releases bring the launcher of dynamic providers. The SDK has it too.
  const launcher = `pulumi-resource-pulumi-nodejs${cmd}`;
  const sdk = dirname(require.resolve("@pulumi/pulumi/package.json"));
  copyFileSync(join(sdk, launcher), join(root, "bin", launcher));
}

/** Makes a `bin` folder beside its place and moves it there as a whole. */
async function stage(make: (root: string) => Promise<void>): Promise<void> {
  const [staging, place] = [`${versionDirectory()}.staging`, join(versionDirectory(), "bin")];
  rmSync(staging, { recursive: true, force: true });
  for (const folder of [staging, versionDirectory()]) mkdirSync(folder, { recursive: true });
  await make(staging);
  rmSync(place, { recursive: true, force: true });
  renameSync(join(staging, "bin"), place);
  rmSync(staging, { recursive: true });
}

/** Why something failed: a command says so in its last lines, `fetch` in the cause. */
function reason(error: Error & { stderr?: string }): string {
  const said = error.stderr?.trim() ?? "";
  const message = error.cause instanceof Error ? error.cause.message : error.message;
  return (said === "" ? message : said).split("\n").slice(-3).join(" | ");
}

async function makeCli(): Promise<PulumiCli> {
  // The process that held the lock before may have made one.
  let { cli, tried } = await searchCli();
  for (const [name, make] of Object.entries({ download, "build with Go": build })) {
    if (cli !== undefined) return cli;
    const problem = await stage(make).then(() => undefined, reason);
    if (problem !== undefined) log(`  ${name}: ${problem}`);
    const { cli: made, tried: places } = await searchCli();
    cli = made;
    tried = [...tried, `${name}: ${problem ?? `done, but ${places.join("; ")}`}`];
  }
  if (cli !== undefined) return cli;
  throw new Error(`There is no Pulumi CLI. Tried:
${tried.map((line) => `  - ${line}`).join("\n")}
One of these helps:
  - install the CLI (https://www.pulumi.com/docs/install) and put it on PATH
  - give this machine access to get.pulumi.com
  - install Go, with access to the Go modules: the CLI is then built`);
}

/** Finds a CLI, else downloads or builds one: once, also for several processes. Throws with all that was tried. */
export async function obtainCli(): Promise<PulumiCli> {
  const { cli } = await searchCli();
  if (cli !== undefined) return cli;
  const { withLock } = (await import(pathToFileURL(join(scripts, "lock.mjs")).href)) as {
    withLock: (name: string, action: typeof makeCli, onWait: (port: number) => void) => Promise<PulumiCli>;
  };
  return withLock(versionDirectory(), makeCli, (port) => {
    log(`Waiting for another command, which gets the Pulumi CLI and holds port ${port} …`);
  });
}

/** Puts a host of YAML programs beside a CLI that was built: released CLIs bring one. About a minute, once. */
export async function obtainYamlHost(cli: PulumiCli): Promise<void> {
  const [name, module] = ["pulumi-language-yaml", "github.com/pulumi/pulumi-yaml"];
  const folders = [cli.directory ?? [], (process.env.PATH ?? "").split(delimiter)].flat();
  if (folders.some((folder) => existsSync(join(folder, name + exe)))) return;
  log(`Building the YAML language host ${yamlVersion} with Go …`);
  const host = join(cli.directory ?? join(versionDirectory(), "bin"), name + exe);
  // Built beside its place: another process must not find half of it.
  const part = `${host}.${process.pid}`;
  const version = `${module}/pkg/version.Version=v${yamlVersion}`;
  await goBuild("pulumi-yaml", `${module}/cmd/${name}`, version, part);
  renameSync(part, host);
}

/** `npm run get-pulumi`: does so, and tells where it is. */
export async function main(): Promise<void> {
  const { command, version } = await obtainCli();
  console.log(`Pulumi CLI ${version}: ${command}`);
}
