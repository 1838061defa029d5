import { clientAnswering, refusal, type Reply, waiter } from "../../../testing/scripted";
import { JobPoller } from "../api/jobPoller";
import { Tally } from "../tally";
import { BatchingWindow } from "./queue";
import { LiveDesktop } from "./liveDesktop";
import { VolumeOwnership } from "./ownership";
import { SharedReads } from "./sharedReads";
import { findVolume, type ShownDesktop } from "./snapshot";

const START = Date.parse("2026-01-02T03:04:05Z");

/** What the service answers, by call and second; `undefined`: an empty 404. */
interface Service {
  single?: (second: number) => Reply | undefined;
  list?: (second: number) => Reply | undefined;
  jobs?: object[];
}

const volumes = (ids: readonly string[]) => ids.map((id) => ({ volume_id: id, type: "SSD", size: 20 }));
const desktop = (...ids: string[]) => ({
  desktop_id: "d",
  computer_name: "team-1",
  status: "ACTIVE",
  ...(ids.length > 0 && { data_volumes: volumes(ids) }),
});
const single = (...ids: string[]): Reply => ({ json: { desktop: desktop(...ids) } });
const list = (...ids: string[]): Reply => ({ json: { desktops: [desktop(...ids)], total_count: 1 } });
const NOTHING: Reply = { json: { desktops: [], total_count: 0 } };

/** One desktop of a service whose clock goes with the test's. */
function live({ single: one = () => single(), list: all = () => list(), jobs = [] }: Service) {
  const now = { ms: () => 0 };
  const world = clientAnswering((line) => {
    const second = Math.floor(now.ms() / 1000);
    const answer = line.startsWith("GET /desktops/detail")
      ? all(second)
      : line.startsWith("GET /desktops/")
        ? one(second)
        : ({ json: { jobs, total_count: jobs.length } } as Reply);
    const reply = answer ?? { status: 404, text: "" };
    return reply instanceof Error
      ? reply
      : { ...reply, headers: { date: new Date(START + now.ms()).toUTCString() } };
  });
  now.ms = () => world.clock.now();
  const window = new BatchingWindow(world.clock);
  const parts = {
    client: world.client,
    poller: new JobPoller(world.client),
    reads: new SharedReads(world.client, window),
    batchReads: new SharedReads(world.client, window),
    window,
    ownership: new VolumeOwnership(),
    tally: new Tally(world.clock),
    ownJobs: new Set<string>(),
    audit: () => undefined,
  };
  const it = new LiveDesktop("d", parts);
  const wait = () => waiter(world.time, 300_000);
  /** The calls so far: `s` single read, `l` list, `j` job list. */
  const calls = () =>
    world.seen
      .map(
        ({ line, at }) => `${at / 1000}${line.includes("detail") ? "l" : line.includes("jobs") ? "j" : "s"}`,
      )
      .join(" ");
  return {
    ...world,
    it,
    parts,
    calls,
    read: () => world.time.until(it.read(wait())),
    proveGone: (id: string, createTime?: string) => world.time.until(it.proveGone(id, wait(), createTime)),
    proveAll: (ids: string[]) =>
      world.time.until(
        it.proveAllGone(
          ids.map((volumeId) => ({ volumeId })),
          wait(),
        ),
      ),
  };
}

