import { add, busy } from "./testing/runScript";
import { ended, listed, type Script, ScriptedDesktop, shown } from "./testing/scriptedDesktop";
import { disk, SAS } from "./testing/times";
import { UnfinishedAddError } from "./volumeRequest";

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
    [
      "somebody has grown what it made in its first second",
      { ...showing(disk("x", 0, { size: 40 })), jobList: () => [listed("x", 0)] },
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
