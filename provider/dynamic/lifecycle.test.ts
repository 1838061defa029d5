/** Both kinds of resources through their life, as the engine calls them, against a real emulator in virtual time. */
import { desktopId, type EmulatedCloud, emulatedCloud } from "../../testing/emulatedCloud";
import { type Declared, EmulatedStack } from "../../testing/engine/emulatedStack";

let cloud: EmulatedCloud;
let stack: EmulatedStack;

beforeEach(async () => {
  cloud = await emulatedCloud();
  stack = new EmulatedStack(cloud);
});
afterEach(() => cloud.end());

const ssd = { type: "SSD", size: 100 };
const sas = { type: "SAS", size: 500 };
const fast = { type: "GPSSD2", size: 100, iops: 3000, throughput: 125 };
const three = { a: ssd, b: sas, c: { type: "SSD", size: 20 } };
const lost = { deletionPolicy: "delete" };
const retain = { deletionPolicy: "retain" };

const one = (more: object = {}): Declared => ({ attachment: { desktopId: desktopId(), ...ssd, ...more } });
const many = (disks: object, more: object = {}): Declared => ({
  disks: { desktopId: desktopId(), disks, ...more },
});
/** `pulumi up` of a program with one resource, named "it". */
const up = async (declared: Declared) => (await stack.up({ it: declared })).it;
const calls = () => cloud.changes().map(([what]) => what);

