import { StoppedError, TimeoutError } from "../errors";
import { UnfinishedAddError } from "./pendingAdd";
import { runBatch } from "./runBatch";
import { answered, ended, listed, type Script, ScriptedDesktop, shown } from "./testing/scriptedDesktop";
import { disk, SAS, SSD } from "./testing/times";
import type { VolumeRequest } from "./volumeRequest";

const add: VolumeRequest = { kind: "add", spec: SSD };
const remove = (volumeId: string): VolumeRequest => ({ kind: "delete", volumeId });
const grow = (volumeId: string, size = 40): VolumeRequest => ({ kind: "grow", volumeId, size });
const busy = { outcome: "not now", error: answered(409, "WKS.00010032", "HWD1305") } as const;
const lost = { outcome: "unknown", error: answered(504, "", "HWD1307") } as const;
const refused = { outcome: "refused", error: answered(400, "WKS.0400") } as const;

/** Everything that the desktop was asked, in order. */
async function run(script: Script, requests: readonly VolumeRequest[]) {
  const desktop = new ScriptedDesktop(script);
  const results = await desktop.run(requests);
  return { desktop, results, calls: desktop.calls, phases: desktop.phases.join(" ") };
}

/** A desktop that shows `before`, and from a second on `after`. */
const becoming = (
  before: readonly ReturnType<typeof disk>[],
  from: number,
  after: readonly ReturnType<typeof disk>[],
) => ({ read: (second: number) => shown(second < from ? before : after) }) satisfies Script;

describe("the plain case is four calls: read, change, job, read", () => {
  test("add", async () => {
    const { desktop, results, calls, phases } = await run(
      {
        ...becoming([disk("old", -100)], 5, [disk("old", -100), disk("new", 4)]),
        sends: [{ accepted: "j" }],
        jobs: { j: [5, ended("j", [0, 5])] },
      },
      [add],
    );
    expect(results).toEqual(["new"]);
    expect(calls).toEqual(["0 read", "0 add SSD 20", "0 wait for j", "5 read"]);
    expect(phases).toBe("read send wait verify");
    expect(desktop.audited).toMatchObject([
      { action: "added", volume: { volumeId: "new" }, job: { jobId: "j" } },
    ]);
  });

  test("delete, of two disks in one call", async () => {
    const { desktop, results, calls, phases } = await run(
      {
        ...becoming([disk("a"), disk("b"), disk("c")], 5, [disk("c")]),
        sends: [{ accepted: "j" }],
        jobs: { j: [5, ended("j", [0, 5])] },
      },
      [remove("a"), remove("b")],
    );
    expect(results).toEqual(["done", "done"]);
    expect(calls).toEqual(["0 read", "0 delete a,b", "0 wait for j", "5 read"]);
    expect(phases).toBe("read send wait verify");
    expect(desktop.audited.map(({ action, volume }) => [action, volume.volumeId, volume.size])).toEqual([
      ["deleted", "a", 20],
      ["deleted", "b", 20],
    ]);
  });

  test("what is as wanted already takes one read", async () => {
    const { results, calls } = await run({ read: () => shown([disk("a", 0, { size: 40 })]) }, [grow("a")]);
    expect(results).toEqual(["a"]);
    expect(calls).toEqual(["0 read"]);
  });

  test("a line shows what is going on", async () => {
    const { desktop } = await run(
      { ...becoming([disk("a")], 5, []), sends: [{ accepted: "j" }], jobs: { j: [5, ended("j", [0, 5])] } },
      [remove("a")],
    );
    expect(desktop.shownLines).toEqual([
      "desktop team-1: deleting 1 disk, 0 s, asking the service to delete 1 disk",
      "desktop team-1: deleting 1 disk, 0 s, job j accepted",
    ]);
  });
});

