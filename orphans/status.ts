import { execFile } from "node:child_process";
import { parseArgs, promisify } from "node:util";
import type { Clock } from "../provider/core/host";
import { tryAddress } from "../provider/core/tryAddress";
import { BadArguments, EXIT } from "./exits";

export const statusHelp = `Usage: npx pulumi-huaweicloud-workspace status [--wait]

Lists the provider processes on this machine: those of this package, and the
process that Pulumi starts for dynamic providers, which may serve other packages.
Says for each whether the engine that started it still runs. After a kill, a
provider process finishes what it has sent to the service, then exits.
Changes nothing.

  --wait     waits until each process whose engine has exited has exited too;
             those of other runs are listed, and not waited for
  --help     prints this text

Exit codes:
  ${EXIT.none}  no provider process runs; with --wait: none of a run that has ended
  ${EXIT.error}  an error: the processes cannot be listed
  ${EXIT.problems}  a provider process runs
`;

/** A provider process, as the list of processes shows it. */
export interface ListedProcess {
  pid: number;
  front: "dynamic front" | "plugin";
  /** How long it has run, as ps writes it: `03:12`, `1-02:03:04`. */
  age: string;
  /** Where its engine listens; absent where it was started by hand. */
  engine?: string;
}

/** A path that ends with one of these starts a provider process; its engine's address follows. */
const COMMAND =
  /(?:^|[/\\\s])(cmd[/\\]dynamic-provider(?:[/\\]index\.js)?|pulumi-resource-huaweicloud-workspace)(?:\s+(\S+:\d+))?(?:\s|$)/;

/** The provider processes in a list with the columns pid, etime and args. Pure. */
export function providerProcesses(list: string): ListedProcess[] {
  return list.split("\n").flatMap((line) => {
    const [, pid, age = "", args = ""] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    const [, command, engine] = COMMAND.exec(args) ?? [];
    if (pid === undefined || command === undefined) return [];
    const front = command.startsWith("cmd") ? "dynamic front" : "plugin";
    // Pulumi never starts its process without an address: this is another command that names the file.
    if (
      engine === undefined &&
      (front === "dynamic front" || !/^\S*(node|resource-huaweicloud-workspace)\b/.test(args))
    )
      return [];
    return [{ pid: Number(pid), front, age, ...(engine === undefined ? {} : { engine }) }];
  });
}

/** One line for a process. `isThere`: its engine takes connections. */
export function describeProcess({ pid, front, age, engine }: ListedProcess, isThere: boolean): string {
  const what = `process ${pid} (${front}), running for ${age}`;
  if (engine === undefined) return `${what}: started by hand, for engines that attach to it`;
  return isThere
    ? `${what}: its engine runs`
    : `${what}: its engine has exited; it finishes what it has sent to the service, then exits`;
}

/** What the command runs in; tests hand in their own. */
export interface Machine {
  clock: Clock;
  /** The list of processes, with the columns pid, etime and args. */
  list(): Promise<string>;
  /** Whether something listens at an address. */
  listens(address: string): Promise<boolean>;
  write(text: string): void;
}

/** How often the list is read again while waiting, in ms. */
const WAIT_MS = 1_000;

/** Runs `status` with these arguments; gives the exit code. Changes nothing. Throws `BadArguments`. */
export async function status(args: readonly string[], machine: Machine): Promise<number> {
  const { help, wait } = readArguments(args);
  if (help) {
    machine.write(statusHelp);
    return EXIT.none;
  }
  let said = "";
  for (;;) {
    const processes = providerProcesses(await machine.list());
    if (processes.length === 0) {
      machine.write("No provider process runs on this machine.\n");
      return EXIT.none;
    }
    const described = await Promise.all(
      processes.map(async (one) => {
        const isThere = one.engine !== undefined && (await machine.listens(one.engine));
        return { line: describeProcess(one, isThere), isLeftOver: one.engine !== undefined && !isThere };
      }),
    );
    const lines = described.map(({ line }) => line);
    // While waiting, the age alone is no news.
    const news = lines.map((line) => line.replace(/ for \S+:/, "")).join("\n");
    if (news !== said) machine.write(`${lines.join("\n")}\n`);
    said = news;
    if (!wait) return EXIT.problems;
    if (!described.some(({ isLeftOver }) => isLeftOver)) {
      machine.write("No provider process of a run that has ended is left on this machine.\n");
      return EXIT.none;
    }
    await machine.clock.sleep(WAIT_MS);
  }
}

function readArguments(args: readonly string[]): { wait: boolean; help: boolean } {
  try {
    const options = { wait: { type: "boolean" }, help: { type: "boolean", short: "h" } } as const;
    const { wait = false, help = false } = parseArgs({ args: [...args], strict: true, options }).values;
    return { wait, help };
  } catch (error) {
    throw new BadArguments(error instanceof Error ? error.message : String(error));
  }
}

/** This machine. */
export function thisMachine(clock: Clock): Machine {
  return {
    clock,
    list: async () => {
      try {
        return (await promisify(execFile)("ps", ["-A", "-ww", "-o", "pid=,etime=,args="])).stdout;
      } catch (error) {
        throw new Error(`the processes cannot be listed with ps: ${String(error)}`, { cause: error });
      }
    },
    listens: (address) =>
      new Promise((resolve) => {
        tryAddress(address, resolve);
      }),
    write: (text) => {
      process.stdout.write(text);
    },
  };
}
