import { Clock } from "./clock";
import { FaultRules, type Ask } from "./fault-rules";
import type { Fault } from "./faults";

let clock: Clock;
let rules: FaultRules;

beforeEach(() => {
  clock = new Clock(() => 0, "manual");
  rules = new FaultRules(clock);
});

function ask(part: Partial<Ask> = {}): Ask {
  return {
    method: "GET",
    path: "/v2/p/workspace-jobs/j",
    operation: "ShowJob",
    desktopIds: () => new Set(["d1"]),
    volumeIds: () => new Set(["v1"]),
    ...part,
  };
}

/** Which of so many requests are struck, counted from 1. */
function strikes(count: number, fault: Fault, part?: Partial<Ask>): number[] {
  rules.clear();
  rules.add(fault);
  return Array.from({ length: count }, (_, index) => index + 1).filter(
    () => rules.strike(ask(part)).answer !== undefined,
  );
}

const throttle = { fault: "throttle" } as const;

test.each<[string, Fault, number[]]>([
  ["once, unless it says more", throttle, [1]],
  ["so many times", { ...throttle, times: 3 }, [1, 2, 3]],
  ["always", { ...throttle, times: "always" }, [1, 2, 3, 4, 5]],
  ["from the nth on", { ...throttle, nth: 3 }, [3]],
  ["from the nth on, so many times", { ...throttle, nth: 2, times: 2 }, [2, 3]],
  ["always, while it is there", { ...throttle, for_ms: 1000 }, [1, 2, 3, 4, 5]],
  ["never, with no probability", { ...throttle, probability: 0, times: "always" }, []],
])("a fault strikes %s", (_, fault, expected) => {
  expect(strikes(5, fault)).toEqual(expected);
});

test("a fault is over when its time is", () => {
  rules.add({ ...throttle, for_ms: 1000 });
  clock.advance(999);
  expect(rules.strike(ask()).answer).toBeDefined();
  clock.advance(1);
  expect(rules.strike(ask()).answer).toBeUndefined();
  expect(rules.list()).toMatchObject([{ struck: 1, over: true }]);
});

test("the same seed strikes the same requests", () => {
  const some = (seed: number): number[] =>
    strikes(200, { ...throttle, probability: 0.3, seed, times: "always" });
  expect(some(1)).toEqual(some(1));
  expect(some(1)).not.toEqual(some(2));
  expect(some(1).length).toBeGreaterThan(30);
  expect(some(1).length).toBeLessThan(90);
});

test.each<[string, Fault["match"] & object, Partial<Ask>, boolean]>([
  ["the method", { method: "GET" }, {}, true],
  ["another method", { method: "POST" }, {}, false],
  ["the operation", { operation: "ShowJob" }, {}, true],
  ["another operation", { operation: "AddVolumes" }, {}, false],
  ["the path", { path: "/v2/p/workspace-jobs/j" }, {}, true],
  ["a pattern of the path", { path: "/v2/*/workspace-jobs/*" }, {}, true],
  ["only a part of the path", { path: "/v2/*/workspace-jobs" }, {}, false],
  ["a dot that is no wildcard", { path: "/v2/p/workspace.jobs/j" }, {}, false],
  ["the desktop", { desktop_id: "d1" }, {}, true],
  ["another desktop", { desktop_id: "d2" }, {}, false],
  ["only one of two", { method: "GET", desktop_id: "d2" }, {}, false],
])("a match by %s", (_, match, part, struck) => {
  expect(strikes(1, { ...throttle, match }, part)).toEqual(struck ? [1] : []);
});

test("a request that does not match is not counted", () => {
  rules.add({ ...throttle, match: { method: "POST" }, nth: 2 });
  rules.strike(ask());
  rules.strike(ask({ method: "POST" }));
  expect(rules.strike(ask()).answer).toBeUndefined();
  expect(rules.strike(ask({ method: "POST" })).answer).toBeDefined();
});

test("of several answers the first one ordered strikes; the next waits for its turn", () => {
  rules.add(throttle);
  rules.add({ fault: "wrong-project" });
  expect(rules.strike(ask()).answer?.fault).toBe("throttle");
  expect(rules.strike(ask()).answer?.fault).toBe("wrong-project");
  expect(rules.strike(ask()).answer).toBeUndefined();
});

test("faults of jobs and of changes leave reads alone", () => {
  rules.add({ fault: "job-fails" });
  rules.add({ fault: "conflict" });
  expect(rules.strikeJob(ask())).toEqual([]);
  expect(rules.strike(ask()).answer).toBeUndefined();
  const change = ask({ operation: "AddVolumes", method: "POST" });
  expect(rules.strike(change).answer?.fault).toBe("conflict");
  expect(rules.strikeJob(change)).toMatchObject([{ fault: "job-fails" }]);
  expect(rules.strikeJob(change)).toEqual([]);
});

test("faults are known by their ids, and can be taken back", () => {
  const { id } = rules.add(throttle);
  const other = rules.add(throttle);
  expect(other.id).not.toBe(id);
  expect(rules.remove(id)).toBe(true);
  expect(rules.remove(id)).toBe(false);
  expect(rules.list().map((fault) => fault.id)).toEqual([other.id]);
});

test("faults that are over are not kept for ever", () => {
  for (let number = 0; number < 1500; number += 1) {
    rules.add(throttle);
    rules.strike(ask());
  }
  expect(rules.list()).toHaveLength(1000);
});