describe("what one read proves", () => {
  test("the desktop with its disks, and its name", async () => {
    const world = live({ single: () => single("a") });
    expect(await world.read()).toMatchObject({ gone: false, volumes: [{ volumeId: "a" }] });
    expect(world.it.name).toBe("team-1");
    expect(world.calls()).toBe("0s");
  });

  test("a disk that is shown twice is one disk", async () => {
    const world = live({ single: () => single("a", "a") });
    expect(await world.read()).toMatchObject({ volumes: [{ volumeId: "a" }] });
  });

  test("the service's own code for this desktop: it is gone", async () => {
    const world = live({ single: () => refusal(404, "WKS.00010404") });
    expect(await world.read()).toMatchObject({ gone: true });
    expect(world.calls()).toBe("0s");
  });

  test.each<[string, Reply]>([
    ["an empty 404", { status: 404, text: "" }],
    ["HTML", { status: 404, text: "<html>not found</html>" }],
    ["a code of the gateway", refusal(404, "APIGW.0101")],
    ["a missing permission", refusal(403, "WKS.1")],
  ])("%s proves nothing", async (_, reply) => {
    const world = live({ single: () => reply });
    await expect(world.read()).rejects.toMatchObject({ name: "ApiError" });
  });

  test("a refusal that may mean something else counts with lists that do not have the desktop, lasting", async () => {
    const world = live({ single: () => refusal(400, "WKS.0001"), list: () => NOTHING });
    expect(await world.read()).toMatchObject({ gone: true });
    expect(world.clock.now()).toBeGreaterThanOrEqual(15_000);
    expect(world.calls()).toBe("0s 0l 7.5s 15l");
  });

  test("a refusal that may mean something else, and the list has the desktop", async () => {
    const world = live({ single: () => refusal(400, "WKS.0001"), list: () => list("a") });
    expect(await world.read()).toMatchObject({ gone: false, volumes: [{ volumeId: "a" }] });
  });

  test("a refusal that may mean something else, and no list to confirm it", async () => {
    const world = live({ single: () => refusal(400, "WKS.0001"), list: () => refusal(403, "WKS.1") });
    await expect(world.read()).rejects.toMatchObject({ serviceCode: "WKS.0001" });
  });
});

describe("a read that is shared with another desktop", () => {
  const root = { volume_id: "root", create_time: "2026-01-01T00:00:00Z" };
  const rows = (...shown: object[]): Reply => ({ json: { desktops: shown, total_count: shown.length } });
  const other = { ...desktop("x"), desktop_id: "other" };
  /** Both ask in the same moment; what the first gets, and the calls. */
  async function readBoth(
    world: ReturnType<typeof live>,
    isEnough: (now: ShownDesktop) => boolean = () => true,
  ) {
    const wait = () => waiter(world.time, 300_000);
    void world.parts.batchReads.listed("other", wait());
    const now = await world.time.until(world.it.readShared(wait(), isEnough));
    return {
      now,
      calls: world.seen.map(({ line }) => (line.includes("detail") ? "list" : "single")).join(" "),
    };
  }

  test("takes its row of the list", async () => {
    const row = { ...desktop("a"), root_volume: root };
    const { now, calls } = await readBoth(live({ list: () => rows(row, other) }));
    expect(now).toMatchObject({
      gone: false,
      isRow: true,
      volumes: [{ volumeId: "a" }],
      desktop: { rootVolumeId: "root", rootCreatedAt: [Date.parse(root.create_time)] },
    });
    expect(calls).toBe("list");
  });

  test.each<[string, Service, string]>([
    ["the row is not enough", { list: () => rows(desktop("not", "enough"), other) }, "list single"],
    ["the list lacks it", { list: () => rows(other) }, "list list single"],
    [
      "the list shows other desktops only",
      { list: () => rows(other, { ...other, desktop_id: "third" }) },
      "list list single",
    ],
    ["the list is refused", { list: () => refusal(403, "WKS.1") }, "list single"],
  ])("%s: it is read by itself", async (_, service, calls) => {
    const world = live({ single: () => single("a"), ...service });
    const its = await readBoth(world, ({ volumes }) => volumes.length < 2);
    expect(its.now).toMatchObject({ volumes: [{ volumeId: "a" }] });
    expect(its.now).not.toHaveProperty("isRow");
    expect(its.calls).toBe(calls);
  });

  test("a filter that is ignored changes nothing", async () => {
    const many = Array.from({ length: 50 }, (_, index) => ({ ...desktop("y"), desktop_id: `n${index}` }));
    const { now, calls } = await readBoth(live({ list: () => rows(...many, desktop("a"), other) }));
    expect(now).toMatchObject({ volumes: [{ volumeId: "a" }] });
    expect(calls).toBe("list");
  });

  test("a row without a list of disks is no evidence that a disk is gone", async () => {
    const world = live({ list: () => rows(desktop(), other) });
    for (const ms of [7_500, 7_500, 0]) {
      await readBoth(world);
      await world.time.pass(ms);
    }
    await world.read();
    const since = world.clock.now();
    await world.proveGone("v");
    expect(world.clock.now() - since).toBeGreaterThanOrEqual(15_000);
  });

  test("every disk that any read has shown is known", async () => {
    const world = live({ single: (second) => (second < 5 ? single("a") : single("b")) });
    await world.read();
    await world.time.pass(5_000);
    await world.read();
    expect([...world.it.knownVolumes]).toEqual(["a", "b"]);
  });
});

