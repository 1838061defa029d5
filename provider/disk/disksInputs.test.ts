import { entryOf, validateDisks } from "./disksInputs";
import type { DiskInputs } from "./inputs";
import { UNKNOWN } from "./unknown";

const disk = { type: "SSD", size: 100 };
const validate = (raw: object) => validateDisks({ desktopId: "desk", ...raw });
const wrong = (raw: object) => validate(raw).map(({ property }) => property);

test.each<[string, object]>([
  ["no disks at all", {}],
  ["ten", Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`d${n}`, disk]))],
  ["names as every object has them", { constructor: disk, toString: disk, hasOwnProperty: disk }],
  ["names with dots and blanks", { "a.b": disk, "my disk": disk }],
  ["a disk not known yet", { data: UNKNOWN }],
  [
    "values not known yet",
    { data: { type: UNKNOWN, size: UNKNOWN, existingVolumeId: UNKNOWN, deletionProtection: false } },
  ],
  [
    "nulls, which say nothing",
    { data: { ...disk, iops: null, existingVolumeId: null, deletionProtection: null } },
  ],
])("%s pass", (_what, disks) => {
  expect(validate({ disks })).toEqual([]);
});

test("disks that are not known yet pass", () => {
  expect(validate({ disks: UNKNOWN })).toEqual([]);
});

test.each<[string, object, string[]]>([
  ["no map of disks", {}, ["disks"]],
  ["a list", { disks: [disk] }, ["disks"]],
  ["a text", { disks: "data" }, ["disks"]],
  ["eleven", { disks: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`d${n}`, disk])) }, ["disks"]],
  ["an empty name", { disks: { " ": disk } }, ["disks"]],
  [
    "a name that no object can keep",
    { disks: JSON.parse('{"__proto__": {"type": "SSD", "size": 100}}') as object },
    ["disks"],
  ],
  ["a disk of null, which is neither there nor gone", { disks: { data: null } }, ["disks.data"]],
  ["a disk that is a number", { disks: { data: 100 } }, ["disks.data"]],
  [
    "bad values of a disk",
    { disks: { data: { size: 15 }, good: disk } },
    ["disks.data.type", "disks.data.size"],
  ],
  [
    "a flag for all that is none",
    { disks: {}, deletionProtection: "yes", allowReplace: 0 },
    ["deletionProtection", "allowReplace"],
  ],
  ["no desktop", { desktopId: "", disks: {} }, ["desktopId"]],
  [
    "a take-over that does not say what a delete may do",
    { disks: { data: { ...disk, existingVolumeId: "v" } } },
    ["disks.data.deletionProtection"],
  ],
  [
    "a null that would hide what is said for all",
    {
      deletionProtection: null,
      disks: { data: { ...disk, existingVolumeId: "v", deletionProtection: null } },
    },
    ["disks.data.deletionProtection"],
  ],
  [
    "one disk taken over by two names",
    {
      deletionProtection: true,
      disks: { a: { ...disk, existingVolumeId: "v" }, b: { ...disk, existingVolumeId: "v" } },
    },
    ["disks.b.existingVolumeId"],
  ],
])("%s is refused by name", (_what, raw, properties) => {
  expect(wrong(raw)).toEqual(properties);
});

test("what is said for all disks is enough for a take-over", () => {
  expect(wrong({ deletionProtection: false, disks: { data: { ...disk, existingVolumeId: "v" } } })).toEqual(
    [],
  );
});

describe("what is said for all disks", () => {
  const all = { deletionProtection: true, allowReplace: true };

  test("counts where the disk says nothing", () => {
    expect(entryOf(all, disk)).toEqual({ ...disk, ...all });
  });

  test("does not where it says something", () => {
    const own = { ...disk, deletionProtection: false, allowReplace: false };
    expect(entryOf(all, own)).toEqual(own);
  });

  test("is not hidden by a null or undefined, so that no disk loses its protection", () => {
    const nothing = { ...disk, deletionProtection: null, allowReplace: undefined } as unknown as DiskInputs;
    expect(entryOf(all, nothing)).toEqual({ ...disk, ...all });
  });
});
