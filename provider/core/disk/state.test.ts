import { readFileSync } from "node:fs";
import { join } from "node:path";
import { attachmentCodec, readId, setCodec } from "./codecs";
import { inputsOf } from "./testing/sets";
import { hasChanges, planSet } from "./plan";
import { driftOf, emptyState, STATE_VERSION, volumeFacts } from "./state";
import type { Properties } from "../host";

const folder = join(__dirname, "../../../tests/process/states");
const stored = (file: string) => {
  const { __provider, timeouts, ...state } = JSON.parse(readFileSync(join(folder, file), "utf8")) as Record<
    string,
    unknown
  >;
  return state;
};
const desktopId = "d0000000-0000-4000-8000-000000000001";
const volumeId = "ca2fc6a6-6086-424f-90a5-435ece3fa65a";
const place = { region: "cn-north-4", projectId: "e0000000000000000000000000000001", endpoint: "<endpoint>" };

describe("states of 0.1.0", () => {
  const cases = [
    ["attachment-v1.json", attachmentCodec, `${desktopId}/${volumeId}`, "disk", { type: "SSD", size: 10 }],
    ["desktop-disks-v1.json", setCodec, desktopId, "data", { disks: { data: { type: "SSD", size: 10 } } }],
  ] as const;

  test.each(cases)(
    "%s is read, shows no change, and is written by a read as it was",
    (file, codec, id, name, inputs) => {
      const raw = stored(file);
      const state = codec.readState(id, raw);
      expect(state).toMatchObject({
        desktopId,
        version: 1,
        place: { region: "cn-north-4" },
        unfinished: false,
      });
      expect(state.disks.get(name)).toMatchObject({ volumeId, ownershipId: "", type: "SSD", size: 10 });
      expect(state.released.size + state.pendingAdds.size).toBe(0);

      const wanted = codec.readInputs({ desktopId, ...inputs });
      expect(hasChanges(planSet(state, wanted, place, codec))).toBe(false);

      const { volumeIds, ...written } = codec.writeState(state);
      expect(written).toEqual(raw);
      if (codec === setCodec) expect(volumeIds).toEqual({ data: volumeId });
    },
  );

  test("the mark of an adopted disk is its ownership id", () => {
    const raw = { ...stored("attachment-v1.json"), adoption: "mark" };
    const state = attachmentCodec.readState(`${desktopId}/${volumeId}`, raw);
    expect(state.disks.get("disk")?.ownershipId).toBe("mark");
    expect(attachmentCodec.writeState(state)).toEqual(raw);
    expect(attachmentCodec.writeState({ ...state, version: STATE_VERSION })).toMatchObject({
      ownershipId: "mark",
    });
  });
});

describe("states of version 2: every later version reads them", () => {
  const id = `${desktopId}/${volumeId}`;
  const testdata = (file: string) =>
    JSON.parse(readFileSync(join(__dirname, "testdata", file), "utf8")) as Properties;

  test("plain ones are written by a read as they were", () => {
    const [one, set] = [stored("attachment-v2.json"), stored("desktop-disks-v2.json")];
    expect(attachmentCodec.writeState(attachmentCodec.readState(id, one))).toEqual(one);
    expect(setCodec.writeState(setCodec.readState(desktopId, set))).toEqual(set);
    expect(attachmentCodec.readState(id, one).disks.get("disk")?.ownershipId).toBe(one.ownershipId);
  });

  test("so are those with released disks and adds that are unknown", () => {
    const set = testdata("desktop-disks-v2-unfinished.json");
    const state = setCodec.readState(desktopId, set);
    expect(setCodec.writeState(state)).toEqual(set);
    expect([...state.released.keys(), ...state.pendingAdds.keys()]).toEqual(["logs", "scratch"]);
    expect(state.pendingAdds.get("scratch")?.policy).toEqual({ deletionPolicy: "retain" });
    const one = testdata("attachment-v2-pending.json");
    const pending = attachmentCodec.readState(`${desktopId}/pending-1`, one);
    expect(attachmentCodec.writeState(pending)).toEqual(one);
    expect([pending.disks.size, pending.pendingAdds.size]).toEqual([0, 1]);
  });
});

describe("a state of this version", () => {
  const disk = { volumeId: "v", ownershipId: "o", type: "SSD", size: 10, deletionPolicy: "retain" as const };
  const pending = {
    sentAt: "then",
    tookMs: 5,
    beforeIds: ["w"],
    spec: { type: "SSD", size: 10 },
    request: [],
  };

  test("of a set is read as it was written, with released disks and pending adds", () => {
    const state = {
      ...emptyState("d"),
      place: { region: "r", projectId: "p", endpoint: "e", profile: "me" },
      shared: { deletionPolicy: "retain" as const },
      disks: new Map([["toString", disk]]),
      released: new Map([["old", "x"]]),
      pendingAdds: new Map([["new", pending]]),
      unfinished: true,
    };
    const raw = setCodec.writeState(state);
    expect(raw).toMatchObject({
      stateVersion: STATE_VERSION,
      deletionPolicy: "retain",
      disks: { toString: { ownershipId: "o" } },
      volumeIds: { toString: "v" },
      released: { old: "x" },
      pendingAdds: { new: pending },
      unfinished: true,
    });
    const disks = new Map([["toString", { ...disk, deletionProtection: false }]]);
    expect(setCodec.readState("d", JSON.parse(JSON.stringify(raw)) as Properties)).toEqual({
      ...state,
      disks,
    });
  });

  test("of an attachment is read as it was written", () => {
    const state = { ...emptyState("d"), disks: new Map([["disk", disk]]), place: { region: "r" } };
    expect(attachmentCodec.idOf(state)).toBe("d/v");
    expect(attachmentCodec.readState("d/v", attachmentCodec.writeState(state))).toEqual(state);
  });

  test("of an attachment whose add is pending keeps an id, also when its disk is known", () => {
    const state = { ...emptyState("d"), pendingAdds: new Map([["disk", pending]]) };
    const id = attachmentCodec.idOf(state);
    expect(id).toMatch(/^d\/pending-[0-9a-f-]{36}$/);
    const raw = attachmentCodec.writeState(state);
    expect(raw).toMatchObject({ pendingAdd: pending });
    expect(attachmentCodec.readState(id, raw)).toEqual(state);
    expect(attachmentCodec.idOf(state, id)).toBe(id);

    const found = { ...emptyState("d"), disks: new Map([["disk", disk]]) };
    expect(attachmentCodec.readState(id, attachmentCodec.writeState(found))).toEqual(found);
    expect(attachmentCodec.idOf(found, id)).toBe("d/v");
  });

  test("has nothing undefined, which the engine could not store", () => {
    const holes = { ...disk, device: undefined, ...volumeFacts({ volumeId: "v" }) };
    for (const codec of [attachmentCodec, setCodec]) {
      const raw = codec.writeState({ ...emptyState("d"), disks: new Map([["disk", holes as typeof disk]]) });
      expect(
        JSON.stringify(raw, (_key, value: unknown) => (value === undefined ? "(undefined)" : value)),
      ).not.toContain("undefined");
    }
  });
});

