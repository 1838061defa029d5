import { judged } from "./judged";
import { added, adds, by, disk, holding, operation, secondActor, state, wanted } from "./sketch";

describe("one-owner", () => {
  const promise = "one-owner";
  const make = operation("create", { news: [wanted()], result: [disk("v")] });
  const made = { operations: [make], requests: [adds("1")], events: [added("v", by("1"))] };
  const adopt = operation("create", {
    resource: "b",
    news: [wanted({ existingVolumeId: "v" })],
    result: [disk("v")],
  });
  const job = { what: "job-started" as const, type: "ADD_VOLUME", job_id: "job", volume_id: "" };
  const lostAnswer = { status: 503, answeredAt: 200 };
  const foreign = added("", secondActor, { ...job, at: 150 });
  const appears = added("v", secondActor, { job_id: "job" });
  const bMakes = { ...make, stack: "B", process: "B1" };
  judged([
    ["a disk is held once", undefined, { ...made, states: [state([holding("v")])] }],
    [
      "a disk is held at two places",
      promise,
      { ...made, states: [state([holding("v"), holding("v", "b")])] },
    ],
    [
      "a stack holds a disk that another stack has made",
      promise,
      { ...made, states: [state([]), state([holding("v")], { stack: "B" })] },
    ],
    [
      "two stacks hold a disk",
      promise,
      {
        ...made,
        operations: [make, bMakes],
        states: [state([holding("v")], { at: 900, stack: "B" }), state([holding("v")])],
        requests: [adds("1", { process: "B1" })],
        events: [added("v", by("1"))],
        initial: [],
      },
    ],
    [
      "a disk is held by its former holder and by the one that has adopted it",
      undefined,
      { ...made, operations: [make, adopt], states: [state([holding("v"), holding("v", "b")])] },
    ],
    [
      "a disk of the second actor is taken for ours",
      promise,
      { operations: [make], events: [added("v", secondActor)], states: [state([holding("v")])] },
    ],
    [
      "a job of others stands where the job of our lost add would stand",
      undefined,
      {
        operations: [make],
        requests: [adds("1", lostAnswer)],
        events: [foreign, appears],
        states: [state([holding("v")])],
      },
    ],
    [
      "a job of others began long before our lost add",
      promise,
      {
        operations: [{ ...make, endedAt: 4_000 }],
        requests: [adds("1", { ...lostAnswer, at: 3_000, answeredAt: 3_100 })],
        events: [foreign, appears],
        states: [state([holding("v")])],
      },
    ],
    [
      "a job of others made fewer than our lost add had asked for",
      promise,
      {
        operations: [make],
        requests: [adds("1", { ...lostAnswer, change: { kind: "add", volumeIds: [], count: 2 } })],
        events: [foreign, appears],
        states: [state([holding("v")])],
      },
    ],
    [
      "a disk without a job appears while our add runs, which makes fewer than it says",
      undefined,
      {
        operations: [make],
        requests: [adds("1")],
        events: [
          added("", by("1"), { ...job, at: 100 }),
          added("v", { who: "fault" }),
          added("", by("1"), { ...job, what: "job-ended", at: 900 }),
        ],
        states: [state([holding("v")])],
      },
    ],
  ]);
});
