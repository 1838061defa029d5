import { outcome, plain, type Row } from "./testing/matching";
import { disk, ran, zoneless } from "./testing/times";

describe("it is not known what was there before", () => {
  const alone = { before: new Set<string>(), isBeforeKnown: false };
  const edge = { ...alone, job: ran(10, 10), confirmed: true };
  const [written] = zoneless(14, "UTC");
  test.each<Row>([
    ["inside our job: no earlier one made it", [disk("old", 0), disk("a", 14)], alone, ["a"]],
    [
      "reads agree on one of the first second of our job: another client's add may have ended in it",
      [disk("a", 10)],
      edge,
      ["unproved"],
      "job list,second read,time",
    ],
    ["and no other add ran", [disk("a", 10)], { ...edge, others: [] }, ["a"]],
    [
      "and another add ran",
      [disk("a", 10)],
      { ...edge, others: [ran(9, 10)] },
      ["unproved"],
      "job list,second read,time",
    ],
    [
      "everything shows, and it is as many",
      [disk("a", 10)],
      { ...edge, confirmed: false, settled: true },
      ["a"],
    ],
    [
      "a time with two readings",
      [{ ...disk("a"), createdAt: [written ?? 0, 0] }],
      alone,
      ["unproved"],
      "time",
    ],
    ["the disk has no time", [disk("a")], { ...alone, confirmed: true, others: [] }, ["unproved"], "time"],
    [
      "the job has no times",
      [disk("a", 14)],
      { ...alone, job: { begin: [], end: [] } },
      ["unproved"],
      "time",
    ],
    [
      "none has a time, and everything shows",
      [disk("a")],
      { ...alone, settled: true, others: [] },
      ["ambiguous"],
      "time",
    ],
  ])("%s", (_, now, evidence, slots, lacks = "") => {
    expect(outcome(now, { ...plain, ...evidence })).toEqual({ slots, lacks });
  });
});
