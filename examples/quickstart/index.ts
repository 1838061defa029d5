import * as pulumi from "@pulumi/pulumi";
import { DataDiskAttachment } from "pulumi-huaweicloud-workspace";

// pulumi config set --path 'desktopIds[0]' <id of the first desktop>, and so on for three desktops.
const desktopIds = new pulumi.Config().requireObject<string[]>("desktopIds");
const [team = "", design = "", build = ""] = desktopIds;

// Ten disks on one desktop: added by one call, and deleted by one.
const teamDisks = Array.from(
  { length: 10 },
  (_, index) => new DataDiskAttachment(`team-${index}`, { desktopId: team, type: "SSD", size: 100 }),
);
const designDisk = new DataDiskAttachment("design", { desktopId: design, type: "SAS", size: 500 });
const buildDisk = new DataDiskAttachment("build", { desktopId: build, type: "GPSSD", size: 200 });

export const volumeIds = [...teamDisks, designDisk, buildDisk].map((disk) => disk.volumeId);
