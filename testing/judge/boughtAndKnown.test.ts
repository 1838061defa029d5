import { judged } from "./judged";
import {
  added,
  adds,
  by,
  DESKTOP,
  disk,
  error,
  holding,
  looks,
  operation,
  removed,
  secondActor,
  state,
  wanted,
} from "./sketch";

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
