import type { OperationContext } from "../operation";
import { findVolume } from "../desktop/snapshot";
import type { Volume } from "../api/volumes";
import type { Codec } from "./codecs";
import type { Properties } from "../host";
import { noSuchDisk, unproved } from "./texts";
import { type DiskState, driftOf, type SetState, STATE_VERSION, volumeFacts } from "./state";
import { settlePending } from "./addDisk";
import type { StepContext } from "./steps";

/** What a read found. `inputs`: what was changed elsewhere, as inputs; absent where nothing was. */
export interface Found {
  id: string;
  state: Properties;
  inputs?: Properties;
}

/** A disk that is there though no read shows it at the moment. */
const THERE = "there";

/**
 * The disks of a state as they are now: one read of the desktop, and a proof
 * for each disk that it does not show. Nothing where it is proved that they,
 * or their desktop, are gone.
 */
export async function refresh(
  context: StepContext,
  operation: OperationContext,
  codec: Codec,
  id: string,
  before: SetState,
): Promise<Found | undefined> {
  // Only a program that looks a disk up by its id has neither a version nor a place.
  const isLookUp = before.version === 0 && before.place.region === undefined;
  const find = await finder(context, operation);
  if (find === undefined) {
    if (isLookUp) throw noSuchDisk(operation.title, "the desktop does not exist");
    return undefined;
  }
  const [found, released, settled] = await Promise.all([
    Promise.all(
      [...before.disks].map(async ([name, disk]) => ({
        name,
        disk,
        volume: await find(disk.volumeId, disk.createTime),
      })),
    ),
    Promise.all([...before.released].map(async (entry) => ({ entry, volume: await find(entry[1]) }))),
    Promise.all([...before.pendingAdds].map(([name, pending]) => settlePending(context, name, pending))),
  ]);
  const disks = new Map<string, DiskState>();
  const drifted = new Map<string, object>();
  for (const { name, disk, volume } of found) {
    const holder = context.holder(name, disk.ownershipId);
    if (volume === undefined) {
      context.ownership.release(disk.volumeId, holder);
      continue;
    }
    if (!isLookUp) context.ownership.hold(disk.volumeId, holder);
    disks.set(name, volume === THERE ? disk : { ...disk, ...volumeFacts(volume) });
    const drift = volume === THERE ? {} : driftOf(disk, volume);
    if (Object.keys(drift).length > 0) drifted.set(name, drift);
  }
  const changed = disks.size < before.disks.size || drifted.size > 0;
  const pendingAdds = new Map(before.pendingAdds);
  for (const { name, disk, pending, failure } of settled) {
    if (disk !== undefined) disks.set(name, disk);
    if (pending === undefined) pendingAdds.delete(name);
    else pendingAdds.set(name, pending);
    if (failure !== undefined) context.log.warn(failure.message);
  }
  if (codec.kind === "DataDiskAttachment" && disks.size + pendingAdds.size === 0) {
    if (isLookUp) throw noSuchDisk(operation.title, "the desktop has no such data disk");
    return undefined;
  }
  const state: SetState = {
    ...before,
    version: isLookUp ? STATE_VERSION : before.version,
    place: { ...before.place, ...context.place },
    disks,
    pendingAdds,
    released: new Map(released.flatMap(({ entry, volume }) => (volume === undefined ? [] : [entry]))),
  };
  const result = { id: codec.idOf(state, id), state: codec.writeState(state) };
  return changed ? { ...result, inputs: codec.writeInputs(state, drifted) } : result;
}

/** Finds disks on the desktop after one read of it; undefined where the desktop is gone. */
async function finder({ desktop }: StepContext, operation: OperationContext) {
  const seen = await operation.inTime(desktop.read(operation));
  if (seen.gone) return undefined;
  return async (volumeId: string, createTime?: string): Promise<Volume | typeof THERE | undefined> => {
    const volume = findVolume(seen, volumeId);
    if (volume !== undefined) return volume;
    const verdict = await operation.inTime(desktop.proveGone(volumeId, operation, createTime));
    if (verdict === "unproved") throw unproved(operation.title, volumeId);
    if (verdict === "gone") return undefined;
    return findVolume(await operation.inTime(desktop.read(operation)), volumeId) ?? THERE;
  };
}
