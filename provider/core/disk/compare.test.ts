import { compareDisk, type DiskChange, type OldDisk } from "./compare";
import type { DiskInputs } from "./inputs";
import { UNKNOWN } from "../host";
import { plannedOne } from "./testing/sets";

const disk = { type: "SSD", size: 100 };
const made = { ...disk, volumeId: "v", ownershipId: "o" };
const fast = { type: "GPSSD2", size: 100, iops: 3000, throughput: 125 };
const fastMade = { ...fast, volumeId: "v" };

const change = (old: OldDisk, wanted: Partial<DiskInputs>) => compareDisk(old, { ...disk, ...wanted });
const refused = ({ refusals }: DiskChange) => refusals.map(({ property, code }) => `${property} ${code}`);

describe("in place", () => {
  test.each<[string, OldDisk, Partial<DiskInputs>, Partial<DiskChange>]>([
    ["nothing", made, {}, {}],
    ["growing", made, { size: 110 }, { grow: 110 }],
    ["growing to a size that is not known yet", made, { size: UNKNOWN }, { grow: UNKNOWN }],
    [
      "more iops take the throughput along",
      fastMade,
      { ...fast, iops: 4000 },
      { qos: { iops: 4000, throughput: 125 } },
    ],
    ["less throughput", fastMade, { ...fast, throughput: 100 }, { qos: { iops: 3000, throughput: 100 } }],
    [
      "growing and a new speed",
      fastMade,
      { ...fast, size: 200, iops: 4000 },
      { grow: 200, qos: { iops: 4000, throughput: 125 } },
    ],
    ["protecting", made, { deletionProtection: true }, { record: true }],
    ["taking protection away", { ...made, deletionProtection: true }, {}, { record: true }],
    ["saying a policy", made, { deletionPolicy: "retain" }, { record: true }],
    ["another policy", { ...made, deletionPolicy: "retain" }, { deletionPolicy: "delete" }, { record: true }],
    ["allowing replacement", made, { allowReplace: true }, { record: true }],
    ["saying false where nothing was said", made, { deletionProtection: false, allowReplace: false }, {}],
    ["naming the disk that is held", made, { existingVolumeId: "v" }, {}],
    ["naming a disk that is not known yet", made, { existingVolumeId: UNKNOWN }, {}],
    ["no longer naming the disk that was adopted", { ...disk, existingVolumeId: "v" }, {}, {}],
    ["naming the key in force", { ...made, kmsId: "k" }, { kmsId: "k" }, {}],
    ["no longer naming the key", { ...made, kmsId: "k" }, {}, {}],
    ["a key that is not known yet", { ...made, kmsId: "k" }, { kmsId: UNKNOWN }, { record: true }],
    ["a type that is not known yet", made, { type: UNKNOWN }, { record: true }],
    ["what the service did not report", { volumeId: "v" }, fast, {}],
    ["by old inputs alone, a key that is new may be the one in force", disk, { kmsId: "k" }, {}],
    ["by old inputs alone, a smaller size may be the true one", { ...disk, size: 200 }, {}, {}],
  ])("%s", (_what, old, wanted, expected) => {
    expect(change(old, wanted)).toEqual({ refusals: [], replaces: [], record: false, ...expected });
  });
});

