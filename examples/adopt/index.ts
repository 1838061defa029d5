import * as pulumi from "@pulumi/pulumi";
import { DataDiskAttachment, DesktopDataDisks } from "pulumi-huaweicloud-workspace";

const config = new pulumi.Config();

// One disk. Type and size are those that it has: what does not fit is refused.
const data = new DataDiskAttachment("data", {
  desktopId: config.require("desktopId"),
  existingVolumeId: config.require("volumeId"),
  type: "SSD",
  size: 100,
  deletionProtection: true,
});

// Two disks of another desktop, under names of your choice.
const team = new DesktopDataDisks("team", {
  desktopId: config.require("teamDesktopId"),
  disks: {
    projects: {
      existingVolumeId: config.require("projectsVolumeId"),
      type: "SSD",
      size: 200,
      deletionProtection: true,
    },
    scratch: {
      existingVolumeId: config.require("scratchVolumeId"),
      type: "SAS",
      size: 50,
      deletionProtection: true,
    },
  },
});

export const volumeIds = { data: data.volumeId, team: team.volumeIds };
