import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** A process of this machine. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** The whole command line: tells a process from another one that got the same number later. */
  readonly command: string;
}

/** Reads the lines of `ps -A -o pid=,ppid=,args=`. */
export function parseProcessList(text: string): ProcessEntry[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    return match === null
      ? []
      : [{ pid: Number(match[1]), parent: Number(match[2]), command: match[3] ?? "" }];
  });
}

/** Reads what Linux tells about a process in `/proc/PID/stat` and `/proc/PID/cmdline`. */
export function parseProcEntry(stat: string, commandLine: string): ProcessEntry | undefined {
  // The name stands in brackets and may hold anything, brackets too.
  const match = /^(\d+) \(.*\) \S (\d+) /s.exec(stat);
  return match === null
    ? undefined
    : { pid: Number(match[1]), parent: Number(match[2]), command: commandLine.replaceAll("\0", " ").trim() };
}

function listFromProc(): ProcessEntry[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const read = (file: string): string => readFileSync(`/proc/${pid}/${file}`, "utf8");
        return parseProcEntry(read("stat"), read("cmdline")) ?? [];
      } catch {
        return []; // It has ended meanwhile.
      }
    });
}

function listFromPs(): ProcessEntry[] {
  const options = { encoding: "utf8", maxBuffer: 64 * 1024 * 1024, timeout: 10_000 } as const;
  return parseProcessList(execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], options));
}

/** All processes of this machine; none on Windows. */
export function listProcesses(): ProcessEntry[] {
  if (process.platform === "win32") {
    return [];
  }
  // Small Linux images have no ps.
  return existsSync("/proc/self/stat") ? listFromProc() : listFromPs();
}

/**
 * The children of a process, their children, and so on. To be asked before the
 * process is killed: afterwards nothing says any more whose children they were.
 */
export function descendantsOf(pid: number, processes: readonly ProcessEntry[]): ProcessEntry[] {
  const children = processes.filter((entry) => entry.parent === pid && entry.pid !== pid);
  return children.flatMap((child) => [child, ...descendantsOf(child.pid, processes)]);
}

function isErrnoException(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === "object" && error !== null && "code" in error;
}

/** Sends a signal to a process; that it has already gone is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Not `instanceof Error`: inside Jest, an error of Node's own modules belongs to another realm.
    if (!isErrnoException(error) || error.code !== "ESRCH") {
      throw error;
    }
  }
}

/** Kills those of the given processes that still run and are still the ones that were seen. */
export function killSurvivors(seen: readonly ProcessEntry[], running = listProcesses()): ProcessEntry[] {
  const survivors = running.filter((entry) =>
    seen.some((known) => known.pid === entry.pid && known.command === entry.command),
  );
  for (const { pid } of survivors) {
    signalProcess(pid, "SIGKILL");
  }
  return survivors;
}
