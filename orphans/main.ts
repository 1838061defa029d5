#!/usr/bin/env node
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseArgs, promisify } from "node:util";
import { connectApi } from "../provider/core/api/client";
import { BatchingWindow } from "../provider/core/desktop/queue";
import { Connections } from "../provider/core/desktop/connections";
import { VolumeOwnership } from "../provider/core/desktop/ownership";
import { type Clock, type Environment, type Log, type Send, systemClock } from "../provider/core/host";
import { BadArguments, EXIT } from "./exits";
import { compare } from "./findings";
import { Remedies, stackInWords } from "./remedies";
import { asJson, asText, errorsOf, reportOf } from "./report";
import { BadState, readStack, type StackRecord } from "./states";
import { status, thisMachine } from "./status";
import { namedBy, survey, type Surveyor } from "./survey";

const usage = `Usage: npx pulumi-huaweicloud-workspace COMMAND [options]

  orphans   lists orphaned disks and other problems of Pulumi stacks; changes nothing
  status    lists the provider processes that run on this machine; changes nothing

"npx pulumi-huaweicloud-workspace COMMAND --help" lists the options.
`;

export const help = `Usage: npx pulumi-huaweicloud-workspace orphans [options] [FILE...]

Compares the states of Pulumi stacks with the desktops in them. Lists orphaned
disks, interrupted operations, adds with an unknown outcome, resources whose
disk is gone and disks with several owners, each with the commands that fix it.
Changes nothing.

Name every stack that works on these desktops: the disks of a missing stack look
like orphans.

  FILE            a state from "pulumi stack export --file FILE"; "-" reads
                  standard input
  --stack NAME    reads the state of this stack with "pulumi stack export". Can
                  be repeated. If the stacks belong to several projects, write
                  organization/project/stack
  --cwd DIR       project folder of these stacks (default: the current folder)
  --desktop ID    reads one more desktop, in the region and project of the
                  environment. Can be repeated
  --json          prints the report as JSON
  --help          prints this text

Credentials come from the same environment variables as for "pulumi up"
(HW_ACCESS_KEY, HW_SECRET_KEY, ...) or from the shared configuration file, not
from the stack configuration. Region and project are those in the state.

Exit codes:
  ${EXIT.none}  no problems found
  ${EXIT.error}  an error: something could not be read, so the report may be incomplete
  ${EXIT.problems}  problems found
`;

/** What a command line asks for. */
export interface Arguments {
  files: string[];
  stacks: string[];
  cwd: string | undefined;
  desktops: string[];
  json: boolean;
  help: boolean;
}

/** Reads the command line, without the name of the command. Throws `BadArguments`. */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  const { stack = [], cwd, desktop = [], json = false, help: isHelp = false } = values;
  if (!isHelp && stack.length + positionals.length + desktop.length === 0) {
    throw new BadArguments(
      "give the state of a stack as FILE, a stack with --stack NAME, or a desktop with --desktop ID",
    );
  }
  if (cwd !== undefined && stack.length === 0) {
    throw new BadArguments("--cwd is the folder for --stack; without --stack it has no effect");
  }
  const wrong = desktop.find((id) => id === "" || /[/]|^\.+$/.test(id));
  if (wrong !== undefined) throw new BadArguments(`--desktop ${JSON.stringify(wrong)} is not a desktop id`);
  return { files: positionals, stacks: stack, cwd, desktops: desktop, json, help: isHelp };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        stack: { type: "string", multiple: true },
        cwd: { type: "string" },
        desktop: { type: "string", multiple: true },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new BadArguments(error instanceof Error ? error.message : String(error));
  }
}

/** Reads all states that the command line names. Throws `BadState`. */
async function readStates({ files, stacks, cwd }: Arguments, env: Environment): Promise<StackRecord[]> {
  const all = files.map(readFile);
  // One after the other: each is a process that may ask for a password.
  for (const name of stacks) all.push(await exportStack(name, cwd, env));
  const seen = new Map<string, StackRecord>();
  for (const record of all) {
    if (record.stack === undefined) continue;
    const name = stackInWords(record);
    const before = seen.get(name);
    // Each of its disks would seem to have two owners.
    if (before !== undefined) {
      throw new BadState(
        `${before.source.label} and ${record.source.label} are both ${name}: give each stack once`,
      );
    }
    seen.set(name, record);
  }
  return all;
}

/** Bytes that an exported state may have; one with a thousand disks has about a million. */
const MAX_STATE_BYTES = 1024 ** 3;