describe("what is refused", () => {
  const v1 = stored("attachment-v1.json");
  const set = stored("desktop-disks-v1.json");

  test.each<[string, () => unknown, RegExp]>([
    [
      "a newer version",
      () => attachmentCodec.readState("d/v", { stateVersion: STATE_VERSION + 1 }),
      /written by a newer version.*Install that version or a newer one\. \[HWD1801\]$/,
    ],
    [
      "a newer version of a set",
      () => setCodec.readState("d", { stateVersion: 999, disks: {} }),
      /\[HWD1801\]$/,
    ],
    [
      "a disk of a set without an id",
      () => setCodec.readState("d", { disks: { b: { type: "SSD" } } }),
      /data disk "b" of desktop d: it has no volumeId.*\[HWD1802\]$/,
    ],
    [
      "a state of a set as an attachment",
      () => attachmentCodec.readState("d", set),
      /belongs to a DesktopDataDisks and cannot become a DataDiskAttachment.*two runs.*retain.*existingVolumeId.*\[HWD1109\]$/,
    ],
    [
      "a state of an attachment as a set",
      () => setCodec.readState("d/v", v1),
      /belongs to a DataDiskAttachment and cannot become a DesktopDataDisks.*\[HWD1109\]$/,
    ],
    ...["", "d", "/v", "d/", "/", "d/v/x", "d//v"].map((id): [string, () => unknown, RegExp] => [
      `the id "${id}"`,
      () => readId(id),
      /is not an id of a data disk; it has the form <desktopId>\/<volumeId>.*\[HWD1803\]$/,
    ]),
  ])("%s", (_what, read, text) => {
    expect(read).toThrow(text);
  });

  test("inputs of the other kind, as an alias across kinds hands them to a check", () => {
    expect(attachmentCodec.otherKind({ desktopId: "d", disks: {} })?.code).toBe("HWD1109");
    expect(setCodec.otherKind({ desktopId: "d", type: "SSD", size: 10 })?.code).toBe("HWD1109");
    expect(attachmentCodec.otherKind({ desktopId: "d", type: "SSD", size: 10 })).toBeUndefined();
    expect(setCodec.otherKind({ desktopId: "d", disks: {} })).toBeUndefined();
    for (const codec of [attachmentCodec, setCodec]) expect(codec.otherKind({})).toBeUndefined();
  });
});

describe("what a read makes of a state", () => {
  const state = { volumeId: "v", ownershipId: "o", type: "GPSSD2", size: 100, iops: 3000, throughput: 125 };
  const same = { ...state, createdAt: [] };

  test("nothing that changed, and what the service leaves out, is no drift", () => {
    expect(driftOf(state, same)).toEqual({});
    expect(driftOf(state, { volumeId: "v", createdAt: [] })).toEqual({});
    expect(driftOf({ volumeId: "v", ownershipId: "o" }, same)).toEqual({});
  });

  test.each([
    ["type", "SSD"],
    ["size", 110],
    ["iops", 4000],
    ["throughput", 126],
  ])("%s that changed is drift", (name, now) => {
    expect(driftOf(state, { ...same, [name]: now })).toEqual({ [name]: now });
  });

  test("drift comes back as inputs, beside all the others that a program gives", () => {
    const top = { ...emptyState("d"), place: { region: "r", profile: "me" }, enterpriseProjectId: "e" };
    const disk = { ...state, deletionProtection: true, device: "/dev/vdb" };
    const { ownershipId, volumeId: id, device, ...given } = disk;
    const drifted = new Map([["disk", { size: 200 }]]);
    const inputs = { desktopId: "d", enterpriseProjectId: "e", profile: "me" };
    const one = { ...top, disks: new Map([["disk", disk]]) };
    expect(attachmentCodec.writeInputs(one, drifted)).toEqual({ ...inputs, ...given, size: 200 });
    const shared = { deletionProtection: true };
    const { deletionProtection, ...own } = given;
    expect(setCodec.writeInputs({ ...one, shared }, drifted)).toEqual({
      ...inputs,
      ...shared,
      disks: { disk: { ...own, size: 200 } },
    });
    // Inputs as a program gives them: they are read as they were.
    expect(inputsOf({}).shared).toEqual({});
  });
});