describe("reads that lag", () => {
  test("a new disk is read for until it shows", async () => {
    const { results, calls } = await run(
      {
        ...becoming([], 14, [disk("new", 4)]),
        sends: [{ accepted: "j" }],
        jobs: { j: [5, ended("j", [0, 5])] },
      },
      [add],
    );
    expect(results).toEqual(["new"]);
    expect(calls.at(-1)).toBe("16 read");
  });

  test("the first disk of a desktop whose list is left out while it is empty", async () => {
    const { results } = await run(
      {
        read: (second) => (second < 5 ? shown([], { listed: false }) : shown([disk("new", 4)])),
        sends: [{ accepted: "j" }],
        jobs: { j: [5, ended("j", [0, 5])] },
      },
      [add],
    );
    expect(results).toEqual(["new"]);
  });

  test("a disk of the stack that was on the desktop a second before shows first, and is not taken for ours", async () => {
    // Its job ended in the second in which ours began: only ours is well inside.
    const read = (second: number) =>
      second < 8
        ? shown([])
        : second < 12
          ? shown([disk("theirs", 0)])
          : shown([disk("theirs", 0), disk("ours", 4)]);
    const { desktop, results } = await run(
      { read, sends: [{ accepted: "j" }], jobs: { j: [5, ended("j", [0, 5])] } },
      [add],
    );
    expect(results).toEqual(["ours"]);
    expect(desktop.ownership.isHeld("theirs")).toBeUndefined();
  });

  test("a job so short that times decide nothing: the other kind of read confirms", async () => {
    const { results, calls } = await run(
      {
        ...becoming([], 1, [disk("new", 0)]),
        sends: [{ accepted: "j" }],
        jobs: { j: [1, ended("j", [0, 0])] },
      },
      [add],
    );
    expect(results).toEqual(["new"]);
    expect(calls).toEqual(["0 read", "0 add SSD 20", "0 wait for j", "1 read", "1 list desktops"]);
  });

  test("where the other kind of read shows something else, everything has to show first", async () => {
    const read = (second: number) =>
      shown(second < 1 ? [] : second < 9 ? [disk("theirs", 0)] : [disk("theirs", 0), disk("ours", 1)]);
    const { results } = await run(
      {
        read,
        list: () => shown([]),
        sends: [{ accepted: "j" }],
        jobs: { j: [1, ended("j", [0, 1])] },
        jobList: () => [listed("theirs", -1, { state: "succeeded", end: ended("t", [-1, 0]).end })],
      },
      [add],
    );
    expect(results).toEqual(["ours"]);
  });

  test("more new disks than the job made, and nothing tells which is ours: an error names both", async () => {
    const desktop = new ScriptedDesktop({
      ...becoming([], 1, [disk("a", 0), disk("b", 0)]),
      sends: [{ accepted: "j" }],
      jobs: { j: [1, ended("j", [0, 0])] },
    });
    const [error] = await desktop.settle([add]);
    expect(error).toBeInstanceOf(UnfinishedAddError);
    expect((error as Error).message).toMatch(
      /^Adding a disk: .*another client.* a \(SSD, 20 GB\), b .*existingVolumeId: "a".*\[HWD1504\]$/,
    );
    expect((error as UnfinishedAddError).pending).toMatchObject({
      jobId: "j",
      beforeIds: ["root"],
      named: ["a", "b"],
      spec: SSD,
      request: [SSD],
    });
    expect([...desktop.ownership.held()]).toEqual([]);
  });

  test("a delete is not done while the disk shows", async () => {
    const { results, calls } = await run(
      { ...becoming([disk("a")], 12, []), sends: [{ accepted: "j" }], jobs: { j: [5, ended("j", [0, 5])] } },
      [remove("a")],
    );
    expect(results).toEqual(["done"]);
    expect(calls.at(-1)).toBe("12.75 read");
  });
});

