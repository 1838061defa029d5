// @ts-check
"use strict";

const pulumi = require("@pulumi/pulumi");
const { DataDiskAttachment } = require("pulumi-huaweicloud-workspace");

const config = new pulumi.Config();

const disk = new DataDiskAttachment("data", {
  desktopId: config.require("desktopId"),
  type: "SSD",
  size: 100,
});

exports.volumeId = disk.volumeId;
