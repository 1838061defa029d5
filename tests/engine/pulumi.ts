/** Runs the real Pulumi CLI in tests: each stack in a temporary folder, with a backend and a home of its own. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { searchCli } from "../../scripts/pulumi/cli";
import type { PulumiCli } from "../../scripts/pulumi/cli";
import { bareEnvironment, throwAwayEnvironment } from "../../scripts/pulumi/environment";
import { startCommand } from "./command";
import type { CommandResult, RunningCommand } from "./command";
import { plainConfigYaml, secretConfigArguments } from "./configuration";
import type { Config } from "./configuration";
import { assertFresh, languageHostBuild, providerBuild } from "./freshness";
import { openProject } from "./project";
import type { ProgramFiles, Project, ProjectFolder } from "./project";

/** The name of every stack that tests open. */
export const stackName = "test";

const defaultTimeout = 180_000;

/** What `pulumi stack init` has drawn for the passphrase of temporary stacks: all of them may share it. */
const encryptionSalt = "v1:Un/hNvatgUw=:v1:IbX+GaMI21qgWxWI:yDe71gkPJxpfHQNrRccFyxhMyyVKdA==";
const emptyDeployment = {
  manifest: {
    time: "2026-01-01T00:00:00Z",
    magic: "ab35920a3077459b09dd1a3f7ddc28df4e3efc81b3240013bb6906688abc684d",
    version: "v3.259.0",
  },
  secrets_providers: { type: "passphrase", state: { salt: encryptionSalt } },
  metadata: {},
};

/** What the backend keeps of a stack. */
interface StoredState {
  readonly version: number;
  readonly checkpoint: { readonly latest: StackState["deployment"] };
}

/** A value in state that is kept secret has this under the key of its signature. */
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

function isSecretOutput(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.values(value).includes(secretSignature);
}

/** What a stack is opened with. */
export interface StackOptions {
  readonly project: Project;
  readonly config?: Config;
  /** The environment of every run, on top of a bare one: no credentials or settings of whoever runs the tests. */
  readonly env?: NodeJS.ProcessEnv;
  /** The Node that runs the program. Default: the one of the tests. */
  readonly node?: string;
  /** Milliseconds each run may take. */
  readonly timeout?: number;
}

/** How one run differs from the others. */
export interface RunOptions {
  /** How many operations may run at a time: the CLI's `--parallel`. */
  readonly parallel?: number;
  /** Whether the run is previewed first, as people run it; it takes a second longer. Default: false */
  readonly previewed?: boolean;
  /** More arguments for the CLI. */
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly timeout?: number;
}

/** Operations of the engine that go on for a while. */
export type Operation = "up" | "preview" | "refresh" | "destroy";

let found: Promise<PulumiCli> | undefined;

/** The CLI for tests. Never downloads or builds one: a test run would seem to hang. */
export function testCli(): Promise<PulumiCli> {
  found ??= searchCli().then(({ cli, tried }) => {
    if (cli === undefined) {
      throw new Error(
        `no Pulumi CLI for the tests that need one (${tried.join("; ")}): "npm run get-pulumi" downloads or builds it, "npm test" does so by itself`,
      );
    }
    return cli;
  });
  return found;
}

/** A stack on a backend of its own. Close it, whatever happened to it. */
export class TestStack {
  private readonly commands: RunningCommand[] = [];

  /** Use `openStack`. */
  constructor(
    private readonly cli: PulumiCli,
    private readonly project: ProjectFolder,
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly timeout: number,
  ) {}

  /** The folder of the project: where `Pulumi.yaml` lies. */
  get projectDirectory(): string {
    return this.project.directory;
  }

  /** `Pulumi.<stack>.yaml`, outside of the project folder. */
  get configFile(): string {
    return join(this.folder, "settings", `Pulumi.${stackName}.yaml`);
  }

  /** Starts an operation and returns at once: for tests that interrupt or kill it. */
  start(operation: Operation, options: RunOptions = {}): RunningCommand {
    const skipped = options.previewed === true ? [] : ["--skip-preview"];
    const approve = operation === "preview" ? [] : ["--yes", ...skipped];
    const parallel = options.parallel === undefined ? [] : ["--parallel", String(options.parallel)];
    return this.startCli(
      [operation, ...approve, "--config-file", this.configFile, ...parallel, ...(options.args ?? [])],
      options,
    );
  }

  up(options?: RunOptions): Promise<CommandResult> {
    return this.start("up", options).result;
  }

  preview(options?: RunOptions): Promise<CommandResult> {
    return this.start("preview", options).result;
  }

  refresh(options?: RunOptions): Promise<CommandResult> {
    return this.start("refresh", options).result;
  }

  destroy(options?: RunOptions): Promise<CommandResult> {
    return this.start("destroy", options).result;
  }

  /** Takes away the lock that a killed run has left. */
  cancel(options?: RunOptions): Promise<CommandResult> {
    return this.run(["cancel", "--yes"], options);
  }

  /** Any other command of the CLI, with the stack and the folder set. */
  run(args: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    return this.startCli([...args, ...(options.args ?? [])], options).result;
  }

