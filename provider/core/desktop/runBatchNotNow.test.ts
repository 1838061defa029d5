import { TimeoutError } from "../errors";
import { add, becoming, busy, grow, remove, runScript } from "./testing/runScript";
import { answered, ended, listed, type Script, ScriptedDesktop, shown } from "./testing/scriptedDesktop";
import { disk, SSD } from "./testing/times";
import type { UnfinishedAddError, VolumeRequest } from "./volumeRequest";

describe("not now", () => {
  test("the running job of another client is waited for, and the request is sent again", async () => {
    const { desktop, results, calls, phases } = await runScript(
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
    const { results, calls } = await runScript(script, [add]);
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
    const { results, calls } = await runScript(
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
    const { results, calls } = await runScript(
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
