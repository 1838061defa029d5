import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { findOnPath } from "./path";
import { isUsable, minimumVersion, wantedVersion } from "./version";

/** A Pulumi CLI that can be run. */
export interface PulumiCli {
  /** The absolute path of the executable. */
  readonly command: string;
  /** The folder it lies in, where it looks for its plugins first. */
  readonly directory: string;
  /** What `pulumi version` says. */
  readonly version: string;
}

/** What looking for a CLI has brought: the CLI, or for each place why it is not there. */
export interface CliSearch {
  readonly cli?: PulumiCli;
  readonly tried: readonly string[];
}

const versionTimeout = 60_000;
const executable = process.platform === "win32" ? "pulumi.exe" : "pulumi";

/** The folder that Pulumi's own installer and this repository put a release into. */
export function versionDirectory(home = homedir()): string {
  return join(home, ".pulumi", "versions", wantedVersion);
}

/** Asks an executable for its version. */
export async function askVersion(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)(command, ["version"], {
    timeout: versionTimeout,
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  return stdout.trim();
}

async function examine(command: string, ask: typeof askVersion): Promise<PulumiCli | string> {
  let version: string;
  try {
    version = await ask(command);
  } catch (error) {
    return `${command} does not run: ${error instanceof Error ? error.message.trim() : String(error)}`;
  }
  if (!isUsable(version)) {
    return `${command} says version ${JSON.stringify(version)}, ${minimumVersion} or newer (of the same major version) is needed`;
  }
  return { command, directory: dirname(command), version };
}

/** Looks for a usable CLI on PATH, then where installers put the wanted release. Downloads and builds nothing. */
export async function searchCli(
  env: NodeJS.ProcessEnv = process.env,
  home = homedir(),
  ask = askVersion,
): Promise<CliSearch> {
  const tried: string[] = [];
  const onPath = findOnPath(executable, env.PATH);
  const installed = findOnPath(executable, join(versionDirectory(home), "bin"));
  const places: readonly (readonly [command: string | undefined, missing: string])[] = [
    [onPath, "PATH: no pulumi on it"],
    [installed, `${versionDirectory(home)}: no pulumi in its bin folder`],
  ];
  for (const [command, missing] of places) {
    if (command === undefined) {
      tried.push(missing);
      continue;
    }
    const result = await examine(command, ask);
    if (typeof result !== "string") {
      return { cli: result, tried };
    }
    tried.push(result);
  }
  return { tried };
}
