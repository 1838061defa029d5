import type { JobSummary } from "../api/jobs";
import type { Times } from "../api/response";
import type { SendWindow } from "./batch";
import { beganBefore, searchJobs } from "./findJob";
import { at, sec, zoneless } from "./testing/times";

const HERE = "desktop-1";

function part(begin: Times, more: Partial<JobSummary> = {}): JobSummary {
  return {
    jobId: "j",
    partId: "p",
    desktopId: HERE,
    kind: "add",
    state: "running",
    status: "RUNNING",
    begin,
    end: [],
    serviceCode: "",
    reason: "",
    progress: undefined,
    ...more,
  };
}

/** A request that left at 100 s and failed within the second. */
const WINDOW: SendWindow = { from: sec(100), to: sec(100) };

/** Where the job ends up. */
function found(job: JobSummary, window: SendWindow | undefined, known: string[] = []): string {
  const { hits, late } = searchJobs([job], { desktopId: HERE, window, known: new Set(known) });
  return [...hits.map(() => "hit"), ...late.map(() => "late")].join();
}

describe("what a job of the list means for a request whose answer was lost", () => {
  test.each<[string, JobSummary, string]>([
    ["began in the same second", part(at(100)), "hit"],
    ["began in the next second", part(at(101)), "hit"],
    ["began a second before: it cannot be its own", part(at(99)), ""],
    ["began two seconds later: the request may have been held back", part(at(102)), "late"],
    ["began half a minute later", part(at(130)), "late"],
    ["began too late for the longest delay", part(at(134)), ""],
    ["UTC, without a zone", part(zoneless(100, "UTC")), "hit"],
    ["+08:00, without a zone", part(zoneless(100, "+08:00")), "hit"],
    ["long ago in UTC, and not eight hours later", part(zoneless(-3_600, "UTC")), ""],
    ["long ago in +08:00, whatever UTC would make of it", part(zoneless(-3_600, "+08:00")), ""],
    ["deletes disks", part(at(100), { kind: "delete" }), ""],
    ["of a kind that the list leaves out", part(at(100), { kind: undefined }), "hit"],
    ["of another desktop", part(at(100), { desktopId: "desktop-2" }), ""],
    ["of a desktop that the list leaves out", part(at(100), { desktopId: undefined }), "hit"],
    ["of such a desktop, at another time", part(at(90), { desktopId: undefined }), ""],
    ["runs, and has no times", part([]), "hit"],
    ["runs or waits, and has neither times nor a desktop", part([], { desktopId: undefined }), "hit"],
    ["has no times and has ended", part([], { state: "succeeded" }), ""],
    [
      "has ended since, and does not say when it began",
      part([], { state: "succeeded", end: at(110) }),
      "hit",
    ],
    ["had ended before, and does not say when it began", part([], { state: "succeeded", end: at(99) }), ""],
  ])("%s", (_, job, where) => {
    expect(found(job, WINDOW)).toBe(where);
  });

  test("a request that was under way for long may have arrived at any time of it", () => {
    expect(found(part(at(125)), { from: sec(100), to: sec(160) })).toBe("hit");
  });

  test("a job that was there before the request, or is our own, is not its own", () => {
    expect(found(part(at(100)), WINDOW, ["j"])).toBe("");
  });

  test.each<[string, JobSummary, string]>([
    ["runs, whenever it began", part(at(-500)), "late"],
    ["runs, and has no times", part([]), "late"],
    ["has ended: its disk shows", part(at(100), { state: "succeeded" }), ""],
  ])("where the service never says what time it is, a job that %s", (_, job, where) => {
    expect(found(job, undefined)).toBe(where);
  });

  test("several parts of one job are one job", () => {
    const parts = ["p1", "p2"].map((partId) => part(at(100), { partId }));
    expect(searchJobs(parts, { desktopId: HERE, window: WINDOW, known: new Set() }).hits).toHaveLength(1);
  });
});

test.each<[string, Times, boolean]>([
  ["a second before", at(99), true],
  ["at that moment", at(100), false],
  ["before, in UTC", zoneless(99, "UTC"), true],
  ["before, in +08:00", zoneless(99, "+08:00"), true],
  ["not before: its other reading of eight hours ago does not count", zoneless(101, "UTC"), false],
  ["unknown", [], false],
])("a job that runs now began before a moment: %s", (_, begin, is) => {
  expect(beganBefore(begin, sec(100))).toBe(is);
});
