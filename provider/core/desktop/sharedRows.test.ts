/** What a row of a list that desktops share is taken for, and when the desktop is read by itself. */
import { UnfinishedAddError, type VolumeRequest } from "./volumeRequest";
import { ended, listed, type Script, ScriptedDesktop, shown } from "./testing/scriptedDesktop";
import { at, disk as bare, SSD } from "./testing/times";
import type { ShownDesktop } from "./snapshot";

const add: VolumeRequest = { kind: "add", spec: SSD };
const remove: VolumeRequest = { kind: "delete", volumeId: "a" };
const grow: VolumeRequest = { kind: "grow", volumeId: "a", size: 40 };
const tune: VolumeRequest = { kind: "qos", volumeId: "a", iops: 4000, throughput: 200 };

const disk = (id: string, created: number, more = {}) => bare(id, created, { device: "/dev/sdb", ...more });
const [old, a, fresh] = [disk("old", -100), disk("a", -100), disk("new", 4)];
/** A row without a list of disks, as of a desktop that has none. */
const noList = (more = {}) => shown([], { listed: false, rootCreatedAt: at(-900), ...more });

/** A desktop whose job `j` takes from second 0 to `end`; what both kinds of read show before and after. */
async function run(
  request: VolumeRequest,
  rows: { before?: ShownDesktop; after?: ShownDesktop },
  reads: { before: ShownDesktop; after: ShownDesktop },
  { end = 5, ...more }: Partial<Script> & { end?: number } = {},
) {
  const desktop = new ScriptedDesktop({
    read: (second) => (second < end ? reads.before : reads.after),
    shared: (second) => (second < end ? rows.before : rows.after),
    sends: [{ accepted: "j" }],
    jobs: { j: [end, ended("j", [0, end])] },
    ...more,
  });
  const [result] = await desktop.settle([request]);
  return { desktop, result, calls: desktop.calls.map((call) => call.replace(/^\d+ /, "")) };
}

const SHARED = ["shared list", expect.stringMatching(/^(add|delete|grow|qos)/), "wait for j", "shared list"];

describe("rows that show everything are all that is read", () => {
  test.each<[string, VolumeRequest, ShownDesktop, ShownDesktop]>([
    ["an add", add, shown([old]), shown([old, fresh])],
    ["an add to a desktop with an empty list", add, shown([]), shown([fresh])],
    ["an add to a desktop without a list", add, noList(), shown([fresh])],
    ["a delete", remove, shown([a, old]), shown([old])],
    ["a delete that leaves an empty list", remove, shown([a]), shown([])],
    ["a delete that leaves no list", remove, shown([a]), noList()],
    ["a growth", grow, shown([a]), shown([disk("a", -100, { size: 40 })])],
    [
      "a QoS update",
      tune,
      shown([disk("a", -100, { iops: 3000, throughput: 100 })]),
      shown([disk("a", -100, { iops: 4000, throughput: 200 })]),
    ],
  ])("%s", async (_, request, before, after) => {
    const { result, calls } = await run(request, { before, after }, { before, after });
    expect(result).not.toBeInstanceOf(Error);
    expect(calls).toEqual(SHARED);
  });
});