describe("an attachment", () => {
  test("is added, refreshed, grown, tuned and deleted, with one call each", async () => {
    expect(await up(one(fast))).toEqual({ did: "create" });
    const [volume] = cloud.ids();
    expect(stack.state()).toMatchObject({ ...fast, volumeId: volume, region: "cn-north-4", stateVersion: 2 });
    expect(stack.state().ownershipId).toMatch(/^[0-9a-f-]{36}$/);
    expect(stack.held.get("it")?.id).toBe(`${desktopId()}/${volume ?? ""}`);
    expect(await up(one(fast))).toEqual({ did: "same" });
    const before = stack.state();
    await stack.refresh();
    expect(stack.state()).toEqual(before);
    expect(await up(one({ ...fast, size: 200, iops: 4000 }))).toEqual({ did: "update" });
    expect(stack.state()).toEqual({ ...before, size: 200, iops: 4000 });
    expect(await stack.destroy()).toEqual({ it: { did: "delete" } });
    expect(cloud.ids()).toEqual([]);
    expect(calls()).toEqual(["volumes", "expand", "batch-modify-qos", "batch-delete"]);
  });

  test("another endpoint: what does not show there is neither changed nor taken for gone", async () => {
    await up(one());
    const made = stack.state();
    const former = "https://former.example.com";
    const hold = (volumeId: unknown) => {
      const held = stack.held.get("it");
      if (held === undefined) throw new Error("nothing is in state");
      const id = `${desktopId()}/${String(volumeId)}`;
      stack.held.set("it", { ...held, id, outs: { ...made, volumeId, endpoint: former } });
    };
    hold("made-there");
    const sent = calls().length;
    const failed = await up(one({ size: 200 }));
    expect(failed?.error).toMatch(/made-there was made through https:\/\/former.*\[HWD1708\]/);
    expect(stack.state()).toMatchObject({ volumeId: "made-there", size: 100, endpoint: former });
    expect(calls()).toHaveLength(sent);
    hold(made.volumeId);
    expect(await up(one({ size: 200 }))).toEqual({ did: "update" });
    expect(stack.state()).toMatchObject({ size: 200, endpoint: made.endpoint });
  });

  test("plain change: read, change, job, read, as few calls as ever", async () => {
    await up(one());
    const from = cloud.emulator.requests().length;
    await stack.destroy();
    const made = cloud.emulator
      .requests()
      .slice(from)
      .map(
        ({ method, path }) => `${method} ${path.replace(/^\/v2\/[^/]+/, "").replace(/[0-9a-f-]{36}/g, "*")}`,
      );
    expect(made.filter((call) => !call.includes("job"))).toEqual([
      "GET /desktops/*",
      "POST /desktops/*/volumes/batch-delete",
      "GET /desktops/*",
    ]);
  });

  test("that is protected stays, without a call", async () => {
    await up(one({ deletionProtection: true }));
    const before = cloud.emulator.requests().length;
    expect((await stack.destroy()).it?.error).toMatch(
      /deletionProtection of disk .* is true in state.*pulumi state delete.*\[HWD1105\]$/,
    );
    expect(cloud.emulator.requests()).toHaveLength(before);
    expect(await up(one())).toEqual({ did: "update" });
    expect(await stack.destroy()).toEqual({ it: { did: "delete" } });
  });

  test("with retain is forgotten by a delete, without a call", async () => {
    await up(one(retain));
    const before = cloud.emulator.requests().length;
    expect(await stack.destroy()).toEqual({ it: { did: "delete" } });
    expect(cloud.emulator.requests()).toHaveLength(before);
    expect(cloud.ids()).toHaveLength(1);
    expect(stack.shown.join()).toMatch(/no longer managed .*it stays on the desktop/);
  });

  test("whose policy changed only in the program is deleted as state says", async () => {
    await up(one());
    // A destroy follows the last up, whatever the program says by now.
    expect(await stack.destroy()).toEqual({ it: { did: "delete" } });
    expect(cloud.ids()).toEqual([]);
  });

  test("that is gone already is deleted without a call", async () => {
    await up(one());
    cloud.emulator.addFault({ fault: "volumes-removed", desktop_id: desktopId(), volume_ids: cloud.ids() });
    expect(await stack.destroy()).toEqual({ it: { did: "delete" } });
    expect(calls()).toEqual(["volumes"]);
  });

  test("that is gone is taken out of state by a refresh, and the next up adds it again", async () => {
    await up(one());
    cloud.emulator.addFault({ fault: "volumes-removed", desktop_id: desktopId(), volume_ids: cloud.ids() });
    await stack.refresh();
    expect(stack.held.size).toBe(0);
    expect(await up(one())).toEqual({ did: "create" });
    expect(cloud.ids()).toHaveLength(1);
  });

  test("is replaced where that is allowed: the new disk is there before the old one goes", async () => {
    await up(one());
    const [old] = cloud.ids();
    expect(await up(one({ type: "SAS", allowReplace: true }))).toEqual({ did: "replace" });
    expect(calls()).toEqual(["volumes", "volumes", "batch-delete"]);
    expect(cloud.ids()).toEqual([stack.state().volumeId]);
    expect(cloud.ids()).not.toContain(old);
  });

  test("of retain that is replaced leaves its old disk on the desktop", async () => {
    await up(one(retain));
    expect(await up(one({ ...retain, type: "SAS", allowReplace: true }))).toEqual({ did: "replace" });
    expect(calls()).toEqual(["volumes", "volumes"]);
    expect(cloud.ids()).toHaveLength(2);
  });

  test("grown but not tuned: state has the truth, and the next up does the rest only", async () => {
    await up(one(fast));
    cloud.emulator.addFault({ fault: "job-fails", match: { operation: "BatchModifyQosVolumes" } });
    const news = one({ ...fast, size: 200, iops: 4000 });
    expect((await up(news))?.error).toMatch(/^Changing disk .* failed after .*\[HWD1601\]$/s);
    expect(stack.state()).toMatchObject({ size: 200, iops: 3000, throughput: 125, unfinished: true });
    expect(await up(news)).toEqual({ did: "update" });
    expect(calls()).toEqual(["volumes", "expand", "batch-modify-qos", "batch-modify-qos"]);
    expect(stack.state()).toMatchObject({ size: 200, iops: 4000 });
    expect(stack.state()).not.toHaveProperty("unfinished");
  });

  test("whose growth failed can be taken back", async () => {
    await up(one());
    cloud.emulator.addFault({ fault: "job-fails", match: { operation: "ExpandVolumes" } });
    expect((await up(one({ size: 200 })))?.error).toContain("[HWD1601]");
    expect(stack.state()).toMatchObject({ size: 100 });
    expect(await up(one())).toEqual({ did: "update" });
    expect(stack.state()).not.toHaveProperty("unfinished");
  });

  test("that was left unfinished and is not there after all is not called finished", async () => {
    await up(one());
    cloud.emulator.addFault({ fault: "job-fails", match: { operation: "ExpandVolumes" } });
    await up(one({ size: 200 }));
    cloud.emulator.addFault({ fault: "volumes-removed", desktop_id: desktopId(), volume_ids: cloud.ids() });
    expect((await up(one()))?.error).toMatch(/the desktop does not show disk .*pulumi refresh.*\[HWD1704\]$/);
  });

  test("looked up by its id alone is what the service shows; one that nothing has is an error", async () => {
    cloud.furnish("v");
    const { makeProvider } = await import("./processFront.js");
    const { attachment } = makeProvider({
      env: { ...cloud.emulator.env },
      clock: cloud.clock,
      send: cloud.send,
    });
    const found = await cloud.time.until(attachment.read(`${desktopId()}/v`, {}));
    expect(found.props).toMatchObject({
      desktopId: desktopId(),
      volumeId: "v",
      type: "SSD",
      size: 100,
      region: "cn-north-4",
    });
    expect(found.inputs).toBeUndefined();
    await expect(cloud.time.until(attachment.read(`${desktopId()}/nothing`, {}))).rejects.toThrow(
      /^Reading disk nothing of desktop .* failed after \d+s: the desktop has no such data disk\. .*\[HWD1704\]$/,
    );
  });
});

