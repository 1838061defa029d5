import fc from "fast-check";
import { backoff } from "./backoff";

test("doubles from the first up to the most", () => {
  const random = () => 1;
  expect([1, 2, 3, 6, 7, 8, 1000].map((attempt) => backoff(attempt, { random }))).toEqual([
    500, 1000, 2000, 16_000, 30_000, 30_000, 30_000,
  ]);
});

test("the last half of each wait is at random, at the ceiling too", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, at) => {
        const [least, most] = [0, 1].map((value) => backoff(attempt, { random: () => value }));
        expect(least).toBe(Math.round((most ?? 0) / 2));
        const ms = backoff(attempt, { random: () => at });
        expect(ms).toBeGreaterThanOrEqual(least ?? 0);
        expect(ms).toBeLessThanOrEqual(most ?? 0);
      },
    ),
  );
  expect(new Set(Array.from({ length: 20 }, () => backoff(50))).size).toBeGreaterThan(10);
});