describe("whether a disk that a read does not show is gone", () => {
  test("three complete answers over fifteen seconds, from both calls", async () => {
    const world = live({ single: () => single("a"), list: () => list("a") });
    await world.read();
    expect(await world.proveGone("v")).toBe("gone");
    expect(world.calls()).toBe("0s 0l 7.5s 15l");
  });

  test("an id in the other case is the same disk: it is there, and keeps the case in which it was first written", async () => {
    const [id, other] = ["ab54cdef-0000-4000-8000-00000000000d", "AB54CDEF-0000-4000-8000-00000000000D"];
    const there = live({ single: () => single(other), list: () => list(id.toLowerCase()) });
    expect(await there.proveGone(other)).toBe("there");
    const now = await there.read();
    expect(findVolume(now, other)).toMatchObject({ volumeId: other, size: 20 });
    expect(now.gone ? [] : now.volumes.map(({ volumeId }) => volumeId)).toEqual([id]);
  });

  test("once for each desktop, however many disks", async () => {
    const world = live({});
    await world.read();
    const verdicts = await world.proveAll(["u", "v", "w"]);
    expect([...verdicts.values()]).toEqual(["gone", "gone", "gone"]);
    expect(world.calls()).toBe("0s 0l 7.5s 15l");
    // The answers had every disk of the desktop in them: one that is asked for later takes no call.
    await world.time.pass(30_000);
    expect(await world.proveGone("x")).toBe("gone");
    expect(world.calls().split(" ")).toHaveLength(4);
  });

  test("two that ask at the same time share the answers", async () => {
    const world = live({});
    const wait = () => waiter(world.time, 300_000);
    await world.time.until(Promise.all([world.it.proveGone("u", wait()), world.it.proveGone("v", wait())]));
    expect(world.calls()).toBe("0l 7.5s 15l");
  });

  test("a new disk whose read lags is there", async () => {
    const world = live({
      single: (second) => (second < 9 ? single() : single("v")),
      list: (second) => (second < 6 ? list() : list("v")),
    });
    await world.read();
    expect(await world.proveGone("v")).toBe("there");
  });

  test("the calls contradict each other: nothing is proved", async () => {
    const world = live({ single: () => single(), list: () => list("v") });
    await world.read();
    expect(await world.proveGone("v")).toBe("there");
  });

  test("one of the calls is not to be had: nothing is proved", async () => {
    const world = live({ single: () => single(), list: () => refusal(403, "WKS.1") });
    await world.read();
    expect(await world.proveGone("v")).toBe("unproved");
    expect(world.clock.now()).toBeLessThan(60_000);
  });

  test("the service says meanwhile that the desktop is gone", async () => {
    const world = live({ single: (second) => (second < 5 ? single() : refusal(404, "WKS.00010404")) });
    await world.read();
    expect(await world.proveGone("v")).toBe("gone");
  });

  const deleted = (begin: string) => [
    {
      id: "p",
      job_id: "j",
      job_type: "deleteVolumes",
      status: "SUCCESS",
      entities: { desktop_id: "d" },
      begin_time: begin,
    },
  ];

  test.each<[string, string, string, string]>([
    ["after the disk was created", "2026-01-02T03:00:00Z", "2026-01-02 03:03:00", "0s 0j 0l"],
    ["before the disk was created", "2026-01-02T03:03:30Z", "2026-01-02 03:03:00", "0s 0j 0l 7.5s 15l"],
  ])("a delete job %s", async (_, createTime, begin, calls) => {
    const world = live({ jobs: deleted(begin) });
    await world.read();
    expect(await world.proveGone("v", createTime)).toBe("gone");
    expect(world.calls()).toBe(calls);
  });

  test("answers from before this process added the disk do not count", async () => {
    const world = live({});
    await world.read();
    await world.proveGone("other");
    world.it.noteAdded("v", {
      request: { kind: "delete", volumeId: "" },
      operation: { call: { resourceKey: "r" } },
    } as never);
    await world.proveGone("v");
    expect(world.clock.now()).toBeGreaterThanOrEqual(30_000);
  });
});
