import { judge } from "./judge";
import type { PromiseName } from "./promises";
import type { HistoryRecord, RealDisk } from "./record";
import {
  added,
  adds,
  by,
  deletes,
  DESKTOP,
  disk,
  ends,
  error,
  holding,
  looks,
  operation,
  removed,
  request,
  secondActor,
  sketch,
  SSD,
  state,
  wanted,
} from "./sketch";

/** What happened, the promise that it breaks (undefined: none), and the record. */
type Case = [what: string, broken: PromiseName | undefined, record: Partial<HistoryRecord>];

const v: RealDisk = { desktop: DESKTOP, volumeId: "v", ...SSD };
const w: RealDisk = { ...v, volumeId: "w" };

function judged(cases: readonly Case[]) {
  test.each(cases)("%s: %s", (_what, broken, record) => {
    const verdicts = judge(sketch(record));

    expect([...new Set(verdicts.map(({ promise }) => promise))]).toEqual(
      broken === undefined ? [] : [broken],
    );
  });
}

describe("deletes-only-what-was-asked", () => {
  const promise = "deletes-only-what-was-asked";
  const ofV = operation("delete", { olds: [disk("v")], result: [] });
  const gone = { initial: [v, w], events: [removed("v", by("1"))] };
  const protectedSet = operation("delete", {
    olds: [disk("v", { name: "x" }), disk("w", { name: "y", isProtected: true })],
    outcome: "failed",
  });
  const update = operation("update", {
    resource: "P",
    olds: [disk("v", { name: "x" }), disk("w", { name: "y" })],
    news: [wanted({ name: "y" })],
    result: [disk("w", { name: "y" })],
  });
  const adoption = (startedAt: number) =>
    operation("create", {
      resource: "b",
      startedAt,
      news: [wanted({ existingVolumeId: "v" })],
      result: [disk("v")],
    });
  judged([
    [
      "the disk of the resource is deleted",
      undefined,
      { ...gone, operations: [ofV], requests: [deletes("1", ["v"])] },
    ],
    [
      "a neighbour is deleted with it",
      promise,
      { ...gone, operations: [ofV], requests: [deletes("1", ["v", "w"])] },
    ],
    [
      "a protected disk is deleted",
      promise,
      {
        operations: [operation("delete", { olds: [disk("v", { isProtected: true })], outcome: "failed" })],
        requests: [deletes("1", ["v"])],
      },
    ],
    [
      "a disk beside a protected one is deleted with their resource",
      promise,
      { operations: [protectedSet], requests: [deletes("1", ["v"])] },
    ],
    [
      "a disk that is to be retained is deleted",
      promise,
      {
        operations: [operation("delete", { olds: [disk("v", { isRetained: true })], result: [] })],
        requests: [deletes("1", ["v"])],
      },
    ],
    [
      "a name that leaves a set takes its disk along",
      undefined,
      { ...gone, operations: [update], requests: [deletes("1", ["v"])] },
    ],
    [
      "a name that stays in a set loses its disk",
      promise,
      { ...gone, operations: [update], requests: [deletes("1", ["v", "w"])] },
    ],
    [
      "a disk of another desktop is deleted",
      promise,
      {
        operations: [operation("delete", { olds: [disk("v")], desktop: "desktop-2", outcome: "failed" })],
        requests: [deletes("1", ["v"])],
      },
    ],
    [
      "a disk that another resource adopts in this run is deleted",
      promise,
      {
        ...gone,
        operations: [adoption(50), operation("delete", { olds: [disk("v")], result: [] })],
        requests: [deletes("1", ["v"])],
      },
    ],
    [
      "the engine tells of an adoption when the delete has left",
      undefined,
      { ...gone, operations: [ofV, adoption(200)], requests: [deletes("1", ["v"])] },
    ],
    [
      "the second actor deletes a disk of ours",
      undefined,
      { initial: [v], events: [removed("v", secondActor)] },
    ],
  ]);
});

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

