/** One disk through its life, against the emulator, in virtual time. */
import { Life, newRun } from "../testing/lives";
import { desktopId, eachOnStage } from "../testing/stage";
import { PartlyDoneError } from "./partlyDone";

const on = eachOnStage();
const ssd = { type: "SSD", size: 100 };
const fast = { type: "GPSSD2", size: 100, iops: 3000, throughput: 125 };
const inputs = (more: object = {}) => ({ desktopId: desktopId(), ...ssd, ...more });

/** Each in a run of its own, as commands are. */
const up = (life: Life, more: object = {}) => life.up(newRun(on.it).attachment, inputs(more));
const refresh = (life: Life) => life.refresh(newRun(on.it).attachment);
const destroy = (life: Life) => life.destroy(newRun(on.it).attachment);
const there = () => on.it.disks().map(({ volume_id: id }) => id);
const sent = () => on.it.changes().map(({ path }) => path.split("/").at(-1));

async function made(more: object = {}): Promise<Life> {
  const life = new Life(on.it);
  expect(await up(life, more)).toEqual({ did: "create" });
  return life;
}

test("a disk is added, refreshed, grown, made faster and deleted, by one call each", async () => {
  const life = await made(fast);
  expect(life.id).toBe(`${desktopId()}/${there()[0] ?? ""}`);
  expect(life.state).toMatchObject({ ...fast, volumeId: there()[0], region: "cn-north-4", stateVersion: 1 });
  expect(await up(life, fast)).toEqual({ did: "nothing" });
  const { state } = life;
  await refresh(life);
  expect(life.state).toEqual(state);
  expect(await up(life, { ...fast, size: 200, iops: 4000 })).toEqual({ did: "update" });
  expect(life.state).toEqual({ ...state, size: 200, iops: 4000 });
  expect(await destroy(life)).toEqual({ did: "delete" });
  expect(there()).toEqual([]);
  expect(sent()).toEqual(["volumes", "expand", "batch-modify-qos", "batch-delete"]);
});

describe("half done", () => {
  test("a disk that is there while its job goes on is kept, seen by the next up, and not bought again", async () => {
    const life = new Life(on.it);
    // Its job never ends, but the disk shows.
    on.it.emulator.addFault({ fault: "job-never-ends", match: { operation: "AddDesktopVolumes" } });
    on.it.emulator.addFault({
      fault: "volumes-added",
      desktop_id: desktopId(),
      volumes: [{ volume_id: "new", ...ssd }],
      match: { operation: "ShowJob" },
    });
    const { error } = await up(life, { timeouts: { create: "1m" } });
    expect(error).toBeInstanceOf(PartlyDoneError);
    expect(error?.message).toMatch(
      /^adding a data disk \(SSD, 100 GB\) of desktop d0.* failed after \d+ s: the disk is there, but job .* was not over in time/,
    );
    expect(life).toMatchObject({ id: `${desktopId()}/new`, state: { volumeId: "new", unfinished: true } });
    expect(await up(life)).toEqual({ did: "update" });
    expect(life.state).not.toHaveProperty("unfinished");
    expect(sent()).toEqual(["volumes"]);
  });

  test("one that was kept and is not there after all is not called finished", async () => {
    const life = await made();
    life.state.unfinished = true;
    on.it.emulator.addFault({ fault: "volumes-removed", desktop_id: desktopId(), volume_ids: there() });
    expect((await up(life)).error?.message).toMatch(
      /changing disk .*the desktop does not show disk .*pulumi refresh/,
    );
    await refresh(life);
    expect(life.id).toBeUndefined();
    expect(await up(life)).toEqual({ did: "create" });
    expect(there()).toHaveLength(1);
  });

  test("grown but not faster: state tells the truth, and the next up does the rest only", async () => {
    const life = await made(fast);
    on.it.emulator.addFault({ fault: "job-fails", match: { operation: "BatchModifyQosVolumes" } });
    const news = { ...fast, size: 200, iops: 4000 };
    const { error } = await up(life, news);
    expect(error?.message).toMatch(/^changing disk .* failed after .*job .* failed/);
    expect(life.state).toMatchObject({ size: 200, iops: 3000, throughput: 125, unfinished: true });
    expect(await up(life, news)).toEqual({ did: "update" });
    expect(sent()).toEqual(["volumes", "expand", "batch-modify-qos", "batch-modify-qos"]);
    expect(life.state).toMatchObject({ size: 200, iops: 4000 });
  });

  test("a growth that failed can be taken back", async () => {
    const life = await made();
    on.it.emulator.addFault({ fault: "job-fails", match: { operation: "ExpandVolumes" } });
    expect((await up(life, { size: 200 })).error?.message).toMatch(/Put right what it names/);
    expect(life.state).toMatchObject({ size: 100 });
    expect(await up(life)).toEqual({ did: "update" });
    expect(life.state).not.toHaveProperty("unfinished");
  });
});

