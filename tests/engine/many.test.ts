import { type Emulator, type LoggedRequest, startEmulator } from "huaweicloud-workspace-emulator";
import { openStack, type TestStack } from "./pulumi";

/** What the engine's runs cost, counted in the emulator's own log of requests. */
interface Calls {
  adds: number;
  deletes: number;
  conflicts: number;
  all: number;
}

function count(requests: readonly LoggedRequest[]): Calls {
  const of = (ending: string) =>
    requests.filter(({ method, path }) => method === "POST" && path.endsWith(ending)).length;
  return {
    adds: of("/volumes"),
    deletes: of("/volumes/batch-delete"),
    conflicts: requests.filter(({ status }) => status === 409).length,
    all: requests.length,
  };
}

/** `desktops` desktops with `disks` attachments each. */
const attachments = (desktops: number, disks: number) => `
const { DataDiskAttachment } = require("pulumi-huaweicloud-workspace");
for (let d = 1; d <= ${desktops}; d++)
  for (let v = 0; v < ${disks}; v++)
    new DataDiskAttachment("disk-" + d + "-" + v, {
      desktopId: "d0000000-0000-4000-8000-" + String(d).padStart(12, "0"), type: "SSD", size: 10,
    });
`;

/** The same disks with one resource for each desktop. */
const desktopDisks = (desktops: number, disks: number) => `
const { DesktopDataDisks } = require("pulumi-huaweicloud-workspace");
for (let d = 1; d <= ${desktops}; d++)
  new DesktopDataDisks("desktop-" + d, {
    desktopId: "d0000000-0000-4000-8000-" + String(d).padStart(12, "0"),
    disks: Object.fromEntries(Array.from({ length: ${disks} }, (_, v) => ["disk-" + v, { type: "SSD", size: 10 }])),
  });
`;

describe("the calls that many disks cost", () => {
  let emulator: Emulator;
  let stack: TestStack | undefined;
  let asked = 0;

  async function open(program: string, desktops: number, jobTimeMs: number): Promise<TestStack> {
    asked = 0;
    emulator = await startEmulator({ desktops, jobTimeMs });
    stack = await openStack({ project: { program }, env: { ...emulator.env }, timeout: 280_000 });
    return stack;
  }

  /** The calls since this was last asked. */
  function calls(): Calls {
    const requests = emulator.requests();
    const since = requests.slice(asked);
    asked = requests.length;
    return count(since);
  }

  const disksLeft = () => emulator.desktops().reduce((sum, { data_volumes }) => sum + data_volumes.length, 0);

  afterEach(async () => {
    stack?.close();
    await emulator.close();
  });

  test("ten attachments on one desktop, parallelism 16: one add, one batch-delete", async () => {
    const pulumi = await open(attachments(1, 10), 1, 300);
    expect(await pulumi.up({ parallel: 16 })).toMatchObject({ code: 0 });
    expect(calls()).toMatchObject({ adds: 1, conflicts: 0 });
    expect(disksLeft()).toBe(10);
    for (const { type, ...rest } of (await pulumi.exportState()).deployment.resources ?? []) {
      if (type.endsWith(":DataDiskAttachment"))
        expect(JSON.stringify({ type, ...rest }).length).toBeLessThan(1600);
    }
    expect(await pulumi.preview({ args: ["--expect-no-changes"] })).toMatchObject({ code: 0 });
    expect(calls().all).toBe(0);
    expect(await pulumi.destroy({ parallel: 16 })).toMatchObject({ code: 0 });
    expect(calls()).toMatchObject({ deletes: 1, conflicts: 0 });
    expect(disksLeft()).toBe(0);
  }, 120_000);

  test("ten disks of one DesktopDataDisks, parallelism 1: one add, one batch-delete", async () => {
    const pulumi = await open(desktopDisks(1, 10), 1, 300);
    expect(await pulumi.up({ parallel: 1 })).toMatchObject({ code: 0 });
    expect(calls()).toMatchObject({ adds: 1, conflicts: 0 });
    expect(disksLeft()).toBe(10);
    expect(await pulumi.preview({ args: ["--expect-no-changes"] })).toMatchObject({ code: 0 });
    expect(calls().all).toBe(0);
    expect(await pulumi.destroy({ parallel: 1 })).toMatchObject({ code: 0 });
    expect(calls()).toMatchObject({ deletes: 1, conflicts: 0 });
    expect(disksLeft()).toBe(0);
  }, 120_000);

  test("a hundred attachments on ten desktops, parallelism 100, jobs of 5 s", async () => {
    const pulumi = await open(attachments(10, 10), 10, 5_000);
    expect(await pulumi.up({ parallel: 100 })).toMatchObject({ code: 0 });
    expect(calls()).toMatchObject({ adds: 10, conflicts: 0 });
    expect(await pulumi.destroy({ parallel: 100 })).toMatchObject({ code: 0 });
    const destroyed = calls();
    expect(destroyed).toMatchObject({ deletes: 10, conflicts: 0 });
    expect(destroyed.all).toBeLessThanOrEqual(100);
    expect(disksLeft()).toBe(0);
  }, 180_000);

  test("a hundred DesktopDataDisks of ten, default parallelism: exactly a hundred adds and deletes", async () => {
    const pulumi = await open(desktopDisks(100, 10), 100, 300);
    expect(await pulumi.up()).toMatchObject({ code: 0 });
    expect(calls()).toMatchObject({ adds: 100, conflicts: 0 });
    expect(disksLeft()).toBe(1000);
    expect(await pulumi.destroy()).toMatchObject({ code: 0 });
    expect(calls()).toMatchObject({ deletes: 100, conflicts: 0 });
    expect(disksLeft()).toBe(0);
  }, 240_000);

  test("a thousand attachments on a hundred desktops, parallelism 1,000", async () => {
    const pulumi = await open(attachments(100, 10), 100, 1_000);
    expect(await pulumi.up({ parallel: 1000 })).toMatchObject({ code: 0 });
    expect(disksLeft()).toBe(1000);
    calls();
    expect(await pulumi.refresh({ parallel: 1000 })).toMatchObject({ code: 0 });
    const refreshed = calls().all;
    expect(await pulumi.destroy({ parallel: 1000 })).toMatchObject({ code: 0 });
    const destroyed = calls();
    expect({ refreshed: refreshed <= 20, batchDeletes: destroyed.deletes }).toEqual({
      refreshed: true,
      batchDeletes: 100,
    });
    expect(disksLeft()).toBe(0);
  }, 600_000);
});
