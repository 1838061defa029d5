import { copyFileSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { PulumiCommand } from "@pulumi/pulumi/automation/cmd";
import { execa } from "execa";
import { SemVer } from "semver";
import { repositoryRoot } from "../repository";
import { type PulumiCli, searchCli, versionDirectory, wantedVersion } from "./cli";

const lock = join(repositoryRoot, "scripts", "lock.mjs");
const installer = "https://get.pulumi.com/install.sh";
const longestBuildMs = 60 * 60_000;
const reportIntervalMs = 15_000;
const goCommand = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const goVersion = `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${wantedVersion}`;
const isWindows = process.platform === "win32";
const executable = isWindows ? "pulumi.exe" : "pulumi";
const launcher = isWindows ? "pulumi-resource-pulumi-nodejs.cmd" : "pulumi-resource-pulumi-nodejs";

const log = console.error.bind(console);

/** Pulumi's own installer. It waits long where nothing answers, so that is found out before. */
async function download(root: string): Promise<void> {
  log(`Downloading the Pulumi CLI ${wantedVersion} …`);
  await fetch(installer, { method: "HEAD", signal: AbortSignal.timeout(10_000) });
  await PulumiCommand.install({ root, version: new SemVer(wantedVersion) });
}

async function build(root: string): Promise<void> {
  log(`Building the Pulumi CLI ${wantedVersion} with Go …`);
  const output = join(root, "bin", executable);
  const args = ["build", "-v", "-trimpath", "-ldflags", `-s -w -X ${goVersion}`, "-o", output, goCommand];
  const go = execa("go", args, {
    cwd: join(repositoryRoot, "scripts", "pulumi-cli"),
    env: { CGO_ENABLED: "0" },
    timeout: longestBuildMs,
    // Go removes its temporary files then.
    killSignal: "SIGINT",
  });
  const done = { seconds: 0, modules: 0, packages: 0 };
  const report = setInterval(() => {
    done.seconds += reportIntervalMs / 1_000;
    log(`  ${done.seconds} s: ${done.modules} modules downloaded, ${done.packages} packages compiled`);
  }, reportIntervalMs);
  try {
    for await (const line of go.iterable({ from: "stderr" })) {
      done[line.startsWith("go: downloading") ? "modules" : "packages"] += 1;
    }
  } finally {
    clearInterval(report);
  }
  // Releases bring the launcher of dynamic providers. The SDK has it too.
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

/**
 * Finds a Pulumi CLI; downloads or builds one where there is none, once also
 * where several processes need it. Throws with all that was tried.
 */
export async function obtainCli(): Promise<PulumiCli> {
  const { cli } = await searchCli();
  if (cli !== undefined) return cli;
  const { withLock } = (await import(pathToFileURL(lock).href)) as {
    withLock: (...args: unknown[]) => unknown;
  };
  const onWait = (pid: string): void => {
    log(`Waiting for process ${pid}, which gets the Pulumi CLI …`);
  };
  return (await withLock(`${versionDirectory()}.lock`, makeCli, { onWait })) as PulumiCli;
}

/** `npm run get-pulumi`: does so, and tells where it is. */
export async function main(): Promise<void> {
  const { command, version } = await obtainCli();
  console.log(`Pulumi CLI ${version}: ${command}`);
}
