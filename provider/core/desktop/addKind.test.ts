import { UnfinishedAddError } from "./volumeRequest";
import { answered, ended, listed, type Script, ScriptedDesktop, shown } from "./testing/scriptedDesktop";
import { disk, SAS, SSD } from "./testing/times";
import type { VolumeRequest } from "./volumeRequest";

const add: VolumeRequest = { kind: "add", spec: SSD };
const remove = (volumeId: string): VolumeRequest => ({ kind: "delete", volumeId });
const busy = { outcome: "not now", error: answered(409, "WKS.00010032", "HWD1305") } as const;
const lost = { outcome: "unknown", error: answered(504, "", "HWD1307") } as const;

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

  test("the other kind of read is given up late: one more read, in which everything shows", async () => {
    const { results, calls } = await run(
      {
        ...becoming([], 1, [disk("new", 0)]),
        list: () => undefined,
        listTakesMs: 15_000,
        sends: [{ accepted: "j" }],
        jobs: { j: [1, ended("j", [0, 0])] },
      },
      [add],
    );
    expect(results).toEqual(["new"]);
    expect(calls.slice(-2)).toEqual(["1 list desktops", "16 read"]);
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

  test("the service forgets our job, and another client adds a disk alike after the first look at the job list", async () => {
    const [begin, end] = [16, 18];
    const theirs = listed("theirs", begin, { state: "succeeded", end: ended("t", [begin, end]).end });
    const forgotten = { state: "forgotten", status: "", begin: [], end: [] } as const;
    const { desktop, results } = await run(
      {
        read: (second) =>
          shown([
            ...(second < 5 ? [] : [disk("ours", 3, SAS)]),
            ...(second < 20 ? [] : [disk("theirs", 17)]),
          ]),
        sends: [{ accepted: "j" }],
        jobs: { j: [5, ended("j", [0, 0], forgotten)] },
        jobList: (second) => (second < begin ? [] : [theirs]),
      },
      [{ kind: "add", spec: SAS }, add],
    );
    expect(results[1]).toMatch(/\[HWD150[34]\]$/);
    expect(desktop.ownership.isHeld("theirs")).toBeUndefined();
  });

  test.each<[string, number, number]>([
    ["a moment before the reads, and the job list lags", 29, 27],
    ["a quarter of an hour after our job began", 901, 899],
  ])("the service forgets our job, and another client added a disk alike %s", async (_, read, created) => {
    const forgotten = { state: "forgotten", status: "", begin: [], end: [] } as const;
    const { desktop, results } = await run(
      {
        ...becoming([], created + 1, [disk("theirs", created)]),
        sends: [{ accepted: "j" }],
        jobs: { j: [read, ended("j", [0, 0], forgotten)] },
        // The list lags; of the other job it never says anything.
        jobList: (second) =>
          second < 37 || created > 100
            ? []
            : [listed("t", 25, { state: "succeeded", end: ended("t", [25, 27]).end })],
      },
      [add],
    );
    expect(results[0]).toMatch(/may be meant: theirs .*\[HWD1504\]$/);
    expect(desktop.ownership.isHeld("theirs")).toBeUndefined();
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

  test.each<[string, ReturnType<typeof disk>, string]>([
    ["of another size", disk("odd", 3, { size: 19 }), "odd"],
    ["of another type", disk("odd", 3, { type: "GPSSD" }), "odd"],
    ["that shows no time", disk("odd", undefined, { type: "GPSSD" }), "odd"],
    ["with a time that does not fit", disk("odd", -1e6), "odd"],
    ["of another type and of another time: no candidate", disk("odd", -1e6, { type: "GPSSD" }), ""],
  ])("the job succeeded, and the only new disk is one %s", async (_, odd, named) => {
    const desktop = new ScriptedDesktop({
      ...becoming([disk("old", -100)], 5, [disk("old", -100), odd]),
      sends: [{ accepted: "j" }],
      jobs: { j: [5, ended("j", [0, 5])] },
    });
    const [error] = await desktop.settle([add]);
    expect((error as UnfinishedAddError).candidates.join()).toBe(named);
    expect((error as Error).message).toMatch(
      named === ""
        ? /shows no new disk like the one asked for.*\[HWD1503\]$/
        : /shows no new disk like the one asked for.*shows new disks that may be meant: odd .*\[HWD1504\]$/,
    );
    expect((error as UnfinishedAddError).pending).toMatchObject({ jobId: "j" });
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

  test("its job ended long ago and the next reads are old, whatever the time: it is read for until nothing lags", async () => {
    let reads = 0;
    const desktop = new ScriptedDesktop({
      read: (second) => shown(second < 41 || (reads += 1) <= 3 ? [] : [disk("new", 22)]),
      sends: [lost],
      jobs: { j: [25, ended("j", [18, 25])] },
      jobList: (second) => (second < 20 ? [] : [listed("j", 18)]),
    });
    const [error] = await desktop.settle([add]);
    expect((error as UnfinishedAddError).candidates).toEqual(["new"]);
    expect(desktop.calls.filter((call) => call.includes("add SSD"))).toHaveLength(1);
  });

  test.each<[string, readonly [number, number], RegExp]>([
    ["in the moment of the request: it is its own", [0, 70], /^new$/],
    ["later: it may be anybody's, and its disk is named", [50, 70], /cannot be told.*new \(SSD/],
  ])(
    "a job that waits, and says neither where it is nor when it began, is followed; it began %s",
    async (_, times, result) => {
      const waiting = listed("j", 0, { begin: [], desktopId: undefined });
      const { results, calls } = await run(
        {
          ...becoming([], 70, [disk("new", 69)]),
          sends: [lost],
          jobs: { j: [70, ended("j", times)] },
          jobList: () => [waiting],
        },
        [add],
      );
      expect(results[0]).toMatch(result);
      expect(calls.filter((call) => call.includes("add SSD"))).toHaveLength(1);
    },
  );

  test("a job that the list gives no desktop explains the new disk as well as its own does: nobody gets it", async () => {
    // Theirs began before the request, on this desktop; the hit is about another desktop.
    const anywhere = { desktopId: undefined } as const;
    const desktop = new ScriptedDesktop({
      ...becoming([], 3, [disk("theirs", 1)]),
      sends: [lost],
      jobs: { elsewhere: [4, ended("elsewhere", [0, 4])] },
      jobList: () => [
        listed("t", -4, { ...anywhere, state: "succeeded", end: ended("t", [-4, 2]).end }),
        listed("elsewhere", 0, anywhere),
      ],
    });
    const [error] = await desktop.settle([add]);
    expect((error as UnfinishedAddError).candidates).toEqual(["theirs"]);
    expect(desktop.ownership.isHeld("theirs")).toBeUndefined();
    expect(desktop.calls.filter((call) => call.includes("add SSD"))).toHaveLength(1);
  });

  test("held back by a gateway for 20 s: it is named, and not bought again", async () => {
    const desktop = new ScriptedDesktop({
      ...becoming([], 26, [disk("new", 24)]),
      sends: [lost],
      jobs: { j: [25, ended("j", [20, 25])] },
      jobList: (second) => (second < 22 ? [] : [listed("j", 20)]),
    });
    const [error] = await desktop.settle([add]);
    // Half a minute is long enough for somebody else's add: nobody can know.
    expect((error as UnfinishedAddError).candidates).toEqual(["new"]);
    expect(desktop.calls.filter((call) => call.includes("add SSD"))).toHaveLength(1);
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
    expect(results[0]).toMatch(/cannot be told.*new \(SSD, 20 GB\)/);
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
      "one like it that another client has grown appeared just before",
      {
        read: (second) => shown([disk("theirs", -30, { size: 40 }), ...(second < 6 ? [] : [disk("new", 4)])]),
      },
    ],
    [
      "its job made something else",
      { read: (second) => shown(second < 6 ? [] : [disk("new", 4), disk("more", 4)]) },
    ],
    ["the job list is cut when others' jobs are looked for", { isListCut: (reads) => reads > 1 }],
    [
      "its job also made a disk of a kind that nobody here asked for",
      { read: (second) => shown(second < 6 ? [] : [disk("new", 4), disk("more", 4, { type: "ESSD" })]) },
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

  test.each<[string, Partial<Script>]>([
    ["cannot be read", { jobList: () => undefined }],
    ["cannot be read to its end", { isListCut: () => true }],
  ])("the job list %s: it says what may appear, and sends nothing again", async (_, more) => {
    const desktop = new ScriptedDesktop({ read: () => shown([]), sends: [lost], ...more });
    const [error] = await desktop.settle([add]);
    expect((error as Error).message).toMatch(/shows no new disk so far; one may still appear.*\[HWD1503\]$/);
    expect((error as UnfinishedAddError).pending).toMatchObject({
      beforeIds: ["root"],
      spec: SSD,
      request: [SSD],
    });
    expect((error as UnfinishedAddError).pending?.jobId).toBeUndefined();
  });

  test("a copy that comes later makes a second disk: both are named, and nobody gets one", async () => {
    const desktop = new ScriptedDesktop({
      read: (second) =>
        shown([...(second < 6 ? [] : [disk("a", 4)]), ...(second < 31 ? [] : [disk("b", 29)])]),
      sends: [lost],
      jobs: { j: [5, ended("j", [0, 5])], k: [30, ended("k", [25, 30])] },
      jobList: (second) => [listed("j", 0), ...(second < 27 ? [] : [listed("k", 25)])],
    });
    const [error] = await desktop.settle([add]);
    expect((error as UnfinishedAddError).candidates).toEqual(["a", "b"]);
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
      expect.stringMatching(
        /^desktop team-1 also has lost \(SSD, 20 GB\), .*deletes the old disk with its data: stop it now .*aliases: .*existingVolumeId: "lost"/,
      ),
    ]);
  });
});

describe("the service never says what time it is, and its clock is not ours", () => {
  const job = { j: [30, ended("j", [-300, -270])] } as const;
  test.each<[string, Partial<Script>]>([
    ["its job has ended", { jobList: () => [listed("j", -300, { state: "succeeded" })] }],
    [
      "its job runs for longer than it is looked for",
      {
        ...becoming([], 60, [disk("new", -270)]),
        jobs: { j: [60, ended("j", [-300, -265])] },
        jobList: () => [listed("j", -300)],
      },
    ],
    ["reads lag", becoming([], 45, [disk("new", -280)])],
    [
      "the list lags, and shows the job of somebody else as the one that runs",
      {
        sends: [busy],
        ...becoming([], 5, [disk("new", -280)]),
        jobs: { ...job, theirs: [3, ended("theirs", [-330, 30])] },
        jobList: (_, { status }) => [status === "running" ? listed("theirs", -330) : listed("j", -300)],
      },
    ],
  ])("a disk that may be its own is named, and nothing is bought: %s", async (_, more) => {
    const desktop = new ScriptedDesktop({
      ...becoming([], 30, [disk("new", -280)]),
      untimed: true,
      sends: [lost],
      jobs: job,
      ...more,
    });
    const [error] = await desktop.settle([add]);
    expect((error as UnfinishedAddError).candidates).toEqual(["new"]);
    expect(desktop.calls.filter((call) => call.includes("add SSD"))).toHaveLength(1);
  });

  test("nothing shows: it is sent again", async () => {
    const desktop = new ScriptedDesktop({
      ...becoming([disk("old", -9_000)], 70, [disk("old", -9_000), disk("new", -230)]),
      untimed: true,
      sends: [lost, { accepted: "j" }],
      jobs: { j: [70, ended("j", [-240, -230])] },
    });
    expect(await desktop.run([add])).toEqual(["new"]);
  });

  test("the next run looks for it by the disks alone", async () => {
    const pending = {
      untimed: true,
      sentAt: "2026-01-02T03:00:00.000Z",
      tookMs: 100,
      beforeIds: ["old"],
      spec: SSD,
      request: [SSD],
    } as const;
    const request: VolumeRequest = {
      kind: "add",
      spec: SSD,
      pending: { ...pending, beforeIds: ["old"], request: [SSD] },
    };
    const desktop = new ScriptedDesktop({ read: () => shown([disk("old", -9_000), disk("new", -9)]) });
    const [error] = await desktop.settle([request]);
    expect((error as UnfinishedAddError).candidates).toEqual(["new"]);
    expect((error as UnfinishedAddError).pending).toMatchObject({ untimed: true, named: ["new"] });
  });
});

describe("the service itself refuses an add, and an add of that desktop begins at the same time", () => {
  /** Another add, of another client or of a copy of the request, that runs from 0 s to 5 s and makes `x`. */
  const other = { x: [5, ended("x", [0, 5])] } as const;
  const showing = (x: ReturnType<typeof disk> | undefined, bought = 20) => ({
    read: (second: number) =>
      shown([
        ...(x === undefined || second < 6 ? [] : [x]),
        ...(second < bought + 5 ? [] : [disk("new", bought + 4)]),
      ]),
  });
  const running = (second: number, status: string | undefined, ends = 5) =>
    status === "running" && second >= ends ? [] : [listed("x", 0)];

  test.each<[string, Partial<Script>]>([
    ["it is seen to run", { jobList: (second, { status }) => running(second, status) }],
    [
      "the job list lags",
      { jobList: (second, { status }) => (status !== undefined || second < 8 ? [] : [listed("x", 0)]) },
    ],
    [
      "the list leaves out the desktop",
      {
        jobList: (_, { status }) => (status === "running" ? [] : [listed("x", 0, { desktopId: undefined })]),
      },
    ],
    [
      "the desktop does not run",
      {
        read: (second) => shown(second < 6 ? [] : [disk("x", 3)], { runs: false, status: "SHUTOFF" }),
        jobList: () => [listed("x", 0)],
      },
    ],
    [
      "a list that lags still shows a job of somebody else that had ended before",
      {
        jobs: { ...other, theirs: [1, ended("theirs", [-30, -5])] },
        jobList: (_, { status }) => [status === "running" ? listed("theirs", -30) : listed("x", 0)],
      },
    ],
    [
      "somebody has grown what it made",
      { ...showing(disk("x", 3, { size: 40 })), jobList: () => [listed("x", 0)] },
    ],
  ])("whose disk it made cannot be told; it is named, and nothing is bought: %s", async (_, more) => {
    const desktop = new ScriptedDesktop({ ...showing(disk("x", 3)), sends: [busy], jobs: other, ...more });
    const [error] = await desktop.settle([add]);
    expect(error).toBeInstanceOf(UnfinishedAddError);
    expect((error as UnfinishedAddError).candidates).toEqual(["x"]);
    expect((error as UnfinishedAddError).pending).toMatchObject({ refused: true, named: ["x"] });
    expect((error as Error).message).toMatch(
      /refused the add while .*x \(SSD.*existingVolumeId: "x".*\[HWD1504\]$/,
    );
    expect(desktop.calls.filter((call) => call.includes("add SSD"))).toHaveLength(1);
    expect(desktop.ownership.isHeld("x")).toBeUndefined();
  });

  test.each<[string, Partial<Script>]>([
    ["it made something else", { ...showing(disk("x", 3, SAS)), jobList: () => [listed("x", 0)] }],
    [
      "it failed, and made nothing",
      {
        ...showing(undefined),
        jobs: { x: [5, ended("x", [0, 5], { state: "failed", status: "FAILED" })] },
        jobList: () => [listed("x", 0)],
      },
    ],
    [
      "it is on another desktop, which the list leaves out",
      { ...showing(undefined), jobList: () => [listed("x", 0, { desktopId: undefined })] },
    ],
    ["it began after the answer", { jobs: {}, jobList: () => [listed("x", 3)] }],
    [
      "it began before the request, and ran on",
      {
        jobs: { x: [5, ended("x", [-9, 5])] },
        jobList: (second, { status }) => (status === "running" && second >= 5 ? [] : [listed("x", -9)]),
      },
    ],
  ])("it is surely another client's, and the add is sent again: %s", async (_, more) => {
    const desktop = new ScriptedDesktop({
      ...showing(disk("x", 3)),
      sends: [busy, { accepted: "j" }],
      ...more,
      jobs: { ...other, ...more.jobs, j: [25, ended("j", [20, 25])] },
    });
    expect(await desktop.run([add])).toEqual(["new"]);
    expect(desktop.calls.filter((call) => call.includes("add SSD"))).toHaveLength(2);
    expect(desktop.ownership.isHeld("x")).toBeUndefined();
  });

  test("the job list cannot be read: nothing is sent again", async () => {
    const desktop = new ScriptedDesktop({ read: () => shown([]), sends: [busy], jobList: () => undefined });
    const [error] = await desktop.settle([add]);
    expect(error).toBeInstanceOf(UnfinishedAddError);
    expect(desktop.calls.filter((call) => call.includes("add SSD"))).toHaveLength(1);
  });

  test("of two disks that were refused, neither is taken", async () => {
    const desktop = new ScriptedDesktop({
      read: (second) => shown(second < 6 ? [] : [disk("x", 3), disk("y", 3)]),
      sends: [busy],
      jobs: other,
      jobList: () => [listed("x", 0)],
    });
    const errors = await desktop.settle([add, add]);
    expect(errors.map((error) => (error as UnfinishedAddError).candidates)).toEqual([
      ["x", "y"],
      ["x", "y"],
    ]);
    expect([...desktop.ownership.held()]).toEqual([]);
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

  test.each<[string, object, string]>([
    ["by its job", { jobId: "j" }, "0"],
    ["by the time of a request whose answer was lost, when reads lag no more", {}, "11"],
  ])("is found %s, and nothing is bought", async (_, more, second) => {
    const { results, calls } = await run(earlier, [resumed(more)]);
    expect(results).toEqual(["new"]);
    expect(calls.some((call) => call.includes("add SSD"))).toBe(false);
    expect(calls.at(-1)?.split(" ")[0]).toBe(second);
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
          second < 16 ? read(second) : shown([disk("old", -9_000), disk("new", -117), disk("bought", 15)]),
        sends: [{ accepted: "j2" }],
        jobs: { ...earlier.jobs, j2: [16, ended("j2", [11, 16])] },
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

  test("whose job ended long ago is not bought again because of one old read", async () => {
    let reads = 0;
    const { results, calls } = await run(
      {
        ...earlier,
        read: () => shown([disk("old", -9_000), ...((reads += 1) <= 3 ? [] : [disk("new", -117)])]),
      },
      [resumed({ jobId: "j" })],
    );
    expect(results).toEqual(["new"]);
    expect(calls.some((call) => call.includes("add SSD"))).toBe(false);
  });

  test("that the service had refused is not taken for the one that began then: the error names its disk", async () => {
    const desktop = new ScriptedDesktop(earlier);
    const [error] = await desktop.settle([resumed({ refused: true })]);
    expect((error as UnfinishedAddError).pending).toMatchObject({ refused: true, named: ["new"] });
    expect(desktop.calls.some((call) => call.includes("add SSD"))).toBe(false);
  });

  test("that is only looked for, and was not carried out", async () => {
    const script: Script = { read: () => shown([disk("old", -9_000)]) };
    const { results, calls } = await run(script, [resumed({}, { resumeOnly: true })]);
    expect(results).toEqual(["done"]);
    expect(calls).toEqual(["0 read", "0 list jobs add", "0 read", "0 read"]);
  });

  describe("of a request for three, in a run that has not heard of the others yet", () => {
    const three = resumed({ jobId: "j", request: [SSD, SSD, SSD] });
    const all = [disk("old", -9_000), disk("a", -117), disk("b", -117), disk("c", -117)];
    const desktopWithAll = () => new ScriptedDesktop({ ...earlier, read: () => shown(all) });

    test("takes what the others do not have, when they are known", async () => {
      const desktop = desktopWithAll();
      const result = desktop.submit(three);
      await desktop.time.pass(2_000);
      for (const id of ["a", "b"]) desktop.ownership.hold(id, { ownershipId: id, title: id });
      expect(await desktop.time.until(result)).toBe("c");
    });

    test("shares them with those that look for theirs, too", async () => {
      const desktop = desktopWithAll();
      const results = [desktop.submit(three)];
      await desktop.time.pass(1_000);
      results.push(desktop.submit(three));
      await desktop.time.pass(1_000);
      results.push(desktop.submit(three));
      const found = await desktop.time.until(Promise.all(results));
      expect(found.sort()).toEqual(["a", "b", "c"]);
      expect(desktop.clock.now()).toBeLessThan(10_000);
    });

    test("takes none where two of the three are gone: the last one may be another resource's", async () => {
      const desktop = new ScriptedDesktop({
        ...earlier,
        read: () => shown([disk("old", -9_000), disk("a", -117)]),
      });
      const [error] = await desktop.settle([three]);
      expect((error as UnfinishedAddError).candidates).toEqual(["a"]);
      expect(desktop.ownership.isHeld("a")).toBeUndefined();
    });

    test("takes none where they stay unknown: each may be another resource's", async () => {
      const desktop = desktopWithAll();
      const [error] = await desktop.settle([three]);
      expect((error as UnfinishedAddError).candidates).toEqual(["a", "b", "c"]);
      expect((error as Error).message).toMatch(/other resources of this program.*existingVolumeId/);
      expect(desktop.clock.now()).toBeGreaterThanOrEqual(60_000);
    });
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
