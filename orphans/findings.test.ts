import { compare } from "./findings";
import type { StackRecord } from "./states";
import type { DesktopReading } from "./survey";
import { brief } from "./testing/brief";
import { deleted, showing, unreadable, without } from "./testing/readings";
import { attachment, creating, dataDisks, ofPlugin, pendingAdd, stackOf, updating } from "./testing/states";

type Case = readonly [name: string, stacks: StackRecord[], readings: DesktopReading[], findings: string[]];

const ssd = { type: "SSD", size: 100 };
const on = (desktopId: string, more = {}) => ({ desktopId, ...ssd, ...more });
const dev = (...args: [Parameters<typeof stackOf>[1], Parameters<typeof stackOf>[2]?]) =>
  stackOf("dev", ...args);
const cutUpdate = (disks: Record<string, object>) => {
  const raw = { ...dataDisks("all", "d1", { x: "v1" }), inputs: { desktopId: "d1", disks } };
  return dev([raw], [updating(raw)]);
};

const cases: readonly Case[] = [
  [
    "disks of both kinds of resources have an owner",
    [dev([attachment("a", "d1", "v1"), dataDisks("b", "d1", { x: "v2", y: "v3" })])],
    [showing("d1", ["v3", "v1", "v2"])],
    [],
  ],
  [
    "disks of another one of the stacks have an owner",
    [dev([attachment("a", "d1", "v1")]), stackOf("prod", [attachment("a", "d1", "v2")])],
    [showing("d1", ["v1", "v2"])],
    [],
  ],
  [
    "a desktop that could not be read proves nothing",
    [dev([attachment("a", "d1", "v1")])],
    [unreadable("d1")],
    [],
  ],
  ["an empty stack has no problems", [dev([])], [], []],
  [
    "a volume that no stack owns is an orphan",
    [dev([attachment("a", "d1", "v1"), attachment("elsewhere", "d2", "v9")])],
    [showing("d1", ["v1", "v2"]), showing("d2", ["v9"])],
    ["unowned v2"],
  ],
  [
    "disks of a stack of the plugin have an owner, beside one of the dynamic front",
    [
      dev([ofPlugin(attachment("a", "d1", "v1")), ofPlugin(dataDisks("b", "d1", { x: "v2" }))]),
      stackOf("prod", [attachment("a", "d1", "v3")]),
    ],
    [showing("d1", ["v1", "v2", "v3", "v4"])],
    ["unowned v4"],
  ],
  [
    "a look-up owns nothing",
    [dev([attachment("looks", "d1", "v1", {}, { external: true })])],
    [showing("d1", ["v1"])],
    ["unowned v1"],
  ],
  [
    "a look-up of a disk that is gone is no problem",
    [dev([attachment("looks", "d1", "v1", {}, { external: true })])],
    [without("d1", ["v1"])],
    [],
  ],
  [
    "a disk that is proved to be gone is told; its neighbours are there",
    [dev([attachment("a", "d1", "v1"), dataDisks("b", "d2", { x: "v2", y: "v3" })])],
    [without("d1", ["v1"]), without("d2", ["v2"], "v3")],
    ["gone v1 of a", "gone v2 of b"],
  ],
  [
    "a disk that is not shown, and not proved to be gone, is not called gone",
    [dev([attachment("a", "d1", "v1")])],
    [showing("d1", [])],
    [],
  ],
  [
    "disks are gone with their desktop",
    [dev([dataDisks("b", "d2", { x: "v2", y: "v3" })])],
    [deleted("d2")],
    ["gone v2 v3 of b with desktop"],
  ],
  [
    "a disk that moved to another desktop is told with it",
    [dev([attachment("a", "d1", "v1"), attachment("b", "d2", "v2")])],
    [without("d1", ["v1"]), showing("d2", ["v1", "v2"])],
    ["gone v1 of a now on d2"],
  ],
  [
    "a disk is looked for where it was made: a desktop of that id elsewhere proves nothing",
    [dev([attachment("a", "d1", "v1")])],
    [{ ...without("d1", ["v1"]), place: { region: "cn-north-4", projectId: "p2" } }],
    [],
  ],
  [
    "a disk in two states has two owners, and is no orphan",
    [dev([attachment("a", "d1", "v1")]), stackOf("prod", [dataDisks("b", "d1", { x: "v1" })])],
    [showing("d1", ["v1"])],
    ["twice v1: a b"],
  ],
  [
    "a disk in two states that is gone is gone for both, and owned by neither",
    [dev([attachment("a", "d1", "v1")]), stackOf("prod", [attachment("b", "d1", "v1")])],
    [without("d1", ["v1"])],
    ["gone v1 of a", "gone v1 of b"],
  ],
  [
    "two resources with one disk, of which one names the wrong desktop, are not two owners",
    [dev([attachment("a", "d1", "v1")]), stackOf("prod", [attachment("b", "d2", "v1")])],
    [showing("d1", ["v1"]), without("d2", ["v1"])],
    ["gone v1 of b now on d1"],
  ],
  [
    "an interrupted create and its disk are one problem",
    [dev([], [creating("DataDiskAttachment", "a", on("d1"))])],
    [showing("d1", ["v1"])],
    ["creating a v1"],
  ],
  [
    "an interrupted create may have added the newest of several",
    [dev([], [creating("DataDiskAttachment", "a", on("d1"))])],
    [
      showing("d1", [
        { volumeId: "old", ...ssd, createTime: "2025-01-01T00:00:00Z" },
        { volumeId: "new", ...ssd, createTime: "2026-01-09T23:00:00Z" },
        { volumeId: "other", type: "SSD", size: 200, createTime: "2026-01-09T23:59:00Z" },
      ]),
    ],
    ["unowned old", "unowned other", "creating a new"],
  ],
  [
    "one volume is given to one interrupted create of its own desktop",
    [
      dev(
        [],
        [
          creating("DataDiskAttachment", "a", on("d1")),
          creating("DataDiskAttachment", "b", on("d1")),
          creating("DataDiskAttachment", "c", on("d2")),
        ],
      ),
    ],
    [showing("d1", ["v1"]), showing("d2", [])],
    ["creating a v1", "creating b", "creating c"],
  ],
  [
    "an interrupted set gets its disks by name, what it adopts first",
    [
      dev(
        [],
        [
          creating("DesktopDataDisks", "all", {
            desktopId: "d1",
            disks: {
              any: ssd,
              named: { ...ssd, existingVolumeId: "v1", deletionProtection: true },
              big: { type: "SSD", size: 500 },
            },
          }),
        ],
      ),
    ],
    [showing("d1", ["v1", "v2"])],
    ["creating all named=v1 any=v2"],
  ],
  [
    "what the service does not show is no difference",
    [dev([], [creating("DataDiskAttachment", "a", on("d1", { kmsId: "k" }))])],
    [showing("d1", [{ volumeId: "v1", type: "SSD" }])],
    ["creating a v1"],
  ],
  [
    "an interrupted update may have added the disks that state does not have",
    [cutUpdate({ x: ssd, y: ssd })],
    [showing("d1", ["v1", "v2"])],
    ["updating all y=v2"],
  ],
  [
    "an interrupted delete still owns its disk",
    [dev([attachment("a", "d1", "v1")], [{ type: "deleting", resource: attachment("a", "d1", "v1") }])],
    [showing("d1", ["v1"])],
    ["deleting a"],
  ],
  [
    "an interrupted delete whose disk is gone is one problem",
    [dev([attachment("a", "d1", "v1")], [{ type: "deleting", resource: attachment("a", "d1", "v1") }])],
    [without("d1", ["v1"])],
    ["deleting a"],
  ],
  [
    "disks of one resource that are gone are one problem, those that moved another one",
    [dev([dataDisks("b", "d1", { x: "v1", y: "v2", z: "v3" }), attachment("a", "d2", "v9")])],
    [without("d1", ["v1", "v2", "v3"]), showing("d2", ["v9", "v2"])],
    ["gone v1 v3 of b", "gone v2 of b now on d2"],
  ],
  [
    "a replaced resource is deleted later, and its disk may be gone",
    [dev([attachment("a", "d1", "v1", {}, { delete: true })])],
    [without("d1", ["v1"])],
    ["deleting a"],
  ],
  [
    "an add with an unknown outcome is one problem with its candidates: as asked for, and not there before",
    [dev([dataDisks("team", "d1", { x: "v1" }, { pendingAdds: { y: pendingAdd(["v1", "before"]) } })])],
    [showing("d1", ["v1", "before", "new", { volumeId: "other", type: "SAS", size: 100 }])],
    ["unowned before", "unowned other", "pending team new"],
  ],
  [
    "the same for an attachment, which has no volume in its id yet",
    [dev([attachment("a", "d1", "pending-1", { volumeId: undefined, pendingAdd: pendingAdd([]) })])],
    [showing("d1", ["new"])],
    ["pending a new"],
  ],
  [
    "a candidate of two adds is told with both, and not as an orphan",
    [
      dev([
        dataDisks("a", "d1", {}, { pendingAdds: { x: pendingAdd([]) } }),
        dataDisks("b", "d1", {}, { pendingAdds: { x: pendingAdd([]) } }),
      ]),
    ],
    [showing("d1", ["new"])],
    ["pending a new", "pending b new"],
  ],
  [
    "a candidate of an unknown add is not given to an interrupted create",
    [
      dev(
        [dataDisks("team", "d1", {}, { pendingAdds: { x: pendingAdd([]) } })],
        [creating("DataDiskAttachment", "a", on("d1"))],
      ),
    ],
    [showing("d1", ["new"])],
    ["creating a", "pending team new"],
  ],
  [
    "an unknown add of a resource whose update was interrupted is told once",
    [
      (() => {
        const raw = {
          ...dataDisks("all", "d1", { x: "v1" }, { pendingAdds: { y: pendingAdd(["v1"]) } }),
          inputs: { desktopId: "d1", disks: { x: ssd, y: ssd } },
        };
        return dev([raw], [updating(raw)]);
      })(),
    ],
    [showing("d1", ["v1", "v2"])],
    ["updating all y=v2"],
  ],
];