describe("a set", () => {
  test("is added by one call and deleted by one call, and kept by name", async () => {
    expect(await up(many(three))).toEqual({ did: "create" });
    expect(cloud.changes()).toEqual([["volumes", ssd, sas, three.c]]);
    expect(Object.keys(stack.ids())).toEqual(["a", "b", "c"]);
    expect(Object.values(stack.ids()).sort()).toEqual(cloud.ids());
    expect(stack.held.get("it")?.id).toBe(desktopId());
    expect(stack.state()).not.toHaveProperty("unfinished");
    const before = [cloud.emulator.requests().length, stack.state()];
    expect(await up(many(three))).toEqual({ did: "same" });
    expect([cloud.emulator.requests().length, stack.state()]).toEqual(before);
    await stack.refresh();
    expect(stack.state()).toEqual(before[1]);
    expect(await stack.destroy()).toEqual({ it: { did: "delete" } });
    expect(calls()).toEqual(["volumes", "batch-delete"]);
    expect(cloud.ids()).toEqual([]);
  });

  test("one is grown, one added and one in the middle removed, with one call each", async () => {
    await up(many(three, lost));
    const { a, b, c } = stack.ids();
    expect(
      await up(many({ a: { ...ssd, size: 200 }, c: three.c, d: { type: "ESSD", size: 30 } }, lost)),
    ).toEqual({ did: "update" });
    expect(cloud.changes().slice(1).sort()).toEqual([
      ["batch-delete", b],
      ["expand", { desktop_id: desktopId(), volume_id: a, new_size: 200 }],
      ["volumes", { type: "ESSD", size: 30 }],
    ]);
    expect(stack.ids()).toMatchObject({ a, c });
    expect(Object.values(stack.ids()).sort()).toEqual(cloud.ids());
  });

  test("on a full desktop one makes room for another", async () => {
    const ten = Object.fromEntries(
      Array.from({ length: 10 }, (_, n) => [`d${n}`, { type: "SSD", size: 10 * (n + 1) }]),
    );
    await up(many(ten, lost));
    const { d4, ...nine } = ten;
    expect(await up(many({ ...nine, new: sas }, lost))).toEqual({ did: "update" });
    expect(calls()).toEqual(["volumes", "batch-delete", "volumes"]);
    expect(cloud.ids()).toHaveLength(10);
  });

  test("a name that leaves without a policy is refused at preview; with one that state has, it goes as said", async () => {
    await up(many(three));
    const { a, c } = three;
    expect((await up(many({ a, c }, lost)))?.error).toMatch(
      /deletionPolicy: "delete".*\n.*deletionPolicy: "retain".*\[HWD1106\]$/s,
    );
    expect(calls()).toEqual(["volumes"]);
    expect(await up(many(three, lost))).toEqual({ did: "update" });
    expect(calls()).toEqual(["volumes"]);
    expect(await up(many({ a, c }, lost))).toEqual({ did: "update" });
    expect(calls()).toEqual(["volumes", "batch-delete"]);
  });

  test("a name that leaves with retain is released without a call, and takes its disk back when it returns", async () => {
    await up(many(three, retain));
    const { a, c } = three;
    const { b } = stack.ids();
    const from = cloud.emulator.requests().filter(({ method }) => method !== "GET").length;
    expect(await up(many({ a, c }, retain))).toEqual({ did: "update" });
    expect(stack.state()).toMatchObject({ released: { b } });
    expect(stack.ids()).not.toHaveProperty("b");
    expect(await up(many(three, retain))).toEqual({ did: "update" });
    expect(stack.ids().b).toBe(b);
    expect(stack.state()).not.toHaveProperty("released");
    expect(cloud.changes()).toHaveLength(from);
    expect(await stack.destroy()).toEqual({ it: { did: "delete" } });
    expect(cloud.ids()).toHaveLength(3);
  });

  test("a released disk that is gone is forgotten by a refresh", async () => {
    await up(many(three, retain));
    const { a, c } = three;
    const { b = "" } = stack.ids();
    await up(many({ a, c }, retain));
    cloud.emulator.addFault({ fault: "volumes-removed", desktop_id: desktopId(), volume_ids: [b] });
    expect((await up(many(three, retain)))?.error).toMatch(/the desktop does not show disk .*pulumi refresh/);
    expect(cloud.ids()).toHaveLength(2);
    await stack.refresh();
    expect(await up(many(three, retain))).toEqual({ did: "update" });
    expect(calls()).toEqual(["volumes", "volumes"]);
  });

  test("one protected disk keeps all of them, without a call", async () => {
    await up(many({ ...three, b: { ...sas, deletionProtection: true } }));
    const before = cloud.emulator.requests().length;
    expect((await stack.destroy()).it?.error).toMatch(
      /disks\.b: deletionProtection of disk .* is true in state/,
    );
    expect(cloud.emulator.requests()).toHaveLength(before);
    expect(cloud.ids()).toHaveLength(3);
  });

  test("a delete takes each disk as its own policy says", async () => {
    await up(many({ ...three, b: { ...sas, ...retain } }));
    const { b } = stack.ids();
    expect(await stack.destroy()).toEqual({ it: { did: "delete" } });
    expect(cloud.ids()).toEqual([b]);
  });

  test("another name for a disk makes no call", async () => {
    await up(many(three));
    const before = stack.ids();
    const { a, c } = three;
    expect(
      await up(many({ a, c, files: { ...sas, existingVolumeId: before.b, deletionProtection: true } })),
    ).toEqual({ did: "update" });
    expect(calls()).toEqual(["volumes"]);
    expect(stack.ids()).toEqual({ a: before.a, c: before.c, files: before.b });
    expect(await up(many({ a, c, files: { ...sas, deletionProtection: true } }))).toEqual({ did: "same" });
  });

  test("a disk that exists is adopted beside those that are added", async () => {
    cloud.furnish("old");
    expect(
      await up(many({ old: { ...ssd, existingVolumeId: "old", deletionProtection: false }, new: sas })),
    ).toEqual({ did: "create" });
    expect(stack.ids().old).toBe("old");
    expect(cloud.ids()).toHaveLength(2);
    expect(cloud.changes()).toEqual([["volumes", sas]]);
  });

  test("a refresh drops a disk that is gone, and the next up adds exactly that one", async () => {
    await up(many(three, { deletionProtection: true }));
    const { b = "", ...others } = stack.ids();
    cloud.emulator.addFault({ fault: "volumes-removed", desktop_id: desktopId(), volume_ids: [b] });
    expect(await stack.refresh()).toEqual({ it: { did: "read" } });
    expect(stack.ids()).toEqual(others);
    expect(await up(many(three, { deletionProtection: true }))).toEqual({ did: "update" });
    expect(cloud.changes().at(-1)).toEqual(["volumes", sas]);
    expect(Object.values(stack.ids()).sort()).toEqual(cloud.ids());
  });

  test("a refresh shows a disk that somebody grew, by its name", async () => {
    await up(many({ a: ssd }));
    const [volume] = cloud.disks();
    cloud.emulator.addDesktops([{ desktop_id: desktopId(), data_volumes: [{ ...volume, size: 150 }] }]);
    expect(await stack.refresh()).toEqual({ it: { did: "read" } });
    expect(stack.held.get("it")?.inputs).toMatchObject({ disks: { a: { type: "SSD", size: 150 } } });
    expect((await up(many({ a: ssd })))?.error).toMatch(
      /disks\.a\.size: would change from 150 GB \(in state\) to 100 GB \(program\): a disk cannot shrink/,
    );
    expect(await up(many({ a: { ...ssd, size: 150 } }))).toEqual({ did: "same" });
  });

  test("a refresh lets the resource go with its desktop", async () => {
    await up(many(three));
    cloud.emulator.addFault({ fault: "desktop-deleted", desktop_id: desktopId() });
    expect(await stack.refresh()).toEqual({ it: { did: "read" } });
    expect(stack.held.size).toBe(0);
  });

  test("a replaced disk is added only once the old one is gone", async () => {
    await up(many({ a: ssd, b: sas }));
    const { a } = stack.ids();
    const other = many({ a: { type: "ESSD", size: 100, allowReplace: true }, b: sas });
    cloud.emulator.addFault({
      fault: "job-fails",
      match: { operation: "DeleteDesktopVolumes" },
      times: "always",
    });
    expect((await up(other))?.error).toMatch(
      /^1 of 2 data disks of desktop .* failed: \n- a: Deleting data disk "a" .*snapshots/s,
    );
    expect(new Set(calls().slice(1))).toEqual(new Set(["batch-delete"]));
    expect(stack.ids().a).toBe(a);
    cloud.emulator.clearFaults();
    const from = calls().length;
    expect(await up(other)).toEqual({ did: "update" });
    expect(cloud.changes().slice(from)).toEqual([
      ["batch-delete", a],
      ["volumes", { type: "ESSD", size: 100 }],
    ]);
    expect(Object.values(stack.ids()).sort()).toEqual(cloud.ids());
  });
});

