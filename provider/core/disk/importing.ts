import { randomUUID } from "node:crypto";
import { isSameId } from "../api/response";
import type { Volume } from "../api/volumes";
import { findVolume } from "../desktop/snapshot";
import { RefusedError } from "../errors";
import type { OperationContext } from "../operation";
import { QOS_TYPE } from "../schema";
import { type Codec, readId } from "./codecs";
import type { Kind } from "./inputs";
import type { Found } from "./refresh";
import { noSuchDisk } from "./texts";
import { type DiskState, emptyState, type RecordedPolicy, type SetState, volumeFacts } from "./state";
import { readWith, type StepContext } from "./steps";

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
 * `HWD1704` for what does not exist, `HWD1705` for the system disk.
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
  if (seen.gone) throw noSuchDisk(title, seen.said);
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
  for (const [name, disk] of state.disks)
    context.ownership.hold(disk.volumeId, context.holder(name, disk.ownershipId));
  return {
    id: codec.idOf(state),
    state: codec.writeState(state),
    inputs: codec.writeInputs(state, new Map()),
  };
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
