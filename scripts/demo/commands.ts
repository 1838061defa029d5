import { startOwned } from "../owned-process";
import type { PulumiCli } from "../pulumi/cli";
import { repositoryRoot } from "../repository";

/** How a command of the CLI ended. */
export interface CommandEnd {
  readonly code: number | null;
  readonly ms: number;
}

/** A command line as one would type it: quoted only where a shell needs it. */
export function typedCommand(args: readonly string[]): string {
  const quoted = args.map((argument) => (/^[\w./:=@,-]+$/.test(argument) ? argument : `'${argument}'`));
  return ["pulumi", ...quoted].join(" ");
}

/** Shows a command line, runs it at the root of the repository, and lets its output through as it comes. */
export function typePulumi(
  cli: PulumiCli,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<CommandEnd> {
  console.log(`\n$ ${typedCommand(args)}`);
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = startOwned(cli.command, args, {
      cwd: repositoryRoot,
      env,
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.once("error", reject);
    child.once("exit", (code) => {
      resolve({ code, ms: performance.now() - started });
    });
  });
}
