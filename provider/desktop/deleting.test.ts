import type { Fault } from "huaweicloud-workspace-emulator";
import { desktopId, eachOnStage, MINUTE } from "../testing/stage";
import { LOOKS_APART_MS } from "./sight";

const on = eachOnStage();
const deletes = { operation: "DeleteDesktopVolumes" };
const looks = { operation: "ShowDesktopDetail" };
const ids = () => on.it.disks().map((disk) => disk.volume_id);
const sent = () => on.it.changes().map(({ body }) => (body as { volume_ids: string[] }).volume_ids);

/** Has these disks deleted at once; who got no error is named, with the error's text for the others. */
async function remove(volumeIds: string[], timeoutMs = 30 * MINUTE) {
  const { time } = on.it;
  const asked = volumeIds.map(async (id) => [id, await on.it.remove(id, { timeoutMs })] as const);
  const results = await time.until(Promise.all(asked));
  return Object.fromEntries(
    results.map(([id, { error }]) => [id, error === undefined ? "gone" : error.message]),
  );
}

describe("what is not a data disk of the desktop", () => {
  test("a disk that was never there counts as deleted after two looks, and nothing is sent", async () => {
    on.it.furnish(["a"]);
    expect(await remove(["x"])).toEqual({ x: "gone" });
    expect(on.it.changes()).toEqual([]);
    const [first, second, ...more] = on.it.asked("GET */desktops/*").map(({ time }) => time);
    expect((second ?? 0) - (first ?? 0)).toBe(LOOKS_APART_MS);
    expect(more).toEqual([]);
  });

  test("a disk that shows in the second look only is deleted and not taken for gone", async () => {
    on.it.furnish(["a"]);
    on.it.emulator.addFault({
      fault: "respond",
      status: 200,
      body: { desktop: { desktop_id: desktopId(), status: "ACTIVE", data_volumes: [] } },
      match: looks,
    });
    expect(await remove(["a"])).toEqual({ a: "gone" });
    expect(sent()).toEqual([["a"]]);
    expect(ids()).toEqual([]);
  });

  test("a disk seen in the first look and missing in the second is looked for once more", async () => {
    on.it.furnish(["a", "b"]);
    const without = (...there: string[]): Fault => ({
      fault: "respond",
      status: 200,
      body: {
        desktop: {
          desktop_id: desktopId(),
          status: "ACTIVE",
          data_volumes: there.map((volume_id) => ({ volume_id, type: "SSD", size: 20 })),
        },
      },
      match: looks,
    });
    on.it.emulator.addFault(without("b"));
    on.it.emulator.addFault(without());
    on.it.emulator.addFault(without("b"));
    expect(await remove(["a", "b"])).toEqual({ a: "gone", b: "gone" });
    expect(ids()).not.toContain("b");
  });

  test.each([[[]], [["root-among-data" as const]]])(
    "the root volume is never sent (faults: %j)",
    async (faults) => {
      for (const fault of faults) on.it.emulator.addFault({ fault, times: "always" });
      on.it.furnish(["a"]);
      const root = "a0000000-0000-4000-8000-000000000001";
      expect((await remove([root]))[root]).toMatch(/root volume/);
      expect(on.it.changes()).toEqual([]);
    },
  );

  test.each<[string, "404" | "status"]>([
    ["unknown", "404"],
    ["shown as DELETED", "status"],
  ])("a desktop that is %s takes its disks with it, after two looks", async (_, as) => {
    on.it.furnish(["a"]);
    on.it.emulator.addFault({ fault: "desktop-deleted", desktop_id: desktopId(), as });
    expect(await remove(["a"])).toEqual({ a: "gone" });
    expect(on.it.changes()).toEqual([]);
    expect(on.it.asked("GET */desktops/*")).toHaveLength(2);
  });
});