describe("not in place", () => {
  test.each<[string, OldDisk, Partial<DiskInputs>, string]>([
    ["another type", made, { type: "SAS" }, "type"],
    ["another key", { ...made, kmsId: "k" }, { kmsId: "other" }, "kmsId"],
    ["a key for a disk that was made without one", made, { kmsId: "k" }, "kmsId"],
  ])(
    "%s is refused, or replaces with allowReplace, but never a protected disk",
    (_what, old, wanted, property) => {
      expect(refused(change(old, wanted))).toEqual([`${property} HWD1103`]);
      expect(change(old, { ...wanted, allowReplace: true })).toMatchObject({
        refusals: [],
        replaces: [{ property, maybe: false }],
      });
      // Not known yet: decided when it is.
      expect(change(old, { ...wanted, allowReplace: UNKNOWN }).refusals).toEqual([]);
      const allowed = { ...wanted, allowReplace: true };
      for (const one of [
        change({ ...old, deletionProtection: true }, { ...allowed, deletionProtection: true }),
        // To take protection away in the same run is no way around it.
        change({ ...old, deletionProtection: true }, allowed),
        change(old, { ...allowed, deletionProtection: true }),
      ]) {
        expect(refused(one)).toEqual([`${property} HWD1105`]);
        expect(one.replaces).toEqual([]);
      }
    },
  );

  test("a protected disk is refused by where it is protected, with both runs that it takes to replace it", () => {
    const protecting = { deletionProtection: true };
    const reasonOf = (one: DiskChange) => one.refusals[0]?.reason;
    const [inState, inProgram] = [
      change({ ...made, ...protecting }, { type: "SAS", deletionProtection: false, allowReplace: true }),
      change(made, { type: "SAS", ...protecting }),
    ].map(reasonOf);
    expect(inState).toMatch(
      /deletionProtection: true in state forbids.* To keep the disk, set type: "SSD"\. To replace it all the same, first do that, set deletionProtection: false and run "pulumi up"; then set type: "SAS" and allowReplace: true, and run/,
    );
    expect(inProgram).toContain("deletionProtection: true forbids");
  });

  test.each([false, true])("shrinking is refused, with allowReplace %p", (allowReplace) => {
    const { refusals, grow } = change(made, { size: 90, allowReplace });
    expect(refusals).toEqual([
      expect.objectContaining({
        property: "size",
        reason: expect.stringMatching(
          /^would change from 100 GB \(in state\) to 90 GB \(program\): a disk cannot shrink/,
        ) as unknown,
      }),
    ]);
    expect(grow).toBeUndefined();
  });

  test("another disk to adopt is refused, also with allowReplace", () => {
    for (const old of [made, { ...disk, existingVolumeId: "v" }]) {
      expect(refused(change(old, { existingVolumeId: "w", allowReplace: true }))).toEqual([
        "existingVolumeId HWD1107",
      ]);
    }
  });

  test("a refusal has the old and the new value", () => {
    const [refusal] = change({ ...made, kmsId: "k" }, { kmsId: "other" }).refusals;
    expect(refusal?.reason).toContain('would change from "k" (in state) to "other"');
    expect(change(made, { kmsId: "k" }).refusals[0]?.reason).toContain(
      'would change from none (in state) to "k"',
    );
  });
});

describe("of an attachment, the engine replaces", () => {
  test("with a line of what becomes of the data", () => {
    const { plan, lines } = plannedOne({}, { ...disk, type: "SAS", allowReplace: true });
    expect(plan.replaces).toEqual(["type"]);
    expect(lines).toEqual(["- disk v is DELETED with its data, to be replaced"]);
  });

  test("also where the new value is not known yet: a preview must not announce less than the run may do", () => {
    for (const allowReplace of [true, UNKNOWN] as const) {
      expect(plannedOne({}, { ...disk, type: UNKNOWN, allowReplace }).plan.replaces).toEqual(["type"]);
    }
    expect(plannedOne({}, { ...disk, type: UNKNOWN }).plan).toMatchObject({ replaces: [], record: true });
    const kept = { ...disk, type: UNKNOWN, allowReplace: true } as const;
    expect(plannedOne({ deletionProtection: true }, kept).plan).toMatchObject({ replaces: [], refusals: [] });
  });

  test("a retained disk stays on the desktop", () => {
    const { lines } = plannedOne({ deletionPolicy: "retain" }, { ...disk, type: "SAS", allowReplace: true });
    expect(lines).toEqual(["- disk v stays on the desktop and is no longer managed, to be replaced"]);
  });

  test("growing has no line of its own", () => {
    expect(plannedOne({}, { ...disk, size: 200 })).toMatchObject({
      lines: [],
      plan: { steps: [{ is: "keep", grow: 200 }] },
    });
  });
});
