/** The plugin process, call by call: what the engine asks of any plugin, and what only this one answers. */
import { startEmulator } from "huaweicloud-workspace-emulator";
import type { Emulator } from "huaweicloud-workspace-emulator";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import type * as plugin_pb from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { version } from "../../provider/version";
import { desktopId } from "../engine/cloud";
import { changesOf, disksOn } from "./one-desktop";
import { PluginProcess } from "./plugin-process";
import type { ProviderFailure } from "./spawned-process";
import { type Properties } from "./spawned-process";

jest.setTimeout(60_000);

let emulator: Emulator;
let plugin: PluginProcess;

beforeAll(async () => {
  emulator = await startEmulator({ desktops: 40, jobTimeMs: 1_000 });
  plugin = await PluginProcess.start({ ...emulator.env });
  await plugin.configure();
});

afterAll(async () => {
  await plugin.close();
  await emulator.close();
});

let used = 0;
let desktop = "";
beforeEach(() => {
  used += 1;
  desktop = desktopId(used);
});

const inputs = (more: Properties = {}): Properties => ({
  desktopId: desktop,
  type: "SSD",
  size: 100,
  ...more,
});
const volumes = () => disksOn(emulator, desktop);
const writes = () => changesOf(emulator, desktop);

describe("what the engine asks of any plugin", () => {
  test("the handshake wants neither secrets nor outputs nor resources", async () => {
    await plugin.cancel();
    expect((await plugin.handshake()).toObject()).toEqual({
      acceptSecrets: false,
      acceptResources: false,
      acceptOutputs: false,
      supportsAutonamingConfiguration: false,
    });
    expect((await plugin.configure()).getSupportspreview()).toBe(true);
  });

  test("its version and its schema", async () => {
    const info = await plugin.call<plugin_pb.PluginInfo>((done) =>
      plugin.client.getPluginInfo(new Empty(), done),
    );
    expect(info.getVersion()).toBe(version);
    const schema = await plugin.call<proto.GetSchemaResponse>((done) =>
      plugin.client.getSchema(new proto.GetSchemaRequest(), done),
    );
    expect(JSON.parse(schema.getSchema())).toMatchObject({ name: "huaweicloud-workspace", version });
    const newer = new proto.GetSchemaRequest();
    newer.setVersion(1);
    await expect(plugin.call((done) => plugin.client.getSchema(newer, done))).rejects.toThrow(
      "schema version 0",
    );
  });

  test("mappings of other providers: none; construct, call and parameters: not there", async () => {
    const mapping = await plugin.call<proto.GetMappingResponse>((done) =>
      plugin.client.getMapping(new proto.GetMappingRequest(), done),
    );
    expect(mapping.getProvider()).toBe("");
    await expect(
      plugin.call((done) => plugin.client.construct(new proto.ConstructRequest(), done)),
    ).rejects.toThrow(/not implement|unimplemented/i);
  });

  test("a resource and a function that it does not have are named, with those that it has", async () => {
    const request = new proto.CheckRequest();
    request.setUrn("urn:pulumi:dev::test::huaweicloud-workspace:index:Disk::x");
    await expect(plugin.call((done) => plugin.client.check(request, done))).rejects.toThrow(
      /no resource huaweicloud-workspace:index:Disk; it has .*DataDiskAttachment/,
    );
    await expect(plugin.invoke("getDisk")).rejects.toThrow(/no function .*getDisk; it has .*getDataDisks/);
  });
});

describe("configuration", () => {
  const checkConfig = async (news: Properties, olds: Properties = {}) => {
    const request = new proto.CheckRequest();
    request.setNews(Struct.fromJavaScript(news));
    request.setOlds(Struct.fromJavaScript(olds));
    const answer = await plugin.call<proto.CheckResponse>((done) => plugin.client.checkConfig(request, done));
    return answer.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);
  };
  const diffConfig = async (olds: Properties, news: Properties) => {
    const request = new proto.DiffRequest();
    request.setOlds(Struct.fromJavaScript(olds));
    request.setNews(Struct.fromJavaScript(news));
    return plugin.call<proto.DiffResponse>((done) => plugin.client.diffConfig(request, done));
  };

  test("unknown keys are refused with the one that is meant; what the engine adds is not", async () => {
    expect(
      await checkConfig({ region: "cn-north-4", version: "0.1.0", pluginDownloadURL: "https://x" }),
    ).toEqual([]);
    expect(await checkConfig({ regoin: "cn-north-4" })).toEqual([
      ': "huaweicloud-workspace:regoin" is not a setting; did you mean "region"? [HWD1110]',
    ]);
  });

  test("a change of the configuration never replaces the provider, and with it every disk", async () => {
    for (const [olds, news] of [
      [{}, { region: "cn-north-4", version: "0.1.0" }],
      [{ region: "cn-north-4" }, { region: "eu-west-101" }],
      [
        { projectId: "a", accessKey: "a" },
        { projectId: "b", accessKey: unknownValue },
      ],
    ] as [Properties, Properties][]) {
      const answer = await diffConfig(olds, news);
      expect(answer.getChanges()).toBe(proto.DiffResponse.DiffChanges.DIFF_SOME);
      expect(answer.getReplacesList()).toEqual([]);
      expect(answer.getHasdetaileddiff()).toBe(false);
    }
    const same = await diffConfig({ region: "r", version: "0.1.0" }, { region: "r", version: "0.2.0" });
    expect(same.getChanges()).toBe(proto.DiffResponse.DiffChanges.DIFF_NONE);
  });
});

