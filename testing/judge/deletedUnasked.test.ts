import { judged, v, w } from "./judged";
import { by, deletes, disk, operation, removed, secondActor, wanted } from "./sketch";

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