describe("what never means gone", () => {
  test.each<[string, Fault]>([
    ["401", { fault: "respond", status: 401, body: { error_code: "APIGW.0301", error_msg: "who are you" } }],
    ["403", { fault: "respond", status: 403, body: { error_code: "WKS.0403", error_msg: "not allowed" } }],
    [
      "404 of the gateway",
      { fault: "respond", status: 404, body: { error_code: "APIGW.0101", error_msg: "no API" } },
    ],
    ["404 without a body", { fault: "wrong-project" }],
    ["404 with HTML", { fault: "not-json", status: 404 }],
    [
      "404 about the project",
      { fault: "respond", status: 404, body: { error_code: "WKS.1", error_msg: "project unknown" } },
    ],
    ["200 with HTML", { fault: "not-json" }],
    ["200 without data_volumes", { fault: "no-data-volumes" }],
    [
      "200 with another desktop",
      { fault: "respond", status: 200, body: { desktop: { desktop_id: "z", data_volumes: [] } } },
    ],
    ["a redirect", { fault: "redirect" }],
  ])("%s", async (_, fault) => {
    on.it.furnish(["a"]);
    on.it.emulator.addFault({ ...fault, match: looks, times: "always" });
    const result = await remove(["a", "x"]);
    expect(Object.values(result)).not.toContain("gone");
    expect(on.it.changes()).toEqual([]);
    expect(ids()).toEqual(["a"]);
  });
});

describe("only what the desktop shows counts", () => {
  test("reads that lag behind the job are waited for", async () => {
    on.it.furnish(["a"]);
    on.it.emulator.addFault({ fault: "reads-lag", lag_ms: 6000 });
    expect(await remove(["a"])).toEqual({ a: "gone" });
    expect(sent()).toEqual([["a"]]);
  });

  test("a job that ends SUCCESS with a failed part and the disk still there is a failure", async () => {
    on.it.furnish(["a"]);
    on.it.emulator.addFault({
      fault: "sub-job-fails",
      code: "EVS.1",
      reason: "it has snapshots",
      times: "always",
    });
    expect((await remove(["a"])).a).toMatch(/job .* failed: sub-job .*: EVS\.1 it has snapshots/);
    expect(ids()).toEqual(["a"]);
  });

  test("a job that ends FAIL with the disk gone is a success", async () => {
    on.it.furnish(["a"]);
    on.it.emulator.addFault({ fault: "partial-batch", done: 1, status: "FAIL" });
    expect(await remove(["a"])).toEqual({ a: "gone" });
  });

  test.each(["SUCCESS", "FAIL"] as const)(
    "what a half-done job (%s) left is asked for again",
    async (status) => {
      on.it.furnish(["a", "b", "c", "d"]);
      on.it.emulator.addFault({ fault: "partial-batch", done: 2, status });
      expect(await remove(["a", "b", "c"])).toEqual({ a: "gone", b: "gone", c: "gone" });
      expect(ids()).toEqual(["d"]);
    },
  );

  test("words nobody knows end the waiting; the desktop decides", async () => {
    on.it.furnish(["a", "b"]);
    on.it.emulator.addFault({ fault: "job-unknown-status" });
    expect(await remove(["a"])).toEqual({ a: "gone" });
    on.it.emulator.addFault({ fault: "job-unknown-status" });
    on.it.emulator.addFault({ fault: "job-fails" });
    expect((await remove(["b"])).b).toMatch(/status SUSPENDED, which this version does not know/);
  });

  test("a job that is forgotten goes on, and its end is seen on the desktop", async () => {
    on.it.furnish(["a", "b"]);
    on.it.emulator.addFault({ fault: "job-forgotten", after_ms: 1000 });
    expect(await remove(["a", "b"])).toEqual({ a: "gone", b: "gone" });
    expect(sent()).toEqual([["a", "b"]]);
  });
});

