import * as pulumi from "@pulumi/pulumi";
import { DesktopDataDisks } from "pulumi-huaweicloud-workspace";

const desktopId = new pulumi.Config().require("desktopId");

const team = new DesktopDataDisks("team", {
  desktopId,
  disks: {
    data: { type: "SSD", size: 100, deletionProtection: true },
    // Removing this name destroys the disk. `data` is protected, and its name cannot be removed by accident.
    scratch: { type: "SAS", size: 500, deletionPolicy: "delete" },
  },
});

export const devices = team.disks.apply((disks) =>
  Object.fromEntries(Object.entries(disks).map(([name, disk]) => [name, disk.device])),
);
