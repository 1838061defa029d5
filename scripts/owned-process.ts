import { spawn } from "node:child_process";
import type { ChildProcess, SpawnOptions } from "node:child_process";
import { createInterface } from "node:readline";
import { descendantsOf, killSurvivors, listProcesses, signalProcess } from "./process-tree";

const running = new Set<ChildProcess>();

/** Ends a process of ours and all that it has started, at once. */
export function endOwned(child: ChildProcess): void {
  if (child.pid === undefined || !running.delete(child)) {
    return;
  }
  const descendants = descendantsOf(child.pid, listProcesses());
  signalProcess(child.pid, "SIGKILL");
  killSurvivors(descendants);
}

/** Ends every process of ours. Called by itself when this process ends. */
export function endAllOwned(): void {
  for (const child of running) {
    endOwned(child);
  }
}

/**
 * Starts a process that does not outlive this one: whatever ends this process
 * through `process.exit` (as run.mjs does on Ctrl-C) ends it too.
 */
export function startOwned(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  if (running.size === 0) {
    process.off("exit", endAllOwned);
    process.once("exit", endAllOwned);
  }
  const child = spawn(command, args, options);
  running.add(child);
  child.once("exit", () => running.delete(child));
  child.once("error", () => running.delete(child));
  return child;
}

/** What a bounded run may do, and what is told about it. */
export interface BoundedOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds until it is ended. */
  readonly timeout: number;
  /** Gets each line it writes, to either stream. */
  readonly onLine?: (line: string) => void;
  /** Asked every second: a reason ends the run with it. */
  readonly stopWhen?: () => string | undefined;
}

/** Runs a command to its end; rejects with its last lines if that is not a good one, or if it takes too long. */
export function runBounded(command: string, args: readonly string[], options: BoundedOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const lastLines: string[] = [];
    const child = startOwned(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) {
        createInterface({ input: stream }).on("line", (line) => {
          lastLines.splice(0, lastLines.length - 4);
          lastLines.push(line);
          options.onLine?.(line);
        });
      }
    }
    const started = performance.now();
    const watch = setInterval(() => {
      const late = performance.now() - started > options.timeout;
      const reason = late ? `not done after ${options.timeout / 60_000} min` : options.stopWhen?.();
      if (reason !== undefined) {
        fail(reason);
        endOwned(child);
      }
    }, 1_000);
    const fail = (reason: string): void => {
      clearInterval(watch);
      reject(
        new Error(
          [reason, ...lastLines.map((line) => line.trim())].filter((line) => line !== "").join(" | "),
        ),
      );
    };
    child.once("error", (error) => {
      fail(error.message);
    });
    child.once("close", (code, signal) => {
      clearInterval(watch);
      if (code === 0) {
        resolve();
      } else {
        fail(`ended with ${code === null ? String(signal) : `exit code ${code}`}`);
      }
    });
  });
}
