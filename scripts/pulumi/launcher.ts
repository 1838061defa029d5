import { chmodSync, copyFileSync, existsSync, renameSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { repositoryRoot } from "../repository";

const launcherName =
  process.platform === "win32" ? "pulumi-resource-pulumi-nodejs.cmd" : "pulumi-resource-pulumi-nodejs";

/** The launcher of dynamic providers, as the `@pulumi/pulumi` package brings it. */
export function packagedLauncher(): string {
  const manifest = createRequire(join(repositoryRoot, "package.json")).resolve("@pulumi/pulumi/package.json");
  return join(dirname(manifest), launcherName);
}

/**
 * Puts the launcher of dynamic providers beside a CLI that has none: released
 * CLIs bring it, one built from the Go modules does not. Without it no dynamic
 * provider starts.
 */
export function placeLauncher(directory: string, source = packagedLauncher()): void {
  const target = join(directory, launcherName);
  if (existsSync(target)) {
    return;
  }
  // Copied beside its place first: another process must not find half of it.
  const copy = `${target}.${process.pid}`;
  copyFileSync(source, copy);
  chmodSync(copy, 0o755);
  renameSync(copy, target);
}