describe("a disk that the desktop does not show", () => {
  test.each<[string, "gone" | "unproved", RegExp]>([
    ["is deleted when that is proved", "gone", /^done$/],
    ["fails where nothing is proved", "unproved", /not proved that the disk is gone.*\[HWD1706\]/],
  ])("%s", async (_, verdict, result) => {
    const { results, calls } = await run({ read: () => shown([]), proveGone: () => verdict }, [remove("a")]);
    expect(results[0]).toMatch(result);
    expect(calls.slice(0, 2)).toEqual(["0 read", "0 prove gone a"]);
    expect(calls.some((call) => call.includes("delete"))).toBe(false);
  });

  test("one that shows in the next read is deleted all the same", async () => {
    let reads = 0;
    const script: Script = {
      read: (second) => shown((reads += 1) === 1 || second >= 5 ? [] : [disk("a")]),
      proveGone: () => "there",
      sends: [{ accepted: "j" }],
      jobs: { j: [5, ended("j", [0, 5])] },
    };
    expect((await run(script, [remove("a")])).results).toEqual(["done"]);
  });

  test("the desktop is gone: a delete is done, an add is refused", async () => {
    const script: Script = { read: () => ({ gone: true, desktopId: "desktop-1", said: "no such desktop" }) };
    expect((await run(script, [remove("a")])).results).toEqual(["done"]);
    expect((await run(script, [add])).results[0]).toMatch(
      /^Adding a disk: no such desktop\. No change was sent.*\[HWD1701\]$/,
    );
  });
});

describe("not now", () => {
  test("the running job of another client is waited for, and the request is sent again", async () => {
    const { desktop, results, calls, phases } = await run(
      {
        ...becoming([], 36, [disk("new", 34)]),
        sends: [busy, { accepted: "j" }],
        jobs: { theirs: [30, ended("theirs", [-10, 30])], j: [36, ended("j", [30, 36])] },
        jobList: () => [listed("theirs", -10)],
      },
      [add],
    );
    expect(results).toEqual(["new"]);
    expect(calls).toEqual([
      "0 read",
      "0 add SSD 20",
      "0 list jobs running",
      "0 wait for theirs",
      "30 read",
      "30 add SSD 20",
      "30 wait for j",
      "36 read",
    ]);
    expect(phases).toBe("read send pause read send wait verify");
    expect(desktop.said).toEqual(["desktop team-1 is kept busy by another client; waiting for it"]);
  });

  test("a desktop that does not run is asked again and again; the last word is in the timeout", async () => {
    const desktop = new ScriptedDesktop({
      read: () => shown([], { runs: false, status: "SHUTOFF" }),
      sends: Array.from({ length: 60 }, () => busy),
    });
    const [error] = await desktop.settle([add], { timeoutMs: 60_000 });
    expect(error).toBeInstanceOf(TimeoutError);
    expect((error as Error).message).toMatch(
      /the desktop does not run \(SHUTOFF\).*No change was sent to the service/,
    );
    expect(desktop.calls.filter((call) => call.includes("add")).length).toBeGreaterThan(5);
  });

  test("five minutes between adds: refused until the service takes it, and never bought twice", async () => {
    let sent = 0;
    const script: Script = {
      read: (second) => shown(second < 400 ? [disk("old", -100)] : [disk("old", -100), disk("new", sent)]),
      sends: [
        ...Array.from(
          { length: 4 },
          () => ({ outcome: "not now", error: answered(400, "WKS.0407", "HWD1305") }) as const,
        ),
        { accepted: "j" },
      ],
      jobs: { j: [400, ended("j", [60, 400])] },
      jobList: (_, { status }) =>
        status === undefined ? [listed("before", -100, { state: "succeeded" })] : [],
    };
    sent = 300;
    const { results, calls } = await run(script, [add]);
    expect(results).toEqual(["new"]);
    const times = calls.filter((call) => call.includes("add SSD")).map((call) => Number(call.split(" ")[0]));
    // The refusal of the service itself leaves no copy behind: what the job list lags is waited for, and no more.
    expect(times.map((time, index) => time - (times[index - 1] ?? time))).toEqual([0, 11, 11, 11, 11]);
  });

  test("a change that is repeatable does not look for a job", async () => {
    const { results, calls } = await run(
      {
        ...becoming([disk("a")], 10, []),
        sends: [{ outcome: "not now", error: answered(429, "APIGW.0308", "HWD1306") }, { accepted: "j" }],
        jobs: { j: [10, ended("j", [1, 10])] },
      },
      [remove("a")],
    );
    expect(results).toEqual(["done"]);
    expect(calls).toEqual([
      "0 read",
      "0 delete a",
      "0 pause",
      "1 read",
      "1 delete a",
      "1 wait for j",
      "10 read",
    ]);
  });

  test("nothing was sent: it is read and sent again after a pause", async () => {
    const { results, calls } = await run(
      {
        ...becoming([], 7, [disk("new", 5)]),
        sends: [{ outcome: "never sent", error: answered(500) }, { accepted: "j" }],
        jobs: { j: [7, ended("j", [1, 7])] },
      },
      [add],
    );
    expect(results).toEqual(["new"]);
    expect(calls.slice(0, 5)).toEqual(["0 read", "0 add SSD 20", "0 pause", "1 read", "1 add SSD 20"]);
  });
});

