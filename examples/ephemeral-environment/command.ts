import { spawn } from "node:child_process";
import { once } from "node:events";

/** Runs a command and fails if it fails. It is ended when the signal comes. */
export async function runCommand(
  command: readonly string[],
  env: Record<string, string>,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const [name = "true", ...args] = command;
  const child = spawn(name, args, { stdio: "inherit", env: { ...process.env, ...env } });
  signal.addEventListener("abort", () => child.kill());
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) {
    throw new Error(`"${command.join(" ")}" ended with ${code ?? "a signal"}`);
  }
}
