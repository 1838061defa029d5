import { compare } from "./findings";
import type { StackRecord } from "./states";
import type { DesktopReading } from "./survey";
import { brief } from "./testing/brief";
import { showing } from "./testing/readings";
import { attachment, creating, dataDisks, stackOf } from "./testing/states";

const ssd = { type: "SSD", size: 100 };
const on = (desktopId: string, more = {}) => ({ desktopId, ...ssd, ...more });
const dev = (...args: [Parameters<typeof stackOf>[1], Parameters<typeof stackOf>[2]?]) =>
  stackOf("dev", ...args);

describe("a disk that a set released", () => {
  const set = () => dataDisks("team", "d1", { x: "v1" }, { released: { y: "v2" } });
  const volumes = (...[stacks, readings]: Parameters<typeof compare>) => {
    const { findings, released } = compare(stacks, readings);
    return {
      findings: findings.map(brief),
      released: released.map(({ volume, name }) => `${name}=${volume.volumeId}`),
    };
  };

  test.each<[string, StackRecord[], DesktopReading, { findings: string[]; released: string[] }]>([
    [
      "is told as released, and is no problem",
      [dev([set()])],
      showing("d1", ["v1", "v2"]),
      { findings: [], released: ["y=v2"] },
    ],
    [
      "is not told any more when another stack owns it",
      [dev([set()]), stackOf("prod", [attachment("a", "d1", "v2")])],
      showing("d1", ["v1", "v2"]),
      { findings: [], released: [] },
    ],
    [
      "is not told any more when it is not there",
      [dev([set()])],
      showing("d1", ["v1"]),
      { findings: [], released: [] },
    ],
    [
      "belongs to the interrupted create that adopts it",
      [
        dev(
          [set()],
          [
            creating(
              "DataDiskAttachment",
              "a",
              on("d1", { existingVolumeId: "v2", deletionProtection: true }),
            ),
          ],
        ),
      ],
      showing("d1", ["v1", "v2"]),
      { findings: ["creating a v2"], released: [] },
    ],
    [
      "is not taken for the disk of an interrupted create",
      [dev([set()], [creating("DataDiskAttachment", "a", on("d1"))])],
      showing("d1", ["v1", "v2"]),
      { findings: ["creating a"], released: ["y=v2"] },
    ],
  ])("%s", (_, stacks, reading, expected) => {
    expect(volumes(stacks, [reading])).toEqual(expected);
  });
});
