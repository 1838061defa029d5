import { judged } from "./judged";
import { adds, looks, operation, wanted } from "./sketch";

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
