import type * as pulumi from "@pulumi/pulumi";
import type { Place } from "../provider/core/auth/place";
import type { DesktopResult } from "../provider/core/lookups";
import { type InputsOf, lookUp, lookUpAll, whenKnown } from "./service";

/** Which region, project and account a look-up uses; each has the setting of that name as its default. */
export type LookupPlace = Place;

/** Selects one desktop, by id or by name. */
export interface GetDesktopArgs extends LookupPlace {
  /** Id of the desktop; either this or `computerName`. */
  desktopId?: string;
  /** Full computer name; either this or `desktopId`. */
  computerName?: string;
}

/** Selects desktops. All given conditions must be met; without any, all desktops match. */
export interface GetDesktopsArgs extends LookupPlace {
  /** Tags of the desktop, with their values. */
  tags?: Record<string, string>;
  /** Beginning of the computer name. */
  namePrefix?: string;
  /** Pool of the desktop. */
  poolId?: string;
  /** User of the desktop. */
  userName?: string;
  /** Status, such as `ACTIVE` or `SHUTOFF`. */
  status?: string;
  /** Enterprise project of the desktop. */
  enterpriseProjectId?: string;
}

/** A desktop, with its current data disks. */
export type GetDesktopResult = DesktopResult;

/** A data disk of a desktop, as a look-up returns it. What the service left out is absent. */
export type DesktopVolume = DesktopResult["dataVolumes"][number];

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
