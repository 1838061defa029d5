import type { AttachmentInputs, DiskInputs } from "./inputs";
import { hasChanges, type Plan, planDisk, planPlace, refuseReplacement } from "./plan";
import { UNKNOWN } from "./unknown";

const disk = { type: "SSD", size: 100 };
const made = { ...disk, volumeId: "v" };
const fast = { type: "GPSSD2", size: 100, iops: 3000, throughput: 125 };
const unknown = UNKNOWN as never;

type Old = Partial<DiskInputs> & { volumeId?: string };

/** What a change of these values comes to, as `diff` sees it. */
function change(old: Old, wanted: Partial<DiskInputs>): Plan {
  const all = { ...disk, ...wanted };
  const plan = planDisk(old, all);
  refuseReplacement(plan, old, all);
  return plan;
}
const refused = (plan: Plan) => plan.refusals.map(({ property }) => property);

describe("in place", () => {
  test.each<[string, Old, Partial<DiskInputs>, Partial<Plan>]>([
    ["nothing", made, {}, {}],
    ["growing", made, { size: 110 }, { grow: 110 }],
    ["growing to a size not known yet", made, { size: unknown }, { grow: unknown }],
    [
      "more iops alone takes the throughput along",
      { ...fast, volumeId: "v" },
      { ...fast, iops: 4000 },
      { qos: { iops: 4000, throughput: 125 } },
    ],
    [
      "less throughput",
      { ...fast, volumeId: "v" },
      { ...fast, throughput: 100 },
      { qos: { iops: 3000, throughput: 100 } },
    ],
    [
      "growing and getting faster",
      { ...fast, volumeId: "v" },
      { ...fast, size: 200, iops: 4000 },
      { grow: 200, qos: { iops: 4000, throughput: 125 } },
    ],
    ["protecting", made, { deletionProtection: true }, { record: true }],
    ["taking protection away", { ...made, deletionProtection: true }, {}, { record: true }],
    ["allowing replacement", made, { allowReplace: true }, { record: true }],
    ["saying false where nothing was said", made, { deletionProtection: false, allowReplace: false }, {}],
    ["naming the disk that is held", made, { existingVolumeId: "v" }, {}],
    ["naming a disk that is not known yet", made, { existingVolumeId: unknown }, {}],
    ["no longer naming the disk that was taken over", { ...disk, existingVolumeId: "v" }, {}, {}],
    ["naming the key in force", { ...made, kmsId: "k" }, { kmsId: "k" }, {}],
    ["no longer naming the key", { ...made, kmsId: "k" }, {}, {}],
    ["a key that is not known yet", { ...made, kmsId: "k" }, { kmsId: unknown }, { record: true }],
    ["a type that is not known yet", made, { type: unknown }, { record: true }],
    ["what the service did not tell", { volumeId: "v" }, fast, {}],
  ])("%s", (_what, old, wanted, plan) => {
    expect(change(old, wanted)).toEqual({ refusals: [], replaces: [], record: false, ...plan });
  });

  test("a plan without anything is no change, one with anything is", () => {
    const none: Plan = { refusals: [], replaces: [], record: false };
    expect(hasChanges(none)).toBe(false);
    for (const more of [
      { record: true },
      { replaces: ["type"] },
      { grow: 20 },
      { qos: { iops: 1, throughput: 1 } },
    ]) {
      expect(hasChanges({ ...none, ...more })).toBe(true);
    }
  });
});