describe("a disk, as the plugin has it", () => {
  test("no preview makes a call; what is not known yet is passed on as such", async () => {
    const before = emulator.requests().length;
    const unknown = inputs({ desktopId: unknownValue, size: unknownValue });
    expect((await plugin.check(unknown)).failures).toEqual([]);
    const { id, outs } = await plugin.create(unknown, { preview: true });
    expect(id).toBe("");
    expect(outs).toMatchObject({
      desktopId: unknownValue,
      type: "SSD",
      size: unknownValue,
      volumeId: unknownValue,
    });
    const set = { desktopId: desktop, disks: { data: { type: "SSD", size: 10 }, logs: unknownValue } };
    const shown = await plugin.create(set, { kind: "DesktopDataDisks", preview: true });
    expect(shown.outs).toMatchObject({
      disks: { data: { type: "SSD", size: 10, volumeId: unknownValue }, logs: unknownValue },
      volumeIds: { data: unknownValue, logs: unknownValue },
    });
    expect(emulator.requests()).toHaveLength(before);
  });

  test("a preview of an update keeps what stays", async () => {
    const { id, outs } = await plugin.create(inputs());
    const before = emulator.requests().length;
    const shown = await plugin.update(id, outs, inputs({ size: 200 }), { preview: true });
    expect(shown).toMatchObject({ size: 200, volumeId: outs.volumeId, device: outs.device });
    expect(emulator.requests()).toHaveLength(before);
  });

  test("each property that changes is named with its kind of change", async () => {
    const { id, outs } = await plugin.create(inputs({ allowReplace: true }));
    const difference = (more: Properties) => plugin.diff(id, outs, inputs({ allowReplace: true, ...more }));
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
    const set = (disks: Properties) => ({ desktopId: desktop, disks });
    const { id, outs } = await plugin.create(set({ data: entry, "a.b c": entry }), { kind });
    const news = set({ data: { ...entry, size: 20 }, more: entry });
    expect(await plugin.diff(id, outs, news, kind)).toMatchObject({
      changes: true,
      detailed: { "disks.data.size": "UPDATE", "disks.more": "ADD", 'disks["a.b c"]': "DELETE" },
    });
    await plugin.delete(id, outs, kind);
    expect(volumes()).toEqual([]);
  });

  test("time limits of a state of the dynamic front are no difference and leave the state; as inputs they are refused", async () => {
    const { id, outs } = await plugin.create(inputs());
    const old = { ...outs, timeouts: { create: "5m" }, __provider: "exports.handler = () => 1" };
    expect(await plugin.diff(id, old, inputs())).toMatchObject({ changes: false });
    const read = await plugin.read(id, old);
    expect(read.outs).toEqual(outs);
    expect(await plugin.update(id, old, inputs({ deletionProtection: false }))).not.toHaveProperty(
      "timeouts",
    );
    const { failures } = await plugin.check(inputs({ timeouts: { create: "5m" } }));
    expect(failures).toEqual([
      {
        property: "",
        reason: expect.stringMatching(/^timeouts is not an input; .*customTimeouts/) as string,
      },
    ]);
  });

  test("nulls and empty maps, as `pulumi do` sends them, are nothing", async () => {
    expect(await plugin.check(inputs({ region: null, iops: null, kmsId: null }))).toEqual({
      inputs: inputs(),
      failures: [],
    });
    const { id, outs } = await plugin.create(inputs());
    const read = await plugin.read(id, {});
    expect(read).toMatchObject({ id, outs: { volumeId: outs.volumeId, size: 100 } });
    expect(read.outs).not.toHaveProperty("deletionProtection");
  });

  test("a property that the resource does not have is refused with the one that is meant", async () => {
    const { failures } = await plugin.check(inputs({ deletionProtektion: true }));
    expect(failures).toEqual([
      {
        property: "",
        reason: expect.stringMatching(/^deletionProtektion .*did you mean deletionProtection\?/) as string,
      },
    ]);
  });
});

