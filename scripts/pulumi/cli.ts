import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation/cmd";
import { version as sdkVersion } from "@pulumi/pulumi/version";
import { SemVer } from "semver";
import { repositoryRoot } from "../repository";

/** A Pulumi CLI that runs and is not older than the SDK. */
export interface PulumiCli {
  /** What to run: an absolute path, or `pulumi` where it is on PATH. */
  readonly command: string;
  /** The folder of one that is not on PATH. Its plugins are there too. */
  readonly directory?: string;
  /** Such as `3.259.0`. */
  readonly version: string;
}

const goModules = readFileSync(join(repositoryRoot, "scripts", "pulumi-cli", "go.mod"), "utf8");
/** The release that is downloaded or built where there is no CLI. */
export const wantedVersion = /pulumi\/pkg\/v3 v(\S+)/.exec(goModules)?.[1] ?? "";

/** The folder that holds the `bin` folder of that release, as Pulumi's own installer names it. */
export const versionDirectory = (): string => join(homedir(), ".pulumi", "versions", wantedVersion);

/** Looks for a CLI on PATH, then for the wanted release. Downloads and builds nothing. Tells why there is none. */
export async function searchCli(): Promise<{ readonly cli?: PulumiCli; readonly tried: readonly string[] }> {
  const tried: string[] = [];
  for (const root of [undefined, versionDirectory()]) {
    try {
      const options = { version: new SemVer(sdkVersion), ...(root !== undefined && { root }) };
      const { command, version } = await PulumiCommand.get(options);
      const directory = root === undefined ? {} : { directory: dirname(command) };
      return { cli: { command, ...directory, version: String(version) }, tried };
    } catch (error) {
      const [why = ""] =
        /ENOENT|[^\n]*version[^\n]*/i.exec(String(error).replace(/.*ENOENT/s, "ENOENT")) ?? [];
      tried.push(`${root ?? "PATH"}: ${why === "ENOENT" ? "no pulumi there" : why}`);
    }
  }
  return { tried };
}
