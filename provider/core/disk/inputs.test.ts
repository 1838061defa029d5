import { attachmentCodec, setCodec } from "./codecs";
import { type Properties, UNKNOWN } from "../host";
import { type Refusal, validateAttachment, validateSet } from "./inputs";

const disk = { type: "SSD", size: 100 };
const fast = { type: "GPSSD2", size: 100, iops: 3000, throughput: 125 };
const text = (problems: readonly Refusal[]) =>
  problems.map(({ property, reason, code }) => `${property}: ${reason} ${code}`);
const names = (problems: readonly Refusal[]) => problems.map(({ property }) => property);
const attachment = (raw: Properties) => validateAttachment({ desktopId: "desk", ...raw });
const set = (raw: Properties) => validateSet({ desktopId: "desk", ...raw });
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`d${n}`, disk]));

describe("an attachment", () => {
  test.each<[string, Properties]>([
    ["a plain one", disk],
    ["the smallest size", { ...disk, size: 10 }],
    ["a size that only the service can judge", { ...disk, size: 32_760 }],
    ["a fast one", fast],
    ["a type that this version does not know", { ...disk, type: "NEWSSD" }],
    ["a key of 255 characters", { ...disk, kmsId: "k".repeat(255) }],
    ["a protected one", { ...disk, deletionProtection: true, allowReplace: false }],
    ["a policy", { ...disk, deletionPolicy: "retain" }],
    ["one to adopt, with protection", { ...disk, existingVolumeId: "v", deletionProtection: false }],
    ["one to adopt, with a policy", { ...disk, existingVolumeId: "v", deletionPolicy: "delete" }],
    ["what is not given, as the engine may hand it over", { ...disk, iops: null, kmsId: undefined }],
    ["an id of 255 characters", { ...disk, desktopId: "d".repeat(255) }],
    [
      "a place",
      {
        ...disk,
        region: "r",
        projectId: "p",
        endpoint: "https://e",
        iamEndpoint: "https://i",
        profile: "me",
      },
    ],
  ])("%s passes", (_what, raw) => {
    expect(attachment(raw)).toEqual([]);
  });

  test.each<[string, Properties, string[]]>([
    ["no desktop", { ...disk, desktopId: undefined }, ["desktopId"]],
    ["a desktop id that begins with a blank", { ...disk, desktopId: " desk" }, ["desktopId"]],
    ["a type that ends with a line break", { ...disk, type: "SSD\n" }, ["type"]],
    ["a key with a control character", { ...disk, kmsId: "k\u001b[31m" }, ["kmsId"]],
    ["an id with a character that does not show", { ...disk, desktopId: "de\u200bsk" }, ["desktopId"]],
    ["an empty desktop id", { ...disk, desktopId: " " }, ["desktopId"]],
    ["a desktop id of 256 characters", { ...disk, desktopId: "d".repeat(256) }, ["desktopId"]],
    ["a desktop id with a slash", { ...disk, desktopId: "a/b" }, ["desktopId"]],
    ["a way up instead of an id", { ...disk, desktopId: ".." }, ["desktopId"]],
    ["a desktop id that is a number", { ...disk, desktopId: 7 }, ["desktopId"]],
    ["an empty region", { ...disk, region: "" }, ["region"]],
    ["a project that is a number", { ...disk, projectId: 7 }, ["projectId"]],
    ["an empty enterprise project", { ...disk, enterpriseProjectId: "" }, ["enterpriseProjectId"]],
    ["no type", { size: 100 }, ["type"]],
    ["an empty type", { ...disk, type: " " }, ["type"]],
    ["a type in small letters", { ...disk, type: "ssd" }, ["type"]],
    ["a type that is a number", { ...disk, type: 1 }, ["type"]],
    ["no size", { type: "SSD" }, ["size"]],
    ["a size of null", { type: "SSD", size: null }, ["size"]],
    ["15 GB", { ...disk, size: 15 }, ["size"]],
    ["0 GB", { ...disk, size: 0 }, ["size"]],
    ["less than 0 GB", { ...disk, size: -10 }, ["size"]],
    ["half a GB", { ...disk, size: 10.5 }, ["size"]],
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
    [
      "an adopted disk with a slash",
      { ...disk, existingVolumeId: "d/v", deletionProtection: true },
      ["existingVolumeId"],
    ],
    [
      "an adoption that does not say what a delete may do",
      { ...disk, existingVolumeId: "v" },
      ["deletionProtection"],
    ],
    [
      "flags as text",
      { ...disk, deletionProtection: "no", allowReplace: 1 },
      ["deletionProtection", "allowReplace"],
    ],
    ["a policy of another word", { ...disk, deletionPolicy: "keep" }, ["deletionPolicy"]],
    ["everything at once", { desktopId: undefined }, ["desktopId", "type", "size"]],
    ["a misspelled input", { ...disk, deletionprotection: true }, ["deletionprotection"]],
  ])("%s is refused by name", (_what, raw, properties) => {
    expect(names(attachment(raw))).toEqual(properties);
  });

  test.each([
    "desktopId",
    "type",
    "size",
    "iops",
    "throughput",
    "kmsId",
    "existingVolumeId",
    "deletionProtection",
    "deletionPolicy",
    "allowReplace",
    "region",
  ])("%s that is not known yet passes", (property) => {
    const raw = { ...fast, existingVolumeId: "v", deletionProtection: true, [property]: UNKNOWN };
    expect(attachment(raw)).toEqual([]);
  });

  test.each<[Properties, string]>([
    [
      { size: 15 },
      "size: is 15; give a number of GB that is a multiple of 10, from 10 to 32760, such as 100 HWD1101",
    ],
    [{ size: 102_400 }, "size: is 102400; sizes are in GB: give a number of GB"],
    [{ size: 107_374_182_400 }, "size: is 107374182400; sizes are in GB: give"],
    [{ size: "100" }, 'size: is the text "100"; write the number 100, without quotes HWD1101'],
    [{ size: NaN }, "size: is NaN; give a number of GB"],
    [{ size: { a: disk } }, "size: is a map; give"],
    [{ type: "gpssd" }, 'type: is "gpssd"; the service writes it GPSSD HWD1101'],
    [{ iops: 3000 }, "iops: can be set for type GPSSD2 only, and this disk is SSD; remove it HWD1101"],
    [
      { deletionprotection: true },
      "deletionprotection: is not an input of DataDiskAttachment; did you mean deletionProtection? HWD1102",
    ],
    [{ volumeType: "SSD" }, "volumeType: is not an input of DataDiskAttachment; did you mean type? HWD1102"],
    [{ sizeGb: 100 }, "sizeGb: is not an input of DataDiskAttachment; did you mean size? HWD1102"],
    [{ colour: "red" }, "colour: is not an input of DataDiskAttachment; it has desktopId, "],
    [
      { protect: true },
      "protect: is a resource option and not an input of DataDiskAttachment: give it with the options, in Node the third argument, or use deletionProtection: true HWD1102",
    ],
    [{ retainOnDelete: true }, 'third argument, or use deletionPolicy: "retain" HWD1102'],
    [{ dependsOn: [] }, "in Node the third argument HWD1102"],
    [
      { existingVolumeId: "v" },
      "deletionProtection: must be set (true or false) together with existingVolumeId, or deletionPolicy must",
    ],
    [{ volumeId: "v" }, "volumeId: is an output and not an input of DataDiskAttachment; remove it HWD1102"],
  ])("%j: the reason says what is there and what to give instead", (raw, reason) => {
    expect(text(attachment({ ...disk, ...raw })).join("; ")).toContain(reason);
  });

  test("names that come near no known one share one list of those", () => {
    const reasons = attachment({ ...disk, colour: "red", weight: 3 }).map(({ reason }) => reason);
    expect(reasons.map((reason) => reason.includes("it has"))).toEqual([true, false]);
  });

  test("what does not show is never shown raw", () => {
    const said = [
      ...text(attachment({ ...disk, desktopId: "a\u009b\u202eb", type: "SSD\n" })),
      ...text(set({ disks: { "a\n\u001b\u009b": disk } })),
    ].join();
    expect(said).toMatch(
      /desktopId: .*a\\u009b\\u202eb.*type: .*SSD\\u000a.*disks: .*a\\u000a\\u001b\\u009b/,
    );
    expect(said).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test("a wrong value is shown cut, so that the reason stays readable", () => {
    expect(text(attachment({ ...disk, size: "x".repeat(500) })).join("").length).toBeLessThan(250);
  });
});

describe("a set", () => {
  test.each<[string, unknown]>([
    ["no disks", {}],
    ["ten", many(10)],
    ["names as every object has them", { constructor: disk, toString: disk, hasOwnProperty: disk }],
    ["names with dots and blanks", { "a.b": disk, "my disk": disk }],
    ["a disk that is not known yet", { data: UNKNOWN }],
    ["disks that are not known yet", UNKNOWN],
    [
      "values that are not known yet",
      { data: { type: UNKNOWN, size: UNKNOWN, existingVolumeId: UNKNOWN, deletionProtection: false } },
    ],
    [
      "nulls, which say nothing",
      { data: { ...disk, iops: null, existingVolumeId: null, deletionProtection: null } },
    ],
  ])("%s pass", (_what, disks) => {
    expect(set({ disks })).toEqual([]);
  });

  test.each<[string, Properties, string[]]>([
    ["no map of disks", {}, ["disks"]],
    ["a list", { disks: [disk] }, ["disks"]],
    ["a text", { disks: "data" }, ["disks"]],
    ["eleven", { disks: many(11) }, ["disks"]],
    ["an empty name", { disks: { " ": disk } }, ["disks"]],
    ["a name with a line break and a control character", { disks: { "a\n\u001b[31m": disk } }, ["disks"]],
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
    ["a misspelled input of a disk", { disks: { data: { ...disk, sise: 10 } } }, ["disks.data.sise"]],
    [
      "an input of the set in a disk",
      { disks: { data: { ...disk, desktopId: "d" } } },
      ["disks.data.desktopId"],
    ],
    ["an input of a disk beside the disks", { disks: {}, size: 10 }, ["size"]],
    [
      "flags for all that are none",
      { disks: {}, deletionProtection: "yes", allowReplace: 0 },
      ["deletionProtection", "allowReplace"],
    ],
    [
      "an adoption that does not say what a delete may do",
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
      "one disk adopted by two names",
      {
        deletionProtection: true,
        disks: { a: { ...disk, existingVolumeId: "v" }, b: { ...disk, existingVolumeId: "v" } },
      },
      ["disks.b.existingVolumeId"],
    ],
  ])("%s is refused by name", (_what, raw, properties) => {
    expect(names(set(raw))).toEqual(properties);
  });

  test("what is said for all disks is enough for an adoption", () => {
    const disks = { data: { ...disk, existingVolumeId: "v" } };
    expect(set({ deletionProtection: false, disks })).toEqual([]);
    expect(set({ deletionPolicy: "retain", disks })).toEqual([]);
  });

  test("too many disks are told by their count, without a list of them", () => {
    expect(text(set({ disks: many(11) }))).toEqual([
      "disks: names 11 disks; a desktop holds at most 10 data disks HWD1101",
    ]);
  });
});

describe("reading", () => {
  const all = { deletionProtection: true, allowReplace: true, deletionPolicy: "retain" };
  const read = (raw: Properties) => {
    const { disks } = setCodec.readInputs({ desktopId: "d", ...raw });
    return disks === UNKNOWN ? UNKNOWN : Object.fromEntries(disks);
  };

  test("what is said for all disks counts where a disk says nothing, and is hidden neither by null nor by undefined", () => {
    const own = { ...disk, deletionProtection: false, allowReplace: false, deletionPolicy: "delete" };
    const nothing = { ...disk, deletionProtection: null, allowReplace: undefined };
    expect(read({ ...all, disks: { a: disk, b: own, c: nothing, d: UNKNOWN } })).toEqual({
      a: { ...disk, ...all },
      b: own,
      c: { ...disk, ...all },
      d: UNKNOWN,
    });
    expect(read({ disks: UNKNOWN })).toBe(UNKNOWN);
  });

  test("an attachment is a set of one, and says nothing for all", () => {
    const { disks, shared, place } = attachmentCodec.readInputs({
      desktopId: "d",
      region: "r",
      ...disk,
      ...all,
    });
    expect([...(disks as ReadonlyMap<string, unknown>).values()]).toEqual([{ ...disk, ...all }]);
    expect([shared, place]).toEqual([{}, { region: "r" }]);
  });
});
