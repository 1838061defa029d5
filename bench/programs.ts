/** The programs that are measured, as texts of plain JavaScript. */
import { join } from "node:path";
import { repositoryRoot } from "../scripts/repository";

export { attachments, desktopDisks } from "../tests/engine/fleet";

/** The same disks by the straightforward provider: one call a disk. */
export const oneCallADisk = (desktops: number, disks: number) => `
const { OneCallADisk } = require(${JSON.stringify(join(repositoryRoot, "build/bench/one-call-a-disk/provider.js"))});
for (let d = 1; d <= ${desktops}; d++)
  for (let v = 0; v < ${disks}; v++)
    new OneCallADisk("disk-" + d + "-" + v, {
      desktopId: "d0000000-0000-4000-8000-" + String(d).padStart(12, "0"), type: "SSD", size: 10,
    });
`;

/** The same disks through the plugin, without an SDK: the engine sees no difference. */
export const pluginAttachments = (desktops: number, disks: number) => `
const pulumi = require("@pulumi/pulumi");
for (let d = 1; d <= ${desktops}; d++)
  for (let v = 0; v < ${disks}; v++)
    new pulumi.CustomResource("huaweicloud-workspace:index:DataDiskAttachment", "disk-" + d + "-" + v, {
      desktopId: "d0000000-0000-4000-8000-" + String(d).padStart(12, "0"), type: "SSD", size: 10,
    });
`;

/** What the engine itself takes: dynamic resources that could not be smaller and do nothing at all. */
export const smallest = (resources: number) => `
const pulumi = require("@pulumi/pulumi");
const __provider = "exports.handler = () => ({ create: async (inputs) => ({ id: 'made', outs: inputs }) })";
for (let n = 0; n < ${resources}; n++)
  new pulumi.CustomResource("pulumi-nodejs:dynamic/bench:Smallest", "smallest-" + n, { __provider });
`;

/** The same with the inputs and outputs of attachments, and a provider that has every method. */
export const sameShape = (desktops: number, disks: number) => `
const pulumi = require("@pulumi/pulumi");
const __provider = "exports.handler = () => require(" + ${JSON.stringify(JSON.stringify(join(repositoryRoot, "build/bench/same-shape.js")))} + ").provider";
const outputs = Object.fromEntries(
  ["volumeId", "device", "displayName", "createTime", "iops", "throughput", "kmsId",
   "deletionProtection", "region", "projectId", "endpoint"].map((key) => [key, undefined]),
);
for (let d = 1; d <= ${desktops}; d++)
  for (let v = 0; v < ${disks}; v++)
    new pulumi.CustomResource("pulumi-nodejs:dynamic/bench:SameShape", "same-" + d + "-" + v, {
      ...outputs, desktopId: "d0000000-0000-4000-8000-" + String(d).padStart(12, "0"), type: "SSD", size: 10, __provider,
    });
`;
