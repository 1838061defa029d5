import type * as pulumi from "@pulumi/pulumi";
import { type InputsOf, lookUp, lookUpAll, whenKnown } from "./service";
import type { GetDesktopArgs, GetDesktopResult, GetDesktopsArgs } from "./types";

/**
 * Looks up one desktop. It is an error if none matches, or if several have the name. Stands for
 * ListDesktopsDetail.
 */
export async function getDesktop(args: GetDesktopArgs): Promise<GetDesktopResult> {
  return lookUp({
    name: "getDesktop",
    args,
    check: (core) => core.wantedDesktop(args),
    find: (core, client, waiter) => core.findDesktop(client, args, waiter),
  });
}

/**
 * Looks up desktops, in order of their names. An incomplete list is an error:
 * a program that adds disks for a list would delete the disks of the desktops
 * that are missing from it. Stands for ListDesktopsDetail.
 */
export async function getDesktops(args: GetDesktopsArgs = {}): Promise<GetDesktopResult[]> {
  return lookUpAll({
    name: "getDesktops",
    args,
    find: (core, client, waiter) => core.findDesktops(client, args, waiter),
  });
}

/** `getDesktop` for arguments that become known later. */
export function getDesktopOutput(args: InputsOf<GetDesktopArgs>): pulumi.Output<GetDesktopResult> {
  return whenKnown(args, getDesktop);
}

/** `getDesktops` for arguments that become known later. */
export function getDesktopsOutput(args: InputsOf<GetDesktopsArgs> = {}): pulumi.Output<GetDesktopResult[]> {
  return whenKnown(args, getDesktops);
}
