/** All disks of a desktop through their life, against the emulator, in virtual time. */
import type { Fault } from "huaweicloud-workspace-emulator";
import { DisksLife, eachWithDisks, type Entries, inputs, sas, ssd, three } from "../testing/disksLife";
import { newRun } from "../testing/lives";
import { desktopId } from "../testing/stage";

const { on, made } = eachWithDisks();

describe("when all goes well", () => {
  test("all disks are added by one call, and kept by name", async () => {
    const life = new DisksLife(on.it);
    expect(await life.want(three, { deletionProtection: false })).toEqual({ did: "create" });
    expect(life.calls()).toEqual([["volumes", ssd, sas, three.c]]);
    expect(Object.values(life.ids()).sort()).toEqual(life.there());
    expect(life.id).toBe(desktopId());
    expect(life.state).toMatchObject({
      desktopId: desktopId(),
      region: "cn-north-4",
      stateVersion: 1,
      volumeIds: life.ids(),
      disks: { a: { ...ssd, device: expect.stringMatching("/dev/") as unknown }, b: sas, c: three.c },
    });
    expect(life.state).not.toHaveProperty("unfinished");
  });

  test("nothing to do makes no call, nor does a refresh that finds all as it was", async () => {
    const life = await made(three);
    const before = on.it.emulator.requests().length;
    expect(await life.want(three)).toEqual({ did: "nothing" });
    expect(on.it.emulator.requests()).toHaveLength(before);
    const { state, inputs: asked } = life;
    await life.look();
    expect(life).toMatchObject({ state, inputs: asked });
  });

  test("one is grown, one added and one in the middle removed by one call each", async () => {
    const life = await made(three);
    const { b } = life.ids();
    expect(await life.want({ a: { ...ssd, size: 200 }, c: three.c, d: { type: "ESSD", size: 30 } })).toEqual({
      did: "update",
    });
    expect(life.calls().sort()).toEqual([
      ["batch-delete", b],
      ["expand", { desktop_id: desktopId(), volume_id: life.ids().a, new_size: 200 }],
      ["volumes", { type: "ESSD", size: 30 }],
    ]);
    expect(Object.keys(life.ids())).toEqual(["a", "c", "d"]);
    expect(Object.values(life.ids()).sort()).toEqual(life.there());
  });

  test("all are deleted by one call", async () => {
    const life = await made(three);
    const all = life.there();
    expect(await life.end()).toEqual({ did: "delete" });
    expect(life.calls().map(([what, ...volumes]) => [what, ...volumes.sort()])).toEqual([
      ["batch-delete", ...all],
    ]);
    expect(life.there()).toEqual([]);
  });

  test("on a full desktop one makes room for another", async () => {
    const ten: Entries = Object.fromEntries(
      Array.from({ length: 10 }, (_, n) => [`d${n}`, { type: "SSD", size: 10 * (n + 1) }]),
    );
    const life = await made(ten);
    const { d4: gone, ...nine } = ten;
    expect(gone).toBeDefined();
    expect(await life.want({ ...nine, new: sas })).toEqual({ did: "update" });
    expect(life.calls().map(([what]) => what)).toEqual(["batch-delete", "volumes"]);
    expect(life.there()).toHaveLength(10);
  });

  test("names that every object has are names like any other", async () => {
    const life = await made({ a: ssd });
    expect(await life.want({ a: ssd, constructor: sas })).toEqual({ did: "update" });
    expect(Object.keys(life.ids())).toEqual(["a", "constructor"]);
    expect(await life.want({ a: ssd })).toEqual({ did: "update" });
    expect(life.there()).toEqual([life.ids().a]);
  });

  test("another name for a disk makes no call", async () => {
    const life = await made(three);
    const before = life.ids();
    const { a, c } = three;
    expect(
      await life.want({ a, c, files: { ...sas, existingVolumeId: before.b, deletionProtection: true } }),
    ).toEqual({ did: "update" });
    expect(life.calls()).toEqual([]);
    expect(life.ids()).toEqual({ a: before.a, c: before.c, files: before.b });
    expect(await life.want({ a, c, files: { ...sas, deletionProtection: true } })).toEqual({
      did: "nothing",
    });
  });

  test("a disk that exists is taken over beside those that are added", async () => {
    on.it.emulator.addDesktops([{ desktop_id: desktopId(), data_volumes: [{ volume_id: "old", ...ssd }] }]);
    const life = await made({
      old: { ...ssd, existingVolumeId: "old", deletionProtection: false },
      new: sas,
    });
    expect(life.ids().old).toBe("old");
    expect(life.there()).toHaveLength(2);
  });
});