  /** Another program in the folder of the project, with the CLI on its PATH and the CLI's environment. */
  runProgram(command: string, args: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    const running = startCommand(command, args, {
      cwd: this.project.directory,
      env: { ...this.env, ...options.env },
      timeout: options.timeout ?? this.timeout,
    });
    this.commands.push(running);
    return running.result;
  }

  /** The stack's outputs as `pulumi stack output --json` gives them: secret ones are hidden. */
  async outputs(): Promise<Record<string, unknown>> {
    const { deployment } = await this.exportState();
    const stack = deployment.resources?.find(({ type }) => type === "pulumi:pulumi:Stack");
    return Object.fromEntries(
      Object.entries(stack?.outputs ?? {}).map(([key, value]) => [
        key,
        isSecretOutput(value) ? "[secret]" : value,
      ]),
    );
  }

  /** The state as `pulumi stack export` gives it, read from the backend: a start of the CLI costs a second. */
  async exportState(): Promise<StackState> {
    const { version, checkpoint } = JSON.parse(await readFile(this.stateFile, "utf8")) as StoredState;
    return { version, deployment: checkpoint.latest };
  }

  /** Puts a state in the place of the stored one, through the CLI, which checks it. Throws if that fails. */
  async importState(state: StackState): Promise<void> {
    const file = join(this.folder, "import.json");
    writeFileSync(file, JSON.stringify(state));
    await this.succeed(["stack", "import", "--file", file]);
  }

  /** Replaces the whole configuration. */
  async setConfig(config: Config): Promise<void> {
    const salt = /^encryptionsalt:.*\n/m.exec(readFileSync(this.configFile, "utf8"))?.[0] ?? "";
    writeFileSync(this.configFile, salt + plainConfigYaml(config, this.project.name));
    const secrets = secretConfigArguments(config, this.project.name);
    if (secrets.length > 0) {
      await this.succeed(["config", "set-all", "--config-file", this.configFile, ...secrets]);
    }
  }

  /** Puts another program in the place of one that was given as text. */
  writeProgram(program: string | ProgramFiles): void {
    this.project.write(program);
  }

  /** Ends what still runs and removes every file. Does not destroy the stack. */
  close(): void {
    for (const command of this.commands) {
      command.kill();
      command.killOrphans();
    }
    this.project.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Makes the stack: what `pulumi stack init` writes, without a start of the CLI. */
  async initialize(config: Config): Promise<void> {
    mkdirSync(dirname(this.configFile));
    writeFileSync(this.configFile, `encryptionsalt: ${encryptionSalt}\n`);
    mkdirSync(dirname(this.stateFile), { recursive: true });
    writeFileSync(join(this.folder, "state", ".pulumi", "meta.yaml"), "version: 1\n");
    const stack = `organization/${this.project.name}/${stackName}`;
    writeFileSync(
      this.stateFile,
      JSON.stringify({ version: 3, checkpoint: { stack, latest: emptyDeployment } }),
    );
    await this.setConfig(config);
  }

  /** Where the backend keeps the state. */
  private get stateFile(): string {
    return join(this.folder, "state", ".pulumi", "stacks", this.project.name, `${stackName}.json`);
  }

  private startCli(args: readonly string[], options: RunOptions): RunningCommand {
    const command = startCommand(
      this.cli.command,
      [...args, "--stack", stackName, "--non-interactive", "--color", "never"],
      {
        cwd: this.project.directory,
        env: { ...this.env, ...options.env },
        timeout: options.timeout ?? this.timeout,
      },
    );
    this.commands.push(command);
    return command;
  }

  private async succeed(args: readonly string[]): Promise<CommandResult> {
    const result = await this.run(args);
    if (result.code !== 0) {
      throw new Error(
        `pulumi ${args.join(" ")} ended with ${String(result.code)}:\n${result.stdout}${result.stderr}`,
      );
    }
    return result;
  }
}

/** An exported state, as far as tests look into it. */
export interface StackState {
  readonly version: number;
  readonly deployment: {
    readonly manifest?: unknown;
    readonly secrets_providers?: unknown;
    readonly resources?: readonly StateResource[];
    readonly pending_operations?: readonly { readonly type: string; readonly resource: StateResource }[];
  };
}

/** One resource of an exported state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly custom: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly initErrors?: readonly string[];
  /** The engine refuses to delete it. */
  readonly protect?: boolean;
  /** It was replaced and is still to be deleted. */
  readonly delete?: boolean;
  /** Looked up, and not managed. */
  readonly external?: boolean;
}

/** Opens a stack for a test. */
export async function openStack(options: StackOptions): Promise<TestStack> {
  const cli = await testCli();
  assertFresh(languageHostBuild);
  if (usesProvider(options.project)) {
    assertFresh(providerBuild);
  }
  const project = openProject(options.project);
  const folder = mkdtempSync(join(tmpdir(), "pulumi-stack-"));
  const env = throwAwayEnvironment(cli, folder, { ...bareEnvironment(), ...options.env }, options.node);
  const stack = new TestStack(cli, project, folder, env, options.timeout ?? defaultTimeout);
  try {
    await stack.initialize(options.config ?? {});
  } catch (error) {
    stack.close();
    throw error;
  }
  return stack;
}

function usesProvider(project: Project): boolean {
  return "directory" in project || JSON.stringify(project.program).includes("pulumi-huaweicloud-workspace");
}