describe("refused batches", () => {
  test("only the guilty one fails", async () => {
    const all = ["a", "b", "c", "d", "e", "f", "g"];
    on.it.furnish(all);
    on.it.emulator.addFault({
      fault: "refuse-batch",
      volume_id: "c",
      status: 400,
      code: "WKS.9",
      message: "no",
      times: "always",
    });
    const { c, ...others } = await remove(all);
    expect(c).toMatch(/WKS\.9: no/);
    expect(new Set(Object.values(others))).toEqual(new Set(["gone"]));
    expect(ids()).toEqual(["c"]);
  });

  test("a disk that somebody else deletes between look and call is gone, not an error", async () => {
    on.it.furnish(["a", "b"]);
    on.it.emulator.addFault({
      fault: "volumes-removed",
      desktop_id: desktopId(),
      volume_ids: ["a"],
      match: deletes,
    });
    expect(await remove(["a"])).toEqual({ a: "gone" });
    expect(ids()).toEqual(["b"]);
    expect(on.it.audited).toEqual([]);
  });

  test("a refusal of the caller is not tried disk by disk", async () => {
    on.it.furnish(["a", "b", "c"]);
    on.it.emulator.addFault({
      fault: "respond",
      status: 403,
      body: { error_code: "WKS.0403", error_msg: "no" },
      match: deletes,
      times: "always",
    });
    expect(Object.values(await remove(["a", "b", "c"])).join()).not.toContain("gone");
    expect(sent()).toHaveLength(1);
  });
});

describe("lost answers", () => {
  test.each<[string, Fault]>([
    ["cut before the work", { fault: "cut-before-work" }],
    ["cut after the work", { fault: "cut-after-work" }],
    ["502, not done", { fault: "respond", status: 502 }],
    ["502, done", { fault: "respond", status: 502, work: "done" }],
    ["504, done", { fault: "respond", status: 504, work: "done" }],
    ["half a success", { fault: "truncated", length: "kept" }],
    ["half a success, cut", { fault: "truncated" }],
    ["a success in HTML", { fault: "not-json" }],
    ["no answer, done", { fault: "no-answer", work: "done" }],
    ["no answer, not done", { fault: "no-answer" }],
    ["429", { fault: "throttle", retry_after_s: 2 }],
    ["503", { fault: "respond", status: 503 }],
  ])("%s: converges, and nothing else is deleted", async (_, fault) => {
    on.it.furnish(["a", "b", "c"]);
    on.it.emulator.addFault({ ...fault, match: deletes });
    expect(await remove(["a", "b"])).toEqual({ a: "gone", b: "gone" });
    expect(ids()).toEqual(["c"]);
    expect(on.it.audited.map(({ action, volume }) => [action, volume.volumeId])).toEqual([
      ["deleted", "a"],
      ["deleted", "b"],
    ]);
  });
});

describe("conflicts", () => {
  test.each(["409", "disks-being-added", "instance-status"] as const)("%s is waited out", async (as) => {
    on.it.furnish(["a"]);
    on.it.emulator.addFault({ fault: "conflict", as, for_ms: 40_000 });
    expect(await remove(["a"])).toEqual({ a: "gone" });
    expect(sent().length).toBeGreaterThan(2);
    expect(sent().length).toBeLessThan(12);
  });

  test("the visible job of somebody else is waited on, and then the call is sent once more", async () => {
    on.it.furnish(["a"]);
    on.it.emulator.addFault({ fault: "foreign-job", desktop_id: desktopId(), duration_ms: 60_000 });
    const result = await on.it.time.until(on.it.remove("a"));
    expect(result.error).toBeUndefined();
    expect(sent()).toHaveLength(2);
    expect(result.at).toBeLessThan(75_000);
  });

  test("a job that is listed as running but cannot be followed is no reason to hurry", async () => {
    on.it.furnish(["a"]);
    on.it.emulator.addFault({ fault: "foreign-job", desktop_id: desktopId(), duration_ms: 5 * MINUTE });
    on.it.emulator.addFault({
      fault: "respond",
      status: 403,
      body: {},
      match: { operation: "ShowJob" },
      for_ms: 5 * MINUTE,
    });
    expect(await remove(["a"])).toEqual({ a: "gone" });
    expect(sent().length).toBeLessThan(25);
  });

  test("one that outlasts the deadline ends in an error that tells all", async () => {
    on.it.furnish(["a"]);
    on.it.emulator.addFault({ fault: "foreign-job", desktop_id: desktopId(), duration_ms: 60 * MINUTE });
    const result = await on.it.time.until(on.it.remove("a", { timeoutMs: 10 * MINUTE }));
    expect(result.at).toBe(10 * MINUTE);
    expect(result.error?.name).toBe("TimeoutError");
    expect(result.error?.message).toMatch(
      /its time of 10 min is over.*Last seen, \d+ s ago: job .* is RUNNING.*No change was sent/,
    );
    expect(ids()).toEqual(["a"]);
  });
});

