import { afterAccepted, afterRefused, afterSeconds, burst, perSecond, type Rate, unknownRate } from "./rate";

/** Neither jitter up nor down. */
const even = () => 0.5;

type Event = "accepted" | "accepted with care" | "refused" | { seconds: number };

/** The rate after these events; a number says how often the next one happens. */
function after(most: number, ...events: readonly (Event | number)[]): Rate {
  let rate = unknownRate(most);
  let times = 1;
  for (const event of events) {
    if (typeof event === "number") {
      times = event;
      continue;
    }
    for (let time = 0; time < times; time += 1) {
      if (event === "accepted") rate = afterAccepted(rate);
      else if (event === "accepted with care") rate = afterAccepted(rate, true);
      else if (event === "refused") ({ rate } = afterRefused(rate, 0, even));
      else rate = afterSeconds(rate, event.seconds);
    }
    times = 1;
  }
  return rate;
}

/** So many seconds of work: time counts only between requests. */
const work = (seconds: number): [number, Event] => [seconds * 10, { seconds: 0.1 }];

test.each<[string, Rate, number]>([
  ["nothing is known", after(20), 6],
  ["ten requests were accepted", after(20, 10, "accepted"), 6],
  ["each further one raises it", after(20, 15, "accepted"), 11],
  ["up to the most that a setting allows", after(20, 100, "accepted"), 20],
  ["slowly while a refusal would hold up the run", after(20, 110, "accepted with care"), 9],
  ["a low setting", after(2, 100, "accepted"), 2],
  ["a high setting begins higher", after(1000), 300],
  ["a high setting is reached as soon", after(1000, 24, "accepted"), 1000],
  ["refused among the first requests: others are at work", after(20, "refused"), 0.85],
  ["the same, at the last of them", after(20, 19, "accepted", "refused"), 0.85],
  ["the same, with a lower setting", after(0.5, "refused"), 0.25],
  ["refused later: half", after(20, 100, "accepted", "refused"), 20 / (1 + 20 / 15)],
  ["refused later at 10: half at first", after(10, 100, "accepted", "refused"), 5],
  ["two seconds later, a level below what was refused", after(10, 100, "accepted", "refused", ...work(2)), 6],
  ["further refusals with nothing accepted say nothing new", after(10, 100, "accepted", 5, "refused"), 5],
  [
    "one after something was accepted does",
    after(10, 100, "accepted", "refused", "accepted", "refused"),
    2.5,
  ],
  ["time without requests is no growth", after(10, 100, "accepted", "refused", { seconds: 3600 }), 5.3],
])("%s", (_, rate, expected) => {
  expect(perSecond(rate)).toBeGreaterThan(expected - 0.01);
  expect(perSecond(rate)).toBeLessThan(expected + 0.1);
});

test("it grows slowly, and the faster the longer nothing is refused", () => {
  const growth = [0, 10, 30, 60, 120].map((seconds) => perSecond(after(20, "refused", ...work(seconds))));
  expect(growth.map((rate) => Math.round(rate * 100) / 100)).toEqual([0.85, 0.87, 0.96, 1.49, 5.37]);
});

test("a rate is never raised above the setting, nor lowered to nothing", () => {
  expect(perSecond(after(20, "refused", ...work(1_000)))).toBe(20);
  const hopeless = Array.from({ length: 200 }).flatMap((): Event[] => ["accepted", "refused"]);
  expect(perSecond(after(20, ...hopeless))).toBeGreaterThanOrEqual(0.2);
});

test("some requests may go at once at the start, one after a refusal", () => {
  expect([20, 2, 0.5, 1000].map((most) => burst(unknownRate(most)))).toEqual([2, 2, 1, 100]);
  expect(burst(after(20, "refused"))).toBe(1);
});

describe("the pause after a refusal", () => {
  /** The pauses of so many refusals in a row. */
  function pauses(count: number, retryAfterMs: number | undefined, random: () => number): number[] {
    let rate = after(20, 100, "accepted");
    return Array.from({ length: count }, () => {
      const refused = afterRefused(rate, retryAfterMs, random);
      rate = refused.rate;
      return Math.round(refused.pauseMs);
    });
  }

  test("doubles while nothing is accepted, up to half a minute", () => {
    expect(pauses(8, undefined, even)).toEqual([700, 1400, 2800, 5600, 11_200, 22_400, 30_000, 30_000]);
  });

  test("is different for each runner", () => {
    expect(pauses(1, undefined, () => 0)).toEqual([490]);
    expect(pauses(1, undefined, () => 1)).toEqual([910]);
  });

  test("is never shorter than the service has asked for, and spread after that", () => {
    expect(pauses(1, 60_000, () => 0)).toEqual([60_000]);
    expect(pauses(1, 60_000, () => 1)).toEqual([60_500]);
    expect(pauses(1, 0, even)).toEqual([700]);
  });
});
