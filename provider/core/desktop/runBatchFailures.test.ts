import { StoppedError } from "../errors";
import { add, becoming, busy, grow, refused, remove, runScript } from "./testing/runScript";
import { answered, ended, listed, type Script, ScriptedDesktop, shown } from "./testing/scriptedDesktop";
import { at, disk, SAS } from "./testing/times";
import type { VolumeRequest } from "./volumeRequest";

/** The engine has exited from a second on. */
const goneFrom = (from: number) => (second: number) =>
  second < from ? undefined : new Error("the engine has exited");

describe("answers of somebody on the way", () => {
  const page = answered(403, "", "HWD1302");
  const unknown = { outcome: "unknown", error: page } as const;

  test("an add that was carried out under such an answer is found", async () => {
    const { results, calls } = await runScript(
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
    const { results, calls } = await runScript({ read: () => shown([]), sends: [unknown] }, [add]);
    expect(results[0]).toMatch(/^POST \/volumes: the service answered 403 .*\[HWD1302\]$/);
    expect(calls.filter((call) => call.includes("add SSD"))).toHaveLength(1);
  });

  test("a delete is sent three times, each after a read", async () => {
    const { results, calls } = await runScript(
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
    const { results, calls } = await runScript(script, [remove("a")]);
    expect(results).toEqual(["done"]);
    expect(calls.filter((call) => call.includes("delete"))).toHaveLength(1);
  });
});

describe("failed jobs and refusals", () => {
  test("a refusal is bisected until only the guilty fails", async () => {
    const { results, calls } = await runScript(
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
    const { results, calls } = await runScript(
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
    expect((await runScript(script, [remove("a")])).results).toEqual(["done"]);
  });

  const failure = { state: "failed", status: "FAILED", serviceCode: "EVS.1", reason: "sold out" } as const;

  test("a delete job that failed as a whole is tried by halves", async () => {
    const { results, calls } = await runScript(
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
    const { results } = await runScript(
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
    const { results, calls } = await runScript(
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
    const { results, calls } = await runScript(
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
    const { results } = await runScript({ read: () => shown([]), sends: [{ throws: stopped }] }, [add]);
    expect(results[0]).toMatch(/the engine has exited.*\[HWD1506\]$/);
  });

  test("a delete that is vetoed after the read is not sent, and the others go", async () => {
    const veto = () =>
      new StoppedError({ code: "HWD1108", failed: "Deleting", why: "another has claimed it" });
    const { results, calls } = await runScript(
      {
        ...becoming([disk("v"), disk("w")], 3, [disk("v")]),
        sends: [{ accepted: "j" }],
        jobs: { j: [3, ended("j", [0, 3])] },
      },
      [{ kind: "delete", volumeId: "v", veto }, remove("w")],
    );
    expect(results).toEqual([expect.stringMatching(/another has claimed it/), "done"]);
    expect(calls).toContain("0 delete w");
  });

  test("one whose call the engine has left is not sent, and the others go", async () => {
    const left = new Error("the engine has cancelled the call");
    const { results, calls } = await runScript(
      {
        ...becoming([disk("v"), disk("w")], 3, [disk("v")]),
        sends: [{ accepted: "j" }],
        jobs: { j: [3, ended("j", [0, 3])] },
        halted: (_second, request) => ("volumeId" in request && request.volumeId === "v" ? left : undefined),
      },
      [remove("v"), remove("w")],
    );
    expect(results).toEqual([
      expect.stringMatching(
        /^Changing v: the engine has cancelled the call\. No change was sent.*\[HWD1506\]$/,
      ),
      "done",
    ]);
    expect(calls).toContain("0 delete w");
  });

  test.each<[string, VolumeRequest, Partial<Script>]>([
    ["an add", add, {}],
    ["a delete", remove("v"), {}],
    ["a delete that was told to wait", remove("v"), { sends: [busy], halted: goneFrom(1) }],
  ])(
    "nothing is sent, nor sent again, where the engine exits before the request: %s",
    async (_, request, more) => {
      const script = { read: () => shown([disk("v")]), halted: goneFrom(0), ...more };
      const { results, calls } = await runScript(script, [request]);
      expect(results[0]).toMatch(/the engine has exited.*\[HWD1506\]$/);
      expect(calls.filter((call) => /add|delete/.test(call))).toHaveLength(more.sends?.length ?? 0);
    },
  );
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
    const { results, calls } = await runScript(
      { ...becoming(old, 8, after), sends: [redirected, then], proveGone: () => "gone" },
      [request],
    );
    expect(results[0]).toMatch(result);
    expect(calls.filter((call) => / (?:delete|grow) /.test(call))).toHaveLength(2);
  });

  test("a disk that somebody else has just deleted, and that still shows, is deleted", async () => {
    const sends = [refusal(404, "WKS.00020404")];
    const { results } = await runScript({ ...becoming(old, 8, []), sends, proveGone: () => "gone" }, [
      remove("a"),
    ]);
    expect(results).toEqual(["done"]);
  });

  test("any other refusal of a first request ends with one more read", async () => {
    const { results, calls } = await runScript({ read: () => shown(old), sends: [refused] }, [remove("a")]);
    expect(results[0]).toMatch(/the service says so/);
    expect(calls).toEqual(["0 read", "0 delete a", "0 read"]);
  });
});
