import { add, becoming, busy, lost, runScript } from "./testing/runScript";
import { answered, ended, listed, type Script, ScriptedDesktop, shown } from "./testing/scriptedDesktop";
import { disk, SAS, SSD } from "./testing/times";
import { UnfinishedAddError, type VolumeRequest } from "./volumeRequest";

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
    const { desktop, results, calls } = await runScript(carriedOut(outcome), [add]);
    expect(results).toEqual(["new"]);
    expect(calls.filter((call) => call.includes("add SSD"))).toHaveLength(1);
    expect(desktop.audited).toMatchObject([{ action: "added" }]);
  });

  test.each([
    ["after", 8],
    ["before", -2],
  ])(
    "a disk that was created some seconds %s the job that is inferred is named, not taken",
    async (_, at) => {
      const { results, calls } = await runScript(
        { ...carriedOut(lost), read: (second) => shown(second < 9 ? [] : [disk("theirs", at)]) },
        [add],
      );
      expect(results[0]).toMatch(/theirs \(SSD.*\[HWD1504\]$/);
      expect(calls.filter((call) => call.includes("add SSD"))).toHaveLength(1);
    },
  );

  test("a disk of the job that shows has been grown: it may be another client's, and is named", async () => {
    const { results, calls } = await runScript(
      { ...carriedOut(lost), read: (second) => shown(second < 6 ? [] : [disk("grown", 4, { size: 30 })]) },
      [add],
    );
    expect(results[0]).toMatch(/grown \(SSD/);
    expect(calls.filter((call) => call.includes("add SSD"))).toHaveLength(1);
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
      const { results, calls } = await runScript(
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
    const { results, calls } = await runScript(
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
    const { results, calls } = await runScript(
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
    const { results, calls, phases } = await runScript(
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
    const { desktop } = await runScript(
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
