import { DEFAULT_TIMEOUT_MS, durationMs, timeoutMs } from "./timeouts";

test.each([
  ["90s", 90_000],
  ["30m", 1_800_000],
  ["1h30m", 5_400_000],
  ["1.5h", 5_400_000],
  ["250ms", 250],
  ["1h0m0.5s", 3_600_500],
])("%s is so many ms", (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

test.each(["", "0s", "0h0m", "30", "-5m", "1 h", "5d", "h", "1.h", "m5", "5M", "1e3s", "30m "])(
  "%p is no duration",
  (text) => {
    expect(durationMs(text)).toBeUndefined();
  },
);

test("each operation has its own time, and half an hour where none is given", () => {
  const timeouts = { create: "1s", delete: "2m" };
  expect(timeoutMs(timeouts, "create")).toBe(1_000);
  expect(timeoutMs(timeouts, "delete")).toBe(120_000);
  expect(timeoutMs(timeouts, "update")).toBe(DEFAULT_TIMEOUT_MS);
  expect(timeoutMs(undefined, "create")).toBe(30 * 60_000);
});
