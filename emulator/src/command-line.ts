import { describeDialects, withoutContradicted } from "./dialects";
import { startSeeded, type Emulator, type EmulatorOptions } from "./emulator";
import { BadFlag, help, readFlags, type Flags } from "./flags";
import { Refusal } from "./refusals";
import type { LoggedRequest } from "./request-log";
import { BadStateFile } from "./state-file";
import { BadSeed, readSeedFile, type Seed } from "./seed-file";

/** Runs the emulator as a command until it is told to stop. */
export function main(): void {
  run(process.argv.slice(2)).catch(fail);
}

function fail(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`huaweicloud-workspace-emulator: ${message}\n`);
  process.exit(isUserError(error) ? 2 : 1);
}

async function run(args: readonly string[]): Promise<void> {
  const flags = readFlags(args);
  if (flags.help) {
    process.stdout.write(help);
    return;
  }
  if (flags.dialects === "list") {
    process.stdout.write(describeDialects());
    return;
  }
  const emulator = await start(flags, flags.seedFile === undefined ? {} : await readSeedFile(flags.seedFile));
  const stop = (): void => {
    // Whatever is still open ends with the process.
    void emulator.close().finally(() => process.exit(0));
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  process.stdout.write(announcement(emulator, flags));
}

function start(flags: Flags, seed: Seed): Promise<Emulator> {
  const { options, quiet } = flags;
  const { accounts, dialects = [], ...world } = seed;
  const named = flags.dialects === "list" ? [] : (flags.dialects ?? []);
  const started: EmulatorOptions = {
    ...options,
    dialects: [...withoutContradicted(dialects, named), ...named],
    ...(accounts && { accounts }),
    ...(!quiet && { onRequest: logLine }),
    onStateLost: (error) => {
      fail(error);
    },
  };
  return startSeeded(started, world);
}

function isUserError(error: unknown): boolean {
  return (
    error instanceof BadFlag ||
    error instanceof BadSeed ||
    error instanceof BadStateFile ||
    error instanceof Refusal
  );
}

function logLine({ time, method, path, status, account }: LoggedRequest): void {
  const result = status === null ? "unanswered" : String(status);
  process.stderr.write(`${new Date(time).toISOString()} ${method} ${path} ${result} ${account ?? "-"}\n`);
}

/** Which file keeps the world, and what of the command line it has made pointless. */
function stateLines({ restored }: Emulator, { options, worldFlags }: Flags): string[] {
  if (options.stateFile === undefined) return [];
  if (!restored) return [`# State: kept in ${options.stateFile} (new)`];
  const lines = [`# State: kept in ${options.stateFile}, which has the world of an earlier start`];
  if (worldFlags.length === 0) return lines;
  return [...lines, `# Not used, because they describe a new world: ${worldFlags.join(", ")}`];
}

/** The address, the exports for a shell, and what to do with them. */
function announcement(emulator: Emulator, flags: Flags): string {
  const { url, env } = emulator;
  const exports = Object.entries(env).map(([name, value]) => `export ${name}=${String(value)}`);
  const lines = [
    `huaweicloud-workspace-emulator listening on ${url}`,
    ...exports,
    "#",
    ...stateLines(emulator, flags),
    `# Dialects: ${emulator.dialects().join(", ")}`,
    "# Paste the export lines into a shell, and start your program there.",
    "# Pulumi: pulumi-huaweicloud-workspace reads them.",
    "# Terraform: the provider reads them too, except the address of Workspace:",
    `#   provider "huaweicloud" { endpoints = { workspace = "${url}/", iam = "${url}/" } }`,
    "# Official SDK for Python (the others are similar):",
    `#   BasicCredentials(access_key, secret_key, project_id).with_iam_endpoint("${url}")`,
    `#   WorkspaceClient.new_builder().with_credentials(credentials).with_endpoint("${url}").build()`,
    `# Desktops, faults, the clock and the requests: ${url}/ in a browser, ${url}/_emulator/ for programs`,
  ];
  return `${lines.join("\n")}\n`;
}
