import fc from "fast-check";
import { assign, fits, tellApart } from "./assign";
import type { Volume, VolumeSpec } from "./service";

const spec = fc.record(
  {
    type: fc.constantFrom("SSD", "GPSSD2"),
    size: fc.constantFrom(10, 20),
    iops: fc.constantFrom(3000, 4000),
    throughput: fc.constantFrom(125, 200),
    kmsId: fc.constantFrom("k1", "k2"),
  },
  { requiredKeys: ["type", "size"] },
) as fc.Arbitrary<VolumeSpec>;
const askers = fc
  .array(spec, { maxLength: 6 })
  .map((specs) => specs.map((one, index) => ({ asker: index, spec: one })));
const volumes = fc
  .array(spec, { maxLength: 7 })
  .map((specs) => specs.map((one, index): Volume => ({ ...one, volumeId: `v${index}` })));

test("nobody gets what does not fit, nobody gets two, and no volume goes twice", () => {
  fc.assert(
    fc.property(askers, volumes, (asked, there) => {
      const { given, unmet, ambiguous } = assign(asked, there);
      for (const [asker, volume] of given) {
        const wanted = asked[asker]?.spec;
        expect(wanted !== undefined && fits(wanted, volume)).toBe(true);
      }
      expect(new Set(given.map(([, { volumeId }]) => volumeId)).size).toBe(given.length);
      // Everybody is named once.
      const named = [...given.map(([asker]) => asker), ...unmet, ...ambiguous.flatMap((one) => one.askers)];
      expect(named.sort((a, b) => a - b)).toEqual(asked.map(({ asker }) => asker));
    }),
    { seed: 1, numRuns: 1000 },
  );
});

test("nothing is given where more fits than was asked for, or one could be for two", () => {
  fc.assert(
    fc.property(askers, volumes, (asked, there) => {
      for (const [, volume] of assign(asked, there).given) {
        const wanting = asked.filter((one) => fits(one.spec, volume));
        const first = wanting[0]?.spec ?? { type: "", size: 0 };
        expect(there.filter((other) => fits(first, other)).length).toBeLessThanOrEqual(wanting.length);
        expect(new Set(wanting.map((one) => JSON.stringify(Object.entries(one.spec).sort()))).size).toBe(1);
      }
    }),
    { seed: 2, numRuns: 1000 },
  );
});

test("whatever of ours shows in full can be told apart, if it was sent together", () => {
  fc.assert(
    fc.property(askers, (asked) => {
      const together = asked.filter(({ spec: one }, at) =>
        asked.slice(0, at).every((other) => tellApart(other.spec, one)),
      );
      // What the service shows at the least.
      const made = together.map(({ spec: { type, size } }, index): Volume => ({
        type,
        size,
        volumeId: `v${index}`,
      }));
      expect(assign(together, made)).toMatchObject({ unmet: [], ambiguous: [] });
    }),
    { seed: 3, numRuns: 1000 },
  );
});

test.each<[string, VolumeSpec, Partial<Volume>, boolean]>([
  ["the same", { type: "SSD", size: 20 }, { type: "SSD", size: 20 }, true],
  ["another type", { type: "SSD", size: 20 }, { type: "SAS", size: 20 }, false],
  ["another size", { type: "SSD", size: 20 }, { type: "SSD", size: 30 }, false],
  ["no type told", { type: "SSD", size: 20 }, { size: 20 }, false],
  ["speed not told", { type: "G", size: 20, iops: 1, throughput: 2 }, { type: "G", size: 20 }, true],
  ["another speed", { type: "G", size: 20, iops: 1, throughput: 2 }, { type: "G", size: 20, iops: 2 }, false],
  ["another key", { type: "G", size: 20, kmsId: "k" }, { type: "G", size: 20, kmsId: "l" }, false],
  ["a key nobody asked for", { type: "G", size: 20 }, { type: "G", size: 20, kmsId: "l" }, true],
])("a volume fits: %s", (_, wanted, told, expected) => {
  expect(fits(wanted, { volumeId: "v", ...told })).toBe(expected);
});
