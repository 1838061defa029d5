import { startEmulator } from "./emulator";
import { BadFlag, help, readFlags } from "./flags";
import type { LoggedRequest } from "./request-log";
import { readSeedFile } from "./seed-file";

/** Runs the emulator as a command until it is told to stop. */
export function main(): void {
  run(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`huaweicloud-workspace-emulator: ${messageOf(error)}\n`);
    process.exit(error instanceof BadFlag ? 2 : 1);
  });
}

async function run(args: readonly string[]): Promise<void> {
  const flags = readFlags(args);
  if (flags.help) {
    process.stdout.write(help);
    return;
  }
  const seed = flags.seedFile === undefined ? undefined : readSeedFile(flags.seedFile);
  const emulator = await startEmulator({
    ...flags.options,
    ...(seed?.accounts && { accounts: seed.accounts }),
    ...(!flags.quiet && { onRequest: logLine }),
  });
  if (seed?.desktops) emulator.addDesktops(seed.desktops);
  for (const fault of seed?.faults ?? []) emulator.addFault(fault);

  const stop = (): void => {
    void emulator.close().finally(() => process.exit(0));
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);

  const exports = Object.entries(emulator.env).map(([name, value]) => `export ${name}=${String(value)}`);
  const lines = [
    `huaweicloud-workspace-emulator listening on ${emulator.url}`,
    ...exports,
    ...hints(emulator.url),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function logLine({ time, method, path, status, account }: LoggedRequest): void {
  process.stderr.write(
    `${new Date(time).toISOString()} ${method} ${path} ${status === null ? "unanswered" : String(status)} ${account ?? "-"}\n`,
  );
}

function hints(url: string): string[] {
  return [
    "# Take the lines above over into a shell, and then:",
    "# Pulumi (pulumi-huaweicloud-workspace) reads all of them.",
    `# Terraform: provider "huaweicloud" { auth_url = "${url}/v3", endpoints = { workspace = "${url}/", iam = "${url}/" } }`,
    `# Official SDKs: endpoint ${url} for Workspace, and ${url} as the IAM endpoint of the credentials.`,
    `# Faults, desktops, clock and what was asked: ${url}/_emulator/`,
  ];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
