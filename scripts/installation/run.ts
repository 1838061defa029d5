import { delimiter } from "node:path";
import { runBounded } from "../owned-process";

/** Where and with what a command runs, and for how many milliseconds at most. */
export interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeout: number;
}

const shownLines = 40;

/** Runs a command and gives what it has written; if it fails, the error tells the command and its last lines. */
export async function runAndTell(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<string> {
  const lines: string[] = [];
  try {
    await runBounded(command, args, { ...options, onLine: (line) => lines.push(line) });
  } catch (error) {
    const why = error instanceof Error ? (error.message.split(" | ", 1)[0] ?? "") : String(error);
    const told = lines.slice(-shownLines).map((line) => `    ${line}`);
    throw new Error([`${[command, ...args].join(" ")}: ${why}`, ...told].join("\n"));
  }
  return lines.join("\n");
}

/** What npm tells its own scripts; a package manager that runs inside one must not take it for its own. */
const ofThisRun =
  /^(?:npm_(?!config_)|npm_config_(?:local_prefix|user_agent|prefix)$|INIT_CWD$|NODE_OPTIONS$)/i;

/** The environment that package managers run in: that of this machine, proxies and registries too, with `path` in front. */
export function installEnvironment(env: NodeJS.ProcessEnv, path: readonly string[] = []): NodeJS.ProcessEnv {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !ofThisRun.test(name)));
  return { ...own, PATH: [...path, env.PATH ?? ""].join(delimiter), CI: "true" };
}
