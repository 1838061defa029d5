import { judged, v } from "./judged";
import { disk, operation, removed, secondActor, wanted } from "./sketch";

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
