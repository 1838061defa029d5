import { createRequire } from "node:module";
import { join } from "node:path";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";

/** How the program of a stack is started: `node` with these arguments, in this folder, with this environment on top. */
export interface ProgramCommand {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What the engine is told when the program has ended: a message to show, or that the program has shown its own. */
export interface ProgramOutcome {
  readonly error: string;
  readonly bail: boolean;
}

/** The runner of `@pulumi/pulumi` ends with this code after it has logged the error of the program itself. */
const alreadyLoggedExitCode = 32;

/** Finds the runner in the `@pulumi/pulumi` that the program itself uses: the engine's state is kept per copy of it. */
export function locateRunner(programDirectory: string): string {
  return createRequire(join(programDirectory, "program.js")).resolve("@pulumi/pulumi/cmd/run");
}

/** Puts a request of the engine into the words of `@pulumi/pulumi/cmd/run`. */
export function programCommand(
  request: RunRequest,
  engineAddress: string,
  findRunner = locateRunner,
): ProgramCommand {
  const info = request.getInfo();
  if (info === undefined) {
    throw new Error("the engine sent no program information: this language host needs a newer Pulumi CLI");
  }
  const options = info.getOptions()?.toJavaScript() ?? {};
  const nodeArguments = typeof options.nodeargs === "string" ? options.nodeargs.split(/\s+/) : [];
  const args = [
    ...nodeArguments.filter((argument) => argument !== ""),
    findRunner(info.getProgramDirectory()),
    `--monitor=${request.getMonitorAddress()}`,
    `--engine=${engineAddress}`,
    `--organization=${request.getOrganization()}`,
    `--project=${request.getProject()}`,
    `--root-directory=${info.getRootDirectory()}`,
    `--stack=${request.getStack()}`,
    `--pwd=${request.getPwd()}`,
    `--parallel=${request.getParallel()}`,
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info.getEntryPoint(),
    ...request.getArgsList(),
  ];
  return {
    args,
    cwd: info.getProgramDirectory(),
    env: {
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      PULUMI_NODEJS_TYPESCRIPT: String(options.typescript !== false),
    },
  };
}

/** Says what the end of the program's process means to the engine. */
export function programOutcome(code: number | null, signal: NodeJS.Signals | null): ProgramOutcome {
  if (code === 0) {
    return { error: "", bail: false };
  }
  if (code === alreadyLoggedExitCode) {
    return { error: "", bail: true };
  }
  const cause = code === null ? `was ended by ${signal ?? "an unknown signal"}` : `exited with code ${code}`;
  return { error: `the program ${cause}`, bail: false };
}
