import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { descendantsOf, killSurvivors, listProcesses } from "./process-tree";
import type { ProcessEntry } from "./process-tree";

/** How a run of the CLI ended. */
export interface CommandResult {
  /** The exit code, or `null` if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** How long it took, in milliseconds. */
  readonly ms: number;
}

/** A run of the CLI that may still go on. */
export interface RunningCommand {
  readonly pid: number;
  /** Settles when the CLI has ended, however that was; rejects when it took too long. */
  readonly result: Promise<CommandResult>;
  /** What it has written up to now, both streams as they came. */
  output(): string;
  /** Ctrl-C, as in a terminal: only the CLI gets it, its plugins run in groups of their own. */
  interrupt(): void;
  /** `kill -9` of the CLI alone: its plugins live on until `killOrphans`. */
  kill(): void;
  /** Ends what a killed CLI has left behind. */
  killOrphans(): void;
}

/** What to run, and for how long at most. */
export interface CommandOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds after which the command and its children are killed. */
  readonly timeout: number;
}

/** Milliseconds that the streams of an ended command may stay open. */
const streamPatience = 2_000;

class Command implements RunningCommand {
  readonly result: Promise<CommandResult>;
  private readonly child: ChildProcess;
  private readonly chunks: { readonly stream: "stdout" | "stderr"; readonly text: string }[] = [];
  private children: readonly ProcessEntry[] = [];

  constructor(command: string, args: readonly string[], options: CommandOptions) {
    const started = performance.now();
    this.child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of ["stdout", "stderr"] as const) {
      this.child[stream]?.setEncoding("utf8").on("data", (text: string) => {
        this.chunks.push({ stream, text });
      });
    }
    this.result = new Promise((resolve, reject) => {
      const alarm = setTimeout(() => {
        this.kill();
        this.killOrphans();
        const shown = `${command} ${args.join(" ")}`;
        reject(
          new Error(`${shown} did not end within ${options.timeout / 1000} s. It wrote:\n${this.output()}`),
        );
      }, options.timeout);
      this.child.once("error", (error) => {
        clearTimeout(alarm);
        reject(error);
      });
      this.child.once("exit", (code) => {
        clearTimeout(alarm);
        // An orphaned plugin may hold the streams open for as long as it lives: they get a moment to end.
        const ms = Math.round(performance.now() - started);
        const finish = (): void => {
          clearTimeout(patience);
          resolve({ code, stdout: this.output("stdout"), stderr: this.output("stderr"), ms });
        };
        const patience = setTimeout(finish, streamPatience);
        this.child.once("close", finish);
      });
    });
  }

  get pid(): number {
    if (this.child.pid === undefined) {
      throw new Error("the command could not be started");
    }
    return this.child.pid;
  }

  output(stream?: "stdout" | "stderr"): string {
    const chunks = this.chunks.filter((chunk) => stream === undefined || chunk.stream === stream);
    // The SDK colours stacks of errors even where nobody can see it.
    return stripVTControlCharacters(chunks.map((chunk) => chunk.text).join(""));
  }

  interrupt(): void {
    this.child.kill("SIGINT");
  }

  kill(): void {
    if (this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null) {
      this.children = descendantsOf(this.child.pid, listProcesses());
      this.child.kill("SIGKILL");
    }
  }

  killOrphans(): void {
    if (this.children.length > 0) {
      killSurvivors(this.children);
      this.children = [];
    }
  }
}

/** Starts a command with its output kept and its time bounded. */
export function startCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): RunningCommand {
  return new Command(command, args, options);
}
