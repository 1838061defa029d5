import { BadState, readStack } from "./states";
import { attachment, creating, dataDisks, exported, place, secret, stackOf } from "./testing/states";

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
