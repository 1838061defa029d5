import type { JobSummary } from "../api/jobs";
import { deletedSince, DesktopAnswers, type ReadKind } from "./absence";
import { listed } from "./testing/scriptedDesktop";
import { at, sec, zoneless } from "./testing/times";

/** An answer: when (s), which call, and the ids it shows; `none`: it does not have the desktop. */
type Answer = readonly [at: number, kind: ReadKind, shows?: string];

function verdict(
  answers: readonly Answer[],
  { since = 0, freshFrom = 20, deletedFrom = Infinity, ofDesktop = false } = {},
) {
  const all = new DesktopAnswers();
  for (const [seconds, kind, shows = ""] of answers) {
    const volumeIds = shows === "none" ? undefined : new Set(shows.split(","));
    all.note({ at: seconds * 1000, kind, volumeIds });
  }
  return all.verdict({
    volumeId: ofDesktop ? undefined : "v",
    since: since * 1000,
    freshFrom: freshFrom * 1000,
    deletedFrom: deletedFrom * 1000,
  });
}

const lasting: readonly Answer[] = [
  [5, "single"],
  [12, "list"],
  [20, "single"],
];

describe("whether a disk that does not show is gone", () => {
  test.each<[string, readonly Answer[], Parameters<typeof verdict>[1], string]>([
    ["three answers over fifteen seconds, of both calls", lasting, {}, "gone"],
    ["one has it", [[20, "single", "v"]], {}, "there"],
    ["the newest has it", [...lasting, [21, "list", "v"]], {}, "there"],
    [
      "two answers",
      [
        [5, "single"],
        [20, "list"],
      ],
      {},
      "open",
    ],
    [
      "of one call only",
      [
        [5, "single"],
        [12, "single"],
        [20, "single"],
      ],
      {},
      "open",
    ],
    [
      "over less than fifteen seconds",
      [
        [6, "single"],
        [12, "list"],
        [20, "single"],
      ],
      {},
      "open",
    ],
    [
      "it was seen between them",
      [
        [5, "single"],
        [12, "list", "v"],
        [20, "single"],
        [21, "list"],
      ],
      {},
      "open",
    ],
    ["long ago: one that is gone stays gone", lasting, { freshFrom: 21 }, "gone"],
    ["it was seen long before", [[20, "single", "v"]], { freshFrom: 21 }, "open"],
    ["it was added between them", lasting, { since: 10 }, "open"],
    [
      "answers that show other disks",
      [
        [5, "single", "a"],
        [12, "list", "b"],
        [20, "single", "a,b"],
      ],
      {},
      "gone",
    ],
    [
      "the desktop is not there at all",
      [
        [5, "single", "none"],
        [12, "list", "none"],
        [20, "single", "none"],
      ],
      {},
      "gone",
    ],
    [
      "a newer delete job: one answer of each call",
      [
        [20, "single"],
        [20, "list"],
      ],
      { deletedFrom: 20 },
      "gone",
    ],
    ["a newer delete job, and one answer", [[20, "single"]], { deletedFrom: 20 }, "open"],
    [
      "the desktop itself",
      [
        [5, "single", "none"],
        [12, "list", "none"],
        [20, "single", "none"],
      ],
      { ofDesktop: true },
      "gone",
    ],
    [
      "the desktop itself is listed",
      [
        [5, "single", "none"],
        [20, "list", ""],
      ],
      { ofDesktop: true },
      "there",
    ],
  ])("%s", (_, answers, question, is) => {
    expect(verdict(answers, question)).toBe(is);
  });
});

const job = (begin: number, more: Partial<JobSummary> = {}) =>
  listed("j", begin, { desktopId: "d", kind: "delete", state: "succeeded", status: "SUCCESS", ...more });

test.each<[string, readonly number[], JobSummary, boolean]>([
  ["after the disk was created", at(0), job(60), true],
  ["before it was created", at(70), job(60), false],
  ["so soon that its creation may still lag", at(55), job(60), false],
  ["of another desktop", at(0), job(60, { desktopId: "other" }), false],
  ["of an unknown desktop", at(0), job(60, { desktopId: undefined }), false],
  ["one that failed", at(0), job(60, { state: "failed" }), false],
  ["one that added", at(0), job(60, { kind: "add" }), false],
  ["a disk of unknown age", [], job(60), false],
  ["a disk that is not old enough to show everywhere", at(90), job(100), false],
  ["without a zone, UTC", zoneless(0, "UTC"), job(60, { begin: zoneless(60, "UTC") }), true],
  ["without a zone, +08:00", zoneless(0, "+08:00"), job(60, { begin: zoneless(60, "+08:00") }), true],
  [
    "without a zone, before it was created",
    zoneless(70, "UTC"),
    job(60, { begin: zoneless(60, "UTC") }),
    false,
  ],
])("a delete job that shortens the proof: %s", (_, createdAt, one, is) => {
  expect(deletedSince(createdAt, [one], { desktopId: "d", now: sec(100) }) !== undefined).toBe(is);
});
