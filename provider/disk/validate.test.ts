import { UNKNOWN } from "./unknown";
import { validateDesktop, validateDisk } from "./validate";

const disk = { type: "SSD", size: 100 };
const fast = { type: "GPSSD2", size: 100, iops: 3000, throughput: 125 };

/** The properties that are complained of. */
const wrong = (raw: Record<string, unknown>) => validateDisk(raw).map(({ property }) => property);
const reason = (raw: Record<string, unknown>) =>
  validateDisk(raw)
    .map((problem) => `${problem.property} ${problem.reason}`)
    .join("; ");

describe("a disk", () => {
  test.each([
    ["a plain one", disk],
    ["the smallest size", { ...disk, size: 10 }],
    ["a size that only the service can judge", { ...disk, size: 1_000_000 }],
    ["a fast one", fast],
    ["a type that is not known yet to this version", { ...disk, type: "NEWSSD" }],
    ["a key of 255 characters", { ...disk, kmsId: "k".repeat(255) }],
    ["a protected one", { ...disk, deletionProtection: true, allowReplace: false }],
    ["one to take over", { ...disk, existingVolumeId: "v", deletionProtection: false }],
    ["what is not given, as the engine may hand it over", { ...disk, iops: null, kmsId: undefined }],
  ])("%s passes", (_what, raw) => {
    expect(validateDisk(raw)).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, string[]]>([
    ["no type", { size: 100 }, ["type"]],
    ["an empty type", { ...disk, type: " " }, ["type"]],
    ["a type in small letters", { ...disk, type: "ssd" }, ["type"]],
    ["a type that is a number", { ...disk, type: 1 }, ["type"]],
    ["no size", { type: "SSD" }, ["size"]],
    ["a size of null", { type: "SSD", size: null }, ["size"]],
    ["15 GB", { ...disk, size: 15 }, ["size"]],
    ["no GB", { ...disk, size: 0 }, ["size"]],
    ["less than no GB", { ...disk, size: -10 }, ["size"]],
    ["half GB", { ...disk, size: 10.5 }, ["size"]],
    ["a size as text", { ...disk, size: "100" }, ["size"]],
    ["a size that is no number", { ...disk, size: NaN }, ["size"]],
    ["a size without end", { ...disk, size: Infinity }, ["size"]],
    ["speed for another type", { ...disk, iops: 3000, throughput: 125 }, ["iops", "throughput"]],
    ["a fast disk without speed", { type: "GPSSD2", size: 100 }, ["iops", "throughput"]],
    ["a fast disk without throughput", { ...fast, throughput: undefined }, ["throughput"]],
    ["a fast disk without iops", { ...fast, iops: null }, ["iops"]],
    ["iops of 0", { ...fast, iops: 0 }, ["iops"]],
    ["half a MiB/s", { ...fast, throughput: 0.5 }, ["throughput"]],
    ["an empty key", { ...disk, kmsId: "" }, ["kmsId"]],
    ["a key of 256 characters", { ...disk, kmsId: "k".repeat(256) }, ["kmsId"]],
    [
      "a taken over disk of 256 characters",
      { ...disk, existingVolumeId: "v".repeat(256), deletionProtection: true },
      ["existingVolumeId"],
    ],
    [
      "a taken over disk with a slash",
      { ...disk, existingVolumeId: "d/v", deletionProtection: true },
      ["existingVolumeId"],
    ],
    [
      "a take-over that does not say what a delete may do",
      { ...disk, existingVolumeId: "v" },
      ["deletionProtection"],
    ],
    [
      "flags as text",
      { ...disk, deletionProtection: "no", allowReplace: 1 },
      ["deletionProtection", "allowReplace"],
    ],
    ["everything at once", {}, ["type", "size"]],
  ])("%s is refused by name", (_what, raw, properties) => {
    expect(wrong(raw)).toEqual(properties);
  });

  test.each([
    "type",
    "size",
    "iops",
    "throughput",
    "kmsId",
    "existingVolumeId",
    "deletionProtection",
    "allowReplace",
  ])("%s that is not known yet passes", (property) => {
    const raw = { ...fast, existingVolumeId: "v", deletionProtection: true, [property]: UNKNOWN };
    expect(validateDisk(raw)).toEqual([]);
  });

  test("a reason says what is there and what to give instead", () => {
    expect(reason({ ...disk, size: 15 })).toMatch(/^size is 15; give .* multiple of 10/);
    expect(reason({ ...disk, size: NaN })).toMatch(/^size is NaN; /);
    expect(reason({ ...disk, type: "gpssd" })).toBe('type is "gpssd"; the service writes it GPSSD');
    expect(reason({ ...disk, iops: 3000 })).toMatch(/^iops .*GPSSD2 only; this disk is SSD/);
  });

  test("the path stands before each property", () => {
    expect(validateDisk({}, "disks.data.").map(({ property }) => property)).toEqual([
      "disks.data.type",
      "disks.data.size",
    ]);
  });
});

describe("what belongs to the desktop", () => {
  const desktop = (raw: Record<string, unknown>) =>
    validateDesktop({ desktopId: "desk", ...raw }).map(({ property }) => property);

  test.each<[string, Record<string, unknown>]>([
    ["an id of 255 characters", { desktopId: "d".repeat(255) }],
    ["an id that is not known yet", { desktopId: UNKNOWN }],
    ["time-outs", { timeouts: { create: "90s", update: "1h30m", delete: "1.5h" } }],
    ["a time-out that is not known yet", { timeouts: { create: UNKNOWN } }],
    ["time-outs that are not known yet", { timeouts: UNKNOWN }],
    [
      "a place",
      { region: "r", projectId: "p", endpoint: "https://e", iamEndpoint: "https://i", profile: "me" },
    ],
  ])("%s passes", (_what, raw) => {
    expect(desktop(raw)).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, string[]]>([
    ["no id", { desktopId: undefined }, ["desktopId"]],
    ["an empty id", { desktopId: "" }, ["desktopId"]],
    ["an id of blanks", { desktopId: "  " }, ["desktopId"]],
    ["an id of 256 characters", { desktopId: "d".repeat(256) }, ["desktopId"]],
    ["an id with a slash", { desktopId: "a/b" }, ["desktopId"]],
    ["a way up instead of an id", { desktopId: ".." }, ["desktopId"]],
    ["an id that is a number", { desktopId: 7 }, ["desktopId"]],
    ["an empty region", { region: "" }, ["region"]],
    ["a project that is a number", { projectId: 7 }, ["projectId"]],
    ["an empty enterprise project", { enterpriseProjectId: "" }, ["enterpriseProjectId"]],
    ["a time-out without a unit", { timeouts: { delete: "30" } }, ["customTimeouts.delete"]],
    ["a time-out of nothing", { timeouts: { create: "0s" } }, ["customTimeouts.create"]],
    ["a time-out that is a number", { timeouts: { update: 30 } }, ["customTimeouts.update"]],
    [
      "two bad time-outs",
      { timeouts: { create: "", delete: "-5m" } },
      ["customTimeouts.create", "customTimeouts.delete"],
    ],
  ])("%s is refused by name", (_what, raw, properties) => {
    expect(desktop(raw)).toEqual(properties);
  });
});