describe("an add that may have been carried out", () => {
  const gateway = { outcome: "not now", error: answered(409, "WKS.00010409", "HWD1305") } as const;
  const carriedOut = (outcome: typeof lost | typeof gateway): Script => ({
    ...becoming([disk("old", -9_000)], 6, [disk("old", -9_000), disk("new", 4)]),
    sends: [outcome],
    jobs: { j: [5, ended("j", [0, 5])] },
    jobList: (second) => (second < 3 ? [] : [listed("j", 0)]),
  });

  test.each([
    ["its answer was lost", lost],
    ["a gateway said conflict to the repeat", gateway],
    [
      "a gateway said that it throttles",
      { outcome: "not now", error: answered(429, "APIGW.0308", "HWD1306") } as const,
    ],
  ])("%s: its job is found, and nothing is sent again", async (_, outcome) => {
    const { desktop, results, calls } = await run(carriedOut(outcome), [add]);
    expect(results).toEqual(["new"]);
    expect(calls.filter((call) => call.includes("add SSD"))).toHaveLength(1);
    expect(desktop.audited).toMatchObject([{ action: "added" }]);
  });

  test("held back by a gateway for 20 s", async () => {
    const { results, calls } = await run(
      {
        ...becoming([], 26, [disk("new", 24)]),
        sends: [lost],
        jobs: { j: [25, ended("j", [20, 25])] },
        jobList: (second) => (second < 22 ? [] : [listed("j", 20)]),
      },
      [add],
    );
    expect(results).toEqual(["new"]);
    expect(calls.filter((call) => call.includes("add SSD"))).toHaveLength(1);
  });

  test("a job of the same second that made nothing like it is another client's: its own is looked for", async () => {
    const { results, calls } = await run(
      {
        ...becoming([], 26, [disk("new", 24)]),
        sends: [lost],
        jobs: { theirs: [5, ended("theirs", [0, 5])], j: [25, ended("j", [20, 25])] },
        jobList: (second) =>
          second < 22
            ? [listed("theirs", 0, { desktopId: undefined })]
            : [listed("theirs", 0, { desktopId: undefined }), listed("j", 20)],
      },
      [add],
    );
    expect(calls.filter((call) => call.includes("add SSD"))).toHaveLength(1);
    // Half a minute is long enough for somebody else's add: with one in the list, nobody can know.
    expect(results[0]).toMatch(/cannot be told.*new \(SSD, 20 GB\)/);
  });

  test("a gateway says conflict while another job runs, and delivers the request when that has ended", async () => {
    const { results, calls } = await run(
      {
        ...becoming([], 14, [disk("new", 11)]),
        sends: [gateway],
        jobs: { theirs: [3, ended("theirs", [-10, 3])], j: [13, ended("j", [8, 13])] },
        jobList: (second, { status }) =>
          status === "running"
            ? [listed("theirs", -10, { kind: "delete" })]
            : second < 10
              ? []
              : [listed("j", 8)],
      },
      [add],
    );
    expect(results).toEqual(["new"]);
    expect(calls.filter((call) => call.includes("add SSD"))).toHaveLength(1);
  });

  test("what shows at first is not all: everything has to show before a lost add is matched", async () => {
    const read = (second: number) =>
      shown(second < 6 ? [] : second < 14 ? [disk("a", 4)] : [disk("a", 4), disk("b", 4)]);
    const desktop = new ScriptedDesktop({ ...carriedOut(lost), read });
    const [error] = await desktop.settle([add]);
    expect((error as UnfinishedAddError).candidates).toEqual(["a", "b"]);
  });

  test("it was not carried out: sent again only when no copy can arrive any more", async () => {
    const { results, calls, phases } = await run(
      {
        ...becoming([], 50, [disk("new", 48)]),
        sends: [lost, { accepted: "j" }],
        jobs: { j: [50, ended("j", [41, 50])] },
      },
      [add],
    );
    expect(results).toEqual(["new"]);
    expect(calls.filter((call) => call.includes("add SSD"))).toEqual(["0 add SSD 20", "41 add SSD 20"]);
    expect(phases).toBe("read send wait read send wait verify");
  });

  test.each<[string, Partial<Script>]>([
    [
      "another client adds to the desktop at the time",
      { jobList: () => [listed("j", 0), listed("theirs", -20, { state: "succeeded" })] },
    ],
    [
      "another client added one like it just before",
      { read: (second) => shown([disk("theirs", -30), ...(second < 6 ? [] : [disk("new", 4)])]) },
    ],
    [
      "its job made something else",
      { read: (second) => shown(second < 6 ? [] : [disk("new", 4), disk("more", 4)]) },
    ],
  ])("nobody can know whose it is: %s", async (_, more) => {
    const desktop = new ScriptedDesktop({ ...carriedOut(lost), ...more });
    const [error] = await desktop.settle([add]);
    expect(error).toBeInstanceOf(UnfinishedAddError);
    expect((error as UnfinishedAddError).candidates).toContain("new");
    expect((error as Error).message).toMatch(
      /cannot be told.*new \(SSD, 20 GB\).*may still appear.*existingVolumeId/,
    );
    expect(desktop.calls.filter((call) => call.includes("add SSD"))).toHaveLength(1);
    expect(desktop.ownership.isHeld("new")).toBeUndefined();
  });

  test("the job list cannot be read: it says what may appear, and sends nothing again", async () => {
    const desktop = new ScriptedDesktop({ read: () => shown([]), sends: [lost], jobList: () => undefined });
    const [error] = await desktop.settle([add]);
    expect((error as Error).message).toMatch(/shows no new disk so far; one may still appear.*\[HWD1503\]$/);
    expect((error as UnfinishedAddError).pending).toMatchObject({
      beforeIds: ["root"],
      spec: SSD,
      request: [SSD],
    });
    expect((error as UnfinishedAddError).pending?.jobId).toBeUndefined();
  });

  test("a repeat may still come after its disk was found: somebody is told", async () => {
    const { desktop } = await run(carriedOut(lost), [add]);
    expect(desktop.said[0]).toMatch(/^desktop desktop-1: .*another disk may still appear/);
  });

  test("a disk like the new one that nobody has is told of: an earlier run may have lost it", async () => {
    const { desktop } = await run(
      {
        ...becoming([disk("lost", -9_000), disk("other", 0, SAS)], 5, [disk("lost", -9_000), disk("new", 4)]),
        sends: [{ accepted: "j" }],
        jobs: { j: [5, ended("j", [0, 5])] },
      },
      [add],
    );
    expect(desktop.said).toEqual([
      expect.stringMatching(/^desktop team-1 also has lost \(SSD, 20 GB\), .*existingVolumeId: "lost"/),
    ]);
  });

  test("the service itself refused it in the second in which another add began: it is sent again, and the other disk is named", async () => {
    const read = (second: number) =>
      shown(second < 5 ? [] : second < 12 ? [disk("x", 3)] : [disk("x", 3), disk("new", 9)]);
    const { desktop, results } = await run(
      {
        read,
        sends: [busy, { accepted: "j" }],
        jobs: { x: [5, ended("x", [0, 5])], j: [12, ended("j", [5, 12])] },
        jobList: () => [listed("x", 0)],
      },
      [add],
    );
    expect(results).toEqual(["new"]);
    expect(desktop.said.join()).toMatch(/If no other client added x .*it is a disk too many/);
  });
});