describe("import", () => {
  const existing = () => [
    { volume_id: `data-a-${used}`, type: "SSD", size: 100 },
    { volume_id: `data-b-${used}`, type: "GPSSD2", size: 20, iops: 3000, throughput: 125 },
  ];
  beforeEach(() => {
    emulator.addDesktops([{ desktop_id: desktop, data_volumes: existing() }]);
  });

  test("of one disk: protected, with inputs that pass and show no difference", async () => {
    const id = `${desktop}/data-b-${used}`;
    const found = await plugin.import(id);
    expect(found.id).toBe(id);
    expect(found.inputs).toEqual({
      desktopId: desktop,
      type: "GPSSD2",
      size: 20,
      iops: 3000,
      throughput: 125,
      deletionProtection: true,
    });
    expect(found.outs).toMatchObject({
      volumeId: `data-b-${used}`,
      deletionProtection: true,
      stateVersion: 2,
    });
    expect(found.outs.ownershipId).toMatch(/^[0-9a-f-]{36}$/);
    const news = found.inputs ?? {};
    expect(await plugin.check(news, news)).toEqual({ inputs: news, failures: [] });
    expect(await plugin.diff(id, found.outs, news)).toMatchObject({ changes: false });
    await expect(plugin.delete(id, found.outs)).rejects.toThrow("deletionProtection");
    expect(await plugin.diff(id, found.outs, { ...news, deletionProtection: false })).toMatchObject({
      changes: true,
      detailed: { deletionProtection: "UPDATE" },
    });
  });

  test("into a program that differs from the disk is refused, property by property; protection may be taken off", async () => {
    const id = `${desktop}/data-a-${used}`;
    const found = await plugin.import(id);
    const news = found.inputs ?? {};
    const differing = { desktopId: desktop, size: 120, type: "SAS" };
    await expect(plugin.diff(id, found.outs, differing)).rejects.toThrow(
      /^Importing data disks .* is refused:\s+- type: is "SAS", and disk \S+ has "SSD".*\n- size: is 120, .* has 100.*\n- deletionProtection: is not set[^]*\[HWD1111\]$/,
    );
    await expect(plugin.diff(id, found.outs, { ...news, desktopId: "other" })).rejects.toThrow(
      /desktopId: is other, and the id to import is on desktop/,
    );
    expect(await plugin.diff(id, found.outs, { ...news, deletionProtection: false })).toMatchObject({
      changes: true,
    });
  });

  test("of a set whose program names other disks is refused", async () => {
    const found = await plugin.import(desktop, "DesktopDataDisks");
    const news = { ...found.inputs, disks: { mine: { type: "SSD", size: 100 } } };
    await expect(plugin.diff(desktop, found.outs, news, "DesktopDataDisks")).rejects.toThrow(
      /disks.mine: is not a disk of the desktop.*[^]*is missing: the import takes disk/,
    );
  });

  test("of all disks of a desktop, by names of their own", async () => {
    const kind = "DesktopDataDisks";
    const found = await plugin.import(desktop, kind);
    const news = found.inputs ?? {};
    expect(found.id).toBe(desktop);
    expect(Object.values(news.disks ?? {})).toEqual([
      { type: "SSD", size: 100 },
      { type: "GPSSD2", size: 20, iops: 3000, throughput: 125 },
    ]);
    expect(news).toMatchObject({ desktopId: desktop, deletionProtection: true });
    expect(await plugin.check(news, news, kind)).toEqual({ inputs: news, failures: [] });
    expect(await plugin.diff(desktop, found.outs, news, kind)).toMatchObject({ changes: false });
    await expect(plugin.delete(desktop, found.outs, kind)).rejects.toThrow("deletionProtection");
  });

  test.each<[string, () => [string, "DataDiskAttachment" | "DesktopDataDisks"], RegExp]>([
    [
      "a disk that is not there",
      () => [`${desktop}/nothing`, "DataDiskAttachment"],
      /no such data disk.*\[HWD1704\]$/,
    ],
    [
      "a desktop that is not there",
      () => ["nowhere", "DesktopDataDisks"],
      /there is no desktop nowhere in project .*getDesktop.*\[HWD1701\]$/,
    ],
    ["an id without a disk", () => [desktop, "DataDiskAttachment"], /<desktopId>\/<volumeId>.*\[HWD1803\]$/],
    [
      "an id with a disk",
      () => [`${desktop}/data-a-${used}`, "DesktopDataDisks"],
      /not an id of a desktop.*\[HWD1803\]$/,
    ],
    [
      "the system disk",
      () => [
        `${desktop}/${emulator.desktops().find(({ desktop_id: id }) => id === desktop)?.root_volume.volume_id ?? ""}`,
        "DataDiskAttachment",
      ],
      /system disk.*\[HWD1705\]$/,
    ],
  ])("of %s is refused", async (_what, which, text) => {
    const [id, kind] = which();
    await expect(plugin.import(id, kind)).rejects.toThrow(text);
    expect(writes()).toEqual([]);
  });
});

