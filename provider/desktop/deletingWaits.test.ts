import { deletes, deletingOn, looks } from "../testing/deleting";
import { desktopId, eachOnStage, MINUTE } from "../testing/stage";

const on = eachOnStage();
const { ids, sent, remove } = deletingOn(on);

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
      /its time of 10 min is over.*Last seen, \d+ s ago: \d+ %, job .* is RUNNING.*No change was sent/,
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
      /Last seen, \d s ago: 99 %, job .* is RUNNING\. Job .* was sent and may still finish/,
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
