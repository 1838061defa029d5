import type { VolumeSpec } from "../api/volumes";
import { canTellApart, fitOf, type JobWindow, matchVolumes } from "./matchVolumes";
import { gpssd, outcome, plain, type Row } from "./testing/matching";
import { at, disk, ran, SAS, sec, SSD, zoneless } from "./testing/times";

describe("how the time of a disk fits a job", () => {
  const job = ran(10, 15);
  test.each<[string, readonly number[], JobWindow, string]>([
    ["well inside", at(13), job, "inside"],
    ["at the very end", at(15), job, "inside"],
    ["in the second in which the job began", at(10), job, "edge"],
    ["a second later", at(11), job, "inside"],
    ["two seconds later", at(12), job, "inside"],
    ["just before", at(9), job, "near"],
    ["three seconds before, as clocks may differ", at(7), job, "near"],
    ["four seconds before", at(6), job, "outside"],
    ["three seconds after", at(18), job, "near"],
    ["four seconds after", at(19), job, "outside"],
    ["in the second in which it ended", [sec(15) + 999], job, "inside"],
    ["unknown", [], job, "unknown"],
    ["of a job without times", at(13), { begin: [], end: [] }, "unknown"],
    ["after the begin of a job that still runs", at(60), { begin: at(10), end: [] }, "inside"],
    [
      "without a zone, both UTC",
      zoneless(13, "UTC"),
      { begin: zoneless(10, "UTC"), end: zoneless(15, "UTC") },
      "inside",
    ],
    [
      "without a zone, both +08:00",
      zoneless(13, "+08:00"),
      { begin: zoneless(10, "+08:00"), end: zoneless(15, "+08:00") },
      "inside",
    ],
    [
      "the job without a zone, the disk with one",
      at(13),
      { begin: zoneless(10, "+08:00"), end: zoneless(15, "+08:00") },
      "inside",
    ],
    ["the disk without a zone, the job with one", zoneless(13, "+08:00"), job, "inside"],
    [
      "without a zone, and of no reading",
      zoneless(3_600, "UTC"),
      { begin: zoneless(10, "UTC"), end: zoneless(15, "UTC") },
      "outside",
    ],
  ])("%s", (_, created, window, fit) => {
    expect(fitOf(created, window)).toBe(fit);
  });
});

test.each<[VolumeSpec, VolumeSpec, boolean]>([
  [SSD, SSD, true],
  [SSD, { ...SSD, size: 30 }, true],
  [SSD, SAS, true],
  [{ ...SSD, iops: 4000 }, { ...SSD, iops: 5000 }, false],
  [{ ...SSD, kmsId: "k" }, SSD, false],
])("%j and %j can be told apart: %s", (one, other, can) => {
  expect(canTellApart(one, other)).toBe(can);
});