/** Reads a state from a file, or from standard input for `-`. Throws `BadState`. */
function readFile(file: string): StackRecord {
  const label = file === "-" ? "standard input" : file;
  let json: string;
  try {
    json = readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new BadState(`${label} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return readStack({ label }, json);
}

/** Reads the state of a stack with the Pulumi CLI; secrets stay encrypted in it. Throws `BadState`. */
async function exportStack(name: string, cwd: string | undefined, env: Environment): Promise<StackRecord> {
  const cli = ["--stack", name, ...(cwd === undefined ? [] : ["--cwd", cwd])];
  const args = ["stack", "export", ...cli, "--non-interactive", "--color", "never"];
  const { stdout } = await promisify(execFile)("pulumi", args, {
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    maxBuffer: MAX_STATE_BYTES,
  }).catch((error: unknown) => {
    throw new BadState(`"pulumi ${args.join(" ")}" ${whyNot(error)}`);
  });
  return readStack({ label: `stack ${name}`, cli }, stdout);
}

/** What the CLI wrote to standard error; never what it wrote to standard output, which is the state. */
function whyNot(error: unknown): string {
  const { code, stderr } = error as { code?: unknown; stderr?: unknown };
  if (code === "ENOENT") {
    return "could not be started: there is no pulumi on the PATH. Export the state on a machine that has it, and give the file";
  }
  const said = typeof stderr === "string" ? stderr.trim() : "";
  return `failed (${String(code)})${said === "" ? "" : `: ${said}`}`;
}

/** What the command runs in; tests hand in their own. */
export interface World {
  env: Environment;
  clock: Clock;
  log: Log;
  /** Default: the core's own transport. */
  send?: Send;
}

/**
 * Runs `orphans` with these arguments. Changes nothing. Throws `BadArguments`,
 * and `BadState` where a state cannot be read: its disks would look like orphans.
 */
export async function orphans(
  args: readonly string[],
  world: World,
): Promise<{ output: string; code: number }> {
  const given = readArguments(args);
  if (given.help) return { output: help, code: EXIT.none };
  const stacks = await readStates(given, world.env);
  const surveyor = surveyorFor(world);
  const readings = await survey(surveyor, namedBy(stacks, given.desktops));
  const remedies = new Remedies(stacks, surveyor.connections.effective({}));
  const report = reportOf(stacks, readings, compare(stacks, readings), remedies);
  const output = given.json ? asJson(report) : asText(report);
  if (errorsOf(report).length > 0) return { output, code: EXIT.error };
  return { output, code: report.findings.length > 0 ? EXIT.problems : EXIT.none };
}

/** The core's connections. There is no stack configuration here, and nothing is sent that changes something. */
function surveyorFor({ clock, log, env, send }: World): Surveyor & { connections: Connections } {
  const host = { clock, log, env, config: () => undefined, ...(send === undefined ? {} : { send }) };
  const window = new BatchingWindow(clock);
  const ownership = new VolumeOwnership();
  const connections = new Connections({ api: connectApi(host), clock, log, window, ownership });
  const arrived = () => {
    window.noteArrival();
  };
  return { connections, clock, arrived };
}

async function main([command, ...rest]: readonly string[]): Promise<number> {
  if (command === "orphans") {
    const world = { env: process.env, clock: systemClock, log: logToStderr(process.env) };
    const { output, code } = await orphans(rest, world);
    process.stdout.write(output);
    return code;
  }
  if (command === "status") return status(rest, thisMachine(systemClock));
  if (command === "--help" || command === "-h" || command === "help") {
    process.stdout.write(usage);
    return EXIT.none;
  }
  throw new BadArguments(command === undefined ? "no command given" : `unknown command "${command}"`);
}

/** Standard output is for the report alone. */
function logToStderr({ HW_WORKSPACE_LOG }: Environment): Log {
  const write = (message: string) => {
    process.stderr.write(`${message}\n`);
  };
  return {
    debug: (message) => {
      if (HW_WORKSPACE_LOG === "debug") write(`debug: ${new Date().toISOString().slice(11, 23)} ${message}`);
    },
    info: write,
    warn: (message) => {
      write(`warning: ${message}`);
    },
  };
}

if (require.main === module) {
  main(process.argv.slice(2)).then(
    (code) => {
      // No process.exit: what was written to a pipe must get there.
      process.exitCode = code;
    },
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      const more = error instanceof BadArguments ? " (see --help)" : "";
      process.stderr.write(`pulumi-huaweicloud-workspace: ${message}${more}\n`);
      process.exitCode = EXIT.error;
    },
  );
}