describe("failed jobs and refusals", () => {
  test("a refusal is bisected until only the guilty fails", async () => {
    const { results, calls } = await run(
      {
        ...becoming([], 5, [disk("a", 4), disk("b", 4)]),
        sends: [refused, { accepted: "j" }, refused],
        jobs: { j: [5, ended("j", [0, 5])] },
      },
      [add, add, { kind: "add", spec: SAS }],
    );
    expect(results.slice(0, 2)).toEqual(["a", "b"]);
    expect(results[2]).toMatch(/the service says so.*\[HWD1301\]$/);
    expect(calls.filter((call) => call.includes("add"))).toEqual([
      "0 add SSD 20,SSD 20,SAS 20",
      "0 add SSD 20,SSD 20",
      "5 add SAS 20",
    ]);
  });

  test("a refusal that concerns the caller fails all at once", async () => {
    const { results, calls } = await run(
      {
        read: () => shown([disk("a"), disk("b")]),
        sends: [{ outcome: "refused", error: answered(403, "WKS.1", "HWD1302") }],
      },
      [remove("a"), remove("b")],
    );
    expect(results).toEqual([expect.stringContaining("[HWD1302]"), expect.stringContaining("[HWD1302]")]);
    expect(calls).toEqual(["0 read", "0 delete a,b"]);
  });

  test("a delete that is refused because somebody else was faster is done", async () => {
    let reads = 0;
    const script: Script = {
      read: () => shown((reads += 1) === 1 ? [disk("a")] : []),
      sends: [refused],
      proveGone: () => "gone",
    };
    expect((await run(script, [remove("a")])).results).toEqual(["done"]);
  });

  const failure = { state: "failed", status: "FAILED", serviceCode: "EVS.1", reason: "sold out" } as const;

  test("a delete job that failed as a whole is tried by halves", async () => {
    const { results, calls } = await run(
      {
        read: (second) => shown(second < 12 ? [disk("a"), disk("b")] : [disk("b")]),
        sends: [{ accepted: "j1" }, { accepted: "j2" }, { accepted: "j3" }],
        jobs: {
          j1: [5, ended("j1", [0, 5], failure)],
          j2: [12, ended("j2", [8, 12])],
          j3: [20, ended("j3", [12, 20], failure)],
        },
      },
      [remove("a"), remove("b")],
    );
    expect(results[0]).toBe("done");
    expect(results[1]).toMatch(/^Job j3: EVS\.1 sold out/);
    expect(calls.filter((call) => call.includes("delete"))).toEqual([
      "0 delete a,b",
      "8 delete a",
      "12 delete b",
    ]);
  });

  test("an add whose job failed and made nothing fails, and nothing is left to look for", async () => {
    const desktop = new ScriptedDesktop({
      read: () => shown([]),
      sends: [{ accepted: "j" }],
      jobs: { j: [5, ended("j", [0, 5], failure)] },
    });
    const [error] = await desktop.settle([add]);
    expect(error).toMatchObject({ name: "JobFailedError" });
    expect(desktop.calls.filter((call) => call.includes("add"))).toHaveLength(1);
  });

  test("of an add whose job failed half-way, what shows late is given", async () => {
    const { results } = await run(
      {
        ...becoming([], 12, [disk("a", 4)]),
        sends: [{ accepted: "j" }],
        jobs: { j: [5, ended("j", [0, 5], failure)] },
      },
      [add, add],
    );
    expect(results[0]).toBe("a");
    expect(results[1]).toMatch(/^Job j: EVS\.1 sold out/);
  });

  test("a job that nobody can follow: the desktop tells; a delete is sent three times at most", async () => {
    const forgotten = { state: "forgotten", status: "", end: [], begin: [] } as const;
    const { results, calls } = await run(
      {
        read: () => shown([disk("a")]),
        sends: ["j1", "j2", "j3"].map((accepted) => ({ accepted })),
        jobs: Object.fromEntries(
          ["j1", "j2", "j3"].map((id) => [id, [1, ended(id, [0, 0], forgotten)] as const]),
        ),
      },
      [remove("a")],
    );
    expect(results[0]).toMatch(/job j3 can no longer be followed.*\[HWD1603\]/);
    expect(calls.filter((call) => call.includes("delete a"))).toHaveLength(3);
  });

  test("a desktop holds ten disks: those that came last are refused before the call", async () => {
    const held = Array.from({ length: 9 }, (_, index) => disk(`d${index}`));
    const { results, calls } = await run(
      {
        ...becoming(held, 5, [...held, disk("new", 4)]),
        sends: [{ accepted: "j" }],
        jobs: { j: [5, ended("j", [0, 5])] },
      },
      [add, add],
    );
    expect(results[0]).toBe("new");
    expect(results[1]).toMatch(
      /has 9 data disks, 2 more would be added, and ten is the most.*deleteBeforeReplace.*\[HWD1703\]$/,
    );
    expect(calls).toContain("0 add SSD 20");
  });

  test("nothing is sent once the engine is gone", async () => {
    const stopped = new StoppedError({ code: "HWD1506", failed: "Adding", why: "the engine has exited" });
    const { results } = await run({ read: () => shown([]), sends: [{ throws: stopped }] }, [add]);
    expect(results[0]).toMatch(/the engine has exited.*\[HWD1506\]$/);
  });
});