describe("buys-once", () => {
  const promise = "buys-once";
  const fails = operation("create", { news: [wanted()], outcome: "failed" });
  const succeeds = operation("create", { news: [wanted()], result: [disk("v")] });
  const bought = { operations: [fails], requests: [adds("1")], events: [added("v", by("1"))] };
  const twice = {
    operations: [succeeds],
    requests: [adds("1"), adds("2", { at: 700, answeredAt: 700 })],
    states: [state([holding("v")])],
  };
  const names = error("it may be w", succeeds);
  const announced = `a disk may still appear on ${DESKTOP}`;
  judged([
    [
      "a disk is bought and in state",
      undefined,
      { ...bought, operations: [succeeds], states: [state([holding("v")])] },
    ],
    ["a disk is bought and nobody is told", promise, bought],
    [
      "a disk is bought and the error names it",
      undefined,
      { ...bought, texts: [error("candidates: v", fails)] },
    ],
    ["the error says that one may still appear", undefined, { ...bought, texts: [error(announced, fails)] }],
    [
      "the error says so of no desktop",
      promise,
      { ...bought, texts: [error("one may still appear", fails)] },
    ],
    [
      "the error says so after an answer has shown the disk",
      promise,
      {
        ...bought,
        requests: [adds("1"), looks("2", ["v"], { at: 600, answeredAt: 600 })],
        texts: [error(announced, fails)],
      },
    ],
    [
      "the error of another operation says so",
      promise,
      {
        ...bought,
        operations: [fails, operation("read", { result: [] })],
        texts: [error(announced, operation("read"))],
      },
    ],
    [
      "the engine was killed before it could hear of the disk",
      undefined,
      { ...bought, operations: [{ ...fails, heard: false }] },
    ],
    [
      "the second actor has deleted the disk",
      undefined,
      { ...bought, events: [added("v", by("1")), removed("v", secondActor, { at: 800 })] },
    ],
    [
      "a disk is bought twice",
      promise,
      { ...twice, events: [added("v", by("1")), added("w", by("2"), { at: 900 })], texts: [names] },
    ],
    [
      "a disk is bought again after the second actor has deleted the first",
      undefined,
      {
        ...twice,
        states: [state([holding("w")])],
        operations: [{ ...succeeds, result: [disk("w")] }],
        events: [
          added("v", by("1")),
          removed("v", secondActor, { at: 600 }),
          added("w", by("2"), { at: 900 }),
        ],
      },
    ],
    [
      "the copy of a gateway makes a disk that an error names",
      undefined,
      {
        ...twice,
        requests: [adds("1")],
        events: [added("v", by("1")), added("w", by("1", 1), { at: 900 })],
        texts: [names],
      },
    ],
    [
      "the copy of a gateway makes a disk that nobody is told of",
      promise,
      { ...twice, requests: [adds("1")], events: [added("v", by("1")), added("w", by("1", 1), { at: 900 })] },
    ],
  ]);
});

describe("gone-is-gone", () => {
  const promise = "gone-is-gone";
  const drop = operation("read", { olds: [disk("v")], result: [] });
  const updateAway = (more: object) =>
    operation("update", { resource: "P", olds: [disk("v", { name: "x", ...more })], news: [], result: [] });
  judged([
    ["a read drops a disk that exists", promise, { initial: [v], operations: [drop] }],
    [
      "a read drops a disk that was gone before",
      undefined,
      { initial: [v], operations: [{ ...drop, startedAt: 600 }], events: [removed("v", secondActor)] },
    ],
    [
      "a read drops a disk that goes meanwhile",
      undefined,
      { initial: [v], operations: [drop], events: [removed("v", secondActor)] },
    ],
    [
      "a read drops a disk of a desktop that is deleted",
      undefined,
      { initial: [v], operations: [drop], events: [removed("", secondActor, { what: "desktop-deleted" })] },
    ],
    [
      "a read that fails keeps the disk",
      undefined,
      { initial: [v], operations: [operation("read", { olds: [disk("v")], outcome: "failed" })] },
    ],
    [
      "a delete succeeds and the disk exists",
      promise,
      { initial: [v], operations: [operation("delete", { olds: [disk("v")], result: [] })] },
    ],
    ["an update drops a disk that exists", promise, { initial: [v], operations: [updateAway({})] }],
    [
      "an update releases a disk that is to be retained",
      undefined,
      { initial: [v], operations: [updateAway({ isRetained: true })] },
    ],
    [
      "a disk is released to the resource that adopts it",
      undefined,
      {
        initial: [v],
        operations: [
          updateAway({}),
          operation("create", { news: [wanted({ existingVolumeId: "v" })], result: [disk("v")] }),
        ],
      },
    ],
  ]);
});

describe("no-late-request", () => {
  const promise = "no-late-request";
  const create = operation("create", {
    news: [wanted()],
    deadlineAt: 4_000,
    endedAt: 4_000,
    outcome: "failed",
  });
  const elsewhere = operation("create", {
    resource: "b",
    desktop: "desktop-2",
    news: [wanted()],
    endedAt: 9_000,
    outcome: "failed",
  });
  const late = { at: 4_001, answeredAt: 4_001 };
  judged([
    [
      "a request leaves at the deadline",
      undefined,
      { operations: [create], requests: [adds("1", { at: 4_000, answeredAt: 4_000 })] },
    ],
    [
      "a request leaves after the last operation",
      promise,
      { operations: [create], requests: [looks("1", [], late)] },
    ],
    [
      "a request leaves for an operation on another desktop only",
      promise,
      { operations: [create, elsewhere], requests: [looks("1", [], late)] },
    ],
    [
      "a look at jobs leaves for any operation",
      undefined,
      { operations: [create, elsewhere], requests: [looks("1", [], { ...late, desktops: [] })] },
    ],
    [
      "an add leaves when only a read still waits on the desktop",
      promise,
      {
        operations: [create, operation("read", { endedAt: 9_000, result: [] })],
        requests: [adds("1", late)],
      },
    ],
  ]);
});

