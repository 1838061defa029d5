import { accessSync, constants, renameSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { execa } from "execa";
import { repositoryRoot } from "../repository";
import { type PulumiCli, versionDirectory } from "./cli";

/** scripts/pulumi-yaml/go.mod names the same. */
const version = "v1.32.0";
const executable = process.platform === "win32" ? "pulumi-language-yaml.exe" : "pulumi-language-yaml";
const hostPackage = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml";

/** An executable beside a CLI or on PATH. */
export function findBeside(cli: PulumiCli, name: string): string | undefined {
  const folders = [cli.directory ?? "", ...(process.env.PATH ?? "").split(delimiter)];
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => resolve(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Puts a host of YAML programs beside a CLI that was built: released CLIs bring one. About a minute, once. */
export async function obtainYamlHost(cli: PulumiCli): Promise<string> {
  const found = findBeside(cli, executable);
  if (found !== undefined) return found;
  console.error(`Building the YAML language host ${version} with Go …`);
  const host = join(cli.directory ?? join(versionDirectory(), "bin"), executable);
  // Built beside its place: another process must not find half of it.
  const part = `${host}.${process.pid}`;
  const flags = `-s -w -X github.com/pulumi/pulumi-yaml/pkg/version.Version=${version}`;
  await execa("go", ["build", "-trimpath", "-ldflags", flags, "-o", part, hostPackage], {
    cwd: join(repositoryRoot, "scripts", "pulumi-yaml"),
    env: { CGO_ENABLED: "0" },
  });
  renameSync(part, host);
  return host;
}