describe("look-ups and lists", () => {
  test("look-ups answer as the schema has them", async () => {
    emulator.addDesktops([
      {
        desktop_id: desktop,
        computer_name: "look",
        data_volumes: [{ volume_id: "v", type: "SSD", size: 10 }],
      },
    ]);
    expect((await plugin.invoke("getDesktop", { computerName: "look" })).result).toMatchObject({
      desktopId: desktop,
    });
    expect((await plugin.invoke("getDataDisks", { desktopId: desktop })).result).toMatchObject({
      dataDisks: [{ volumeId: "v", size: 10 }],
    });
    expect((await plugin.invoke("getDesktops", { namePrefix: "look" })).result).toMatchObject({
      desktops: [{ desktopId: desktop }],
    });
    expect(JSON.stringify((await plugin.invoke("getVolumeTypes")).result)).toContain('"SSD"');
  });

  test("wrong arguments are named", async () => {
    await expect(plugin.invoke("getDataDisks")).rejects.toThrow(/^getDataDisks: give either .*\[HWD1901\]$/);
    expect((await plugin.invoke("getDesktop", { desktopID: "x", computerName: 7 })).failures).toEqual([
      { property: "computerName", reason: expect.stringContaining("must be a text") as string },
      { property: "desktopID", reason: expect.stringContaining("did you mean desktopId?") as string },
    ]);
  });

  test("lists have ids that can be imported, page by page", async () => {
    const disks = [1, 2, 3].map((n) => ({ volume_id: `list-${n}`, type: "SSD", size: 10 }));
    emulator.addDesktops([{ desktop_id: desktop, data_volumes: disks }]);
    const query = { desktopId: desktop };
    const all = await plugin.list("DataDiskAttachment", query);
    expect(all.ids.sort()).toEqual(disks.map(({ volume_id: id }) => `${desktop}/${id}`));
    expect((await plugin.list("DesktopDataDisks", query)).ids).toEqual([desktop]);
    expect((await plugin.list("DesktopDataDisks")).ids.length).toBe(40);
    const first = await plugin.list("DataDiskAttachment", query, { pageSize: 2 });
    const second = await plugin.list("DataDiskAttachment", query, { pageSize: 2, from: first.next });
    expect([first.ids.length, second.ids.length, second.next]).toEqual([2, 1, ""]);
    expect(await plugin.list("DataDiskAttachment", query, { limit: 2 })).toMatchObject({ next: "" });
  });
});

test("nothing but the port was written to standard output", () => {
  expect(plugin.standardOutput).toBe("");
  expect(plugin.output).not.toContain(emulator.env.HW_SECRET_KEY);
});

test("a failure that keeps something names it on the resource", async () => {
  emulator.addFault({ fault: "job-fails", match: { operation: "ExpandVolumes", desktop_id: desktop } });
  const { id, outs } = await plugin.create(inputs());
  const failure = await plugin.update(id, outs, inputs({ size: 200 })).then(
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
  const { id, outs } = await plugin.create({ desktopId: desktop, disks: disks(10) }, { kind });
  emulator.addFault({
    fault: "respond",
    status: 403,
    body: { error_code: "WKS.0403", error_msg: "a reason. ".repeat(50) },
    times: "always",
    match: { operation: "ExpandVolumes", desktop_id: desktop },
  });
  const failure = await plugin.update(id, outs, { desktopId: desktop, disks: disks(20) }, { kind }).then(
    () => undefined,
    (error: unknown) => error as ProviderFailure,
  );
  emulator.clearFaults();
  expect(failure?.message).toMatch(/^10 of 10 data disks/);
  expect(failure?.kept?.properties).toEqual({ ...outs, unfinished: true });
});
