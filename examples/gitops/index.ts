import * as pulumi from "@pulumi/pulumi";
import { DesktopDataDisks } from "pulumi-huaweicloud-workspace";

// Each branch has a Pulumi.<stack>.yaml that says which desktop it uses.
const desktopId = new pulumi.Config().require("desktopId");

const disks = new DesktopDataDisks("disks", {
  desktopId,
  disks: {
    data: { type: "SSD", size: 100 },
    scratch: { type: "SAS", size: 500 },
  },
});

export const volumeIds = disks.volumeIds;
