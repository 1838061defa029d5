import { runBatch } from "./runBatch";
import { add, becoming, grow, remove, runScript } from "./testing/runScript";
import { ended, type Script, ScriptedDesktop, shown } from "./testing/scriptedDesktop";
import { disk, SSD } from "./testing/times";
import { UnfinishedAddError } from "./volumeRequest";

describe("the plain case is four calls: read, change, job, read", () => {
  test("add", async () => {
    const { desktop, results, calls, phases } = await runScript(
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
    const { desktop, results, calls, phases } = await runScript(
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
    const { results, calls } = await runScript({ read: () => shown([disk("a", 0, { size: 40 })]) }, [
      grow("a"),
    ]);
    expect(results).toEqual(["a"]);
    expect(calls).toEqual(["0 read"]);
  });

  test("a line shows what is going on", async () => {
    const { desktop } = await runScript(
      { ...becoming([disk("a")], 5, []), sends: [{ accepted: "j" }], jobs: { j: [5, ended("j", [0, 5])] } },
      [remove("a")],
    );
    expect(desktop.shownLines).toEqual([
      "deleting 1 disk, 0 s, desktop team-1, asking the service to delete 1 disk",
      "deleting 1 disk, 0 s, desktop team-1, job j accepted",
    ]);
  });
});

describe("a disk that the desktop does not show", () => {
  test.each<[string, "gone" | "unproved", RegExp]>([
    ["is deleted when that is proved", "gone", /^done$/],
    ["fails where nothing is proved", "unproved", /not proved that the disk is gone.*\[HWD1706\]/],
  ])("%s", async (_, verdict, result) => {
    const { results, calls } = await runScript({ read: () => shown([]), proveGone: () => verdict }, [
      remove("a"),
    ]);
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
    expect((await runScript(script, [remove("a")])).results).toEqual(["done"]);
  });

  test("the desktop is gone: a delete is done, an add is refused", async () => {
    const script: Script = { read: () => ({ gone: true, desktopId: "desktop-1", said: "no such desktop" }) };
    expect((await runScript(script, [remove("a")])).results).toEqual(["done"]);
    expect((await runScript(script, [add])).results[0]).toMatch(
      /^Adding a disk: no such desktop\. No change was sent.*\[HWD1701\]$/,
    );
  });
});

test("a delete is not done while the disk shows", async () => {
  const { results, calls } = await runScript(
    { ...becoming([disk("a")], 12, []), sends: [{ accepted: "j" }], jobs: { j: [5, ended("j", [0, 5])] } },
    [remove("a")],
  );
  expect(results).toEqual(["done"]);
  expect(calls.at(-1)).toBe("12.75 read");
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
