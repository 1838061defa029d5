import { StoppedError, TimeoutError } from "../errors";
import { UnfinishedAddError } from "./volumeRequest";
import { runBatch } from "./runBatch";
import { answered, ended, listed, type Script, ScriptedDesktop, shown } from "./testing/scriptedDesktop";
import { at, disk, SAS, SSD } from "./testing/times";
import type { VolumeRequest } from "./volumeRequest";

const add: VolumeRequest = { kind: "add", spec: SSD };
const remove = (volumeId: string): VolumeRequest => ({ kind: "delete", volumeId });
const grow = (volumeId: string, size = 40): VolumeRequest => ({ kind: "grow", volumeId, size });
const busy = { outcome: "not now", error: answered(409, "WKS.00010032", "HWD1305") } as const;
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
    const [error] = await desktop.settle([add], { timeoutMs: 54_000 });
    expect(error).toBeInstanceOf(TimeoutError);
    expect((error as Error).message).toMatch(
      /the desktop does not run \(SHUTOFF\).*No change was sent to the service/,
    );
    expect(desktop.calls.filter((call) => call.includes("add SSD"))).toEqual([
      "0 add SSD 20",
      "12 add SSD 20",
      "25 add SSD 20",
      "39 add SSD 20",
    ]);
  });

  test.each([15_000, 30_000, 40_000, 50_000, 60_000])(
    "it is not sent again where the refusal would not be settled in time (%i ms)",
    async (timeoutMs) => {
      const desktop = new ScriptedDesktop({
        read: () => shown([disk("old", -100)]),
        sends: Array.from(
          { length: 9 },
          () => ({ outcome: "not now", error: answered(400, "WKS.0407", "HWD1305") }) as const,
        ),
      });
      const [error] = await desktop.settle([add], { timeoutMs });
      expect(error).toBeInstanceOf(TimeoutError);
      expect((error as Error).message).toMatch(/the service says so.*No change was sent to the service/);
    },
  );

  test("a deadline that comes before the refusal is settled says so", async () => {
    const desktop = new ScriptedDesktop({
      read: () => shown([], { runs: false, status: "SHUTOFF" }),
      sends: [busy],
    });
    const [error] = await desktop.settle([add], { timeoutMs: 10_000 });
    expect((error as UnfinishedAddError).pending).toMatchObject({ refused: true, spec: SSD });
    expect((error as Error).message).toMatch(
      /the desktop does not run \(SHUTOFF\).*The service refused the request, and it is not certain yet/,
    );
  });

  test("once the other job has run on for longer than any lag, a deadline finds that nothing was done", async () => {
    const desktop = new ScriptedDesktop({
      read: () => shown([]),
      sends: [busy],
      jobList: () => [listed("theirs", -10)],
    });
    const [error] = await desktop.settle([add], { timeoutMs: 20_000 });
    expect(error).toBeInstanceOf(TimeoutError);
    expect((error as Error).message).toMatch(/No change was sent to the service/);
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
    // The refusal of the service itself leaves no copy behind: what the job list lags is waited for, then the pause.
    expect(times.map((time, index) => time - (times[index - 1] ?? time))).toEqual([0, 12, 13, 14, 15]);
  });

  test.each<[string, VolumeRequest, ReturnType<typeof disk>[]]>([
    ["a delete", remove("a"), []],
    ["a growth", grow("a"), [disk("a", -100, { size: 40 })]],
    [
      "a QoS update",
      { kind: "qos", volumeId: "a", iops: 5000, throughput: 200 },
      [disk("a", -100, { iops: 5000, throughput: 200 })],
    ],
  ])("%s does not wait behind an add that waits out a refusal", async (_, change, after) => {
    for (const runs of [true, false]) {
      const desktop = new ScriptedDesktop({
        read: (second) => {
          const disks = second < 8 ? [disk("a", -100, { iops: 1, throughput: 1 })] : after;
          return shown(second < 100 ? disks : [...disks, disk("new", 99)], { runs });
        },
        sends: [busy, { accepted: "change" }, busy, { accepted: "j" }],
        jobs: { change: [8, ended("change", [3, 8])], j: [100, ended("j", [25, 100])] },
      });
      const added = desktop.submit(add);
      await desktop.time.pass(3_000);
      const changed = desktop.submit(change);
      const [volume] = await desktop.time.until(Promise.all([added, changed]));
      expect(volume).toBe("new");
      const sends = desktop.calls.filter((call) => / (?:add|delete|grow|qos) /.test(call));
      expect(sends.slice(0, 2)).toEqual(["0 add SSD 20", `3 ${change.kind} a`]);
      expect(Number(sends[2]?.split(" ")[0])).toBeGreaterThanOrEqual(11);
    }
  });

  test("an add that was refused goes on when the change that went meanwhile has ended", async () => {
    const desktop = new ScriptedDesktop({
      read: (second) =>
        shown([...(second < 40 ? [disk("a", -100)] : []), ...(second < 50 ? [] : [disk("new", 45)])]),
      sends: [busy, { accepted: "change" }, { accepted: "j" }],
      jobs: { change: [40, ended("change", [3, 40])], j: [50, ended("j", [40, 50])] },
    });
    const added = desktop.submit(add);
    await desktop.time.pass(3_000);
    const changed = desktop.submit(remove("a"));
    expect(await desktop.time.until(Promise.all([added, changed]))).toEqual(["new", "done"]);
    expect(desktop.calls.filter((call) => / (?:add|delete) /.test(call))).toEqual([
      "0 add SSD 20",
      "3 delete a",
      "41 add SSD 20",
    ]);
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

describe("answers of somebody on the way", () => {
  const page = answered(403, "", "HWD1302");
  const unknown = { outcome: "unknown", error: page } as const;

  test("an add that was carried out under such an answer is found", async () => {
    const { results, calls } = await run(
      {
        ...becoming([], 3, [disk("new", 1)]),
        sends: [unknown],
        jobList: (second, { status }) =>
          second < 1 || status !== undefined ? [] : [listed("j", 0, { state: "succeeded", end: at(3) })],
        jobs: { j: [3, ended("j", [0, 3])] },
      },
      [add],
    );
    expect(results).toEqual(["new"]);
    expect(calls.filter((call) => call.includes("add SSD"))).toEqual(["0 add SSD 20"]);
  });

  test("an add that was not is looked for, and then fails as what it was answered; it is not sent again", async () => {
    const { results, calls } = await run({ read: () => shown([]), sends: [unknown] }, [add]);
    expect(results[0]).toMatch(/^POST \/volumes: the service answered 403 .*\[HWD1302\]$/);
    expect(calls.filter((call) => call.includes("add SSD"))).toHaveLength(1);
  });

  test("a delete is sent three times, each after a read", async () => {
    const { results, calls } = await run(
      { read: () => shown([disk("a")]), sends: [unknown, unknown, unknown] },
      [remove("a")],
    );
    expect(results[0]).toMatch(/the service answered 403 .*\[HWD1302\]$/);
    expect(calls.filter((call) => !call.includes("pause"))).toEqual([
      "0 read",
      "0 delete a",
      "1 read",
      "1 delete a",
      "3 read",
      "3 delete a",
      "6 read",
    ]);
  });

  test("a delete that was carried out under such an answer is done", async () => {
    const script: Script = { ...becoming([disk("a")], 1, []), sends: [unknown], proveGone: () => "gone" };
    const { results, calls } = await run(script, [remove("a")]);
    expect(results).toEqual(["done"]);
    expect(calls.filter((call) => call.includes("delete"))).toHaveLength(1);
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

  test("a disk that is there though its job never ends is kept", async () => {
    const desktop = new ScriptedDesktop({
      ...becoming([], 20, [disk("new", 15)]),
      sends: [{ accepted: "j" }],
    });
    const [error] = await desktop.settle([add], { timeoutMs: 60_000 });
    expect((error as UnfinishedAddError).volume?.volumeId).toBe("new");
    expect((error as Error).message).toMatch(
      /timed out after 1m.*Disk new is there, and job j has not ended.*\[HWD1502\]$/,
    );
    expect((error as UnfinishedAddError).pending).toBeUndefined();
    expect(desktop.calls.slice(-1)).toEqual(["58 read"]);
    expect([...desktop.ownership.held()]).toEqual(["new"]);
  });

  test("a last look that takes too long changes nothing", async () => {
    const desktop = new ScriptedDesktop({ read: () => shown([]), sends: [{ accepted: "j" }] });
    const member = desktop.member(add, 60_000);
    const failure = member.result.catch((error: unknown) => error);
    const running = runBatch(desktop, [member]);
    await desktop.time.pass(1_000);
    member.noteLastLook(() => new Promise(() => undefined));
    await desktop.time.until(running);
    expect(((await failure) as UnfinishedAddError).pending).toMatchObject({ jobId: "j" });
    expect(desktop.clock.now()).toBe(59_000);
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

describe("refused because of what was done already, while reads lag", () => {
  const refusal = (status: number, code: string) =>
    ({ outcome: "refused", error: answered(status, code) }) as const;
  const redirected = { outcome: "unknown", error: answered(302) } as const;
  const old = [disk("a", -100)];
  const grown = [disk("a", -100, { size: 40 })];

  test.each<[string, VolumeRequest, ReturnType<typeof refusal>, ReturnType<typeof disk>[], RegExp]>([
    ["deleted: unknown disk", remove("a"), refusal(404, "WKS.00020404"), [], /^done$/],
    ["deleted: unknown-as-400", remove("a"), refusal(500, "WKS.0202"), [], /^done$/],
    ["deleted: any other refusal", remove("a"), refusal(400, "WKS.0400"), [], /^done$/],
    ["grown: a size that it has", grow("a"), refusal(400, "WKS.0400"), grown, /^a$/],
    [
      "never carried out: refused as it is",
      remove("a"),
      refusal(400, "WKS.0400"),
      old,
      /the service says so/,
    ],
  ])("the answer to the first request was lost; %s", async (_, request, then, after, result) => {
    const { results, calls } = await run(
      { ...becoming(old, 8, after), sends: [redirected, then], proveGone: () => "gone" },
      [request],
    );
    expect(results[0]).toMatch(result);
    expect(calls.filter((call) => / (?:delete|grow) /.test(call))).toHaveLength(2);
  });

  test("a disk that somebody else has just deleted, and that still shows, is deleted", async () => {
    const sends = [refusal(404, "WKS.00020404")];
    const { results } = await run({ ...becoming(old, 8, []), sends, proveGone: () => "gone" }, [remove("a")]);
    expect(results).toEqual(["done"]);
  });

  test("any other refusal of a first request ends with one more read", async () => {
    const { results, calls } = await run({ read: () => shown(old), sends: [refused] }, [remove("a")]);
    expect(results[0]).toMatch(/the service says so/);
    expect(calls).toEqual(["0 read", "0 delete a", "0 read"]);
  });
});