describe("what is not done at all", () => {
  test("one protected disk keeps all of them", async () => {
    const life = await made({ ...three, b: { ...sas, deletionProtection: true } });
    const before = on.it.emulator.requests().length;
    const { error } = await life.end();
    expect(error?.message).toMatch(
      /^data disk "b" of desktop d0.*: deletionProtection of disk .* is true, so nothing was sent\. .*run "pulumi up", then delete/,
    );
    expect(on.it.emulator.requests()).toHaveLength(before);
    expect(life.there()).toHaveLength(3);
  });

  test("a name that is gone does not take its protected disk along, though the program no longer protects any", async () => {
    const life = await made(three, { deletionProtection: true });
    expect((await life.want({ a: ssd, b: sas })).error?.message).toMatch(
      /^disks\.c: is gone from the program/,
    );
    expect(await life.want(three)).toEqual({ did: "update" });
    expect(await life.want({ a: ssd, b: sas })).toEqual({ did: "update" });
    expect(life.calls().map(([what]) => what)).toEqual(["batch-delete"]);
  });

  test("a state without the id of a disk is neither read, changed nor deleted", async () => {
    const life = await made(three);
    (life.state.disks as Entries).b = sas;
    const before = on.it.emulator.requests().length;
    const text = /data disk "b" of desktop d0.* has no volumeId/;
    expect((await life.end()).error?.message).toMatch(text);
    expect((await life.want({ a: ssd })).error?.message).toMatch(text);
    await expect(life.look()).rejects.toThrow(text);
    expect(on.it.emulator.requests()).toHaveLength(before);
  });

  test("a state of a newer version is left alone", async () => {
    const life = await made(three);
    life.state.stateVersion = 2;
    expect((await life.end()).error?.message).toMatch(/newer version/);
    expect(life.there()).toHaveLength(3);
  });

  test("disks of another desktop are not reached for by an update", async () => {
    const life = await made(three);
    const { disks } = newRun(on.it);
    const moved = { ...inputs(three, { allowReplace: true }), desktopId: desktopId(2) };
    await expect(disks.update(desktopId(), life.state, moved)).rejects.toThrow(
      "desktopId: cannot change in place",
    );
    expect(life.calls()).toEqual([]);
  });
});

describe("refresh", () => {
  test("drops a disk that is gone, and the next up adds exactly that one", async () => {
    const life = await made(three, { deletionProtection: true });
    const { b, ...others } = life.ids();
    on.it.emulator.addFault({ fault: "volumes-removed", desktop_id: desktopId(), volume_ids: [b ?? ""] });
    await life.look();
    expect(life.ids()).toEqual(others);
    expect(life.state.volumeIds).toEqual(others);
    expect(Object.keys(life.inputs.disks as Entries)).toEqual(["a", "c"]);
    expect(await life.want(three, { deletionProtection: true })).toEqual({ did: "update" });
    expect(life.calls()).toEqual([["volumes", sas]]);
    expect(Object.values(life.ids()).sort()).toEqual(life.there());
  });

  test("shows a disk that somebody grew, by its name", async () => {
    const life = await made({ a: ssd });
    const [volume] = on.it.disks();
    on.it.emulator.addDesktops([{ desktop_id: desktopId(), data_volumes: [{ ...volume, size: 150 }] }]);
    await life.look();
    expect(life.inputs).toMatchObject({ disks: { a: { type: "SSD", size: 150 } } });
    expect((await life.want({ a: ssd })).error?.message).toMatch(
      /^disks\.a\.size: cannot shrink from 150 GB/,
    );
    expect(await life.want({ a: { ...ssd, size: 150 } })).toEqual({ did: "nothing" });
  });

  test("lets the resource go with its desktop", async () => {
    const life = await made(three);
    on.it.emulator.addFault({ fault: "desktop-deleted", desktop_id: desktopId() });
    await life.look();
    expect(life.id).toBeUndefined();
  });

  test.each<[string, Fault]>([
    ["a refusal", { fault: "respond", status: 401, body: { error_code: "APIGW.0301", error_msg: "who?" } }],
    ["a wrong project", { fault: "wrong-project" }],
    ["an answer without the list of volumes", { fault: "no-data-volumes" }],
    ["a page of HTML", { fault: "not-json" }],
  ])("does not call anything gone because of %s", async (_what, fault) => {
    const life = await made(three);
    const { state } = life;
    on.it.emulator.addFault({ ...fault, match: { method: "GET" }, times: "always" });
    await expect(life.look()).rejects.toThrow(/^reading the data disks of desktop d0.* failed after/);
    expect(life.state).toBe(state);
  });
});
