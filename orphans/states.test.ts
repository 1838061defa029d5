import { BadState, readStack } from "./states";
import {
  attachment,
  creating,
  dataDisks,
  exported,
  ofPlugin,
  pendingAdd,
  place,
  providerResource,
  secret,
  stackOf,
  updating,
} from "./testing/states";

const read = (json: string) => readStack({ label: "dev.json" }, json);

test("our resources are read with stack, project, place and disks; others are passed over", () => {
  const foreign = { urn: "urn:pulumi:STACK::infra::random:index:Id::x", type: "random:index:Id" };

  const stack = read(
    exported("dev", [
      foreign,
      attachment("a", "d1", "v1", {}, { protect: true }),
      dataDisks("b", "d2", { x: "v2", y: "v3" }),
      attachment("old", "d1", "v4", {}, { delete: true }),
      attachment("seen", "d1", "v5", {}, { external: true }),
    ]),
  );

  expect(stack).toMatchObject({ stack: "dev", project: "infra", pending: [] });
  expect(
    stack.resources.map(({ name, desktopId, disks, protect, condemned, external }) => [
      name,
      desktopId,
      disks.map(({ volumeId }) => volumeId).join(" "),
      ...(protect ? ["protect"] : []),
      ...(condemned ? ["condemned"] : []),
      ...(external ? ["external"] : []),
    ]),
  ).toEqual([
    ["a", "d1", "v1", "protect"],
    ["b", "d2", "v2 v3"],
    ["old", "d1", "v4", "condemned"],
    ["seen", "d1", "v5", "external"],
  ]);
  expect(stack.resources[0]?.place).toEqual(place);
});

test("the disks of a state that has no ids by name yet, as the first version wrote it, are read", () => {
  const { volumeIds, ...outputs } = dataDisks("b", "d2", { x: "v2" }).outputs as Record<string, unknown>;
  const stack = read(exported("dev", [{ ...dataDisks("b", "d2", {}), outputs }]));

  expect(volumeIds).toEqual({ x: "v2" });
  expect(stack.resources[0]?.disks).toMatchObject([{ name: "x", volumeId: "v2" }]);
});

describe("a stack of the plugin", () => {
  test("is read as one of the dynamic front: resources, disks, released, unknown adds and interrupted operations", () => {
    const set = {
      ...dataDisks(
        "b",
        "d2",
        { x: "v2" },
        { released: { old: "v3" }, pendingAdds: { y: pendingAdd(["v2"]) }, stateVersion: 2 },
      ),
      inputs: { desktopId: "d2", disks: { x: {}, y: {}, z: { type: "SSD" } } },
    };
    const all = [
      attachment("a", "d1", "v1", { ownershipId: "o" }, { protect: true }),
      set,
      attachment("old", "d1", "v4", {}, { delete: true }),
      attachment("seen", "d1", "v5", {}, { external: true }),
    ];
    const pending = [
      creating("DataDiskAttachment", "c", { desktopId: "d1", type: "SSD", size: 10 }),
      updating(set),
      { type: "deleting", resource: attachment("a", "d1", "v1") },
    ];
    const comparable = (stack: ReturnType<typeof read>) =>
      [...stack.resources, ...stack.pending.map(({ resource }) => resource)].map(
        ({ stack: _stack, urn: _urn, front: _front, provider: _provider, ...rest }) => rest,
      );

    const dynamic = stackOf("dev", all, pending);
    const plugin = stackOf(
      "dev",
      [providerResource("default_0_1_0"), ...all.map((raw) => ofPlugin(raw))],
      pending.map((raw) => ofPlugin(raw)),
    );

    expect(plugin.resources).toHaveLength(4);
    expect(plugin.pending).toHaveLength(3);
    expect(comparable(plugin)).toEqual(comparable(dynamic));
    expect(plugin).toMatchObject({ stack: "dev", project: "infra" });
    expect(new Set(plugin.resources.map(({ front }) => front))).toEqual(new Set(["plugin"]));
    expect(new Set(dynamic.resources.map(({ front }) => front))).toEqual(new Set(["dynamic"]));
  });

  test("has the place of an interrupted create from the provider resource, after the inputs", () => {
    const inputs = { desktopId: "d1", type: "SSD", size: 10 };
    const provider = providerResource("second", { region: "eu-west-101", profile: "two", version: "0.1.0" });
    const places = stackOf(
      "dev",
      [provider, ofPlugin(attachment("c", "d1", "v1"), "second")],
      [
        ofPlugin(creating("DataDiskAttachment", "a", inputs), "second"),
        ofPlugin(creating("DataDiskAttachment", "b", { ...inputs, region: "cn-north-4" }), "second"),
      ],
    );

    expect(places.pending.map(({ resource }) => resource.place)).toEqual([
      { region: "eu-west-101", profile: "two" },
      { region: "cn-north-4", profile: "two" },
    ]);
    expect(places.resources[0]?.place).toEqual({ ...place, profile: "two" });
  });

  test("stops where that place is a secret and needed, not where the state has the place", () => {
    const provider = providerResource("second", { projectId: secret() });
    const cut = creating("DataDiskAttachment", "a", { desktopId: "d1", type: "SSD", size: 10 });

    expect(() => stackOf("dev", [provider], [ofPlugin(cut, "second")])).toThrow(
      /::second: the place .*keeps projectId as a secret.*--show-secrets/,
    );
    expect(
      stackOf("dev", [provider, ofPlugin(attachment("c", "d1", "v1"), "second")]).resources[0]?.place,
    ).toEqual(place);
  });

  test("has the id of an interrupted import where the engine keeps it until the resource is read", () => {
    const { outputs: _, ...raw } = attachment("a", "d1", "v1", {}, { id: "", importID: "d1/v1" });

    expect(
      stackOf("dev", [], [ofPlugin({ type: "importing", resource: raw })]).pending[0]?.resource,
    ).toMatchObject({ desktopId: "d1", disks: [{ volumeId: "v1" }] });
  });
});

