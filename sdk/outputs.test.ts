import * as pulumi from "@pulumi/pulumi";
import { DataDiskAttachment, DesktopDataDisks } from ".";

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

const disk = { desktopId: "d", type: "SSD", size: 10 };

test("an attachment has each output from the start, given or not", () => {
  const of = "desktopId volumeId type size iops throughput kmsId device displayName createTime";
  expect(outputsOf(new DataDiskAttachment("disk", disk))).toEqual(
    `${of} deletionProtection region projectId endpoint`.split(" ").sort(),
  );
});

test("so have all disks of a desktop", () => {
  const disks = new DesktopDataDisks("disks", { desktopId: "d", disks: { a: { type: "SSD", size: 10 } } });
  expect(outputsOf(disks)).toEqual("desktopId disks volumeIds region projectId endpoint".split(" ").sort());
});

test("every input that is given is sent, and none that is not", async () => {
  const given = {
    ...disk,
    iops: 3000,
    throughput: 125,
    kmsId: "k",
    enterpriseProjectId: "e",
    existingVolumeId: "v",
    deletionProtection: false,
    allowReplace: false,
    region: "r",
    projectId: "p",
    endpoint: "https://w.example",
    iamEndpoint: "https://i.example",
    profile: "me",
  };
  const customTimeouts = { delete: "5m" };
  await new Promise((resolve) => {
    new DataDiskAttachment("all", given, { customTimeouts }).id.apply(resolve);
  });
  expect(made).toMatchObject({ ...given, timeouts: customTimeouts });

  await new Promise((resolve) => {
    new DataDiskAttachment("few", disk).id.apply(resolve);
  });
  expect(Object.keys(made).sort()).toEqual(["__provider", ...Object.keys(disk)].sort());
});
