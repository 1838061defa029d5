import { randomUUID } from "node:crypto";
import { isSameId } from "../api/response";
import type { Volume } from "../api/volumes";
import { findVolume } from "../desktop/snapshot";
import { RefusedError } from "../errors";
import type { OperationContext } from "../operation";
import { isKnown, UNKNOWN } from "../host";
import { QOS_TYPE } from "../schema";
import { type Codec, readId } from "./codecs";
import type { Kind, Refusal, SetInputs } from "./inputs";
import type { Found } from "./refresh";
import { noSuchDesktop, noSuchDisk } from "./texts";
import { type DiskState, emptyState, type RecordedPolicy, type SetState, volumeFacts } from "./state";
import { readWith, type StepContext } from "./steps";

/** What an import reads of a disk, and a program says. */
const FACTS = ["type", "size", "iops", "throughput", "kmsId"] as const;

/** What an import names: a desktop, and one of its disks or, for a set, all of them. Throws `HWD1803`. */
export function importedBy(kind: Kind, id: string): { desktopId: string; volumeId?: string } {
  if (kind === "DataDiskAttachment") return readId(id);
  if (id !== "" && !id.includes("/")) return { desktopId: id };
  throw new RefusedError(
    {
      code: "HWD1803",
      failed: "Reading the id of a DesktopDataDisks",
      why: `"${id}" is not an id of a desktop`,
      now: "Nothing was sent to the service",
      next: "Use the id of the desktop alone",
    },
    "",
  );
}

/**
 * Takes disks that exist into a new state, with the inputs that describe them.
 * Makes no change. Throws
 * `HWD1701` and `HWD1704` for what does not exist, `HWD1705` for the system disk,
 * `HWD1107` for a disk that another resource of this run holds.
 */
export async function importDisks(
  context: StepContext,
  operation: OperationContext,
  codec: Codec,
  { policy, volumeId }: { policy: RecordedPolicy; volumeId: string | undefined },
): Promise<Found> {
  const { title } = operation;
  const seen = await (volumeId === undefined
    ? operation.inTime(context.desktop.read(operation))
    : readWith(context.desktop, volumeId, operation));
  if (seen.gone) throw noSuchDesktop(title, seen.said);
  if (volumeId !== undefined && isSameId(seen.desktop.rootVolumeId, volumeId)) {
    const why = `${volumeId} is the system disk of the desktop, not a data disk`;
    throw new RefusedError({ code: "HWD1705", failed: title, why, now: "Nothing was changed" }, "");
  }
  const wanted = volumeId === undefined ? undefined : findVolume(seen, volumeId);
  if (volumeId !== undefined && wanted === undefined)
    throw noSuchDisk(title, "the desktop has no such data disk");
  const volumes = wanted === undefined ? seen.volumes : [wanted];
  const isSet = codec.kind === "DesktopDataDisks";
  const disks = isSet ? named(volumes) : new Map(volumes.map((volume) => ["disk", volume]));
  const state: SetState = {
    ...emptyState(context.desktopId),
    place: context.place,
    shared: isSet ? policy : {},
    disks: new Map([...disks].map(([name, volume]) => [name, imported(volume, policy)])),
  };
  for (const [name, { volumeId: id, ownershipId }] of state.disks) {
    const holder = context.holder(name, ownershipId);
    const other = context.ownership.isHeld(id);
    if (other !== undefined && other.title !== holder.title) throw alreadyHeld(title, id, other.title);
    context.ownership.hold(id, holder);
  }
  return {
    id: codec.idOf(state),
    state: codec.writeState(state),
    inputs: codec.writeInputs(state, new Map()),
  };
}

/** A resource of this run has the disk. Of those that the run has not come to nothing is known. */
function alreadyHeld(failed: string, volumeId: string, holder: string): RefusedError {
  const why = `disk ${volumeId} is in state already, held by ${holder}`;
  const next = "Import only disks that no resource has";
  return new RefusedError({ code: "HWD1107", failed, why, now: "Nothing was changed", next }, "");
}

/**
 * What a program says of disks that it imports in this run, and they are not:
 * an import changes nothing. Says also where it leaves the protection open, which an
 * imported disk has. Pure.
 */
export function importRefusals(state: SetState, wanted: SetInputs, codec: Codec): Refusal[] {
  const refusal = (property: string, reason: string): Refusal => ({ property, reason, code: "HWD1111" });
  const { desktopId, disks } = wanted;
  if (isKnown(desktopId) && !isSameId(desktopId, state.desktopId)) {
    const why = `is ${desktopId}, and the id to import is on desktop ${state.desktopId}. Correct one of the two`;
    return [refusal("desktopId", why)];
  }
  if (disks === UNKNOWN) return [];
  const more = [...disks.keys()].filter((name) => !state.disks.has(name));
  const refusals = more.map((name) =>
    refusal(codec.path(name), "is not a disk of the desktop. Import the others first, then add it"),
  );
  for (const [name, disk] of state.disks) {
    const said = disks.get(name);
    const id = disk.volumeId;
    if (said === UNKNOWN) continue;
    if (said === undefined) {
      refusals.push(refusal(codec.path(name), `is missing: the import takes disk ${id} as well. Add it`));
      continue;
    }
    for (const property of FACTS) {
      const [is, wants] = [disk[property], said[property]];
      if (is === undefined || !isKnown(wants) || wants === is) continue;
      const why = `is ${JSON.stringify(wants)}, and disk ${id} has ${JSON.stringify(is)}. Set it to that; change it after the import`;
      refusals.push(refusal(codec.path(name, property), why));
    }
    if (said.deletionProtection === undefined) {
      const why =
        "is not set: an import protects the disk. Set it to true, or to false to remove the protection";
      refusals.push(refusal(codec.path(name, "deletionProtection"), why));
    }
  }
  return refusals;
}

function imported(volume: Volume, policy: RecordedPolicy): DiskState {
  const { iops, throughput, ...facts } = volumeFacts(volume);
  // Of other types a program must not say them, also where the service reports them.
  const speed = facts.type === QOS_TYPE ? volumeFacts({ iops, throughput } as Partial<Volume>) : {};
  return {
    ...facts,
    ...speed,
    volumeId: volume.volumeId,
    ownershipId: randomUUID(),
    ...policy,
  };
}

/** Names for the disks of a desktop, the same in each run: what the service calls them, else their device. */
function named(volumes: readonly Volume[]): Map<string, Volume> {
  const ordered = [...volumes].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const names = new Map<string, Volume>();
  for (const [index, volume] of ordered.entries()) {
    const device = volume.device?.split("/").at(-1);
    const name = [volume.displayName, device, `disk-${index + 1}`, volume.volumeId].find(
      (one) => one !== undefined && one.trim() !== "" && one !== "__proto__" && !names.has(one),
    );
    names.set(name ?? volume.volumeId, volume);
  }
  return names;
}

function orderOf({ device = "", createTime = "", volumeId }: Volume): string {
  return [device, createTime, volumeId].join("\n");
}
