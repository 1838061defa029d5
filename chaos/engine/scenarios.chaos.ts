/** What is known to go wrong in a life of many runs, one after another, through the real CLI. */
import { startEmulator } from "huaweicloud-workspace-emulator";
import type { AccountSpec, EmulatorOptions } from "huaweicloud-workspace-emulator";
import { Cloud, desktopId, failed, openCloud, passed } from "../../tests/engine/cloud";
import { diskProgram } from "../../tests/engine/disk-program";
import { attachments } from "../../tests/engine/fleet";
import { openStack } from "../../tests/engine/pulumi";
import type { TestStack } from "../../tests/engine/pulumi";
import { pause } from "./blow";

jest.setTimeout(600_000);

const opened: { close: () => unknown }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function open(options: Parameters<typeof openCloud>[0]): Promise<Cloud> {
  const cloud = await openCloud(options);
  opened.push(cloud);
  return cloud;
}

/** A second stack in the same cloud. */
async function another(cloud: Cloud, program: string): Promise<TestStack> {
  const stack = await openStack({ project: { program }, env: { ...cloud.emulator.env } });
  opened.push(stack);
  return stack;
}

const four = (size: number) =>
  diskProgram(Object.fromEntries([1, 2, 3, 4].map((n) => [`disk-${n}`, { args: { size } }])));
const parallel = 16;

test("two stacks work on one desktop at the same time", async () => {
  const cloud = await open({ project: { program: four(10) }, jobTimeMs: 1_500 });
  const other = await another(cloud, four(20));
  for (const operation of ["up", "destroy"] as const) {
    const both = await Promise.all([cloud.stack[operation]({ parallel }), other[operation]({ parallel })]);
    for (const result of both) passed(result);
    const sizes = cloud.volumes(1).map(({ size }) => size);
    expect(sizes.sort()).toEqual(operation === "up" ? [10, 10, 10, 10, 20, 20, 20, 20] : []);
  }
});

test("two processes delete the same disks, and no other", async () => {
  const cloud = await open({ project: { program: four(10) }, jobTimeMs: 1_500 });
  cloud.addBehindItsBack(1, { volume_id: "theirs" });
  passed(await cloud.stack.up({ parallel }));
  const other = await another(cloud, four(10));
  await other.importState(await cloud.stack.exportState());
  const both = await Promise.all([cloud.stack.destroy({ parallel }), other.destroy({ parallel })]);
  for (const result of both) passed(result);
  expect(cloud.volumes(1).map(({ volume_id: id }) => id)).toEqual(["theirs"]);
});

/** The service is restarted: it knows no job any more, and its desktops are as they were. */
async function restart(cloud: Cloud, options: EmulatorOptions = {}): Promise<Cloud> {
  const { emulator, stack } = cloud;
  const desktops = emulator.desktops();
  const port = Number(new URL(emulator.url).port);
  await emulator.close();
  const next = await startEmulator({ port, jobTimeMs: 1_500, ...options });
  opened.push(next);
  next.addDesktops(desktops);
  return new Cloud(next, stack);
}

