import type { AddEvidence } from "./matchVolumes";
import { outcome, plain, type Row } from "./testing/matching";
import { disk, ran, SSD } from "./testing/times";

describe("somebody has grown or deleted one of ours, and another job has made one in the second in which ours ended", () => {
  const ours = disk("ours", 10);
  const theirs = disk("theirs", 15);
  const shown: Partial<AddEvidence> = { specs: [SSD, SSD], settled: true, mayList: true };
  const listed = { ...shown, mayList: false, others: [ran(15, 16)] };
  const grown = disk("grown", 10, { size: 30 });
  test.each<Row>([
    ["it waits for the job list", [ours, theirs, grown], shown, ["unproved", "unproved"], "job list,time"],
    ["the list shows whose it is", [ours, theirs, grown], listed, ["ours", "missing"]],
    [
      "no list can be read",
      [ours, theirs, grown],
      { ...shown, mayList: false },
      ["unproved", "unproved"],
      "job list,time",
    ],
    [
      "ours is deleted: it waits",
      [ours, theirs],
      { ...shown, vanished: [disk("gone", 10)] },
      ["unproved", "unproved"],
      "job list,time",
    ],
    [
      "ours is deleted, and the list shows it",
      [ours, theirs],
      { ...listed, vanished: [disk("gone", 10)] },
      ["ours", "missing"],
    ],
    ["right after the job", [theirs, grown], { specs: [SSD] }, ["unproved"], "job list,time"],
  ])("%s", (_, now, evidence, slots, lacks = "") => {
    expect(outcome(now, { ...plain, ...evidence })).toEqual({ slots, lacks });
  });
});

describe("a disk that somebody has grown since", () => {
  const grown = disk("grown", 14, { size: 30 });
  test.each<Row>([
    ["reads may lag", [grown], {}, ["missing"]],
    ["everything shows: nobody but our job made it", [grown], { settled: true }, ["grown"]],
    [
      "at the edge somebody else may have made it",
      [disk("grown", 10, { size: 30 })],
      { settled: true },
      ["missing"],
    ],
    ["one that is smaller is another", [disk("small", 14, { size: 10 })], { settled: true }, ["missing"]],
    [
      "besides one like it",
      [grown, disk("a", 14)],
      { settled: true, specs: [SSD, SSD], others: [] },
      ["a", "grown"],
    ],
  ])("%s", (_, now, evidence, slots, lacks = "") => {
    expect(outcome(now, { ...plain, ...evidence })).toEqual({ slots, lacks });
  });
});
