/** A disk, and a set, as the plugin process has them: previews, differences, and what a failure keeps. */
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { pluginDesktops } from "./plugin-desktops";
import type { Properties, ProviderFailure } from "./spawned-process";

jest.setTimeout(60_000);

const on = pluginDesktops();

describe("a disk, as the plugin has it", () => {
  test("a preview of what is not known yet asks for nothing but the known desktop; the rest is passed on as such", async () => {
    const before = on.emulator.requests().length;
    const unknown = on.inputs({ desktopId: unknownValue, size: unknownValue });
    expect((await on.plugin.check(unknown)).failures).toEqual([]);
    const { id, outs } = await on.plugin.create(unknown, { preview: true });
    expect(id).toBe("");
    expect(outs).toMatchObject({
      desktopId: unknownValue,
      type: "SSD",
      size: unknownValue,
      volumeId: unknownValue,
    });
    const set = { desktopId: on.desktop, disks: { data: { type: "SSD", size: 10 }, logs: unknownValue } };
    const shown = await on.plugin.create(set, { kind: "DesktopDataDisks", preview: true });
    expect(shown.outs).toMatchObject({
      disks: { data: { type: "SSD", size: 10, volumeId: unknownValue }, logs: unknownValue },
      volumeIds: { data: unknownValue, logs: unknownValue },
    });
    const asked = on.emulator.requests().slice(before);
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      expect.stringMatching(/^GET \S+\/desktops\/detail$/),
    ]);
  });

  test("a preview of an update keeps what stays", async () => {
    const { id, outs } = await on.plugin.create(on.inputs());
    const before = on.emulator.requests().length;
    const shown = await on.plugin.update(id, outs, on.inputs({ size: 200 }), { preview: true });
    expect(shown).toMatchObject({ size: 200, volumeId: outs.volumeId, device: outs.device });
    const asked = on.emulator.requests().slice(before);
    expect(asked.map(({ method }) => method)).toEqual(["GET"]);
  });

  test("each property that changes is named with its kind of change", async () => {
    const { id, outs } = await on.plugin.create(on.inputs({ allowReplace: true }));
    const difference = (more: Properties) =>
      on.plugin.diff(id, outs, on.inputs({ allowReplace: true, ...more }));
    expect(await difference({})).toMatchObject({ changes: false, detailed: {} });
    expect(await difference({ size: 200, deletionProtection: true })).toMatchObject({
      changes: true,
      replaces: [],
      detailed: { size: "UPDATE", deletionProtection: "ADD" },
    });
    expect(await difference({ type: "SAS" })).toMatchObject({
      replaces: ["type"],
      detailed: { type: "UPDATE_REPLACE" },
    });
  });

  test("a set has paths into its disks, also for names that are no words", async () => {
    const kind = "DesktopDataDisks";
    const entry = { type: "SSD", size: 10, deletionPolicy: "delete" };
    const set = (disks: Properties) => ({ desktopId: on.desktop, disks });
    const { id, outs } = await on.plugin.create(set({ data: entry, "a.b c": entry }), { kind });
    const news = set({ data: { ...entry, size: 20 }, more: entry });
    expect(await on.plugin.diff(id, outs, news, kind)).toMatchObject({
      changes: true,
      detailed: { "disks.data.size": "UPDATE", "disks.more": "ADD", 'disks["a.b c"]': "DELETE" },
    });
    await on.plugin.delete(id, outs, kind);
    expect(on.volumes()).toEqual([]);
  });

  test("time limits of a state of the dynamic front are no difference and leave the state; as inputs they are refused", async () => {
    const { id, outs } = await on.plugin.create(on.inputs());
    const old = { ...outs, timeouts: { create: "5m" }, __provider: "exports.handler = () => 1" };
    expect(await on.plugin.diff(id, old, on.inputs())).toMatchObject({ changes: false });
    const read = await on.plugin.read(id, old);
    expect(read.outs).toEqual(outs);
    expect(await on.plugin.update(id, old, on.inputs({ deletionProtection: false }))).not.toHaveProperty(
      "timeouts",
    );
    const { failures } = await on.plugin.check(on.inputs({ timeouts: { create: "5m" } }));
    expect(failures).toEqual([
      {
        property: "",
        reason: expect.stringMatching(/^timeouts is not an input; .*customTimeouts/) as string,
      },
    ]);
  });

  test("nulls and empty maps, as `pulumi do` sends them, are nothing", async () => {
    expect(await on.plugin.check(on.inputs({ region: null, iops: null, kmsId: null }))).toEqual({
      inputs: on.inputs(),
      failures: [],
    });
    const { id, outs } = await on.plugin.create(on.inputs());
    const read = await on.plugin.read(id, {});
    expect(read).toMatchObject({ id, outs: { volumeId: outs.volumeId, size: 100 } });
    expect(read.outs).not.toHaveProperty("deletionProtection");
  });

  test("a property that the resource does not have is refused with the one that is meant", async () => {
    const { failures } = await on.plugin.check(on.inputs({ deletionProtektion: true }));
    expect(failures).toEqual([
      {
        property: "",
        reason: expect.stringMatching(/^deletionProtektion .*did you mean deletionProtection\?/) as string,
      },
    ]);
  });
});

test("a failure that keeps something names it on the resource", async () => {
  on.emulator.addFault({ fault: "job-fails", match: { operation: "ExpandVolumes", desktop_id: on.desktop } });
  const { id, outs } = await on.plugin.create(on.inputs());
  const failure = await on.plugin.update(id, outs, on.inputs({ size: 200 })).then(
    () => undefined,
    (error: unknown) => error as ProviderFailure,
  );
  expect(failure?.kept).toMatchObject({ id, properties: { ...outs, unfinished: true } });
  expect(failure?.kept?.reasons).toEqual([failure?.message]);
});

test("a failure of ten disks with long names travels whole, with all that there is to keep", async () => {
  const kind = "DesktopDataDisks";
  const disks = (size: number) =>
    Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [`${"ä".repeat(200)} ${index}`, { type: "SSD", size }]),
    );
  const { id, outs } = await on.plugin.create({ desktopId: on.desktop, disks: disks(10) }, { kind });
  on.emulator.addFault({
    fault: "respond",
    status: 403,
    body: { error_code: "WKS.0403", error_msg: "a reason. ".repeat(50) },
    times: "always",
    match: { operation: "ExpandVolumes", desktop_id: on.desktop },
  });
  const failure = await on.plugin
    .update(id, outs, { desktopId: on.desktop, disks: disks(20) }, { kind })
    .then(
      () => undefined,
      (error: unknown) => error as ProviderFailure,
    );
  on.emulator.clearFaults();
  expect(failure?.message).toMatch(/^10 of 10 data disks/);
  expect(failure?.kept?.properties).toEqual({ ...outs, unfinished: true });
});