test.each(["up", "destroy"] as const)("the service is restarted in mid-job of %s", async (operation) => {
  let cloud = await open({ project: { program: four(10) }, jobTimeMs: operation === "up" ? 4_000 : 500 });
  if (operation === "destroy") {
    passed(await cloud.stack.up({ parallel }));
    cloud.emulator.addFault({ fault: "job-never-ends", match: { operation: "DeleteDesktopVolumes" } });
  }
  cloud.forget();
  const run = cloud.stack.start(operation, { parallel });
  while (cloud.writes().length === 0) await pause(20);
  await pause(800);
  cloud = await restart(cloud);
  const result = await run.result;
  if (operation === "destroy") passed(result);
  // What became of the add nobody can tell any more: that is said, and nothing is bought again by itself.
  else expect(failed(result)).toMatch(/can no longer be followed|Look at the desktop's disks/);
  expect(cloud.volumes(1)).toEqual([]);
  expect(cloud.calls().add ?? 0).toBe(0);
  passed(await cloud.stack.up({ parallel }));
  expect(cloud.volumes(1)).toHaveLength(4);
  passed(await cloud.stack.destroy({ parallel }));
  expect(cloud.volumes(1)).toEqual([]);
});

test("a service that has lost its disks is believed, and one that is away is not", async () => {
  let cloud = await open({ project: { program: four(10) } });
  passed(await cloud.stack.up({ parallel }));
  const { port } = new URL(cloud.emulator.url);
  await cloud.emulator.close();
  failed(await cloud.stack.refresh({ env: { HW_MAX_RETRIES: "1" } }));
  expect(Object.keys(await cloud.disks())).toHaveLength(4);
  const empty = await startEmulator({ port: Number(port), desktops: 1 });
  opened.push(empty);
  cloud = new Cloud(empty, cloud.stack);
  passed(await cloud.stack.refresh());
  expect(await cloud.disks()).toEqual({});
});

test("a clock that jumps by an hour stops a destroy, and costs nothing", async () => {
  const cloud = await open({ project: { program: four(10) }, jobTimeMs: 2_000 });
  passed(await cloud.stack.up({ parallel }));
  cloud.forget();
  cloud.emulator.moveClock({ skew_ms: 3_600_000 });
  expect(failed(await cloud.stack.destroy({ parallel }))).toMatch(
    /time of the request is more than 15 minutes off/,
  );
  expect(cloud.writes().filter(({ status }) => status === 200)).toEqual([]);
  expect(failed(await cloud.stack.refresh())).toMatch(/not accepted/);
  expect(Object.keys(await cloud.disks())).toHaveLength(4);
  cloud.emulator.moveClock({ skew_ms: -600_000 });
  const run = cloud.stack.start("destroy", { parallel });
  while (cloud.writes().every(({ status }) => status !== 200)) await pause(20);
  cloud.emulator.moveClock({ skew_ms: 600_000, advance_ms: 3_600_000 });
  passed(await run.result);
  expect(cloud.volumes()).toEqual([]);
});

test("a tenth of all answers is lost, and tokens last two seconds, through 100 disks", async () => {
  const emulator = await startEmulator({
    desktops: 10,
    jobTimeMs: 1_500,
    tokenLifetimeMs: 2_000,
  });
  opened.push(emulator);
  const { HW_ACCESS_KEY, HW_SECRET_KEY, ...env } = emulator.env;
  const user = {
    HW_USER_NAME: "emulator",
    HW_USER_PASSWORD: "Emulator-Password-1",
    HW_DOMAIN_NAME: "emulator",
  };
  const stack = await openStack({
    project: { program: attachments(10, 10) },
    env: { ...env, ...user },
    timeout: 280_000,
  });
  const cloud = new Cloud(emulator, stack);
  opened.push({
    close: () => {
      stack.close();
    },
  });
  emulator.addFault({
    fault: "cut-after-work",
    probability: 0.1,
    seed: 7,
    times: "always",
    match: { path: "/v2/*" },
  });
  passed(await stack.up({ parallel: 100 }));
  expect(cloud.volumes()).toHaveLength(100);
  expect(new Set(Object.values(await cloud.disks()).map(({ id }) => id)).size).toBe(100);
  passed(await stack.destroy({ parallel: 100 }));
  expect(cloud.volumes()).toEqual([]);
});

test("credentials of another project prove nothing about ours", async () => {
  const project = (id: string) => ({
    region: "cn-north-4",
    id,
    name: id,
    desktops: [{ desktop_id: desktopId(1) }],
  });
  const account = (name: string, id: string): AccountSpec => ({
    domain_name: name,
    access_keys: [{ access: `${name}KEY00000000000001`, secret: `${name}SecretKey000000000000000000000001` }],
    projects: [project(id)],
  });
  const accounts = [account("ours", "p1"), account("other", "p2")];
  const cloud = await open({ project: { program: four(10) }, accounts, desktops: 0 });
  passed(await cloud.stack.up({ parallel }));
  const before = await cloud.disks();
  cloud.forget();
  const env = { ...cloud.emulator.envFor("p2") };
  for (const operation of ["refresh", "destroy"] as const) {
    expect(failed(await cloud.stack[operation]({ env, parallel }))).toMatch(/403|not allowed/);
  }
  expect(Object.keys(await cloud.disks()).sort()).toEqual(Object.keys(before).sort());
  expect(cloud.writes()).toEqual([]);
  passed(await cloud.stack.destroy({ parallel }));
});
