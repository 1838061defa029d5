import type * as pulumi from "@pulumi/pulumi";
import { type InputsOf, lookUpAll, whenKnown } from "./service";
import type { DesktopVolume, GetDataDisksArgs } from "./types";

/**
 * Looks up the data disks of one desktop, whoever added them: with their ids,
 * they can be adopted. Calls ListDesktopsDetail.
 */
export async function getDataDisks(args: GetDataDisksArgs): Promise<DesktopVolume[]> {
  return lookUpAll({
    name: "getDataDisks",
    args,
    check: (core) => core.wantedDesktop(args),
    find: (core, client, waiter) => core.findDataDisks(client, args, waiter),
  });
}

/** `getDataDisks` for arguments that become known later. */
export function getDataDisksOutput(args: InputsOf<GetDataDisksArgs>): pulumi.Output<DesktopVolume[]> {
  return whenKnown(args, getDataDisks);
}
