import type * as pulumi from "@pulumi/pulumi";
import { type InputsOf, lookUpAll, whenKnown } from "./service";
import type { GetVolumeTypesArgs, GetVolumeTypesResult } from "./types";

/** Looks up the disk types that can be bought. Stands for ListVolumeProducts. */
export async function getVolumeTypes(args: GetVolumeTypesArgs = {}): Promise<GetVolumeTypesResult[]> {
  return lookUpAll({
    name: "getVolumeTypes",
    args,
    find: (core, client, waiter) => core.findVolumeTypes(client, args, waiter),
  });
}

/** `getVolumeTypes` for arguments that become known later. */
export function getVolumeTypesOutput(
  args: InputsOf<GetVolumeTypesArgs> = {},
): pulumi.Output<GetVolumeTypesResult[]> {
  return whenKnown(args, getVolumeTypes);
}
