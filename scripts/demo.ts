/** Runs the stack at the root of this repository once through its life, against an emulated cloud. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countCalls } from "./demo/api-calls";
import { typePulumi } from "./demo/commands";
import { Emulator } from "./demo/emulator";
import { reportTable } from "./demo/table";
import type { OperationReport } from "./demo/table";
import { endAllOwned } from "./owned-process";
import { bareEnvironment } from "./pulumi/bare-environment";
import { throwAwayEnvironment } from "./pulumi/environment";
import { obtainCli } from "./pulumi/obtain";
import { repositoryRoot } from "./repository";

const stack = "demo";
/** By default the engine runs four operations a core: the ten disks of one desktop would come in several parts. */
const together = ["--parallel", "16"];
const emulatorOptions = ["--desktops", "3", "--job-time", "3000"];

function projectName(): string {
  const name = /^name:\s*(\S+)/m.exec(readFileSync(join(repositoryRoot, "Pulumi.yaml"), "utf8"))?.[1];
  if (name === undefined) {
    throw new Error("Pulumi.yaml has no name");
  }
  return name;
}

/** `stack init` writes the stack's settings beside a Pulumi.yaml: one in the temporary folder, so none is left in the clone. */
function prepareSettings(folder: string): string {
  const settings = join(folder, "settings");
  mkdirSync(settings);
  writeFileSync(join(settings, "Pulumi.yaml"), `name: ${projectName()}\nruntime: nodejs\n`);
  return settings;
}

async function volumeIds(emulator: Emulator): Promise<ReadonlySet<string>> {
  const desktops = await emulator.desktops();
  return new Set(desktops.flatMap(({ data_volumes }) => data_volumes.map(({ volume_id }) => volume_id)));
}

/** Whether everything went as it should. */
async function runLife(folder: string): Promise<boolean> {
  const cli = await obtainCli(console.error.bind(console));
  const emulator = await Emulator.start(emulatorOptions);
  console.log(`The emulated cloud listens on ${emulator.address}.`);
  const env = {
    ...throwAwayEnvironment(cli, folder, { ...bareEnvironment(), ...emulator.variables }),
    PULUMI_STACK: stack,
  };
  const settings = prepareSettings(folder);
  const configFile = ["--config-file", join(settings, `Pulumi.${stack}.yaml`)];
  const type = (...args: readonly string[]): ReturnType<typeof typePulumi> => typePulumi(cli, args, env);

  const desktops = await emulator.desktops();
  const before = await volumeIds(emulator);
  const ids = desktops.flatMap(({ desktop_id }, index) => [
    "--plaintext",
    `desktopIds[${index}]=${desktop_id}`,
  ]);
  for (const command of [
    ["stack", "init", stack, "--cwd", settings],
    ["config", "set-all", "--path", ...ids, ...configFile],
  ]) {
    const { code } = await type(...command);
    if (code !== 0) {
      throw new Error("the stack could not be made");
    }
  }

  const reports: OperationReport[] = [];
  const operation = async (name: string, ...args: readonly string[]): Promise<boolean> => {
    const known = (await emulator.requests()).length;
    const { code, ms } = await type(name, ...args, ...configFile);
    reports.push({ name, ms, calls: countCalls((await emulator.requests()).slice(known)) });
    return code === 0;
  };
  const up = await operation("up", "--yes", ...together);
  const made = [...(await volumeIds(emulator))].filter((id) => !before.has(id)).length;
  const unchanged = up && (await operation("preview", "--expect-no-changes"));
  const destroyed = await operation("destroy", "--yes", ...together);
  const left = [...(await volumeIds(emulator))].filter((id) => !before.has(id)).length;

  console.log(`\n${reportTable(reports).join("\n")}\n`);
  console.log(`${made} disks were made on ${desktops.length} desktops, ${left} are left.`);
  console.log(
    up && unchanged ? "A second preview showed no changes." : "The stack did not come to rest: see above.",
  );
  return unchanged && destroyed && made > 0 && left === 0;
}

async function main(): Promise<void> {
  console.log(
    [
      "This runs examples/quickstart once through its life with the real Pulumi CLI: up, a preview that must show",
      "no changes, destroy. The cloud is an emulator on this machine whose jobs take 3 seconds; nothing leaves it,",
      "and nothing is kept: state and settings lie in a temporary folder.",
    ].join("\n"),
  );
  const folder = mkdtempSync(join(tmpdir(), "pulumi-demo-"));
  // Also after Ctrl-C or a failure.
  process.once("exit", () => {
    endAllOwned();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  const well = await runLife(folder);
  process.exit(well ? 0 : 1);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
