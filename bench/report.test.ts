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

test("what was not measured is not on the page; what people wrote about it is", () => {
  const text = report(results, "## Why\n\nBecause.\n");
  expect(text).not.toContain("## Ten desktops");
  expect(text.endsWith("## Why\n\nBecause.\n")).toBe(true);
});
