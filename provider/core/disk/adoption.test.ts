import type { Volume } from "../api/volumes";
import type { DesktopSnapshot } from "../desktop/snapshot";
import { shown } from "../desktop/testing/scriptedDesktop";
import { CoreError } from "../errors";
import { adoptable } from "./steps";
import type { DiskInputs } from "./inputs";
import { UNKNOWN } from "../host";

const wanted: DiskInputs = { type: "GPSSD2", size: 100, iops: 3000, throughput: 125, kmsId: "key" };
const volume: Volume = {
  volumeId: "v",
  type: "GPSSD2",
  size: 100,
  iops: 3000,
  throughput: 125,
  kmsId: "key",
  createdAt: [],
};

const seen = (...volumes: Volume[]): DesktopSnapshot => shown(volumes);

test("a disk that is as the inputs say is adopted as the service shows it", () => {
  expect(adoptable(seen({ volumeId: "w", createdAt: [] }, volume), "v", wanted)).toBe(volume);
});

test("what one side does not say, or does not know yet, is no difference", () => {
  const bare = { volumeId: "v", createdAt: [] };
  expect(adoptable(seen(bare), "v", wanted)).toBe(bare);
  expect(adoptable(seen(volume), "v", { type: "GPSSD2", size: 100 })).toBe(volume);
  expect(adoptable(seen(volume), "v", { type: UNKNOWN, size: UNKNOWN })).toBe(volume);
});

test.each<[keyof DiskInputs & keyof Volume, string | number, string]>([
  ["type", "SSD", '"SSD"'],
  ["size", 90, "90"],
  ["size", 110, "110"],
  ["iops", 4000, "4000"],
  ["throughput", 100, "100"],
  ["kmsId", "other", '"other"'],
])("a disk of another %s (%p) is refused, and the error says what to write", (name, other, shown) => {
  const adopt = () => adoptable(seen({ ...volume, [name]: other }), "v", wanted, "disks.data.");
  expect(adopt).toThrow(
    `disks.data.${name}: disk v has ${shown}, the program says ${JSON.stringify(wanted[name])}. ` +
      `Nothing was changed. Set disks.data.${name} to ${shown} to adopt the disk. [HWD1111]`,
  );
});

test("all that differs is told at once", () => {
  expect(() => adoptable(seen({ ...volume, type: "SSD", size: 90 }), "v", wanted)).toThrow(
    'Adopting disk v: type: disk v has "SSD", the program says "GPSSD2"; size: disk v has 90, the program says 100. ' +
      'Nothing was changed. Set type to "SSD" and size to 90 to adopt the disk. [HWD1111]',
  );
});

test("where the id is none of the desktop, the disks without an owner are named", () => {
  const other = { volumeId: "w", createdAt: [] };
  expect(() => adoptable(seen(volume, other), "u", wanted, "", (id) => id === "w")).toThrow(
    /it shows v .*, w .*; without an owner in this run: w\. Nothing was adopted, and this resource has changed nothing\. Correct existingVolumeId/,
  );
});

test.each<[string, DesktopSnapshot, string, string, string]>([
  [
    "a desktop that is gone",
    { gone: true, desktopId: "d", said: "404 WKS.0001" },
    "v",
    "HWD1701",
    "404 WKS.0001",
  ],
  ["the system disk", seen(volume), "root", "HWD1705", "root is the system disk"],
  [
    "a disk of a desktop without any",
    seen(),
    "v",
    "HWD1704",
    "v is not a data disk of the desktop; it shows none",
  ],
  [
    "a disk that is not on the desktop",
    seen({ volumeId: "w", type: "SSD", size: 20, createTime: "then", createdAt: [] }),
    "v",
    "HWD1704",
    "v is not a data disk of the desktop; it shows w (SSD, 20 GB, created then)",
  ],
])("%s is refused", (_what, snapshot, id, code, reason) => {
  const refusal = (() => {
    try {
      return adoptable(snapshot, id, wanted);
    } catch (error) {
      return error;
    }
  })();
  expect(refusal).toBeInstanceOf(CoreError);
  expect(refusal).toMatchObject({ code, property: "existingVolumeId" });
  expect((refusal as CoreError).why).toContain(`existingVolumeId: ${reason}`);
});
