/** A set through its life. */
import { desktopId } from "../../testing/emulatedCloud";
import { calls, cloud, many, retain, sas, ssd, stack, three, up } from "./testing/oneResource";

const lost = { deletionPolicy: "delete" };

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
    expect(await up(many(three, { deletionProtection: true }))).toEqual({ did: "same" });
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