test.each(cases)("%s", (_, stacks, readings, expected) => {
  expect(compare(stacks, readings).findings.map(brief)).toEqual(expected);
});

describe("an orphan", () => {
  const createTime = "2026-01-08 23:00:00Z";
  const age = (createdAt: readonly number[]) => {
    const reading = showing("d1", ["v1", { volumeId: "v2", ...ssd, createTime }]);
    const volumes = reading.volumes.map((volume) =>
      volume.volumeId === "v2" ? { ...volume, createdAt } : volume,
    );
    const [finding] = compare(
      [
        dev([
          attachment("a", "d1", "v1"),
          attachment("far", "d2", "v9"),
          attachment("looks", "d1", "v2", {}, { external: true }),
        ]),
      ],
      [{ ...reading, volumes }],
    ).findings;
    return finding;
  };
  const created = Date.parse(createTime);

  test.each([
    ["one reading of its time", [created], 25 * 3600],
    ["two readings, in UTC and +08:00: the younger one", [created, created - 8 * 3600_000], 25 * 3600],
    ["a time in the future, by a clock that is wrong", [created + 48 * 3600_000], 0],
    ["no readable time", [], undefined],
  ])("has its age by %s, and its neighbours", (_, createdAt, ageSeconds) => {
    expect(age(createdAt)).toMatchObject({
      ...(ageSeconds === undefined ? {} : { ageSeconds }),
      neighbours: [{ name: "a" }],
      readBy: [{ name: "looks" }],
    });
    expect(Object.keys(age(createdAt) ?? {}).includes("ageSeconds")).toBe(ageSeconds !== undefined);
  });
});
