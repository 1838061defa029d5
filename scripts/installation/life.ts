/** One installation, from an empty folder to a stack that has come and gone. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Emulator } from "../demo/emulator";
import { bareEnvironment } from "../pulumi/bare-environment";
import type { PulumiCli } from "../pulumi/cli";
import { throwAwayEnvironment } from "../pulumi/environment";
import { install, toolFolders } from "./install";
import type { Installation } from "./matrix";
import { programText, writeProject } from "./project";
import { installEnvironment, runAndTell } from "./run";

const stack = "trial";
const timeout = 120_000;

/** What was seen of one installation. */
export interface Life {
  /** The release of Node that ran the program. */
  readonly node: string;
  /** The release of `@pulumi/pulumi` that was installed. */
  readonly pulumi: string;
  /** Data disks of each desktop after `up`, and after `destroy`. */
  readonly made: readonly number[];
  readonly left: readonly number[];
  /** Seconds to install, and to run the stack. */
  readonly seconds: { readonly install: number; readonly stack: number };
}

/**
 * Installs the tarball in an empty project, type-checks a TypeScript program,
 * brings its stack up on an emulator, sees that a preview has nothing to do,
 * destroys it and removes the stack, which the CLI refuses while it holds a
 * resource. Throws with the output of the command that failed.
 */
export async function liveThrough(
  installation: Installation,
  tarball: string,
  cli: PulumiCli,
): Promise<Life> {
  // Outside this repository: nothing must be found in its node_modules.
  const folder = mkdtempSync(join(tmpdir(), "installation-"));
  let emulator: Emulator | undefined;
  try {
    const path = await toolFolders(installation);
    emulator = await Emulator.start(["--desktops", "2", "--job-time", "100"]);
    return await live(installation, tarball, { cli, folder, path, emulator });
  } finally {
    emulator?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

interface World {
  readonly cli: PulumiCli;
  readonly folder: string;
  readonly path: readonly string[];
  readonly emulator: Emulator;
}

async function live(installation: Installation, tarball: string, world: World): Promise<Life> {
  const { cli, folder, path, emulator } = world;
  const project = join(folder, "project");
  const [first, second] = await emulator.desktops();
  const program = programText(installation.language, first?.computer_name ?? "", second?.desktop_id ?? "");
  writeProject(project, installation, tarball, program);

  const started = performance.now();
  await install(project, installation, path);
  const installed = performance.now();
  if (installation.language === "TypeScript") {
    const tsc = join(project, "node_modules", ".bin", "tsc");
    await runAndTell(tsc, ["--noEmit"], {
      cwd: project,
      env: installEnvironment(process.env, path),
      timeout,
    });
  }

  const node = join(path[0] ?? "", "node");
  const bare = installEnvironment(bareEnvironment(), path);
  // The region comes from the stack's configuration, which reaches dynamic providers by a way of its own.
  const { HW_REGION_NAME: region = "", ...variables } = emulator.variables;
  const env = throwAwayEnvironment(cli, folder, { ...bare, ...variables, PULUMI_STACK: stack }, node);
  const pulumi = (...args: readonly string[]): Promise<string> =>
    runAndTell(cli.command, [...args, "--non-interactive", "--color", "never"], {
      cwd: project,
      env,
      timeout,
    });
  const disks = async (): Promise<number[]> =>
    (await emulator.desktops()).map(({ data_volumes: volumes }) => volumes.length);

  await pulumi("stack", "init", stack);
  await pulumi("config", "set", "huaweicloud-workspace:region", region);
  await pulumi("up", "--yes", "--skip-preview");
  const made = await disks();
  await pulumi("preview", "--expect-no-changes");
  const outputs = JSON.parse(await pulumi("stack", "output", "--json")) as { node: string };
  await pulumi("destroy", "--yes", "--skip-preview");
  const left = await disks();
  await pulumi("stack", "rm", "--yes", "--preserve-config");

  const manifest = join(project, "node_modules", "@pulumi", "pulumi", "package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  const seconds = { install: (installed - started) / 1000, stack: (performance.now() - installed) / 1000 };
  return { node: outputs.node, pulumi: version, made, left, seconds };
}
