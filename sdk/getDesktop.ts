import type * as pulumi from "@pulumi/pulumi";
import type { Place } from "../provider/core/auth/place";
import type { DesktopResult } from "../provider/core/lookups";
import { type InputsOf, lookUp, lookUpAll, whenKnown } from "./service";

/** Which region, project and account a look-up uses; each has the setting of that name as its default. */
export type LookupPlace = Place;

/** Which desktop is meant: by id or by name. */
export interface GetDesktopArgs extends LookupPlace {
  /** Its id; either this or `computerName`. */
  desktopId?: string;
  /** Its whole name, as the service writes it; either this or `desktopId`. */
  computerName?: string;
}

/** Which desktops are meant; all that is given must hold, nothing means all. */
export interface GetDesktopsArgs extends LookupPlace {
  /** Tags that the desktop has, with these values. */
  tags?: Record<string, string>;
  /** How the computer's name begins. */
  namePrefix?: string;
  /** The pool that the desktop belongs to. */
  poolId?: string;
  /** The user that the desktop belongs to. */
  userName?: string;
  /** Such as `ACTIVE` or `SHUTOFF`. */
  status?: string;
  /** The enterprise project that the desktop is billed to. */
  enterpriseProjectId?: string;
}

/** A desktop, with the data disks it has at the moment. */
export type GetDesktopResult = DesktopResult;

/** A data disk of a desktop, as a look-up returns it. What the service left out is absent. */
export type DesktopVolume = DesktopResult["dataVolumes"][number];

/**
 * Looks up one desktop. None, and several of that name, are errors. Stands for
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
