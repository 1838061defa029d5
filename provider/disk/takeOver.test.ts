/** Disks that change hands: whoever had one before must not take it along when it goes. */
import { type Ended, Life, newRun } from "../testing/lives";
import { desktopId, eachOnStage } from "../testing/stage";

const on = eachOnStage();
const ssd = { type: "SSD", size: 100 };
const sas = { type: "SAS", size: 500 };
const one = (more: object = {}) => ({ desktopId: desktopId(), ...ssd, ...more });
const many = (disks: object, more: object = {}) => ({ desktopId: desktopId(), disks, ...more });
const take = (existingVolumeId: string, disk = ssd) => ({
  ...disk,
  existingVolumeId,
  deletionProtection: false,
});
const there = () => on.it.disks().map(({ volume_id: id }) => id);
const deletes = () => on.it.asked("POST */batch-delete").length;
const ANOTHERS =
  /another resource of the program has taken over disk .* or is about to, so nothing was sent\. .*pulumi state delete/;
const LET_GO = /data disk "data" of desktop d0.* is let go and not deleted: another resource/;
let single: Life;
let group: Life;
let id: string;

beforeEach(() => {
  single = new Life(on.it);
  group = new Life(on.it);
});

async function singleMade(): Promise<void> {
  expect(await single.up(newRun(on.it).attachment, one())).toEqual({ did: "create" });
  id = String(single.state.volumeId);
}

async function groupMade(disks: object = { data: ssd, scratch: sas }): Promise<void> {
  expect(await group.up(newRun(on.it).disks, many(disks))).toEqual({ did: "create" });
  id = (group.state.disks as Record<string, { volumeId: string }>).data?.volumeId ?? "";
}

describe("from a resource of its own to one for all", () => {
  test("with retainOnDelete nothing is sent, and the new one deletes it in the end", async () => {
    await singleMade();
    // The old resource is gone from state without a delete.
    expect(await group.up(newRun(on.it).disks, many({ data: take(id) }))).toEqual({ did: "create" });
    expect(
      await group.up(newRun(on.it).disks, many({ data: { ...ssd, deletionProtection: false } })),
    ).toEqual({ did: "nothing" });
    expect(on.it.changes()).toHaveLength(1);
    expect(await group.destroy(newRun(on.it).disks)).toEqual({ did: "delete" });
    expect(there()).toEqual([]);
  });

  test("without it the old one cannot delete it, not in that run and not in later ones", async () => {
    await singleMade();
    const run = newRun(on.it);
    expect(await group.up(run.disks, many({ data: take(id) }))).toEqual({ did: "create" });
    expect((await single.destroy(run.attachment)).error?.message).toMatch(ANOTHERS);

    const again = newRun(on.it);
    expect(await group.up(again.disks, many({ data: take(id) }))).toEqual({ did: "nothing" });
    expect((await single.destroy(again.attachment)).error?.message).toMatch(ANOTHERS);

    // Nor when the program no longer says where the disk came from.
    const later = newRun(on.it);
    expect(await group.up(later.disks, many({ data: { ...ssd, deletionProtection: false } }))).toEqual({
      did: "nothing",
    });
    expect((await single.destroy(later.attachment)).error?.message).toMatch(ANOTHERS);
    expect(deletes()).toBe(0);
  });

  test("a take-over that failed does not cost the disk, where the run goes on all the same", async () => {
    await singleMade();
    const run = newRun(on.it);
    const wrong = many({ data: take(id, { ...ssd, size: 50 }) });
    expect((await group.up(run.disks, wrong)).error?.message).toMatch(
      /size: disk .* has 100, the program says 50/,
    );
    expect((await single.destroy(run.attachment)).error?.message).toMatch(ANOTHERS);
    // Nor one whose inputs are bad.
    const next = newRun(on.it);
    expect((await group.up(next.disks, many({ data: take(id), other: { size: 15 } }))).did).toBe("refused");
    expect((await single.destroy(next.attachment)).error?.message).toMatch(ANOTHERS);
    expect(there()).toEqual([id]);
  });
});