describe("a row before a change is not enough, and the desktop is read by itself, where", () => {
  const notListed = shown([], { listed: false });
  const done = disk("a", -100, { size: 40 });
  const full = Array.from({ length: 10 }, (_, index) => disk(`old-${index}`, -100));
  const withoutRoot = shown([a]);
  delete withoutRoot.desktop.rootVolumeId;

  test.each<[string, VolumeRequest, ShownDesktop, ShownDesktop, ShownDesktop]>([
    ["it lacks the disk, and a read has it", remove, shown([old]), shown([a, old]), shown([old])],
    ["it has no list of disks", remove, noList(), shown([a]), shown([])],
    ["it has no root volume", remove, withoutRoot, shown([a]), shown([])],
    ["a disk has no device", remove, shown([bare("a", -100)]), shown([a]), shown([])],
    [
      "a disk has no time",
      remove,
      shown([bare("a", undefined, { device: "/dev/sdb" })]),
      shown([a]),
      shown([]),
    ],
    ["it shows a growth that a read does not show", grow, shown([done]), shown([a]), shown([done])],
    ["it shows a full desktop, and a read does not", add, shown(full), shown([old]), shown([old, fresh])],
    [
      "it has no list, and its times have two readings",
      add,
      noList({ rootCreatedAt: [0, 1] }),
      shown([old]),
      shown([old, fresh]),
    ],
    ["it has no list, and no times", add, notListed, shown([old]), shown([old, fresh])],
  ])("%s", async (_, request, row, before, after) => {
    const { result, calls } = await run(request, { before: row }, { before, after });
    expect(result).not.toBeInstanceOf(Error);
    expect(calls.slice(0, 2)).toEqual(["shared list", "read"]);
    expect(calls.slice(2)).toHaveLength(3);
  });

  test("it has no list, and this run has seen a disk there", async () => {
    const desktop = new ScriptedDesktop({
      read: (second) => (second < 5 ? shown([old]) : shown([old, fresh])),
      shared: (second) => (second < 5 ? noList() : undefined),
      sends: [{ accepted: "j" }],
      jobs: { j: [5, ended("j", [0, 5])] },
    });
    desktop.knownVolumes.add("old");
    expect(await desktop.run([add])).toEqual(["new"]);
    expect(desktop.calls.slice(0, 2)).toEqual(["0 shared list", "0 read"]);
  });

  test("an add of an earlier run is looked for", async () => {
    const pending = {
      jobId: "j",
      sentAt: new Date(at(0)[0] ?? 0).toISOString(),
      tookMs: 0,
      beforeIds: [],
      spec: SSD,
      request: [SSD],
    };
    const both = shown([disk("new", 4)]);
    const { result, calls } = await run(
      { ...add, pending },
      { before: both, after: both },
      { before: both, after: both },
    );
    expect(result).toMatchObject({ volumeId: "new" });
    expect(calls).toEqual(["shared list", "read", "wait for j", "read"]);
  });
});

describe("a row after a change is not enough, and the desktop is read by itself, where", () => {
  const tuned = { iops: 4000, throughput: 200 };
  test.each<[string, VolumeRequest, ShownDesktop, ShownDesktop, ShownDesktop]>([
    ["it lags: no new disk", add, shown([old]), shown([old]), shown([old, fresh])],
    ["it lags: the disk shows", remove, shown([a]), shown([a]), shown([])],
    ["it lags: the old size", grow, shown([a]), shown([a]), shown([disk("a", -100, { size: 40 })])],
    ["it has no list of disks", add, shown([old]), noList(), shown([old, fresh])],
    ["it lacks what was changed", tune, shown([a]), shown([a]), shown([disk("a", -100, tuned)])],
    ["a new disk has no device", add, shown([old]), shown([old, bare("new", 4)]), shown([old, fresh])],
    ["two new disks show", add, shown([old]), shown([old, fresh, disk("b", 4)]), shown([old, fresh])],
  ])("%s", async (_, request, before, row, after) => {
    const { result, calls } = await run(request, { before, after: row }, { before, after });
    expect(result).not.toBeInstanceOf(Error);
    expect(calls.slice(-2)).toEqual(["shared list", "read"]);
    expect(calls).toHaveLength(5);
  });

  test("a new disk lacks a property that it was asked for with", async () => {
    const spec = { type: "GPSSD2", size: 20, iops: 4000, throughput: 200 };
    const [row, read] = [disk("new", 4, { type: "GPSSD2" }), disk("new", 4, spec)];
    const { calls } = await run(
      { kind: "add", spec },
      { before: shown([old]), after: shown([old, row]) },
      { before: shown([old]), after: shown([old, read]) },
    );
    expect(calls.slice(-2)).toEqual(["shared list", "read"]);
  });

  test("it has no list, and the disk was not shown by a list before", async () => {
    const { calls } = await run(remove, { after: noList() }, { before: shown([a]), after: shown([]) });
    expect(calls).toEqual(["read", "delete a", "wait for j", "shared list", "read"]);
  });

  test("the job has not succeeded: a row never proves a delete then", async () => {
    const failed = ended("j", [0, 5], { state: "failed", status: "FAIL" });
    const both = { before: shown([a]), after: shown([]) };
    const { calls } = await run(
      remove,
      both,
      { before: shown([a]), after: shown([a]) },
      { jobs: { j: [5, failed] } },
    );
    expect(calls.slice(0, 4)).toEqual(["shared list", "delete a", "wait for j", "read"]);
  });
});

