import { existsSync, renameSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runBounded } from "../owned-process";
import { repositoryRoot } from "../repository";
import type { PulumiCli } from "./cli";
import { findOnPath } from "./path";

const longestBuild = 30 * 60_000;
/** scripts/pulumi-yaml/go.mod names the same. */
const version = "v1.32.0";
const executable = process.platform === "win32" ? "pulumi-language-yaml.exe" : "pulumi-language-yaml";
const hostPackage = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml";

/** The host of YAML programs that this CLI would start; `undefined` where there is none. */
export function findYamlHost(cli: PulumiCli, path = process.env.PATH): string | undefined {
  return findOnPath(executable, [cli.directory, path ?? ""].join(delimiter));
}

/**
 * Puts a host of YAML programs beside a CLI that has none: released CLIs bring
 * one, a CLI built from the Go modules does not. Takes about a minute, once.
 * Throws where it cannot be built.
 */
export async function obtainYamlHost(cli: PulumiCli, log: (line: string) => void): Promise<string> {
  const found = findYamlHost(cli);
  if (found !== undefined) return found;
  log(`Building the YAML language host ${version} from its public Go modules, once …`);
  const host = join(cli.directory, executable);
  // Built beside its place first: another process must not find half of it.
  const part = `${host}.${process.pid}`;
  const flags = `-s -w -X github.com/pulumi/pulumi-yaml/pkg/version.Version=${version}`;
  try {
    await runBounded("go", ["build", "-trimpath", "-ldflags", flags, "-o", part, hostPackage], {
      cwd: join(repositoryRoot, "scripts", "pulumi-yaml"),
      env: { ...process.env, CGO_ENABLED: "0" },
      timeout: longestBuild,
    });
    renameSync(part, host);
  } finally {
    if (existsSync(part)) rmSync(part);
  }
  return host;
}
