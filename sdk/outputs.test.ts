import * as pulumi from "@pulumi/pulumi";
import type * as schema from "../provider/core/schema";
import { type DataDisk, DataDiskAttachment, DesktopDataDisks, type DesktopDataDisksArgs } from ".";

let made: Record<string, unknown>;

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    call: () => ({}),
    newResource: ({ name, inputs }) => {
      made = inputs as Record<string, unknown>;
      return { id: `id of ${name}`, state: made };
    },
  });
});

/** The outputs that a program can read of this resource. */
const outputsOf = (resource: pulumi.CustomResource) =>
  Object.entries(resource)
    .filter(([key, value]) => pulumi.Output.isInstance(value) && !["id", "urn", "__provider"].includes(key))
    .map(([key]) => key)
    .sort();

/** What Pulumi is given for a resource, once it is made. */
async function sent(resource: pulumi.CustomResource): Promise<Record<string, unknown>> {
  await new Promise((resolve) => {
    resource.id.apply(resolve);
  });
  return made;
}

const disk = { desktopId: "d", type: "SSD", size: 10 };

test("an attachment has each output from the start, given or not", () => {
  const of = "desktopId volumeId type size iops throughput kmsId device displayName createTime";
  expect(outputsOf(new DataDiskAttachment("disk", disk))).toEqual(
    `${of} billResourceId resourceSpecCode deletionProtection deletionPolicy region projectId endpoint`
      .split(" ")
      .sort(),
  );
});

test("so have all disks of a desktop", () => {
  const disks = new DesktopDataDisks("disks", { desktopId: "d", disks: { a: { type: "SSD", size: 10 } } });
  expect(outputsOf(disks)).toEqual("desktopId disks volumeIds region projectId endpoint".split(" ").sort());
});

const all = {
  enterpriseProjectId: "e",
  deletionProtection: false,
  deletionPolicy: "retain" as const,
  allowReplace: false,
  region: "r",
  projectId: "p",
  endpoint: "https://w.example",
  iamEndpoint: "https://i.example",
  profile: "me",
};
const customTimeouts = { delete: "5m" };

test("an attachment sends every input that is given, and none that is not", async () => {
  const given = { ...disk, ...all, iops: 3000, throughput: 125, kmsId: "k", existingVolumeId: "v" };
  expect(await sent(new DataDiskAttachment("all", given, { customTimeouts }))).toMatchObject({
    ...given,
    timeouts: customTimeouts,
  });
  const few = await sent(new DataDiskAttachment("few", disk));
  expect(Object.keys(few).sort()).toEqual(["__provider", ...Object.keys(disk)].sort());
});

test.each([
  ["DataDiskAttachment", () => new DataDiskAttachment("i", disk, { import: "d/v" })],
  ["DesktopDataDisks", () => new DesktopDataDisks("i", { desktopId: "d", disks: {} }, { import: "d" })],
])("the option import of a %s is refused with what to do instead", (kind, make) => {
  expect(make).toThrow(
    `the option import is not possible for ${kind} in this package. To take over a disk as it is, remove the option, ` +
      `set existingVolumeId to the id of the disk, and set deletionProtection (true or false). ` +
      `The plugin can import: see docs/fronts.md. [HWD1102]`,
  );
});

test("a set sends every input that is given, and none that is not", async () => {
  const given = { desktopId: "d", ...all, disks: { a: { type: "SSD", size: 10 } } };
  expect(await sent(new DesktopDataDisks("all", given, { customTimeouts }))).toMatchObject({
    ...given,
    timeouts: customTimeouts,
  });
  const few = await sent(new DesktopDataDisks("few", { desktopId: "d", disks: {} }));
  expect(Object.keys(few).sort()).toEqual(["__provider", "desktopId", "disks"]);
});

