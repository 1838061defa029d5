import { seededRandom, shuffled } from "./random";

test("the same seed gives the same numbers, another one others", () => {
  const numbers = (seed: number): number[] => Array.from({ length: 5 }, seededRandom(seed));
  expect(numbers(1)).toEqual(numbers(1));
  expect(numbers(1)).not.toEqual(numbers(2));
});

test("numbers are spread from 0 to 1", () => {
  const random = seededRandom(7);
  const numbers = Array.from({ length: 1000 }, random);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  const average = numbers.reduce((sum, number) => sum + number, 0) / 1000;
  expect(average).toBeCloseTo(0.5, 1);
});

test("shuffling keeps what is there, and the original", () => {
  const items = [1, 2, 3, 4, 5, 6, 7, 8];
  const result = shuffled(items, seededRandom(1));
  expect(result).not.toEqual(items);
  expect([...result].sort()).toEqual(items);
  expect(items[0]).toBe(1);
});
