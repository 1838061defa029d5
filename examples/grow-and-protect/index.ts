import * as pulumi from "@pulumi/pulumi";
import { DataDiskAttachment } from "pulumi-huaweicloud-workspace";
import { Desktop } from "./desktop";

const config = new pulumi.Config();
const desktopId = config.require("desktopId");

// Grows in place. Not deleted as long as it is protected, also when this block is removed.
const data = new DataDiskAttachment(
  "data",
  { desktopId, type: "SSD", size: config.getNumber("dataSize") ?? 100, deletionProtection: true },
  // For queueing, calls and waiting together; 30 minutes each unless said here.
  { customTimeouts: { create: "60m", update: "60m", delete: "60m" } },
);

// Leaves the stack without a call: the disk stays on the desktop, with its data.
const archive = new DataDiskAttachment("archive", {
  desktopId,
  type: "SAS",
  size: 500,
  deletionPolicy: "retain",
});

// Deleted with its desktop, so it needs no call of its own.
const desktop = new Desktop("build", { desktopId: config.require("buildDesktopId") });
const cache = new DataDiskAttachment(
  "build-cache",
  { desktopId: desktop.desktopId, type: "SSD", size: 50 },
  { deletedWith: desktop },
);

export const volumeIds = { data: data.volumeId, archive: archive.volumeId, cache: cache.volumeId };