describe("deadlines", () => {
  test("an add that was sent ends a little before its deadline, and keeps what the next run needs", async () => {
    const desktop = new ScriptedDesktop({ read: () => shown([]), sends: [{ accepted: "j" }] });
    const [error] = await desktop.settle([add], { timeoutMs: 60_000 });
    expect(desktop.clock.now()).toBe(58_000);
    expect(error).toBeInstanceOf(UnfinishedAddError);
    expect((error as Error).message).toMatch(
      /timed out after 1m.*Job j was sent; a disk may still appear on desktop desktop-1.*\[HWD1502\]$/,
    );
    expect((error as UnfinishedAddError).pending).toEqual({
      jobId: "j",
      sentAt: "2026-01-02T03:04:00.000Z",
      tookMs: 0,
      beforeIds: ["root"],
      spec: SSD,
      request: [SSD],
    });
  });

  test("one whose time is over leaves the others, and its disk still counts", async () => {
    const desktop = new ScriptedDesktop({
      ...becoming([], 20, [disk("a", 4), disk("b", 4)]),
      sends: [{ accepted: "j" }],
      jobs: { j: [20, ended("j", [0, 20])] },
    });
    const [short, long] = [desktop.member(add, 5_000), desktop.member(add)];
    const results = Promise.all([short.result.catch((error: unknown) => error), long.result]);
    await desktop.time.until(runBatch(desktop, [short, long]));
    const [error, volume] = await results;
    expect(error).toBeInstanceOf(UnfinishedAddError);
    expect(volume?.volumeId).toBe("a");
    expect([...desktop.ownership.held()]).toEqual(["a"]);
  });
});