test.each(["huaweicloud-workspace:index:VolumeGroup", "huaweicloud-workspace:disk/next:DataDiskAttachment"])(
  "a resource of this package of a type that is not known stops it: its disks would look like orphans: %s",
  (type) => {
    expect(() => stackOf("dev", [{ ...attachment("a", "d1", "v1"), type }])).toThrow(
      /::a: this version does not know the type huaweicloud-workspace:/,
    );
  },
);

test("a destroyed stack holds nothing", () => {
  expect(read(JSON.stringify({ version: 3, deployment: { manifest: {} } }))).toMatchObject({
    resources: [],
    pending: [],
  });
});

test("a cut-off create has the disks of its inputs, without ids", () => {
  const disks = { x: { type: "SSD", size: 10 }, y: { type: "SAS", size: 20 } };
  const stack = stackOf(
    "dev",
    [],
    [
      creating("DataDiskAttachment", "a", { desktopId: "d1", type: "SSD", size: 10 }),
      creating("DesktopDataDisks", "b", { desktopId: "d2", disks }),
    ],
  );

  expect(stack.pending.map(({ resource }) => resource.disks)).toMatchObject([
    [{ wanted: { type: "SSD", size: 10 } }],
    [
      { name: "x", wanted: { type: "SSD" } },
      { name: "y", wanted: { size: 20 } },
    ],
  ]);
});

describe("secrets", () => {
  test("that are not needed do not matter", () => {
    const one = attachment("a", "d1", "v1", { desktopId: secret(), volumeId: secret(), kmsId: secret() });
    const all = dataDisks("b", "d2", { x: "v2" }, { disks: secret() });

    expect(read(exported("dev", [one, all])).resources.map(({ disks }) => disks[0]?.volumeId)).toEqual([
      "v1",
      "v2",
    ]);
  });

  test("are read where the state was exported with them", () => {
    const one = attachment("a", "d1", "v1", { region: secret("eu-west-101") });

    expect(read(exported("dev", [one])).resources[0]?.place.region).toBe("eu-west-101");
  });

  test.each([
    [
      "a place",
      attachment("a", "d1", "v1", { projectId: secret() }),
      /::a: the place .*keeps projectId as a secret/,
    ],
    [
      "all disks",
      dataDisks("b", "d1", {}, { disks: secret(), volumeIds: secret() }),
      /keeps disks, volumeIds as a secret/,
    ],
    [
      "the id of one disk",
      dataDisks("b", "d1", {}, { disks: { x: { volumeId: secret() } }, volumeIds: secret() }),
      /has no volumeId.*keeps disks, volumeIds as a secret/,
    ],
  ])("that hide %s stop it, by name and with a way out", (_, resource, told) => {
    const attempt = () => read(exported("dev", [resource]));
    expect(attempt).toThrow(BadState);
    expect(attempt).toThrow(told);
    expect(attempt).toThrow(/--show-secrets/);
  });

  test.each([
    ["the disks", { desktopId: "d1", disks: secret() }, /the disks that it was to add cannot be read/],
    ["the desktop", { desktopId: secret(), disks: {} }, /name no desktop/],
  ])("that hide %s of a cut-off create stop it: its disk would seem to be nobody's", (_, inputs, told) => {
    expect(() => stackOf("dev", [], [creating("DesktopDataDisks", "b", inputs)])).toThrow(told);
  });
});

test.each([
  ["no JSON", "password: hunter2"],
  ["a file of something else", JSON.stringify({ password: "hunter2" })],
])("%s is refused without being quoted", (_, text) => {
  const attempt = () => read(text);
  expect(attempt).toThrow(/pulumi stack export --file FILE/);
  expect(attempt).not.toThrow(/hunter2/);
});

test("a resource whose id is none of ours is refused", () => {
  const broken = { ...attachment("a", "d1", "v1"), id: "v1" };

  expect(() => read(exported("dev", [broken]))).toThrow(/::a: "v1" is not an id of a data disk/);
});
