import fc from "fast-check";
import { dialectNames } from "huaweicloud-workspace-emulator";
import { orderOf } from "../world/world";
import { worlds } from "./draw";
import { doings, faults } from "./faults";
import { faultNames } from "./features";

const sample = <T>(arbitrary: fc.Arbitrary<T>, size = 3_000) =>
  fc.sample(fc.noBias(arbitrary), { numRuns: size, seed: 1 });
const everything = { without: [], isHarshest: false, maxLagMs: 10_000 };

test("every fault of the emulator can be drawn", () => {
  const all = [faults(() => true), doings(() => true)].flatMap((arbitrary) =>
    arbitrary ? sample(arbitrary) : [],
  );

  expect([...new Set(all.map(({ fault }) => fault))].sort()).toEqual([...faultNames].sort());
});

test("a fault that is left out is not drawn, and without any there is nothing to draw", () => {
  const some = faults((name) => name !== "respond");

  expect(some && sample(some).filter(({ fault }) => fault === "respond")).toEqual([]);
  expect([faults(() => false), doings(() => false)]).toEqual([undefined, undefined]);
});

test("every dialect, the second actor and the second stack are there in some worlds and not in others", () => {
  const all = sample(worlds(everything), 300);
  const isMixed = (has: (world: (typeof all)[number]) => boolean) =>
    all.some(has) && all.some((world) => !has(world));

  expect(dialectNames.filter((name) => !isMixed(({ dialects }) => dialects.includes(name)))).toEqual([]);
  expect(isMixed(({ secondActor }) => secondActor !== undefined)).toBe(true);
  expect(isMixed(({ hasSecondStack }) => hasSecondStack)).toBe(true);
});

test("the harshest worlds have all of it", () => {
  const all = sample(worlds({ ...everything, isHarshest: true }), 100);

  expect(
    all.filter(({ secondActor, hasSecondStack }) => secondActor === undefined || !hasSecondStack),
  ).toEqual([]);
  expect(all.filter(({ dialects }) => dialects.length === dialectNames.length).length).toBeGreaterThan(25);
});

test("dialects are ordered besides the plain reading", () => {
  expect(orderOf(["absent-lists", "lagging-reads"])).toEqual([
    "no-official-job-words",
    "no-idle-is-empty",
    "lagging-reads",
  ]);
});