describe("a program in plain JavaScript", () => {
  test("a misspelled input is passed on, so that the provider refuses it by name", async () => {
    const misspelled = { ...disk, deletionprotection: true };
    expect(await sent(new DataDiskAttachment("a", misspelled))).toMatchObject({ deletionprotection: true });
    const set = { desktopId: "d", disks: {}, allowreplace: true };
    expect(await sent(new DesktopDataDisks("b", set))).toMatchObject({ allowreplace: true });
  });

  test.each(["timeouts", "customTimeouts", "urn", "id", "__provider"])("%s is no input", (name) => {
    const args = { ...disk, [name]: { create: "1m" } };
    expect(() => new DataDiskAttachment("a", args)).toThrow(`${name} is not an input of DataDiskAttachment`);
  });

  test.each<[string, object]>([
    ["toString", { toString: { type: "SSD", size: 10 } }],
    ["__proto__", JSON.parse('{"__proto__": {"type": "SSD", "size": 10}}') as object],
    ["__proto__", Object.setPrototypeOf({}, { type: "SSD", size: 10 }) as object],
  ])("a disk named %s is refused by name", (name, disks) => {
    const args = { desktopId: "d", disks } as DesktopDataDisksArgs;
    expect(() => new DesktopDataDisks("a", args)).toThrow(`disks: "${name}" cannot be the name of a disk`);
  });

  test("disks that are known later are sent when they are", async () => {
    const disks = pulumi.output(Promise.resolve({ a: { type: "SSD", size: 10 } }));
    expect(await sent(new DesktopDataDisks("later", { desktopId: "d", disks }))).toMatchObject({
      disks: { a: { type: "SSD", size: 10 } },
    });
  });

  test.each(["constructor", "valueOf", "hasOwnProperty", "then"])("a disk named %s is sent", async (name) => {
    const disks = { [name]: { type: "SSD", size: 10 } };
    expect(await sent(new DesktopDataDisks(`named ${name}`, { desktopId: "d", disks }))).toMatchObject({
      disks,
    });
  });
});

describe("Pulumi's own protect", () => {
  const isProtected = (resource: pulumi.CustomResource) => Reflect.get(resource, "__protect") as unknown;
  const set = (more: Partial<DesktopDataDisksArgs>) =>
    new DesktopDataDisks("set", { desktopId: "d", disks: {}, ...more });

  test.each<[string, () => pulumi.CustomResource, boolean | undefined]>([
    [
      "true for an attachment",
      () => new DataDiskAttachment("a", { ...disk, deletionProtection: true }),
      true,
    ],
    ["false", () => new DataDiskAttachment("a", { ...disk, deletionProtection: false }), undefined],
    ["nothing", () => new DataDiskAttachment("a", disk), undefined],
    [
      "true that is known later",
      () => new DataDiskAttachment("a", { ...disk, deletionProtection: pulumi.output(true) }),
      undefined,
    ],
    [
      "true, where the program says protect itself",
      () => new DataDiskAttachment("a", { ...disk, deletionProtection: true }, { protect: false }),
      false,
    ],
    ["a look-up", () => DataDiskAttachment.get("a", "d/v"), undefined],
    ["true for a whole set", () => set({ deletionProtection: true }), true],
    [
      "true for one disk of a set",
      () => set({ disks: { a: { type: "SSD", size: 10, deletionProtection: true } } }),
      true,
    ],
    ["false for a set", () => set({ disks: { a: { type: "SSD", size: 10 } } }), undefined],
    ["disks that are known later", () => set({ disks: pulumi.output({}) }), undefined],
  ])("deletionProtection: %s", (_what, make, expected) => {
    expect(isProtected(make())).toBe(expected);
  });
});

/** The type of an output, as the table has it. */
type ValueOf<T> = T extends "text" | "id"
  ? string
  : T extends "size" | "count"
    ? number
    : T extends "flag"
      ? boolean
      : T extends "policy"
        ? (typeof schema.DELETION_POLICIES)[number]
        : T extends { mapOf: "text" }
          ? Record<string, string>
          : T extends { mapOf: "DataDisk" }
            ? Record<string, DataDisk>
            : never;
type InTable<T extends Record<string, { type: unknown }>> = {
  [K in keyof T]: T[K] extends { required: true } ? ValueOf<T[K]["type"]> : ValueOf<T[K]["type"]> | undefined;
};
type InClass<T> = {
  [
    K in Exclude<keyof T, "id" | "urn"> as T[K] extends pulumi.Output<unknown> ? K : never
  ]: T[K] extends pulumi.Output<infer V> ? V : never;
};
type Same<A, B> = [A, B] extends [B, A]
  ? [keyof A, keyof B] extends [keyof B, keyof A]
    ? true
    : never
  : never;

test("the classes have exactly the outputs of the tables: the compiler checks it", () => {
  const attachment: Same<InClass<DataDiskAttachment>, InTable<typeof schema.attachmentOutputs>> = true;
  const set: Same<InClass<DesktopDataDisks>, InTable<typeof schema.setOutputs>> = true;
  expect([attachment, set]).toEqual([true, true]);
});