describe("E1 and E2: as many as were asked for, created inside our job", () => {
  test.each<Row>([
    ["the one new disk", [disk("old", 0), disk("new", 14)], {}, ["new"]],
    [
      "without a zone",
      [disk("new", undefined, { createdAt: zoneless(14, "+08:00") })],
      { job: { begin: zoneless(10, "+08:00"), end: zoneless(15, "+08:00") } },
      ["new"],
    ],
    ["whose type is written in another way", [disk("new", 14, { type: " ssd " })], {}, ["new"]],
    [
      "whose key is written in another way",
      [disk("new", 14, { kmsId: "AB-C" })],
      { specs: [{ ...SSD, kmsId: "ab-c" }] },
      ["new"],
    ],
    ["nothing yet", [disk("old", 0)], {}, ["missing"]],
    ["one of two yet", [disk("a", 14)], { specs: [SSD, SSD] }, ["missing", "missing"]],
    [
      "one of two, shown twice",
      [disk("a", 14), disk("a", 14)],
      { specs: [SSD, SSD] },
      ["missing", "missing"],
    ],
    ["two alike", [disk("a", 14), disk("b", 14)], { specs: [SSD, SSD] }, ["a", "b"]],
    ["two of different kinds", [disk("b", 14, SAS), disk("a", 14)], { specs: [SSD, SAS] }, ["a", "b"]],
    ["a disk of another kind is left alone", [disk("a", 14), disk("theirs", 14, SAS)], {}, ["a"]],
    [
      "fields that are not shown speak neither way",
      [{ volumeId: "a", type: "GPSSD2", size: 20, createdAt: at(14) }],
      { specs: [gpssd(4000)] },
      ["a"],
    ],
    [
      "speeds that are shown do",
      [disk("a", 14, gpssd(4000)), disk("b", 14, gpssd(5000))],
      { specs: [gpssd(5000), gpssd(4000)] },
      ["b", "a"],
    ],
    [
      "one that could be either of two",
      [{ volumeId: "a", type: "GPSSD2", size: 20, createdAt: at(14) }],
      { specs: [gpssd(4000), gpssd(5000)] },
      ["ambiguous", "ambiguous"],
    ],
    ["a disk that this run holds is nobody's", [disk("owned", 2), disk("new", 14)], {}, ["new"]],
    ["what a job before made is not ours", [disk("theirs", 5), disk("new", 14)], {}, ["new"]],
    ["what a job before made, while ours lags", [disk("theirs", 5)], {}, ["missing"]],
    ["what a job after ours made", [disk("new", 14), disk("theirs", 19)], {}, ["new"]],
    [
      "one just before our job, while one inside it has grown",
      [disk("theirs", 8), disk("ours", 13, { size: 30 })],
      { settled: true, others: [] },
      ["ambiguous"],
    ],
    [
      "one inside our job, and one more inside it that has grown",
      [disk("a", 15), disk("b", 13, { size: 30 })],
      {},
      ["unproved"],
      "job list,time",
    ],
    [
      "one that has grown beyond what was asked for besides it",
      [disk("a", 14), disk("b", 13, { size: 50 })],
      { specs: [SSD, { ...SSD, size: 30 }], settled: true, others: [] },
      ["a", "b"],
    ],
    ["one of another type inside our job", [disk("a", 14), disk("b", 13, { ...SAS, size: 50 })], {}, ["a"]],
    [
      "more inside our job than it made",
      [disk("a", 13), disk("b", 14)],
      { settled: true, others: [] },
      ["ambiguous"],
    ],
    ["more, but reads may lag", [disk("a", 13), disk("b", 14)], {}, ["unproved"], "job list,time"],
    [
      "of a request that is partly known",
      [disk("owned a", 14), disk("b", 14)],
      { specs: [SSD, SSD] },
      ["b", "known"],
    ],
  ])("%s", (_, now, evidence, slots, lacks = "") => {
    expect(outcome(now, { ...plain, ...evidence })).toEqual({ slots, lacks });
  });
});

describe("at the edge of our job: another client's add may have ended in the same second", () => {
  const short = { job: ran(10, 10) };
  test.each<Row>([
    ["nothing else is known", [disk("a", 10)], short, ["unproved"], "job list,second read,time"],
    [
      "both kinds of read agree: they may lag alike",
      [disk("a", 10)],
      { ...short, confirmed: true },
      ["unproved"],
      "job list,second read,time",
    ],
    [
      "both kinds of read agree, and no other add ran",
      [disk("a", 10)],
      { ...short, confirmed: true, others: [] },
      ["a"],
    ],
    [
      "both kinds of read agree, and another add ended in that second",
      [disk("a", 10)],
      { ...short, confirmed: true, others: [ran(8, 10)] },
      ["unproved"],
      "job list,second read,time",
    ],
    ["everything shows, and it is one", [disk("a", 10)], { ...short, settled: true }, ["a"]],
    [
      "everything shows, and they are two",
      [disk("a", 10), disk("b", 10)],
      { ...short, settled: true, others: [] },
      ["ambiguous"],
    ],
    ["theirs at the edge, ours well inside", [disk("theirs", 10), disk("a", 13)], {}, ["a"]],
    [
      "theirs at the edge, ours not shown yet",
      [disk("theirs", 10)],
      {},
      ["unproved"],
      "job list,second read,time",
    ],
    [
      "theirs is told by their job",
      [disk("theirs", 10), disk("a", 11)],
      { job: ran(10, 11), settled: true, others: [ran(8, 10)] },
      ["a"],
    ],
    [
      "theirs is told by their job, a second before ours",
      [disk("theirs", 9)],
      { others: [ran(7, 9)] },
      ["missing"],
    ],
    [
      "times are a little off, and nothing else is known",
      [disk("a", 9)],
      { confirmed: true },
      ["unproved"],
      "job list,second read,time",
    ],
    ["times are a little off, and everything shows", [disk("a", 9)], { settled: true }, ["a"]],
    [
      "times are a little off: a list may still say whose it is",
      [disk("a", 9)],
      { settled: true, mayList: true },
      ["unproved"],
      "job list",
    ],
    [
      "times are a little off, everything shows, and another job made it: ours was removed since",
      [disk("theirs", 17)],
      { settled: true, others: [ran(16, 17)] },
      ["missing"],
    ],
  ])("%s", (_, now, evidence, slots, lacks = "") => {
    expect(outcome(now, { ...plain, ...evidence })).toEqual({ slots, lacks });
  });
});

