import * as pulumi from "@pulumi/pulumi";
import { DesktopDataDisks, getDesktops } from "pulumi-huaweicloud-workspace";

export = async () => {
  const tags = new pulumi.Config().requireObject<Record<string, string>>("tags");
  const desktops = await getDesktops({ tags });
  if (desktops.length === 0) {
    // Pulumi shows the message of a `RunError` alone, without a stack.
    throw new pulumi.RunError(`no desktop has the tags ${JSON.stringify(tags)}`);
  }

  const fleet = desktops.map(({ desktopId, computerName }) => {
    // Named by the id: a computer can be renamed, and a resource with a new name is a new one with new disks.
    const { volumeIds } = new DesktopDataDisks(desktopId, {
      desktopId,
      disks: {
        data: { type: "SSD", size: 100 },
        cache: { type: "SAS", size: 50 },
      },
      // When a desktop loses its tag, the next run is refused, and the desktop keeps its disks.
      deletionProtection: true,
    });
    return { computerName, volumeIds };
  });

  return { fleet };
};
