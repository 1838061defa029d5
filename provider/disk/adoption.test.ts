import { desktopId } from "../testing/stage";
import { adoptable } from "./adoption";
import type { Sight } from "./desktopRoom";
import type { DiskInputs } from "./inputs";

const wanted: DiskInputs = { type: "GPSSD2", size: 100, iops: 3000, throughput: 125, kmsId: "key" };
const volume = { volumeId: "v", ...wanted };

function sight(...volumes: Extract<Sight, { gone: false }>["volumes"]): Sight {
  const desktop = {
    desktopId: desktopId(),
    computerName: "one",
    status: "ACTIVE",
    rootVolumeId: "root",
    serverTime: undefined,
  };
  return { gone: false, desktop, volumes };
}

test("a disk that is what the inputs say is taken over as the service shows it", () => {
  expect(adoptable(sight({ volumeId: "w" }, volume), "v", wanted)).toBe(volume);
});

test("what one side does not say is no difference", () => {
  expect(adoptable(sight({ volumeId: "v" }), "v", wanted)).toEqual({ volumeId: "v" });
  expect(adoptable(sight(volume), "v", { type: "GPSSD2", size: 100 })).toBe(volume);
});

test.each<[keyof DiskInputs, string | number]>([
  ["type", "SSD"],
  ["size", 90],
  ["size", 110],
  ["iops", 4000],
  ["throughput", 100],
  ["kmsId", "other"],
])("a disk of another %s (%p) is refused, and told what to write", (key, other) => {
  const text = `${key}: disk v has ${other}, the program says ${String(wanted[key])}. Set ${key} to ${other}`;
  expect(() => adoptable(sight({ ...volume, [key]: other }), "v", wanted)).toThrow(text);
});

test.each<[string, Sight, string, RegExp]>([
  [
    "a desktop that is gone",
    { gone: true },
    "v",
    /^existingVolumeId: .*desktop does not exist or was deleted/,
  ],
  ["the root volume", sight(volume), "root", /^existingVolumeId: root is the root volume/],
  [
    "the root volume among the data disks",
    sight({ volumeId: "root", type: "GPSSD2", size: 100 }),
    "root",
    /^existingVolumeId: root is the root volume/,
  ],
  [
    "a disk of a desktop without any",
    sight(),
    "v",
    /^existingVolumeId: v is no data disk of the desktop; it has none/,
  ],
  [
    "a disk that is not on the desktop",
    sight({ volumeId: "w", type: "SSD", size: 20 }),
    "v",
    /^existingVolumeId: v is no data disk of the desktop; it has w \(SSD, 20 GB\)/,
  ],
])("%s is refused", (_what, seen, id, text) => {
  expect(() => adoptable(seen, id, wanted)).toThrow(text);
});