describe("not in place", () => {
  test.each<[string, Old, Partial<DiskInputs>, string]>([
    ["another type", made, { type: "SAS" }, "type"],
    ["another key", { ...made, kmsId: "k" }, { kmsId: "other" }, "kmsId"],
    ["a key for a disk that was made without one", made, { kmsId: "k" }, "kmsId"],
  ])(
    "%s is refused, or with allowReplace replaces the disk, but never one that is protected",
    (_what, old, wanted, property) => {
      expect(refused(change(old, wanted))).toEqual([property]);
      expect(change(old, { ...wanted, allowReplace: true })).toMatchObject({
        refusals: [],
        replaces: [property],
      });
      // Not known yet: asked again when it is.
      expect(change(old, { ...wanted, allowReplace: unknown }).refusals).toEqual([]);

      const allowed = { ...wanted, allowReplace: true };
      for (const plan of [
        change({ ...old, deletionProtection: true }, { ...allowed, deletionProtection: true }),
        // Neither is taking it away in the same run a way around it.
        change({ ...old, deletionProtection: true }, allowed),
        change(old, { ...allowed, deletionProtection: true }),
      ]) {
        expect(plan.refusals).toEqual([
          { property, reason: expect.stringContaining("deletionProtection forbids") as unknown },
        ]);
      }
    },
  );

  test("by the old inputs alone, a key that is new may be the one in force", () => {
    expect(change(disk, { kmsId: "k" })).toEqual({ refusals: [], replaces: [], record: false });
  });

  test.each([false, true])("shrinking is refused, with allowReplace %p", (allowReplace) => {
    const { refusals, grow } = change(made, { size: 90, allowReplace });
    expect(refusals).toEqual([
      { property: "size", reason: expect.stringMatching(/cannot shrink from 100 GB to 90 GB/) as unknown },
    ]);
    expect(grow).toBeUndefined();
  });

  test("by the inputs of a growth that may have failed, going back is not refused", () => {
    expect(change({ ...disk, size: 200 }, { size: 100 })).toEqual({
      refusals: [],
      replaces: [],
      record: false,
    });
  });

  test("another disk to take over is refused, also with allowReplace", () => {
    for (const old of [made, { ...disk, existingVolumeId: "v" }]) {
      expect(refused(change(old, { existingVolumeId: "w", allowReplace: true }))).toEqual([
        "existingVolumeId",
      ]);
    }
  });

  test("a replacement that would take over the disk it deletes is refused", () => {
    const { refusals } = change(made, { type: "SAS", allowReplace: true, existingVolumeId: "v" });
    expect(refusals).toEqual([
      { property: "type", reason: expect.stringContaining("Remove existingVolumeId") as unknown },
    ]);
  });
});

describe("what belongs to the desktop", () => {
  const old = { desktopId: "desk-1", region: "r", projectId: "p", endpoint: "https://e" };
  function place(wanted: Partial<AttachmentInputs>, effective = {}, before: object = old): Plan {
    const plan: Plan = { refusals: [], replaces: [], record: false };
    planPlace(plan, before, { desktopId: "desk-1", ...wanted }, effective);
    return plan;
  }

  test.each<[string, Partial<AttachmentInputs>, object, Partial<Plan>]>([
    ["nothing", {}, {}, {}],
    ["what is in force anyway", {}, { region: "r", projectId: "p", endpoint: "https://e" }, {}],
    ["another desktop", { desktopId: "desk-2" }, {}, { replaces: ["desktopId"] }],
    [
      "another region and project",
      {},
      { region: "s", projectId: "q" },
      { replaces: ["region", "projectId"] },
    ],
    ["another way there", {}, { endpoint: "https://f" }, { record: true }],
    ["another account", { profile: "me" }, {}, { record: true }],
    ["another IAM", { iamEndpoint: "https://i" }, {}, { record: true }],
    ["other time-outs", { timeouts: { create: "1h" } }, {}, { record: true }],
    ["a desktop not known yet", { desktopId: UNKNOWN }, {}, { record: true }],
    ["a region not known yet", {}, { region: UNKNOWN }, { record: true }],
  ])("%s", (_what, wanted, effective, plan) => {
    expect(place(wanted, effective)).toEqual({ refusals: [], replaces: [], record: false, ...plan });
  });

  test("the same desktop in other letters is refused: its disk would make way for a new one beside it", () => {
    const plan = place({ desktopId: "DESK-1" });
    refuseReplacement(plan, {}, { allowReplace: true });
    expect(plan.refusals).toEqual([
      { property: "desktopId", reason: expect.stringContaining("write it as it was") as unknown },
    ]);
  });
});
