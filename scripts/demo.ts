/** `npm start`: runs examples/quickstart from the first disk to the last, on an emulated cloud. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { startEmulator } from "huaweicloud-workspace-emulator";
import { bareEnvironment, throwAwayEnvironment } from "./pulumi/environment";
import { obtainCli } from "./pulumi/obtain";
import { repositoryRoot } from "./repository";

const stack = "demo";
const conflicts = "conflicts (409)";
/** By default the engine runs four operations a core: the ten disks of one desktop would come in several parts. */
const together = ["--parallel", "16"];

/** Fails unless the stack went from no disks to no disks. */
export async function main(): Promise<void> {
  console.log(`This runs examples/quickstart with the real Pulumi CLI: up, a preview that must show no changes, destroy.
The cloud is an emulator on this machine whose jobs take 3 seconds. State and settings are in a temporary folder.`);
  const folder = mkdtempSync(join(tmpdir(), "pulumi-demo-"));
  process.once("exit", () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  const cli = await obtainCli();
  const emulator = await startEmulator({ desktops: 3, jobTimeMs: 3_000 });
  console.log(`The emulated cloud listens on ${emulator.url}. Open it in a browser to watch what happens.`);
  // `stack init` writes settings beside a Pulumi.yaml: this one keeps them out of the clone.
  writeFileSync(join(folder, "Pulumi.yaml"), "name: quickstart\nruntime: nodejs\n");
  const configFile = ["--config-file", join(folder, `Pulumi.${stack}.yaml`)];
  const base = { ...bareEnvironment(), ...emulator.env, PULUMI_STACK: stack };
  const env = throwAwayEnvironment(cli, folder, base);
  const pulumi = async (...args: string[]): Promise<boolean> => {
    console.log(`\n$ pulumi ${args.join(" ")}`);
    const { failed } = await execa(cli.command, args, {
      ...{ cwd: repositoryRoot, env, extendEnv: false, reject: false, killSignal: "SIGKILL" },
      ...{ stdin: "ignore", stdout: "inherit", stderr: "inherit" },
    });
    return !failed;
  };

  const desktops = emulator.desktops();
  const ids = desktops.flatMap(({ desktop_id }, at) => ["--plaintext", `desktopIds[${at}]=${desktop_id}`]);
  await pulumi("stack", "init", stack, "--cwd", folder);
  await pulumi("config", "set-all", "--path", ...ids, ...configFile);

  const disks = () => emulator.desktops().flatMap(({ data_volumes: volumes }) => volumes).length;
  const before = disks();
  const report: Record<string, Record<string, number>> = { seconds: {}, "API calls": {}, [conflicts]: {} };
  const operation = async (name: string, ...args: string[]): Promise<boolean> => {
    const [known, started] = [emulator.requests().length, performance.now()];
    const isDone = await pulumi(name, ...args, ...configFile);
    const add = (row: string, value: number) =>
      ((report[row] ??= {})[name] = (report[row][name] ?? 0) + value);
    add("seconds", Math.round((performance.now() - started) / 100) / 10);
    for (const row of ["API calls", conflicts]) add(row, 0);
    for (const { method, path, status } of emulator.requests().slice(known)) {
      add("API calls", 1);
      add(conflicts, status === 409 ? 1 : 0);
      add(`  ${method} ${path.replace(/(v2|desktops|workspace-jobs)\/(?!detail$)[^/]+/g, "$1/*")}`, 1);
    }
    return isDone;
  };
  const isUp = await operation("up", "--yes", ...together);
  const created = disks() - before;
  const isUnchanged = isUp && (await operation("preview", "--expect-no-changes"));
  const isDestroyed = await operation("destroy", "--yes", ...together);
  const left = disks() - before;

  console.log("\nTime and API calls of each operation:");
  console.table(report);
  console.log(`${created} disks were created on ${desktops.length} desktops, ${left} are left.`);
  console.log(isUnchanged ? "A second preview showed no changes." : "An operation failed: see above.");
  process.exitCode = isUnchanged && isDestroyed && created > 0 && left === 0 ? 0 : 1;
}