describe("E3 and E4: where times are not to be had", () => {
  test.each<Row>([
    ["nothing else is known", [disk("a")], {}, ["unproved"], "job list,second read,time"],
    ["reads agree, no other add ran", [disk("a")], { confirmed: true, others: [] }, ["a"]],
    [
      "reads agree, another add ran",
      [disk("a")],
      { confirmed: true, others: [ran(0, 9)] },
      ["unproved"],
      "job list,second read,time",
    ],
    ["everything shows, and it is as many", [disk("a")], { settled: true, others: [ran(0, 9)] }, ["a"]],
    [
      "everything shows, and it is more",
      [disk("a"), disk("b")],
      { settled: true, others: [] },
      ["ambiguous"],
    ],
    ["the job has no times", [disk("a", 14)], { job: { begin: [], end: [] }, settled: true }, ["a"]],
  ])("%s", (_, now, evidence, slots, lacks = "") => {
    expect(outcome(now, { ...plain, ...evidence })).toEqual({ slots, lacks });
  });
});

describe("a job that did not make all, or whose end is not known", () => {
  const two = { specs: [SSD, SSD], made: "some" as const };
  const unknown = { made: "unknown" as const, job: { begin: at(10), end: [] } };
  test.each<Row>([
    ["reads may lag: nobody is given up", [disk("a", 14)], two, ["missing", "missing"]],
    [
      "what shows in the end is given",
      [disk("a", 14)],
      { ...two, settled: true, others: [] },
      ["a", "missing"],
    ],
    [
      "at the edge it takes the job list",
      [disk("a", 10)],
      { ...two, settled: true },
      ["unproved", "unproved"],
      "job list",
    ],
    [
      "at the edge beside another add",
      [disk("a", 10)],
      { ...two, settled: true, others: [ran(5, 10)] },
      ["ambiguous", "ambiguous"],
    ],
    ["an unknown end: no other add ran", [disk("a", 14)], { ...unknown, settled: true, others: [] }, ["a"]],
    [
      "an unknown end: another add ran later",
      [disk("a", 14)],
      { ...unknown, settled: true, others: [ran(12, 15)] },
      ["ambiguous"],
    ],
    [
      "an unknown end: another add ran at the edge",
      [disk("a", 10)],
      { ...unknown, settled: true, others: [ran(11, 15)] },
      ["ambiguous"],
    ],
    [
      "an unknown outcome though the job has an end, which may be that of its last part",
      [disk("a", 14)],
      { made: "unknown" },
      ["unproved"],
      "job list,second read,time",
    ],
    [
      "a success without the time of its end",
      [disk("a", 14)],
      { job: { begin: at(10), end: [] } },
      ["unproved"],
      "job list,second read,time",
    ],
    [
      "an unknown end, and no job list",
      [disk("a", 14)],
      { ...unknown, settled: true },
      ["unproved"],
      "job list",
    ],
  ])("%s", (_, now, evidence, slots, lacks = "") => {
    expect(outcome(now, { ...plain, ...evidence })).toEqual({ slots, lacks });
  });
});

test("whatever is ambiguous is named", () => {
  const now = [disk("a", 13), disk("b", 14), disk("c", 14, SAS), disk("old", 0)];
  const { candidates } = matchVolumes(now, { ...plain, settled: true, others: [] });
  expect(candidates.map(({ volumeId }) => volumeId)).toEqual(["a", "b"]);
});
