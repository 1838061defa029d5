/** The command of this package as people run it: a process of its own, against the emulator over HTTP. All else: orphans/main.test.ts, orphans/mainReads.test.ts. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator } from "huaweicloud-workspace-emulator";
import { attachment, dataDisks, exported, ofPlugin } from "../../orphans/testing/states";
import { bareEnvironment } from "../../scripts/pulumi/environment";
import { repositoryRoot } from "../../scripts/repository";
import { desktopId } from "../engine/cloud";
import { type CommandResult, startCommand } from "../engine/command";
import { assertFresh, commandBuild } from "../engine/freshness";
import { PluginProcess } from "./plugin-process";

jest.setTimeout(120_000);

const main = join(repositoryRoot, "dist", "orphans", "main.js");

let emulator: Emulator;
let folder: string;
let state: string;

beforeAll(async () => {
  assertFresh(commandBuild);
  emulator = await startEmulator({ desktops: 0 });
  folder = mkdtempSync(join(tmpdir(), "orphans-"));
  emulator.addDesktops([
    { desktop_id: desktopId(1), data_volumes: [{ volume_id: "v1", type: "SSD", size: 100 }] },
  ]);
  const { HW_REGION_NAME: region, HW_PROJECT_ID: projectId } = emulator.env;
  state = join(folder, "dev.json");
  const place = { region, projectId, endpoint: emulator.url };
  writeFileSync(state, exported("dev", [attachment("a", desktopId(1), "v1", place)]));
});

afterAll(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true });
});

function run(args: readonly string[], env: NodeJS.ProcessEnv = { ...emulator.env }): Promise<CommandResult> {
  return startCommand(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...bareEnvironment(), ...env },
    timeout: 60_000,
  }).result;
}

test("it reads a state from a file, signs in, and exits with 0 where there are no problems", async () => {
  const { HW_ACCESS_KEY, HW_SECRET_KEY, ...rest } = emulator.env;
  const user = {
    HW_USER_NAME: "emulator",
    HW_USER_PASSWORD: "Emulator-Password-1",
    HW_DOMAIN_NAME: "emulator",
  };

  const { code, stdout, stderr } = await run(["orphans", state], { ...rest, ...user });

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toBe("stack dev of project infra, 1 resource, 1 desktop. No orphans found.\n");
  // Signing in is the one thing that is not a GET.
  const changing = emulator.requests().filter(({ method }) => method !== "GET");
  expect(changing.map(({ path }) => path)).toEqual(["/v3/auth/tokens"]);
});

test("the state that the plugin writes is read: its disks are no orphans", async () => {
  emulator.addDesktops([{ desktop_id: desktopId(3) }, { desktop_id: desktopId(4) }]);
  const plugin = await PluginProcess.start({ ...emulator.env });
  try {
    await plugin.configure();
    const ssd = { type: "SSD", size: 100 };
    const [one, all] = await Promise.all([
      plugin.create({ desktopId: desktopId(3), ...ssd }),
      plugin.create({ desktopId: desktopId(4), disks: { x: ssd, y: ssd } }, { kind: "DesktopDataDisks" }),
    ]);
    const resources = [
      ofPlugin({ ...attachment("one", desktopId(3), ""), id: one.id, outputs: one.outs }),
      ofPlugin({ ...dataDisks("all", desktopId(4), {}), id: all.id, outputs: all.outs }),
    ];
    const file = join(folder, "plugin.json");
    writeFileSync(file, exported("plugin", resources));
    emulator.addDesktops([
      { desktop_id: desktopId(5), data_volumes: [{ volume_id: "stray", type: "SSD", size: 100 }] },
    ]);

    expect((await run(["orphans", file])).stdout).toBe(
      "stack plugin of project infra, 2 resources, 2 desktops. No orphans found.\n",
    );
    const { code, stdout } = await run(["orphans", file, "--desktop", desktopId(5)]);
    expect(code).toBe(2);
    expect(stdout).toContain(
      `pulumi import huaweicloud-workspace:index:DataDiskAttachment disk-stray ${desktopId(5)}/stray --stack plugin`,
    );
  } finally {
    await plugin.close();
  }
});

test("problems are exit code 2, a wrong command line is 1 with a line on standard error", async () => {
  emulator.addDesktops([
    { desktop_id: desktopId(2), data_volumes: [{ volume_id: "v2", type: "SSD", size: 100 }] },
  ]);
  const found = await run(["orphans", state, "--desktop", desktopId(2), "--json"]);
  expect({ code: found.code, stderr: found.stderr }).toEqual({ code: 2, stderr: "" });
  expect(JSON.parse(found.stdout)).toMatchObject({ version: 2, findings: [{ volumeId: "v2" }] });

  for (const [args, message] of [
    [[], /^pulumi-huaweicloud-workspace: no command given \(see --help\)\n$/],
    [["frobnicate"], /unknown command "frobnicate"/],
    [["orphans"], /give the state of a stack as FILE/],
    [["orphans", "--stack", "dev"], /there is no pulumi on the PATH/],
  ] as const) {
    const { code, stdout, stderr } = await run(args, { ...emulator.env, PATH: folder });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(message);
  }
  expect((await run(["orphans", "--help"])).stdout).toMatch(
    /^Usage: npx pulumi-huaweicloud-workspace orphans/,
  );
  expect((await run(["--help"])).stdout).toMatch(/^ {2}status /m);
});
