/** The example that makes an environment for a branch: it tears down whatever happens. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "huaweicloud-workspace-emulator";
import { bareEnvironment, throwAwayEnvironment } from "../../scripts/pulumi/environment";
import { repositoryRoot } from "../../scripts/repository";
import { desktopId, failed, passed } from "./cloud";
import { type RunningCommand, startCommand } from "./command";
import { exampleFolder } from "./example";
import { assertFresh, providerBuild } from "./freshness";
import { testCli } from "./pulumi";

jest.setTimeout(240_000);

const tsNode = require.resolve("ts-node/dist/bin");

let folder: string;
let emulator: Emulator;
let env: NodeJS.ProcessEnv;
const started: RunningCommand[] = [];

beforeAll(async () => {
  assertFresh(providerBuild);
  // A copy: the CLI writes settings of the stack beside Pulumi.yaml.
  const parent = join(repositoryRoot, "build", "tmp");
  mkdirSync(parent, { recursive: true });
  folder = mkdtempSync(join(parent, "environment-"));
  cpSync(exampleFolder("ephemeral-environment"), folder, { recursive: true });
  emulator = await startEmulator({ desktops: 1, jobTimeMs: 1_500 });
  env = {
    ...throwAwayEnvironment(await testCli(), folder, { ...bareEnvironment(), ...emulator.env }),
    DESKTOP_ID: desktopId(1),
    TEARDOWN_PAUSE_SECONDS: "0.5",
    TS_NODE_TRANSPILE_ONLY: "true",
  };
});

beforeEach(() => {
  emulator.reset();
  emulator.addDesktops([{ desktop_id: desktopId(1), data_volumes: [{ volume_id: "of-before", size: 10 }] }]);
});

afterEach(() => {
  for (const command of started.splice(0)) {
    command.kill();
    command.killOrphans();
  }
});

afterAll(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(...args: string[]): RunningCommand {
  const command = startCommand(process.execPath, [tsNode, ...args], { cwd: folder, env, timeout: 200_000 });
  started.push(command);
  return command;
}

function shell(script: string): string[] {
  return ["sh", "-c", script];
}

function volumes(): string[] {
  return emulator.desktops().flatMap(({ data_volumes: disks }) => disks.map(({ volume_id: id }) => id));
}

/** How often something was added and deleted, refused calls included. */
function writes(): { adds: number; deletes: number } {
  const count = (ending: string) =>
    emulator.requests().filter(({ method, path }) => method === "POST" && path.endsWith(ending)).length;
  return { adds: count("/volumes"), deletes: count("/volumes/batch-delete") };
}

/** Everything is as it was, and the backend knows no stack. */
function expectNothingLeft(): void {
  expect(volumes()).toEqual(["of-before"]);
  const stacks = join(folder, "state", ".pulumi", "stacks", "ephemeral-environment");
  expect(readdirSync(stacks).filter((file) => file.endsWith(".json"))).toEqual([]);
  expect(readdirSync(folder).filter((file) => /^Pulumi\..+\.yaml$/.test(file))).toEqual([]);
}

test("the command gets the disks; a tear-down that fails is tried again until nothing is left", async () => {
  emulator.addFault({
    fault: "respond",
    status: 403,
    body: { error_code: "APIGW.0302", error_msg: "No access for a moment" },
    match: { operation: "DeleteDesktopVolumes" },
  });
  const again = `! "${process.execPath}" "${tsNode}" run.ts feature/login true`;

  const output = passed(
    await start("run.ts", "feature/login", ...shell(`echo $VOLUME_IDS; ${again}`)).result,
  );

  expect(output).toMatch(/^\{"data":"[^"]+","scratch":"[^"]+"\}$/m);
  // A second run of the branch meanwhile has not touched the environment.
  expect(output).toMatch(/stack '\S*feature-login-\w+' already exists/);
  expect(output).toContain("Attempt 1 to tear down failed; again in 0.5 s.");
  expect(writes()).toEqual({ adds: 1, deletes: 2 });
  expectNothingLeft();
});

test("a command that fails is torn down after, and its failure is told", async () => {
  const output = failed(await start("run.ts", "feature/login", ...shell("exit 3")).result);

  expect(output).toContain('"sh -c exit 3" ended with 3');
  expect(writes()).toEqual({ adds: 1, deletes: 1 });
  expectNothingLeft();
});

test("a disk that appeared meanwhile and that no state knows is told", async () => {
  const volume = { volume_id: "of-nobody", type: "SSD", size: 20 };
  emulator.addFault({
    fault: "volumes-added",
    desktop_id: desktopId(1),
    volumes: [volume],
    match: { operation: "DeleteDesktopVolumes" },
  });

  const run = start("run.ts", "feature/login", ...shell("echo ready; exec sleep 600"));
  await said(run, "ready");
  process.kill(run.pid, "SIGTERM");

  const output = failed(await run.result);
  expect(output).toContain('exec sleep 600" ended with a signal');
  expect(output).toContain("there are disks that were not there before: of-nobody");
  expect(volumes().sort()).toEqual(["of-before", "of-nobody"]);
});

test("what a lost run has left is torn down by another one, on another machine", async () => {
  const run = start("run.ts", "feature/login", ...shell("echo ready; exec sleep 600"));
  await said(run, "ready");
  run.kill();
  run.killOrphans();
  expect(volumes()).toHaveLength(3);
  for (const file of readdirSync(folder).filter((name) => /^Pulumi\..+\.yaml$/.test(name))) {
    rmSync(join(folder, file));
  }

  passed(await start("down.ts", "feature/login").result);
  expect(writes()).toEqual({ adds: 1, deletes: 1 });
  expectNothingLeft();

  expect(passed(await start("down.ts", "feature/login").result)).toContain("There is no environment");
});

/** Waits until a command has written a line. */
async function said(command: RunningCommand, line: string): Promise<void> {
  const over = command.result.then((result) => {
    throw new Error(`ended before it said "${line}": ${passed(result)}`);
  });
  over.catch(() => undefined);
  while (!command.output().split("\n").includes(line)) {
    await Promise.race([over, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
}
