import type * as pulumi from "@pulumi/pulumi";
import type { VolumeType } from "../provider/core/api/volumes";
import type { LookupPlace } from "./getDesktop";
import { type InputsOf, lookUpAll, whenKnown } from "./service";

/** Selects disk types. */
export interface GetVolumeTypesArgs extends LookupPlace {
  /** Only types that are sold in this zone. Default: all of the region. */
  availabilityZone?: string;
}

/** A disk type that can be bought. */
export type GetVolumeTypesResult = VolumeType;

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