describe("ends-in-time", () => {
  const promise = "ends-in-time";
  const hangs = { deadlineAt: 500, endedAt: undefined };
  judged([
    [
      "an operation ends at its deadline",
      undefined,
      { operations: [operation("read", { deadlineAt: 1_000, result: [] })] },
    ],
    [
      "an operation ends after its deadline",
      promise,
      { operations: [operation("read", { deadlineAt: 999, result: [] })] },
    ],
    ["an operation never ends", promise, { operations: [neverEnding()] }],
    [
      "the process was killed before the deadline",
      undefined,
      { processes: [{ id: "A1", stack: "A", endedAt: 400 }], operations: [neverEnding()] },
    ],
  ]);

  function neverEnding() {
    const { endedAt, ...rest } = operation("read", { deadlineAt: hangs.deadlineAt });
    return rest;
  }
});

describe("no-secret", () => {
  const promise = "no-secret";
  const secrets = ["the-secret-key"];
  const of = operation("check");
  judged([
    ["an error shows none", undefined, { secrets, texts: [error("the key is refused", of)] }],
    ["an error shows the key", promise, { secrets, texts: [error("the key is the-secret-key", of)] }],
    [
      "a log line shows it in base64",
      promise,
      { secrets, texts: [error(Buffer.from("the-secret-key").toString("base64"), of)] },
    ],
    ["a state shows it", promise, { secrets, states: [state([], { text: '{"key":"the-secret-key"}' })] }],
  ]);
});

describe("one-change-at-a-time", () => {
  const promise = "one-change-at-a-time";
  const asks = operation("create", { news: [wanted()], outcome: "failed" });
  const second = (more: object) => ({
    operations: [asks],
    requests: [adds("1", { answeredAt: 300 }), adds("2", more)],
  });
  judged([
    ["two changes follow each other", undefined, second({ at: 300, answeredAt: 400 })],
    ["two changes are under way at once", promise, second({ at: 299, answeredAt: 400 })],
    [
      "two changes are under way at once, within one ms",
      promise,
      {
        operations: [asks],
        requests: [
          adds("1", { order: { left: 1, answered: 3 } }),
          adds("2", { order: { left: 2, answered: 4 } }),
        ],
      },
    ],
    [
      "two processes have changes under way at once",
      undefined,
      {
        operations: [
          asks,
          operation("create", { stack: "B", process: "B1", news: [wanted()], outcome: "failed" }),
        ],
        requests: [adds("1", { answeredAt: 300 }), adds("2", { process: "B1" })],
      },
    ],
    [
      "eleven disks are added with one call",
      promise,
      { operations: [asks], requests: [request("1", { change: { kind: "add", volumeIds: [], count: 11 } })] },
    ],
  ]);
});

describe("comes-right", () => {
  const promise = "comes-right";
  const declared = [{ resource: "a", name: "", desktop: DESKTOP, ...SSD }];
  const held = [holding("v")];
  const right = { declared, held, truth: [v] };
  const refused = [{ resource: "a", desktop: DESKTOP, did: "create" as const, error: "no" }];
  const ten = Array.from({ length: 10 }, (_, index): RealDisk => ({ ...v, volumeId: `theirs-${index}` }));
  const before = { initial: [v] };
  judged([
    [
      "everything is as declared, and goes",
      undefined,
      { ...before, ending: [ends("up", right), ends("second up", right), ends("destroy")] },
    ],
    ["the up fails", promise, { ...before, ending: [ends("up", { ...right, outcomes: refused })] }],
    [
      "the up fails on a desktop that is full",
      undefined,
      { initial: ten, ending: [ends("up", { declared, outcomes: refused })] },
    ],
    ["a declared disk is not there", promise, { ...before, ending: [ends("up", { ...right, held: [] })] }],
    [
      "a disk has another size",
      promise,
      { ...before, ending: [ends("up", { ...right, truth: [{ ...v, size: 30 }] })] },
    ],
    [
      "a disk is in state and not declared",
      promise,
      { ...before, ending: [ends("up", { ...right, declared: [] })] },
    ],
    [
      "a second up has something to do",
      promise,
      {
        ...before,
        ending: [
          ends("second up", { ...right, outcomes: [{ resource: "a", desktop: DESKTOP, did: "update" }] }),
        ],
      },
    ],
    [
      "destroy leaves a disk of ours",
      promise,
      { ...before, ending: [ends("up", right), ends("destroy", { truth: [v] })] },
    ],
    [
      "destroy leaves a disk of others",
      undefined,
      { initial: [v, w], ending: [ends("up", right), ends("destroy", { truth: [w] })] },
    ],
  ]);
});

test("a verdict names promise, time, disk and evidence", () => {
  const record = sketch({ initial: [v], operations: [operation("read", { olds: [disk("v")], result: [] })] });

  expect(judge(record)).toEqual([
    { promise: "gone-is-gone", at: 1_000, disk: "v", evidence: "read of a drops it, and it exists" },
  ]);
});
