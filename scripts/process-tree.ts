import { execFileSync } from "node:child_process";

/** A process as `ps` lists it. */
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

/** All processes of this machine; none where `ps` does not exist. */
export function listProcesses(): ProcessEntry[] {
  try {
    return parseProcessList(
      execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], {
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
        stdio: ["ignore", "pipe", "ignore"],
        timeout: 10_000,
      }),
    );
  } catch {
    return [];
  }
}

/**
 * The children of a process, their children, and so on. To be asked before the
 * process is killed: afterwards nothing says any more whose children they were.
 */
export function descendantsOf(pid: number, processes: readonly ProcessEntry[]): ProcessEntry[] {
  const children = processes.filter((entry) => entry.parent === pid && entry.pid !== pid);
  return children.flatMap((child) => [child, ...descendantsOf(child.pid, processes)]);
}

/** Sends a signal to a process; that it has already gone is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) {
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
