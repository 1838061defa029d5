import { add, becoming, runScript } from "./testing/runScript";
import { ended, listed, ScriptedDesktop, shown } from "./testing/scriptedDesktop";
import { at, disk, SAS, SSD } from "./testing/times";
import { UnfinishedAddError } from "./volumeRequest";

describe("reads that lag", () => {
  test("a new disk is read for until it shows", async () => {
    const { results, calls } = await runScript(
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
    const { results } = await runScript(
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
    const { desktop, results } = await runScript(
      { read, sends: [{ accepted: "j" }], jobs: { j: [5, ended("j", [0, 5])] } },
      [add],
    );
    expect(results).toEqual(["ours"]);
    expect(desktop.ownership.isHeld("theirs")).toBeUndefined();
  });

  test("a disk of the first second of a long job: the other kind of read confirms, and no other add ran", async () => {
    const { results, calls } = await runScript(
      {
        ...becoming([], 12, [disk("new", 0)]),
        sends: [{ accepted: "j" }],
        jobs: { j: [12, ended("j", [0, 12])] },
      },
      [add],
    );
    expect(results).toEqual(["new"]);
    expect(calls).toEqual([
      "0 read",
      "0 add SSD 20",
      "0 wait for j",
      "12 read",
      "12 list desktops",
      "12 list jobs add",
    ]);
  });

  test("a disk of the first second of a short job: what others added just before may not be listed yet", async () => {
    // Both kinds of read agree, as they lag alike: only when everything shows is anything proved.
    const read = (second: number) => shown([disk("theirs", 0), ...(second < 10 ? [] : [disk("ours", 6)])]);
    const { desktop, results, calls } = await runScript(
      {
        read: (second) => (second < 6 ? shown([]) : read(second)),
        list: read,
        sends: [{ accepted: "j" }],
        jobs: { j: [6, ended("j", [0, 6])] },
        jobList: () => [],
      },
      [add],
    );
    expect(results).toEqual(["ours"]);
    expect(desktop.ownership.isHeld("theirs")).toBeUndefined();
    expect(calls).not.toContain("6 list desktops");
  });

  test.each([
    ["a copy of the request made it before the answer: it is named", 2, ["copy"]],
    ["another client made it after the answer", 9, []],
  ])("a second new disk like ours, when %s", async (_, second, named) => {
    const desktop = new ScriptedDesktop({
      ...becoming([], 8, [disk("copy", second), disk("ours", 7)]),
      sends: [{ accepted: "j", afterMs: 4_000 }],
      jobs: { j: [8, ended("j", [5, 8])] },
    });
    expect(await desktop.settle([add])).toMatchObject([{ volumeId: "ours" }]);
    expect(
      desktop.said.flatMap((line) => /also has (\S+) .* sent the request twice/.exec(line)?.[1] ?? []),
    ).toEqual(named);
  });

  test("one of ours is deleted while everything is waited for: none that another job made is taken in its place", async () => {
    const [first, second, theirs] = [disk("first", 0), disk("second", 0), disk("theirs", 6)];
    const read = (now: number) =>
      shown(now < 6 ? [] : now < 7 ? [first, second] : now < 9 ? [first, second, theirs] : [first, theirs]);
    const foreign = listed("k", 6, { state: "succeeded", end: at(7) });
    const { desktop, results } = await runScript(
      {
        read,
        sends: [{ accepted: "j" }],
        jobs: { j: [6, ended("j", [0, 6])] },
        jobList: (now) => (now < 9 ? [] : [foreign]),
      },
      [add, add],
    );
    expect(results).toEqual(["first", expect.stringMatching(/shows new disks: theirs|HWD/)]);
    expect(desktop.ownership.isHeld("theirs")).toBeUndefined();
  });

  test("the other kind of read is given up late: one more read, in which everything shows", async () => {
    const { results, calls } = await runScript(
      {
        ...becoming([], 12, [disk("new", 0)]),
        list: () => undefined,
        listTakesMs: 15_000,
        sends: [{ accepted: "j" }],
        jobs: { j: [12, ended("j", [0, 12])] },
      },
      [add],
    );
    expect(results).toEqual(["new"]);
    expect(calls.slice(-2)).toEqual(["12 list desktops", "27 read"]);
  });

  test("where the other kind of read shows something else, everything has to show first", async () => {
    const read = (second: number) =>
      shown(second < 1 ? [] : second < 9 ? [disk("theirs", 0)] : [disk("theirs", 0), disk("ours", 1)]);
    const { results } = await runScript(
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
    const { desktop, results } = await runScript(
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
    const { desktop, results } = await runScript(
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
});