describe("an add of an earlier run", () => {
  const pending = {
    sentAt: "2026-01-02T03:02:00.000Z",
    tookMs: 100,
    beforeIds: ["old"],
    spec: SSD,
    request: [SSD],
  };
  const resumed = (more: object = {}, rest: object = {}): VolumeRequest => ({
    kind: "add",
    spec: SSD,
    pending: { ...pending, ...more },
    ...rest,
  });
  /** Its job ran from two minutes before to 115 s before the start. */
  const earlier: Script = {
    read: () => shown([disk("old", -9_000), disk("new", -117)]),
    jobs: { j: [0, ended("j", [-120, -115])] },
    jobList: () => [listed("j", -120, { state: "succeeded" })],
  };

  test.each<[string, object]>([
    ["by its job", { jobId: "j" }],
    ["by the time of a request whose answer was lost", {}],
  ])("is found %s, and nothing is bought", async (_, more) => {
    const { results, calls } = await run(earlier, [resumed(more)]);
    expect(results).toEqual(["new"]);
    expect(calls.some((call) => call.includes("add SSD"))).toBe(false);
    expect(calls.at(-1)?.split(" ")[0]).toBe("0");
  });

  test.each<[string, Script["read"], object]>([
    ["its job made nothing", () => shown([disk("old", -9_000)]), { jobId: "j" }],
    [
      "an error has named what its job may have made",
      () => shown([disk("old", -9_000), disk("new", -117)]),
      { named: ["new"] },
    ],
  ])("is bought only now: %s", async (_, read, more) => {
    const { results } = await run(
      {
        ...earlier,
        read: (second) =>
          second < 5 ? read(second) : shown([disk("old", -9_000), disk("new", -117), disk("bought", 4)]),
        sends: [{ accepted: "j2" }],
        jobs: { ...earlier.jobs, j2: [5, ended("j2", [0, 5])] },
      },
      [resumed(more)],
    );
    expect(results).toEqual(["bought"]);
  });

  test.each<[string, object, boolean]>([
    ["the service has forgotten it", { state: "forgotten", status: "", begin: [], end: [] }, true],
    ["its status is unknown, and it has an end", { state: "unknown word", status: "SUSPENDED" }, true],
    [
      "its status is unknown, and it has no end",
      { state: "unknown word", status: "SUSPENDED", end: [] },
      false,
    ],
  ])("whose job cannot be judged, and nothing shows: %s", async (_, how, isBought) => {
    const { results } = await run(
      {
        ...earlier,
        read: (second) =>
          shown(second < 40 ? [disk("old", -9_000)] : [disk("old", -9_000), disk("bought", 39)]),
        sends: [{ accepted: "j2" }],
        jobs: { j: [0, ended("j", [-120, -115], how)], j2: [40, ended("j2", [30, 40])] },
      },
      [resumed({ jobId: "j" })],
    );
    expect(results[0]).toMatch(
      isBought ? /^bought$/ : /SUSPENDED, which this version does not know.*may still appear/,
    );
  });

  test("whose disk has a time that does not fit its job is not bought again: the error names it", async () => {
    const desktop = new ScriptedDesktop({
      ...earlier,
      read: () => shown([disk("old", -9_000), disk("new", -60)]),
    });
    const [error] = await desktop.settle([resumed({ jobId: "j" })]);
    expect((error as UnfinishedAddError).pending).toMatchObject({ jobId: "j", named: ["new"] });
    expect(desktop.calls.some((call) => call.includes("add SSD"))).toBe(false);
  });

  test("that is only looked for, and was not carried out", async () => {
    const script: Script = { read: () => shown([disk("old", -9_000)]) };
    const { results, calls } = await run(script, [resumed({}, { resumeOnly: true })]);
    expect(results).toEqual(["done"]);
    expect(calls).toEqual(["0 read", "0 list jobs add", "0 read", "0 read"]);
  });

  test("two of one request get their disks, whoever asks", async () => {
    const two = { jobId: "j", request: [SSD, SSD] };
    const { results } = await run(
      { ...earlier, read: () => shown([disk("old", -9_000), disk("a", -117), disk("b", -117)]) },
      [resumed(two), resumed(two)],
    );
    expect([...results].sort()).toEqual(["a", "b"]);
  });
});
