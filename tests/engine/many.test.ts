import { attachments, desktopDisks, Fleet } from "./fleet";

let fleet: Fleet | undefined;

afterEach(async () => {
  await fleet?.close();
  fleet = undefined;
});

describe("the calls that many disks cost", () => {
  test("ten attachments on one desktop, parallelism 16: one add, one batch-delete", async () => {
    fleet = await Fleet.open(attachments(1, 10), 1, 300);
    const pulumi = fleet.stack;
    expect(await pulumi.up({ parallel: 16 })).toMatchObject({ code: 0 });
    expect(fleet.calls()).toMatchObject({ adds: 1, conflicts: 0 });
    expect(fleet.disksLeft).toBe(10);
    for (const { type, ...rest } of (await pulumi.exportState()).deployment.resources ?? []) {
      if (type.endsWith(":DataDiskAttachment"))
        expect(JSON.stringify({ type, ...rest }).length).toBeLessThan(1600);
    }
    expect(await pulumi.preview({ args: ["--expect-no-changes"] })).toMatchObject({ code: 0 });
    expect(fleet.calls().all).toBe(0);
    expect(await pulumi.destroy({ parallel: 16 })).toMatchObject({ code: 0 });
    expect(fleet.calls()).toMatchObject({ deletes: 1, conflicts: 0 });
    expect(fleet.disksLeft).toBe(0);
  }, 120_000);

  test("ten disks of one DesktopDataDisks, parallelism 1: one add, one batch-delete", async () => {
    fleet = await Fleet.open(desktopDisks(1, 10), 1, 300);
    const pulumi = fleet.stack;
    expect(await pulumi.up({ parallel: 1 })).toMatchObject({ code: 0 });
    expect(fleet.calls()).toMatchObject({ adds: 1, conflicts: 0 });
    expect(fleet.disksLeft).toBe(10);
    expect(await pulumi.preview({ args: ["--expect-no-changes"] })).toMatchObject({ code: 0 });
    expect(fleet.calls().all).toBe(0);
    expect(await pulumi.destroy({ parallel: 1 })).toMatchObject({ code: 0 });
    expect(fleet.calls()).toMatchObject({ deletes: 1, conflicts: 0 });
    expect(fleet.disksLeft).toBe(0);
  }, 120_000);

  test("a hundred attachments on ten desktops, parallelism 100, jobs of 5 s", async () => {
    fleet = await Fleet.open(attachments(10, 10), 10, 5_000);
    const pulumi = fleet.stack;
    expect(await pulumi.up({ parallel: 100 })).toMatchObject({ code: 0 });
    expect(fleet.calls()).toMatchObject({ adds: 10, conflicts: 0 });
    expect(await pulumi.destroy({ parallel: 100 })).toMatchObject({ code: 0 });
    const destroyed = fleet.calls();
    expect(destroyed).toMatchObject({ deletes: 10, conflicts: 0 });
    expect(destroyed.all).toBeLessThanOrEqual(100);
    expect(fleet.disksLeft).toBe(0);
  }, 180_000);

  test("a hundred DesktopDataDisks of ten, default parallelism: exactly a hundred adds and deletes", async () => {
    fleet = await Fleet.open(desktopDisks(100, 10), 100, 300);
    const pulumi = fleet.stack;
    expect(await pulumi.up()).toMatchObject({ code: 0 });
    expect(fleet.calls()).toMatchObject({ adds: 100, conflicts: 0 });
    expect(fleet.disksLeft).toBe(1000);
    expect(await pulumi.destroy()).toMatchObject({ code: 0 });
    expect(fleet.calls()).toMatchObject({ deletes: 100, conflicts: 0 });
    expect(fleet.disksLeft).toBe(0);
  }, 240_000);
});