describe("deadlines", () => {
  test("a job that never ends ends the waiting, and the error names it", async () => {
    on.it.furnish(["a"]);
    on.it.emulator.addFault({ fault: "job-never-ends" });
    const result = await on.it.time.until(on.it.remove("a", { timeoutMs: 10 * MINUTE }));
    expect(result.at).toBe(10 * MINUTE);
    expect(result.error?.message).toMatch(
      /Last seen, \d s ago: job .* is RUNNING, 99 %\. Job .* was sent and may still finish/,
    );
  });

  test("the deadline of one does not stop the others", async () => {
    on.it.furnish(["a", "b"]);
    const [a, b] = await on.it.time.until(
      Promise.all([on.it.remove("a", { timeoutMs: 2000 }), on.it.remove("b")]),
    );
    expect(a.at).toBe(2000);
    expect(a.error?.name).toBe("TimeoutError");
    expect(b).toMatchObject({ volume: undefined });
    expect(b.error).toBeUndefined();
    expect(ids()).toEqual([]);
  });

  test("after a lost answer a conflict does not hide that something was sent", async () => {
    on.it.furnish(["a"]);
    on.it.emulator.addFault({ fault: "cut-after-work", match: deletes });
    on.it.emulator.addFault({ fault: "job-never-ends" });
    const result = await on.it.time.until(on.it.remove("a", { timeoutMs: MINUTE }));
    expect(result.error?.message).toMatch(/was sent and may still finish/);
    expect(result.error?.message).not.toMatch(/No change was sent/);
  });

  test("nothing is begun that nobody waits for any more", async () => {
    on.it.furnish(["a"]);
    on.it.emulator.addFault({ fault: "slow", delay_ms: 9_900, match: looks });
    const removing = on.it.remove("a", { timeoutMs: 10_000 });
    await on.it.time.pass(9_970);
    const result = await on.it.time.until(removing);
    expect(result.at).toBe(9_970);
    expect(result.error?.message).toMatch(/its time of 10 s is over.*No change was sent/);
    expect(on.it.changes()).toEqual([]);
  });

  test("a request whose time was over before it came fails at once", async () => {
    on.it.furnish(["a", "b"]);
    on.it.emulator.addFault({ fault: "job-never-ends" });
    const first = on.it.remove("a", { timeoutMs: 10 * MINUTE });
    await on.it.time.pass(5000);
    const operation = on.it.operation("deleting", desktopId(), 0);
    await on.it.time.pass(10);
    const late = on.it.project.submit(desktopId(), { kind: "delete", volumeId: "b" }, operation);
    await expect(on.it.time.until(late)).rejects.toThrow(/time of 0 s is over/);
    expect(on.it.clock.now()).toBeLessThan(MINUTE);
    await on.it.time.until(first);
  });
});

test("once the engine is gone nothing new is sent", async () => {
  on.it.furnish(["a"]);
  on.it.halted.reason = new Error("the engine is gone");
  expect(await remove(["a"])).toEqual({ a: "the engine is gone" });
  expect(on.it.changes()).toEqual([]);
});

describe("a long job", () => {
  const long = eachOnStage({ jobTimeMs: 2 * MINUTE });

  test("that is forgotten is found out by the conflict it makes, and its end on the desktop", async () => {
    long.it.furnish(["a", "b"]);
    long.it.emulator.addFault({ fault: "job-forgotten" });
    const result = await long.it.time.until(long.it.remove("a"));
    expect(result.error).toBeUndefined();
    expect(result.at).toBeLessThan(3 * MINUTE);
    expect(long.it.disks().map((disk) => disk.volume_id)).toEqual(["b"]);
  });
});
