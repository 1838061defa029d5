import type { Volume } from "../api/volumes";
import { type AbsoluteRequest, type ChangeFacts, compare } from "./changes";
import type { DesktopSnapshot } from "./snapshot";
import { shown } from "./testing/scriptedDesktop";
import { disk } from "./testing/times";

const FACTS: ChangeFacts = { title: "Changing it", succeeded: false, provedGone: false };
const GONE: DesktopSnapshot = { gone: true, desktopId: "d", said: "the desktop does not exist" };
const remove: AbsoluteRequest = { kind: "delete", volumeId: "v" };
const grow: AbsoluteRequest = { kind: "grow", volumeId: "v", size: 40 };
const tune: AbsoluteRequest = { kind: "qos", volumeId: "v", iops: 5000, throughput: 200 };
const fast = (iops?: number): Volume => ({
  volumeId: "v",
  type: "GPSSD2",
  size: 20,
  createdAt: [],
  ...(iops === undefined ? {} : { iops, throughput: 200 }),
});

/** A desktop that does not say which disk is its system disk. */
const rootless = (volume: Volume): DesktopSnapshot => {
  const now = shown([volume]);
  const { rootVolumeId: _, ...desktop } = now.desktop;
  return { ...now, desktop };
};
const ID = "ab54cdef-0000-4000-8000-00000000000d";

test.each<[string, AbsoluteRequest, DesktopSnapshot, Partial<ChangeFacts>, string]>([
  ["delete: the disk shows", remove, shown([disk("v")]), {}, "open"],
  [
    "delete: it shows though the job says it is gone",
    remove,
    shown([disk("v")]),
    { succeeded: true },
    "open",
  ],
  ["delete: it does not show, which proves nothing", remove, shown([]), {}, "missing"],
  ["delete: it does not show after our job", remove, shown([]), { succeeded: true }, "done"],
  ["delete: it is proved to be gone", remove, shown([]), { provedGone: true }, "done"],
  [
    "delete: the list is left out, after our job",
    remove,
    shown([], { listed: false }),
    { succeeded: true },
    "done",
  ],
  ["delete: the desktop is gone", remove, GONE, {}, "done"],
  ["delete: of the system disk", remove, shown([], { rootVolumeId: "v" }), {}, "HWD1705"],
  [
    "delete: of the system disk, whose id is written in the other case",
    { kind: "delete", volumeId: ID },
    shown([], { rootVolumeId: ID.toUpperCase() }),
    {},
    "HWD1705",
  ],
  [
    "delete: of a disk whose id is written in the other case",
    { kind: "delete", volumeId: ID },
    shown([disk(ID.toUpperCase())]),
    { succeeded: true },
    "open",
  ],
  [
    "delete: no root volume, and no device: it may be the system disk",
    remove,
    rootless(disk("v")),
    {},
    "HWD1309",
  ],
  [
    "delete: no root volume, and a device",
    remove,
    rootless(disk("v", 0, { device: "/dev/vdb" })),
    {},
    "open",
  ],
  ["grow: to do", grow, shown([disk("v")]), {}, "open"],
  ["grow: done by whomever", grow, shown([disk("v", 0, { size: 40 })]), {}, "done"],
  ["grow: it is larger already", grow, shown([disk("v", 0, { size: 50 })]), {}, "HWD1104"],
  ["grow: the size is not shown", grow, shown([{ volumeId: "v", createdAt: [] }]), {}, "open"],
  [
    "grow: the size is not shown, our job succeeded",
    grow,
    shown([{ volumeId: "v", createdAt: [] }]),
    { succeeded: true },
    "done",
  ],
  ["grow: the size is shown, whatever our job says", grow, shown([disk("v")]), { succeeded: true }, "open"],
  ["grow: the disk does not show", grow, shown([]), { succeeded: true }, "missing"],
  ["grow: the disk is gone", grow, shown([]), { provedGone: true }, "HWD1704"],
  ["grow: the desktop is gone", grow, GONE, {}, "HWD1702"],
  ["grow: the system disk", grow, shown([], { rootVolumeId: "v" }), {}, "HWD1705"],
  ["speed: to do", tune, shown([fast(4000)]), {}, "open"],
  ["speed: done", tune, shown([fast(5000)]), {}, "done"],
  ["speed: not shown, our job succeeded", tune, shown([fast()]), { succeeded: true }, "done"],
  ["speed: not shown", tune, shown([fast()]), {}, "open"],
  ["speed: the disk is gone", tune, shown([]), { provedGone: true }, "HWD1704"],
])("%s", (_, request, now, facts, expected) => {
  const standing = compare(request, now, { ...FACTS, ...facts });
  expect(standing.is === "impossible" ? standing.error.code : standing.is).toBe(expected);
});
