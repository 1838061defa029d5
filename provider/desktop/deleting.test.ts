import type { Fault } from "huaweicloud-workspace-emulator";
import { deletes, deletingOn, looks } from "../testing/deleting";
import { desktopId, eachOnStage } from "../testing/stage";
import { LOOKS_APART_MS } from "./sight";

const on = eachOnStage();
const { ids, sent, remove } = deletingOn(on);

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

test("once the engine is gone nothing new is sent", async () => {
  on.it.furnish(["a"]);
  on.it.halted.reason = new Error("the engine is gone");
  expect(await remove(["a"])).toEqual({ a: "the engine is gone" });
  expect(on.it.changes()).toEqual([]);
});
