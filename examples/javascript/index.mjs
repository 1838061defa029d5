// @ts-check
import * as pulumi from "@pulumi/pulumi";
import { DataDiskAttachment } from "pulumi-huaweicloud-workspace";

const config = new pulumi.Config();

const disk = new DataDiskAttachment("data", {
  desktopId: config.require("desktopId"),
  type: "SSD",
  size: 100,
});

export const volumeId = disk.volumeId;
