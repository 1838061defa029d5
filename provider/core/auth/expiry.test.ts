import { expiryOf } from "./grant";
import { renewalMarginMs } from "./credentialCache";
import { HandClock } from "../../../testing/authWorld";

const start = new Date("2026-01-02T03:04:05Z");
const inAnHour = "2026-01-02T04:04:05Z";
const hour = 3600_000;

/** A machine whose time of day is ahead by so much, an arbitrary time after it was switched on. */
function machine(aheadMs: number): HandClock {
  const clock = new HandClock(new Date(start.getTime() - 500), aheadMs);
  clock.advance(500);
  return clock;
}

test.each<[string, number, Parameters<typeof expiryOf>[0], string | undefined]>([
  ["the local clock where it is right", 0, { expiresAt: inAnHour, justMade: true }, undefined],
  [
    "the date of the answer where the local clock is wrong",
    2 * hour,
    { expiresAt: inAnHour, justMade: true },
    start.toUTCString(),
  ],
  [
    "the date of issue, whatever the local clock says",
    -9 * hour,
    { expiresAt: inAnHour, issuedAt: start.toISOString(), justMade: true },
    undefined,
  ],
  [
    "the microseconds that IAM writes",
    0,
    { expiresAt: "2026-01-02T04:04:05.000000Z", justMade: true },
    undefined,
  ],
])("an hour is an hour by %s", (_, aheadMs, granted, date) => {
  const clock = machine(aheadMs);
  expect(expiryOf(granted, clock, date)).toEqual({
    at: new Date(inAnHour),
    end: 500 + hour,
    lifetimeMs: hour,
  });
});

test("a date of the answer that is a second off, as whole seconds are, is not better than the local clock", () => {
  const date = new Date(start.getTime() - 1_000).toUTCString();
  expect(expiryOf({ expiresAt: inAnHour, justMade: true }, machine(0), date)?.lifetimeMs).toBe(hour);
});

test("a grant made earlier ends when it ends, by the present time", () => {
  const granted = { expiresAt: inAnHour, issuedAt: "2026-01-02T00:04:05Z", justMade: false };
  expect(expiryOf(granted, machine(0), undefined)).toEqual({
    at: new Date(inAnHour),
    end: 500 + hour,
    lifetimeMs: 4 * hour,
  });
});

test.each([
  ["no date", undefined],
  ["no sensible date", "soon"],
  ["a date long past for what was made just now", "2020-01-01T00:00:00Z"],
])("%s: nobody knows, and a 401 will tell", (_, expiresAt) => {
  expect(expiryOf({ expiresAt, justMade: true }, machine(0), undefined)).toBeUndefined();
});

test.each([
  [24 * hour, 60_000],
  [300_000, 60_000],
  [100_000, 20_000],
  [2_000, 400],
])("what lives %d ms is renewed %d ms before its end", (lifetimeMs, marginMs) => {
  expect(renewalMarginMs({ at: start, end: 0, lifetimeMs })).toBe(marginMs);
});
