import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import type { EmulatorEnv } from "../emulator";

/** A program that has been started, and what it has said. */
export class Command {
  out = "";
  err = "";
  /** How it ended; a signal is no status. */
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly listeners = new Set<() => void>();

  constructor(bin: string, args: readonly string[]) {
    this.child = spawn(process.execPath, [bin, ...args]);
    const heard = (): void => {
      for (const listener of this.listeners) listener();
    };
    this.child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.out += text;
      heard();
    });
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.err += text;
      heard();
    });
    this.ended = new Promise((resolve) => {
      this.child.once("close", (status) => {
        resolve(status);
        heard();
      });
    });
  }

  /** Resolves once something that it says makes the test true; throws when it ends before. */
  async until(test: (command: Command) => boolean): Promise<void> {
    if (test(this)) return;
    let listener: () => void = () => undefined;
    const said = new Promise<void>((resolve) => {
      listener = () => {
        if (test(this)) resolve();
      };
      this.listeners.add(listener);
    });
    const over = this.ended.then((status) => {
      if (!test(this)) throw new Error(`It ended with ${String(status)}: ${this.out}${this.err}`);
    });
    await Promise.race([said, over]);
    this.listeners.delete(listener);
  }

  /** The address and the variables that it has announced. */
  async announced(): Promise<{ url: string; env: EmulatorEnv }> {
    const url = await this.url();
    const lines = [...this.out.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]);
    return { url, env: Object.fromEntries(lines) as EmulatorEnv };
  }

  /** The address that its first line names. */
  async url(): Promise<string> {
    await this.until(({ out }) => out.includes("/_emulator/"));
    return /listening on (\S+)/.exec(this.out)?.[1] ?? "";
  }

  signal(signal: "SIGINT" | "SIGTERM" | "SIGKILL"): void {
    this.child.kill(signal);
  }
}
