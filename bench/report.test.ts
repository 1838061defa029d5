import { report } from "./report";
import { figure } from "./statistics";
import type { TeardownRow } from "./teardown";

const row = (name: string, destroy: number): TeardownRow => ({
  name,
  up: figure([1_000]),
  destroy: figure([destroy]),
  calls: figure([10]),
  conflicts: figure([0]),
  stateBytes: figure([1024]),
  left: figure([0]),
});

const results = {
  date: "2026-01-02T03:04:05Z",
  machine: "a machine",
  versions: { "Node.js": "20" },
  rounds: 1,
};

const page = (ours: number) =>
  report({
    ...results,
    teardown: [
      row("one call a disk, parallelism 100", 60_000),
      row("DataDiskAttachment, parallelism 100", ours),
      row("floor: 100 smallest resources", 8_000),
      row("floor: 10 smallest resources", 7_000),
    ],
  });

test("each is held against one call a disk and against the floor", () => {
  expect(page(8_000)).toContain(
    "| DataDiskAttachment, parallelism 100 | 1 | 8 | 0.13 × | 1 × | 10 | 0 | 1 | 0 |",
  );
});

test("a goal that was missed is said to be", () => {
  expect(page(8_700)).toContain("of the floor: held (1.09 ×)");
  expect(page(8_900)).toContain("of the floor: **missed** (1.11 ×)");
});

test("Terraform is held against ours, and a run of it that ended badly is counted", () => {
  const row = (name: string, ms: number, left: number, good: number) => ({
    name,
    time: figure([ms, ms]),
    calls: figure([20]),
    conflicts: figure([0]),
    left: figure([left]),
    good,
  });
  const terraform = [
    row("Terraform, one action a disk", 45_000, 53, 0),
    row("DataDiskAttachment, parallelism 100", 9_000, 0, 2),
  ];
  const text = report({ ...results, terraform });
  expect(text).toContain("| Terraform, one action a disk | 45 | 5 × | 20 | 0 | 53 | 0 of 2 |");
  expect(text).toContain("| DataDiskAttachment, parallelism 100 | 9 | 1 × | 20 | 0 | 0 | 2 of 2 |");
});

describe("disks at rest", () => {
  const rest = (preview: number, refresh: number, memory: number) =>
    report({
      ...results,
      idle: {
        resources: 1000,
        rows: [
          {
            what: "preview",
            ours: figure([preview]),
            smallest: figure([7_000, 8_000]),
            sameShape: figure([9_000]),
            calls: figure([0]),
          },
          {
            what: "refresh",
            ours: figure([refresh]),
            smallest: figure([2_000]),
            sameShape: figure([3_000]),
            calls: figure([2]),
          },
        ],
        memory: { ours: figure([memory]), smallest: figure([150]), sameShape: figure([160]) },
        stateBytes: { ours: 1400, smallest: 1000, sameShape: 1450 },
      },
    });

  test("are held against both kinds that do nothing", () => {
    const text = rest(9_000, 2_400, 180);
    expect(text).toContain("| preview | 9 | 7.50 (7–8) | 9 | 1.20 × | 1 × | 0 |");
    expect(text).toContain("| refresh | 2.40 | 2 | 3 | 1.20 × | 0.80 × | 2 |");
  });

  test("each goal is held or missed by itself", () => {
    const verdicts = (text: string) =>
      [...text.matchAll(/: (held|\*\*missed\*\*)/g)].map(([, verdict]) => verdict);
    expect(verdicts(rest(8_000, 2_300, 189))).toEqual(["held", "held", "held"]);
    expect(verdicts(rest(8_100, 2_300, 189))).toEqual(["**missed**", "held", "held"]);
    expect(verdicts(rest(8_000, 2_301, 190))).toEqual(["held", "**missed**", "**missed**"]);
  });
});

test("what was not measured is not on the page; what people wrote about it is", () => {
  const text = report(results, "## Why\n\nBecause.\n");
  expect(text).not.toContain("## Ten desktops");
  expect(text.endsWith("## Why\n\nBecause.\n")).toBe(true);
});

test("runs on one account are held against one alone", () => {
  const row = (processes: number, ms: number, refused: number) => ({
    processes,
    ms: figure([ms]),
    spread: figure([processes === 1 ? 1 : 1.3]),
    calls: figure([500]),
    refused: figure([refused]),
    errors: figure([0]),
    left: figure([0]),
  });
  const text = report({ ...results, account: [row(1, 50_000, 2), row(8, 55_000, 20)] });
  expect(text).toContain("| 8 | 55 | 1.10 × | 1.30 | 500 | 20 | 0 | 0 |");
  expect(text).toContain("Goal, eight in 1.15 times of that: held.");
  expect(text).toContain("Goal, the slowest of eight in 1.2 times of the fastest: **missed**.");
  expect(text).toContain("Goal, 5 % of the calls refused at most: held.");
});
