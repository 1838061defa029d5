/** An attachment through its life. */
import { desktopId } from "../../testing/emulatedCloud";
import { calls, cloud, one, retain, stack, up } from "./testing/oneResource";

const fast = { type: "GPSSD2", size: 100, iops: 3000, throughput: 125 };

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
    expect(await up(one())).toEqual({ did: "same" });
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
    expect(await up(one())).toEqual({ did: "same" });
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
