/** The plugin process, call by call: what the engine asks of any plugin, its configuration, look-ups and lists. */
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import type * as plugin_pb from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { version } from "../../provider/version";
import { DESKTOPS, pluginDesktops } from "./plugin-desktops";
import type { Properties } from "./spawned-process";

jest.setTimeout(60_000);

const on = pluginDesktops();

describe("what the engine asks of any plugin", () => {
  test("the handshake wants neither secrets nor outputs nor resources", async () => {
    await on.plugin.cancel();
    expect((await on.plugin.handshake()).toObject()).toEqual({
      acceptSecrets: false,
      acceptResources: false,
      acceptOutputs: false,
      supportsAutonamingConfiguration: false,
    });
    expect((await on.plugin.configure()).getSupportspreview()).toBe(true);
  });

  test("its version and its schema", async () => {
    const info = await on.plugin.call<plugin_pb.PluginInfo>((done) =>
      on.plugin.client.getPluginInfo(new Empty(), done),
    );
    expect(info.getVersion()).toBe(version);
    const schema = await on.plugin.call<proto.GetSchemaResponse>((done) =>
      on.plugin.client.getSchema(new proto.GetSchemaRequest(), done),
    );
    expect(JSON.parse(schema.getSchema())).toMatchObject({ name: "huaweicloud-workspace", version });
    const newer = new proto.GetSchemaRequest();
    newer.setVersion(1);
    await expect(on.plugin.call((done) => on.plugin.client.getSchema(newer, done))).rejects.toThrow(
      "schema version 0",
    );
  });

  test("mappings of other providers: none; construct, call and parameters: not there", async () => {
    const mapping = await on.plugin.call<proto.GetMappingResponse>((done) =>
      on.plugin.client.getMapping(new proto.GetMappingRequest(), done),
    );
    expect(mapping.getProvider()).toBe("");
    await expect(
      on.plugin.call((done) => on.plugin.client.construct(new proto.ConstructRequest(), done)),
    ).rejects.toThrow(/not implement|unimplemented/i);
  });

  test("a resource and a function that it does not have are named, with those that it has", async () => {
    const request = new proto.CheckRequest();
    request.setUrn("urn:pulumi:dev::test::huaweicloud-workspace:index:Disk::x");
    await expect(on.plugin.call((done) => on.plugin.client.check(request, done))).rejects.toThrow(
      /no resource huaweicloud-workspace:index:Disk; it has .*DataDiskAttachment/,
    );
    await expect(on.plugin.invoke("getDisk")).rejects.toThrow(/no function .*getDisk; it has .*getDataDisks/);
  });
});

describe("configuration", () => {
  const checkConfig = async (news: Properties, olds: Properties = {}) => {
    const request = new proto.CheckRequest();
    request.setNews(Struct.fromJavaScript(news));
    request.setOlds(Struct.fromJavaScript(olds));
    const answer = await on.plugin.call<proto.CheckResponse>((done) =>
      on.plugin.client.checkConfig(request, done),
    );
    return answer.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);
  };
  const diffConfig = async (olds: Properties, news: Properties) => {
    const request = new proto.DiffRequest();
    request.setOlds(Struct.fromJavaScript(olds));
    request.setNews(Struct.fromJavaScript(news));
    return on.plugin.call<proto.DiffResponse>((done) => on.plugin.client.diffConfig(request, done));
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

describe("look-ups and lists", () => {
  test("look-ups answer as the schema has them", async () => {
    on.emulator.addDesktops([
      {
        desktop_id: on.desktop,
        computer_name: "look",
        data_volumes: [{ volume_id: "v", type: "SSD", size: 10 }],
      },
    ]);
    expect((await on.plugin.invoke("getDesktop", { computerName: "look" })).result).toMatchObject({
      desktopId: on.desktop,
    });
    expect((await on.plugin.invoke("getDataDisks", { desktopId: on.desktop })).result).toMatchObject({
      dataDisks: [{ volumeId: "v", size: 10 }],
    });
    expect((await on.plugin.invoke("getDesktops", { namePrefix: "look" })).result).toMatchObject({
      desktops: [{ desktopId: on.desktop }],
    });
    expect(JSON.stringify((await on.plugin.invoke("getVolumeTypes")).result)).toContain('"SSD"');
  });

  test("wrong arguments are named", async () => {
    await expect(on.plugin.invoke("getDataDisks")).rejects.toThrow(
      /^getDataDisks: give either .*\[HWD1901\]$/,
    );
    expect((await on.plugin.invoke("getDesktop", { desktopID: "x", computerName: 7 })).failures).toEqual([
      { property: "computerName", reason: expect.stringContaining("must be a text") as string },
      { property: "desktopID", reason: expect.stringContaining("did you mean desktopId?") as string },
    ]);
  });

  test("lists have ids that can be imported, page by page", async () => {
    const disks = [1, 2, 3].map((n) => ({ volume_id: `list-${n}`, type: "SSD", size: 10 }));
    on.emulator.addDesktops([{ desktop_id: on.desktop, data_volumes: disks }]);
    const query = { desktopId: on.desktop };
    const all = await on.plugin.list("DataDiskAttachment", query);
    expect(all.ids.sort()).toEqual(disks.map(({ volume_id: id }) => `${on.desktop}/${id}`));
    expect((await on.plugin.list("DesktopDataDisks", query)).ids).toEqual([on.desktop]);
    expect((await on.plugin.list("DesktopDataDisks")).ids.length).toBe(DESKTOPS);
    const first = await on.plugin.list("DataDiskAttachment", query, { pageSize: 2 });
    const second = await on.plugin.list("DataDiskAttachment", query, { pageSize: 2, from: first.next });
    expect([first.ids.length, second.ids.length, second.next]).toEqual([2, 1, ""]);
    expect(await on.plugin.list("DataDiskAttachment", query, { limit: 2 })).toMatchObject({ next: "" });
  });
});

test("nothing but the port was written to standard output", () => {
  expect(on.plugin.standardOutput).toBe("");
  expect(on.plugin.output).not.toContain(on.emulator.env.HW_SECRET_KEY);
});
