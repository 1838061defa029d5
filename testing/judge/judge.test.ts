import { judge } from "./judge";
import { judged, v } from "./judged";
import { adds, disk, error, operation, request, sketch, state, wanted } from "./sketch";

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

test("a verdict names promise, time, disk and evidence", () => {
  const record = sketch({ initial: [v], operations: [operation("read", { olds: [disk("v")], result: [] })] });

  expect(judge(record)).toEqual([
    { promise: "gone-is-gone", at: 1_000, disk: "v", evidence: "read of a drops it, and it exists" },
  ]);
});
