/** Which properties a plan changes, as a front that shows single properties has them. */
import type { Api } from "../api/client";
import type { Connections } from "../desktop/connections";
import { VolumeOwnership } from "../desktop/ownership";
import { type Call, type Clock, UNKNOWN } from "../host";
import { attachmentCodec, setCodec } from "./codecs";
import { PreviewLook } from "./previewLook";
import { DiskResource } from "./resource";

const clock: Clock = { now: () => 0, date: () => new Date(0), sleep: () => Promise.resolve() };
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined };
const place = { region: "r", projectId: "p", endpoint: "https://e" };
const parts = () => ({
  connections: {
    effective: (inputs: object) => ({ ...place, ...inputs }),
    setBy: () => ({}),
  } as unknown as Connections,
  ownership: new VolumeOwnership(),
  previewLook: new PreviewLook({ api: {} as Api, clock, log, ownership: new VolumeOwnership() }),
  clock,
  log,
  enterpriseProjectId: undefined,
});
const call: Call = {
  phase: "preview",
  resourceKey: "x",
  timeoutMs: 1000,
  timeoutSetBy: "a test",
  halted: () => undefined,
};

/** Changes as text: `disks.data.size update`, `type update, replaces`. */
function changesOf(kind: "one" | "many", state: object, news: object): string[] {
  const resource = new DiskResource(kind === "one" ? attachmentCodec : setCodec, parts());
  const id = kind === "one" ? "d/v" : "d";
  const { properties } = resource.diff(
    call,
    id,
    { desktopId: "d", ...place, stateVersion: 2, ...state },
    { desktopId: "d", ...news },
  );
  return properties.map(({ path, is, replaces }) => `${path.join(".")} ${is}${replaces ? ", replaces" : ""}`);
}

const ssd = { type: "SSD", size: 100 };
const held = { ...ssd, volumeId: "v", ownershipId: "o" };
const fast = { type: "GPSSD2", size: 100, iops: 3000, throughput: 125 };

test.each<[string, object, object, string[]]>([
  ["nothing", {}, ssd, []],
  ["what is read at create only", {}, { ...ssd, enterpriseProjectId: "e", existingVolumeId: "v" }, []],
  ["a growth", {}, { ...ssd, size: 200 }, ["size update"]],
  ["a size that is not known yet", {}, { ...ssd, size: UNKNOWN }, ["size update"]],
  ["one half of the speed", fast, { ...fast, iops: 4000 }, ["iops update"]],
  ["protection", {}, { ...ssd, deletionProtection: true }, ["deletionProtection add"]],
  ["no protection any more", { deletionProtection: true }, ssd, ["deletionProtection delete"]],
  ["protection that is said to be none", {}, { ...ssd, deletionProtection: false }, []],
  ["a policy", { deletionPolicy: "delete" }, { ...ssd, deletionPolicy: "retain" }, ["deletionPolicy update"]],
  ["a profile", {}, { ...ssd, profile: "p" }, ["profile add"]],
  ["another endpoint", {}, { ...ssd, endpoint: "https://f" }, ["endpoint update"]],
  [
    "another type",
    { allowReplace: true },
    { ...ssd, type: "SAS", allowReplace: true },
    ["type update, replaces"],
  ],
  ["a key", { allowReplace: true }, { ...ssd, kmsId: "k", allowReplace: true }, ["kmsId add, replaces"]],
  ["a run that failed half-way", { unfinished: true }, ssd, []],
])("of an attachment: %s", (_what, state, news, changes) => {
  expect(changesOf("one", { ...held, ...state }, news)).toEqual(changes);
});

test.each<[string, object, object, string[]]>([
  ["nothing", { disks: { a: held } }, { disks: { a: ssd } }, []],
  ["a new name", { disks: { a: held } }, { disks: { a: ssd, b: ssd } }, ["disks.b add"]],
  [
    "a name that leaves",
    { disks: { a: { ...held, deletionPolicy: "delete" } } },
    { disks: {} },
    ["disks.a delete"],
  ],
  [
    "another name",
    { disks: { a: held } },
    { disks: { b: { ...ssd, existingVolumeId: "v", deletionProtection: false } } },
    ["disks.a delete", "disks.b add"],
  ],
  ["a growth", { disks: { a: held } }, { disks: { a: { ...ssd, size: 200 } } }, ["disks.a.size update"]],
  [
    "a disk that is replaced in place",
    { disks: { a: { ...held, allowReplace: true } } },
    { disks: { a: { ...ssd, type: "SAS", allowReplace: true } } },
    ["disks.a.type update"],
  ],
  [
    "what is said once for all is shown once",
    { disks: { a: held } },
    { deletionProtection: true, disks: { a: ssd } },
    ["deletionProtection add"],
  ],
  [
    "what is said of one disk",
    { disks: { a: held } },
    { disks: { a: { ...ssd, deletionPolicy: "retain" } } },
    ["disks.a.deletionPolicy add"],
  ],
  ["disks that are not known yet", { disks: { a: held } }, { disks: UNKNOWN }, ["disks update"]],
  ["a disk that is not known yet", { disks: { a: held } }, { disks: { a: UNKNOWN } }, ["disks.a update"]],
  [
    "another desktop",
    { disks: { a: { ...held, allowReplace: true } } },
    { desktopId: "e", allowReplace: true, disks: { a: ssd } },
    ["desktopId update, replaces", "allowReplace add"],
  ],
])("of a set: %s", (_what, state, news, changes) => {
  expect(changesOf("many", { volumeIds: {}, ...state }, news)).toEqual(changes);
});