describe("deleting", () => {
  test("a protected disk stays, without a call", async () => {
    const life = await made({ deletionProtection: true });
    const before = on.it.emulator.requests().length;
    expect((await destroy(life)).error?.message).toMatch(
      /^deleting disk .* of desktop d0.* failed after 0 s: deletionProtection of disk .* is true, so nothing was sent\./,
    );
    expect(on.it.emulator.requests()).toHaveLength(before);
    expect(await up(life)).toEqual({ did: "update" });
    expect(await destroy(life)).toEqual({ did: "delete" });
  });

  test("a disk that is gone already is deleted without a call", async () => {
    const life = await made();
    on.it.emulator.addFault({ fault: "volumes-removed", desktop_id: desktopId(), volume_ids: there() });
    expect(await destroy(life)).toEqual({ did: "delete" });
    expect(sent()).toEqual(["volumes"]);
  });

  test("a delete that failed is tried again by the next run", async () => {
    const life = await made();
    on.it.emulator.addFault({ fault: "job-fails", match: { operation: "DeleteDesktopVolumes" } });
    expect((await destroy(life)).error?.message).toMatch(/snapshots.*Workspace console/);
    expect(await destroy(life)).toEqual({ did: "delete" });
    expect(there()).toEqual([]);
  });
});

describe("reading", () => {
  test("a disk that is gone is taken out of state, and the next up adds it again", async () => {
    const life = await made();
    on.it.emulator.addFault({ fault: "volumes-removed", desktop_id: desktopId(), volume_ids: there() });
    await refresh(life);
    expect(life.id).toBeUndefined();
    expect(await up(life)).toEqual({ did: "create" });
  });

  test("by its id alone it is what the service shows", async () => {
    on.it.furnish(["v"]);
    const { attachment } = newRun(on.it);
    const found = await on.it.time.until(attachment.read(`${desktopId()}/v`, {}));
    expect(found?.outs).toMatchObject({
      desktopId: desktopId(),
      volumeId: "v",
      type: "SSD",
      size: 20,
      region: "cn-north-4",
    });
    expect(found?.inputs).toBeUndefined();
  });

  test("by an id that nothing has, it fails: a program would go on with nothing", async () => {
    const { attachment } = newRun(on.it);
    const found = on.it.time.until(attachment.read(`${desktopId()}/nothing`, {}));
    await expect(found).rejects.toThrow(
      `reading disk nothing of desktop ${desktopId()} failed after 3 s: the desktop has no such data disk.`,
    );
  });
});

describe("replacing", () => {
  test("where it is allowed, the new disk is there before the old one goes", async () => {
    const life = await made();
    const [old] = there();
    expect(await up(life, { type: "SAS", allowReplace: true })).toEqual({ did: "replace" });
    expect(sent()).toEqual(["volumes", "volumes", "batch-delete"]);
    expect(there()).toEqual([life.state.volumeId]);
    expect(there()).not.toContain(old);
  });

  test("an update does not take it for a change in place", async () => {
    const life = await made();
    const { attachment } = newRun(on.it);
    const moved = inputs({ type: "SAS", allowReplace: true });
    await expect(attachment.update(life.id ?? "", life.state, moved)).rejects.toThrow(
      "type: cannot change in place",
    );
  });

  test("where it is not, nothing is sent", async () => {
    const life = await made();
    expect((await up(life, { type: "SAS" })).error?.message).toMatch(/^type: cannot change in place/);
    expect(
      (await up(life, { desktopId: desktopId().toUpperCase(), allowReplace: true })).error?.message,
    ).toMatch(/^desktopId: differs from .* in small and capital letters only/);
    expect(sent()).toEqual(["volumes"]);
  });
});
