import type * as pulumi from "@pulumi/pulumi";
import type { Place } from "../provider/workspace/clients";
import type { DesktopFacts, DesktopFilter } from "../provider/workspace/inventory";
import { type InputsOf, lookUp, lookUpAll, whenKnown } from "./service";

/** Which region, project and account a look-up asks; each has the setting of that name as its default. */
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
export type GetDesktopResult = DesktopFacts;

/** A data disk of a desktop, as a look-up tells it. What the service left out is absent. */
export type DesktopVolume = DesktopFacts["dataVolumes"][number];

/**
 * Looks up one desktop. Not found, and found twice, are errors. Stands for
 * ListDesktopsDetail.
 */
export async function getDesktop(args: GetDesktopArgs): Promise<GetDesktopResult> {
  const { desktopId, computerName } = args;
  if ((desktopId === undefined) === (computerName === undefined)) {
    throw new Error("getDesktop: give either desktopId or computerName");
  }
  return lookUp("getDesktop", args, async (client, patience) => {
    const filter: DesktopFilter =
      desktopId === undefined ? { computerName: computerName ?? "" } : { desktopIds: [desktopId] };
    const { listDesktopFacts } = await import("../provider/workspace/inventory.js");
    const wanted = desktopId ?? computerName ?? "";
    const found = (await listDesktopFacts(client, filter, patience)).filter((desktop) =>
      desktopId === undefined ? desktop.computerName === computerName : desktop.desktopId === desktopId,
    );
    const [first, ...others] = found;
    const where = `in project ${client.session.projectId} of region ${client.session.region}`;
    if (first === undefined) throw new Error(`there is no desktop "${wanted}" ${where}`);
    if (others.length > 0) {
      const ids = found.map((desktop) => desktop.desktopId).join(", ");
      throw new Error(
        `${found.length} desktops are called "${wanted}" ${where}: ${ids}; say which by desktopId`,
      );
    }
    return first;
  });
}

/**
 * Looks up desktops, in order of their names. An incomplete list is an error:
 * a program that makes disks for a list would delete the disks of the desktops
 * that are missing from it. Stands for ListDesktopsDetail.
 */
export async function getDesktops(args: GetDesktopsArgs = {}): Promise<GetDesktopResult[]> {
  return lookUpAll("getDesktops", args, async (client, patience) => {
    const { tags, namePrefix, poolId, userName, status, enterpriseProjectId } = args;
    const given = Object.entries({ tags, poolId, userName, status, enterpriseProjectId });
    const filter = Object.fromEntries(given.filter(([, value]) => value !== undefined)) as DesktopFilter;
    const { listDesktopFacts } = await import("../provider/workspace/inventory.js");
    const found = await listDesktopFacts(client, filter, patience);
    return found
      .filter((desktop) => namePrefix === undefined || desktop.computerName.startsWith(namePrefix))
      .filter((desktop) => Object.entries(tags ?? {}).every(([key, value]) => desktop.tags[key] === value))
      .sort((a, b) => (a.computerName < b.computerName ? -1 : 1));
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
