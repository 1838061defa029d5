import { durationMs, timeLimit, validateTimeouts } from "./dynamicProvider";

test.each([
  ["90s", 90_000],
  ["30m", 1_800_000],
  ["1h30m", 5_400_000],
  ["1.5h", 5_400_000],
  ["250ms", 250],
  ["1h0m0.5s", 3_600_500],
])("%s is %d ms", (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

test.each(["", "0s", "0h0m", "30", "-5m", "1 h", "5d", "h", "1.h", "m5", "5M", "1e3s", "30m "])(
  "%p is no duration",
  (text) => {
    expect(durationMs(text)).toBeUndefined();
  },
);

test("each operation has its own limit, and 30 minutes where none is given; the error says what sets it", () => {
  const timeouts = { create: "1s", delete: "2m" };
  expect(timeLimit(timeouts, "create")).toEqual({ timeoutMs: 1_000, timeoutSetBy: "customTimeouts.create" });
  expect(timeLimit(timeouts, "delete")).toEqual({
    timeoutMs: 120_000,
    timeoutSetBy: "customTimeouts.delete",
  });
  const byDefault = { timeoutMs: 1_800_000, timeoutSetBy: "the default; customTimeouts.update changes it" };
  expect(timeLimit(timeouts, "update")).toEqual(byDefault);
  expect(timeLimit(undefined, "update")).toEqual(byDefault);
});

test.each<[string, unknown, string[]]>([
  ["nothing", undefined, []],
  ["durations", { create: "90s", update: "1h30m", delete: "1.5h" }, []],
  ["one that is not known yet", { create: "?" }, []],
  ["all of them not known yet", "?", []],
  ["without a unit", { delete: "30" }, ["customTimeouts.delete"]],
  ["of nothing", { create: "0s" }, ["customTimeouts.create"]],
  ["a number", { update: 30 }, ["customTimeouts.update"]],
  [
    "of an operation that there is not",
    { creat: "5s", read: "5s" },
    ["customTimeouts.creat", "customTimeouts.read"],
  ],
  ["of one that is left out", { creat: undefined }, []],
  ["a list", ["5s"], ["customTimeouts"]],
  ["one text for all", "5s", ["customTimeouts"]],
  ["two bad ones", { create: "", delete: "-5m" }, ["customTimeouts.create", "customTimeouts.delete"]],
])("time limits: %s", (_what, timeouts, properties) => {
  expect(validateTimeouts(timeouts, "?").map(({ property }) => property)).toEqual(properties);
});