describe("a desktop without a list of disks, and a job so short that times decide nothing", () => {
  const short = { end: 1, jobs: { j: [1, ended("j", [0, 0])] } } as const;
  const theirs = disk("theirs", 0);

  test("when everything shows, it is one disk: it is ours", async () => {
    const after = shown([disk("new", 0)]);
    const { desktop, result } = await run(
      add,
      { before: noList(), after },
      { before: shown([]), after },
      short,
    );
    expect(result).toMatchObject({ volumeId: "new" });
    expect(desktop.clock.now()).toBeGreaterThanOrEqual(12_000);
  });

  test("another client's disk of that second shows first, and is not taken for ours", async () => {
    const desktop = new ScriptedDesktop({
      read: (second) =>
        second < 1 ? shown([]) : second < 8 ? shown([theirs]) : shown([theirs, disk("ours", 0)]),
      shared: (second) => (second < 1 ? noList() : undefined),
      sends: [{ accepted: "j" }],
      jobs: short.jobs,
      jobList: () => [listed("t", -1, { state: "succeeded", end: at(0) })],
    });
    const [result] = await desktop.settle([add]);
    expect(desktop.ownership.isHeld("theirs")).toBeUndefined();
    expect(result).toBeInstanceOf(Error);
  });

  test("a disk of eight hours ago is not ours, though the other reading of the job fits", async () => {
    const job = ended("j", [0, 5], { begin: [...at(0), ...at(-28_800)], end: [...at(5), ...at(-28_795)] });
    const ancient = disk("ancient", -28_797);
    const desktop = new ScriptedDesktop({
      read: (second) => (second < 9 ? shown([ancient]) : shown([ancient, fresh])),
      shared: (second) => (second < 5 ? noList() : undefined),
      sends: [{ accepted: "j" }],
      jobs: { j: [5, job] },
    });
    expect(await desktop.run([add])).toEqual(["new"]);
  });

  test("what the state keeps of it says that the disks before are not known", async () => {
    const desktop = new ScriptedDesktop({
      read: () => shown([]),
      shared: () => noList(),
      sends: [{ accepted: "j" }],
      jobs: {},
    });
    const [result] = await desktop.settle([add], { timeoutMs: 60_000 });
    expect(result).toBeInstanceOf(UnfinishedAddError);
    expect((result as UnfinishedAddError).pending).toMatchObject({
      jobId: "j",
      beforeIds: ["root"],
      beforeUnknown: true,
    });
  });
});

test("and the next run knows that they are not known", async () => {
  const pending = {
    jobId: "j",
    sentAt: new Date(at(0)[0] ?? 0).toISOString(),
    tookMs: 0,
    beforeIds: [],
    beforeUnknown: true as const,
    spec: SSD,
    request: [SSD],
  };
  const desktop = new ScriptedDesktop({
    read: () => shown([disk("theirs", 0)]),
    jobs: { j: [1, ended("j", [0, 0])] },
    jobList: () => [listed("t", -1, { state: "succeeded", end: at(0) })],
  });
  await desktop.settle([{ ...add, pending }], { timeoutMs: 5_000 });
  expect(desktop.ownership.isHeld("theirs")).toBeUndefined();
});

test("a disk that another read has shown before is never new, though the row before the change lacks it", async () => {
  const seen = disk("seen", 0);
  const desktop = new ScriptedDesktop({
    read: (second) => (second < 1 ? shown([old]) : shown([old, seen])),
    shared: () => shown([old]),
    sends: [{ accepted: "j" }],
    jobs: { j: [1, ended("j", [0, 0])] },
  });
  desktop.knownVolumes.add("seen");
  const [result] = await desktop.settle([add], { timeoutMs: 60_000 });
  expect(result).toBeInstanceOf(Error);
  expect(desktop.ownership.isHeld("seen")).toBeUndefined();
});
