import { attachments, desktopDisks, Fleet } from "./fleet";

/**
 * Ten are enough for a hundred disks on ten desktops. On a busy machine the
 * engine pauses while it hands them over, and a desktop's disks go in parts.
 */
const CALLS_AT_MOST = 30;

let fleet: Fleet | undefined;

afterEach(async () => {
  await fleet?.close();
  fleet = undefined;
});

describe("the calls that many disks cost", () => {
  test("a hundred attachments on ten desktops, parallelism 100, jobs of 2 s", async () => {
    fleet = await Fleet.open(attachments(10, 10), 10, 2_000);
    const pulumi = fleet.stack;
    expect(await pulumi.up({ parallel: 100 })).toMatchObject({ code: 0 });
    const added = fleet.calls();
    expect(added.conflicts).toBe(0);
    expect(added.adds).toBeLessThanOrEqual(CALLS_AT_MOST);
    expect(fleet.disksLeft).toBe(100);
    for (const { type, ...rest } of (await pulumi.exportState()).deployment.resources ?? []) {
      if (type.endsWith(":DataDiskAttachment"))
        expect(JSON.stringify({ type, ...rest }).length).toBeLessThan(1600);
    }
    expect(await pulumi.preview({ args: ["--expect-no-changes"] })).toMatchObject({ code: 0 });
    expect(fleet.calls().all).toBe(0);
    const { code, stdout } = await pulumi.destroy({ parallel: 100 });
    expect(code).toBe(0);
    expect(stdout).toMatch(/ \d+ of 100 disks done on 10 desktops, [1-9]\d? jobs? running, \d+ disks\/min\n/);
    const destroyed = fleet.calls();
    expect(destroyed.conflicts).toBe(0);
    expect(destroyed.deletes).toBeLessThanOrEqual(CALLS_AT_MOST);
    expect(destroyed.all).toBeLessThanOrEqual(10 * destroyed.deletes);
    expect(fleet.disksLeft).toBe(0);
  }, 180_000);

  test("thirty DesktopDataDisks of ten, default parallelism: exactly thirty adds and deletes", async () => {
    fleet = await Fleet.open(desktopDisks(30, 10), 30, 50);
    const pulumi = fleet.stack;
    expect(await pulumi.up()).toMatchObject({ code: 0 });
    expect(fleet.calls()).toMatchObject({ adds: 30, conflicts: 0 });
    expect(fleet.disksLeft).toBe(300);
    expect(await pulumi.preview({ args: ["--expect-no-changes"] })).toMatchObject({ code: 0 });
    expect(fleet.calls().all).toBe(0);
    expect(await pulumi.destroy()).toMatchObject({ code: 0 });
    expect(fleet.calls()).toMatchObject({ deletes: 30, conflicts: 0 });
    expect(fleet.disksLeft).toBe(0);
  }, 240_000);
});