describe("from one resource of its own to another", () => {
  test("whoever goes does not take it along, whoever it is", async () => {
    await singleMade();
    const second = new Life(on.it);
    const run = newRun(on.it);
    expect(await second.up(run.attachment, one(take(id)))).toEqual({ did: "create" });
    expect((await single.destroy(run.attachment)).error?.message).toMatch(ANOTHERS);

    const third = new Life(on.it);
    const next = newRun(on.it);
    expect(await third.up(next.attachment, one(take(id)))).toEqual({ did: "create" });
    expect((await second.destroy(next.attachment)).error?.message).toMatch(ANOTHERS);

    const later = newRun(on.it);
    expect(await third.up(later.attachment, one({ deletionProtection: false }))).toEqual({ did: "nothing" });
    expect((await second.destroy(later.attachment)).error?.message).toMatch(ANOTHERS);
    // The last one goes because nobody else stays.
    expect(await third.destroy(newRun(on.it).attachment)).toEqual({ did: "delete" });
    expect(there()).toEqual([]);
  });

  test("a disk that a resource of the program holds is not given to another", async () => {
    await singleMade();
    const run = newRun(on.it);
    expect(await single.up(run.attachment, one())).toEqual({ did: "nothing" });
    const second = await new Life(on.it).up(run.attachment, one(take(id)));
    expect(second.error?.message).toMatch(
      /^taking over disk .*existingVolumeId: another resource of this stack already holds disk/,
    );
  });

  test("two that ask for the same disk at once: one gets it", async () => {
    on.it.emulator.addDesktops([{ desktop_id: desktopId(), data_volumes: [{ volume_id: "old", ...ssd }] }]);
    const run = newRun(on.it);
    const ended = await Promise.all([0, 1].map(() => new Life(on.it).up(run.attachment, one(take("old")))));
    expect(ended.filter(({ error }) => error === undefined)).toHaveLength(1);
    expect(ended.find(({ error }) => error !== undefined)?.error?.message).toMatch(/already holds disk old/);
  });

  test("a disk that waits to be deleted is not taken over", async () => {
    await singleMade();
    on.it.emulator.addFault({ fault: "foreign-job", desktop_id: desktopId(), duration_ms: 60_000 });
    const run = newRun(on.it);
    const late = on.it.clock.sleep(10_000).then(() => new Life(on.it).up(run.attachment, one(take(id))));
    const [gone, refused] = await Promise.all([single.destroy(run.attachment), late]);
    expect(gone).toEqual({ did: "delete" });
    expect(refused.error?.message).toMatch(/already holds disk/);
  });

  test("a disk that was taken over a moment ago is not deleted, even if nobody has said so before", async () => {
    await singleMade();
    const run = newRun(on.it);
    await on.it.time.until(run.attachment.create(one(take(id))));
    expect((await single.destroy(run.attachment)).error?.message).toMatch(ANOTHERS);
  });

  test("who took it over is told from who had it before, also after changes", async () => {
    await singleMade();
    const second = new Life(on.it);
    await second.up(newRun(on.it).attachment, one(take(id)));
    expect(await second.up(newRun(on.it).attachment, one({ size: 200, deletionProtection: false }))).toEqual({
      did: "update",
    });
    await second.refresh(newRun(on.it).attachment);
    const later = newRun(on.it);
    expect(await second.up(later.attachment, one({ size: 200 }))).toEqual({ did: "nothing" });
    expect((await single.destroy(later.attachment)).error?.message).toMatch(ANOTHERS);
  });
});

describe("out of one for all", () => {
  const without = many({ scratch: sas });

  async function move(order: "group first" | "single first"): Promise<[Ended, Ended]> {
    const run = newRun(on.it);
    const steps = [() => group.up(run.disks, without), () => single.up(run.attachment, one(take(id)))];
    if (order === "single first") steps.reverse();
    const [first, second] = await Promise.all(steps.map((step) => step()));
    if (first === undefined || second === undefined) throw new Error("both have an end");
    return order === "group first" ? [first, second] : [second, first];
  }

  test.each(["group first", "single first"] as const)(
    "in one run, %s: it changes hands and is not deleted",
    async (order) => {
      await groupMade();
      const [left, taken] = await move(order);
      expect([left, taken]).toEqual([{ did: "update" }, { did: "create" }]);
      expect(Object.keys(group.state.disks as object)).toEqual(["scratch"]);
      expect(single.state).toMatchObject({ volumeId: id });
      expect(on.it.log.lines.join("\n")).toMatch(LET_GO);
      expect(deletes()).toBe(0);
    },
  );

  test("whoever asks for it may come a little later than the one that lets it go", async () => {
    await groupMade();
    const run = newRun(on.it);
    const later = on.it.clock.sleep(20).then(() => single.up(run.attachment, one(take(id))));
    expect(await Promise.all([group.up(run.disks, without), later])).toEqual([
      { did: "update" },
      { did: "create" },
    ]);
    expect(deletes()).toBe(0);
  });

  test("a take-over that fails does not cost the disk", async () => {
    await groupMade();
    const run = newRun(on.it);
    const [left, taken] = await Promise.all([
      group.up(run.disks, without),
      single.up(run.attachment, one(take(id, { ...ssd, size: 50 }))),
    ]);
    expect(left).toEqual({ did: "update" });
    expect(taken.error?.message).toMatch(/size: disk/);
    expect(there()).toContain(id);
    expect(await single.up(newRun(on.it).attachment, one(take(id)))).toEqual({ did: "create" });
  });

  test("one that is taken over stays when the others are deleted with the resource", async () => {
    await groupMade();
    const run = newRun(on.it);
    expect(await single.up(run.attachment, one(take(id)))).toEqual({ did: "create" });
    expect(await group.destroy(run.disks)).toEqual({ did: "delete" });
    expect(there()).toEqual([id]);
    expect(on.it.log.lines.join("\n")).toMatch(LET_GO);
  });

  test("to another one for all", async () => {
    await groupMade();
    const run = newRun(on.it);
    const second = new Life(on.it);
    const ended = await Promise.all([
      group.up(run.disks, without),
      second.up(run.disks, many({ data: take(id), more: { type: "ESSD", size: 20 } })),
    ]);
    expect(ended).toEqual([{ did: "update" }, { did: "create" }]);
    expect(there()).toHaveLength(3);
    expect(deletes()).toBe(0);
  });

  test("a name that is gone, with nobody who asks for its disk, deletes it", async () => {
    await groupMade();
    expect(await group.up(newRun(on.it).disks, without)).toEqual({ did: "update" });
    expect(there()).not.toContain(id);
  });
});
