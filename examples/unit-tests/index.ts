import * as pulumi from "@pulumi/pulumi";
import { stageDisks } from "./disks";

export = async () => {
  const disks = await stageDisks(new pulumi.Config().require("stage"));
  return { volumeIds: disks.map(({ volumeIds }) => volumeIds) };
};