describe("what failed half-way", () => {
  test("a create that added one of three keeps it, and the next up adds only the others", async () => {
    cloud.emulator.addFault({ fault: "partial-batch", done: 1, match: { operation: "AddDesktopVolumes" } });
    const ended = await up(many(three));
    expect(ended?.did).toBe("create");
    expect(ended?.error).toMatch(
      /^2 of 3 data disks of desktop .* failed: \n- b: Adding data disk "b" \(SAS, 500 GB\).*\n- c: /s,
    );
    expect(Object.keys(stack.ids())).toEqual(["a"]);
    expect(stack.state()).toMatchObject({ unfinished: true });
    const { a } = stack.ids();
    expect(await up(many(three))).toEqual({ did: "update" });
    expect(cloud.changes().at(-1)).toEqual(["volumes", sas, three.c]);
    expect(stack.ids().a).toBe(a);
    expect(cloud.ids()).toHaveLength(3);
  });

  test("a create of which nothing was made leaves nothing, and the next up adds each disk once", async () => {
    const body = { error_code: "WKS.0403", error_msg: "no" };
    cloud.emulator.addFault({
      fault: "respond",
      status: 403,
      body,
      match: { operation: "AddDesktopVolumes" },
    });
    expect((await up(many(three)))?.error).toMatch(/^3 of 3 data disks/);
    expect(stack.held.size).toBe(0);
    expect(await up(many(three))).toEqual({ did: "create" });
    expect(cloud.ids()).toHaveLength(3);
  });

  test("a disk that cannot be deleted keeps no other, and is deleted by a later run", async () => {
    await up(many(three));
    const { b = "" } = stack.ids();
    cloud.emulator.addFault({ fault: "refuse-batch", volume_id: b, times: "always" });
    expect((await stack.destroy()).it?.error).toMatch(/^1 of 3 data disks .*\n- b: Deleting data disk "b"/s);
    expect(cloud.ids()).toEqual([b]);
    cloud.emulator.clearFaults();
    expect(await stack.destroy()).toEqual({ it: { did: "delete" } });
    expect(cloud.changes().at(-1)).toEqual(["batch-delete", b]);
  });

  describe.each<[string, () => Declared]>([
    ["an attachment", () => one({ timeouts: { create: "2m", update: "5m", delete: "20m" } })],
    ["a set", () => many({ a: ssd }, { timeouts: { create: "2m", update: "5m", delete: "20m" } })],
  ])("an add of %s", (_what, declared) => {
    beforeEach(async () => {
      await cloud.end();
      cloud = await emulatedCloud({ jobTimeMs: 600_000 });
      stack = new EmulatedStack(cloud);
    });

    /** Time goes on in small steps, so that the emulator does things at their own times. */
    async function jobsEnd() {
      for (let s = 0; s < 600; s += 5) {
        await cloud.time.pass(5_000);
        cloud.disks();
      }
    }

    /** The create fails with an error that says what may appear, and state has what the next run looks for. */
    async function timesOut() {
      const { error } = (await up(declared())) ?? {};
      expect(error).toMatch(/a disk may still appear on desktop .*[([]HWD150\d[)\]]/s);
      expect(stack.held.size).toBe(1);
      expect(JSON.stringify(stack.state())).toContain("pendingAdd");
      expect(JSON.stringify(stack.state())).not.toContain("ownershipId");
    }

    test.each<[string, () => void]>([
      ["was accepted", () => undefined],
      [
        "got no answer",
        () => cloud.emulator.addFault({ fault: "cut-after-work", match: { operation: "AddDesktopVolumes" } }),
      ],
    ])(
      "that %s and took longer than its time is found by the next up, and bought once",
      async (_how, fault) => {
        fault();
        await timesOut();
        await jobsEnd();
        expect(await up(declared())).toEqual({ did: "update" });
        expect(calls()).toEqual(["volumes"]);
        expect(cloud.ids()).toHaveLength(1);
        expect(JSON.stringify(stack.state())).toContain(cloud.ids()[0]);
        expect(JSON.stringify(stack.state())).not.toContain("pendingAdd");
        expect(await up(declared())).toEqual({ did: "same" });
        expect(await stack.destroy()).toEqual({ it: { did: "delete" } });
        expect(cloud.ids()).toEqual([]);
      },
    );

    test("that took longer than its time is found by a refresh, which then has the disk's id", async () => {
      await timesOut();
      await jobsEnd();
      expect(await stack.refresh()).toEqual({ it: { did: "read" } });
      expect(calls()).toEqual(["volumes"]);
      expect(JSON.stringify(stack.state())).toContain(cloud.ids()[0]);
      expect(stack.held.get("it")?.id).not.toContain("pending");
      expect(JSON.stringify(stack.state())).not.toContain("pendingAdd");
      expect(await up(declared())).toEqual({ did: "update" });
      expect(await up(declared())).toEqual({ did: "same" });
      expect(calls()).toEqual(["volumes"]);
    });

    test("that took longer than its time is deleted by a destroy once its id is in state", async () => {
      await timesOut();
      await jobsEnd();
      // State decides what is deleted: what is found only now is named, and not deleted.
      const { error } = (await stack.destroy()).it ?? {};
      expect(error).toMatch(
        /an earlier run added disk \S+ for it, and its id is not in state yet\. Nothing was deleted\. Run "pulumi refresh".*[([]HWD1503[)\]]/,
      );
      expect(error).toContain(cloud.ids()[0]);
      await stack.refresh();
      expect(await stack.destroy()).toEqual({ it: { did: "delete" } });
      expect(cloud.ids()).toEqual([]);
    });

    test("that was never carried out leaves nothing to a destroy", async () => {
      cloud.emulator.addFault({ fault: "job-fails", match: { operation: "AddDesktopVolumes" } });
      await timesOut();
      await jobsEnd();
      expect(await stack.destroy()).toEqual({ it: { did: "delete" } });
      expect(cloud.ids()).toEqual([]);
    });

    test("that took longer than its time is not deleted where the program protected it, or retains it", async () => {
      const more = (policy: object): Declared =>
        _what === "an attachment"
          ? one({ timeouts: { create: "2m" }, ...policy })
          : many({ a: { ...ssd, ...policy } }, { timeouts: { create: "2m" } });
      expect((await up(more({ deletionProtection: true })))?.error).toMatch(/[([]HWD150\d[)\]]/);
      const before = cloud.emulator.requests().length;
      expect((await stack.destroy()).it?.error).toMatch(
        /deletionProtection of the disk that an earlier run may have added.*\[HWD1105\]$/,
      );
      expect(cloud.emulator.requests()).toHaveLength(before);
      await jobsEnd();
      expect(await up(more(retain))).toEqual({ did: "update" });
      expect(await stack.destroy()).toEqual({ it: { did: "delete" } });
      expect(cloud.ids()).toHaveLength(1);
      expect(calls()).toEqual(["volumes"]);
    });
  });

  test.each<[string, object, string[], number]>([
    ["delete", { deletionPolicy: "delete" }, ["volumes", "batch-delete"], 0],
    ["retain", retain, ["volumes"], 1],
  ])(
    "a name that leaves while its add is unknown leaves as said with the add: %s",
    async (_policy, policy, made, left) => {
      await cloud.end();
      cloud = await emulatedCloud({ jobTimeMs: 600_000 });
      stack = new EmulatedStack(cloud);
      const limits = { timeouts: { create: "2m" } };
      expect((await up(many({ a: { ...ssd, ...policy } }, limits)))?.error).toMatch(/\(HWD150\d\)/);
      for (let s = 0; s < 600; s += 5) {
        await cloud.time.pass(5_000);
        cloud.disks();
      }
      // Its disk goes into state first, and leaves with the next up.
      expect((await up(many({})))?.error).toMatch(/an earlier run added this disk.*is in state.*\(HWD1503\)/);
      expect(Object.values(stack.ids())).toEqual(cloud.ids());
      expect(await up(many({}))).toEqual({ did: "update" });
      expect(calls()).toEqual(made);
      expect(cloud.ids()).toHaveLength(left);
      expect(stack.ids()).toEqual({});
    },
  );

  test("without a policy, its disk stays in state, and the next preview asks for one", async () => {
    await cloud.end();
    cloud = await emulatedCloud({ jobTimeMs: 600_000 });
    stack = new EmulatedStack(cloud);
    await up(many({ a: ssd }, { timeouts: { create: "2m" } }));
    for (let s = 0; s < 600; s += 5) {
      await cloud.time.pass(5_000);
      cloud.disks();
    }
    expect((await up(many({})))?.error).toMatch(
      /an earlier run added this disk, and no deletionPolicy in state .*\(HWD1106\)/,
    );
    expect(Object.values(stack.ids())).toEqual(cloud.ids());
    expect((await up(many({})))?.error).toMatch(/deletionPolicy: "delete".*\[HWD1106\]$/s);
    expect(calls()).toEqual(["volumes"]);
  });
});
