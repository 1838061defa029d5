/** What a CI runner provides for a job: a checkout, Node, the Pulumi CLI, and a home of its own. */
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { bareEnvironment, throwAwayEnvironment } from "../../scripts/pulumi/environment";
import { repositoryRoot } from "../../scripts/repository";
import { startCommand } from "../engine/command";
import { testCli } from "../engine/pulumi";

/** The folder that people copy: program and pipelines. */
export const example = join(repositoryRoot, "examples", "gitops");

/** How a job, or one step of it, ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Copies what is committed of the example, with more files beside it. */
export function checkOut(directory: string, more: Readonly<Record<string, string>> = {}): void {
  cpSync(example, directory, {
    recursive: true,
    filter: (path) => !path.includes("node_modules", example.length),
  });
  for (const [name, text] of Object.entries(more)) writeFileSync(join(directory, name), text);
}

/**
 * Stands for npm: `npm ci` gives the folder the packages of this repository.
 * Anything else, and a folder without a package.json, is an error, as it is
 * without a lock file.
 */
const npm = `#!/bin/sh
[ "$*" = ci ] && [ -f package.json ] || { echo "unexpected: npm $*, in $PWD" >&2; exit 64; }
ln -s '${join(repositoryRoot, "node_modules")}' node_modules
`;

/** A runner for one job. It lies outside of this repository, so that no package is found by chance. */
export class Machine {
  private constructor(
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async start(): Promise<Machine> {
    const folder = mkdtempSync(join(tmpdir(), "ci-job-"));
    for (const name of ["bin", "work", "temp"]) mkdirSync(join(folder, name));
    writeFileSync(join(folder, "bin", "npm"), npm);
    chmodSync(join(folder, "bin", "npm"), 0o755);
    const { PATH = "", ...env } = bareEnvironment();
    const path = [join(folder, "bin"), PATH].join(delimiter);
    return new Machine(
      folder,
      throwAwayEnvironment(await testCli(), folder, { ...env, PATH: path, CI: "true" }),
    );
  }

  /** Where the job works: empty at first. */
  get work(): string {
    return join(this.folder, "work");
  }

  /** A folder for files that do not belong to the checkout. */
  get temp(): string {
    return join(this.folder, "temp");
  }

  /** Runs a script with bash, the way that CI systems do. */
  async run(script: string, flags: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
    const file = join(this.temp, "script.sh");
    writeFileSync(file, script);
    const command = startCommand("bash", [...flags, file], {
      cwd: this.work,
      env: { ...this.env, ...env },
      timeout: 180_000,
    });
    const { code, stdout, stderr } = await command.result;
    return { code, output: stdout + stderr };
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
