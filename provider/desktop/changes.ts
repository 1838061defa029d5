import type { VolumeOutcome, VolumeRequest } from "./asked";
import type { Desk } from "./desk";
import {
  type AcceptedJob,
  deleteDesktopVolumes,
  expandVolumes,
  modifyVolumesQos,
  type Patience,
  type Volume,
} from "./service";
import { find, type Sight } from "./sight";

/** A change that can be asked for twice without harm: it names the disk and how it shall be afterwards. */
export type AbsoluteRequest = Exclude<VolumeRequest, { kind: "add" }>;

/** What the desktop shows of a change. */
export type Standing =
  | { state: "done"; volume: VolumeOutcome }
  | { state: "to do"; volume: Volume }
  /** It must not or cannot be done: no call is made for it. */
  | { state: "refused"; reason: Error };

type Of<K extends AbsoluteRequest["kind"]> = Extract<AbsoluteRequest, { kind: K }>;

/**
 * How a request stands, told by what the desktop shows. `accepted`: a job of
 * ours for it ended well, with all its parts. Pure.
 */
export function standing(request: AbsoluteRequest, sight: Sight, accepted: boolean): Standing {
  if (request.kind === "delete") return deletion(request, sight);
  const volume = find(sight, request.volumeId);
  if (volume === undefined) {
    return {
      state: "refused",
      reason: new Error(
        `the desktop no longer has disk ${request.volumeId}; run "pulumi refresh" to let the state know, ` +
          `then "pulumi up" to add a new disk in its place`,
      ),
    };
  }
  return request.kind === "grow" ? growth(request, volume, accepted) : qosChange(request, volume, accepted);
}

function deletion({ volumeId }: Of<"delete">, sight: Sight): Standing {
  if (!sight.gone && sight.desktop.rootVolumeId === volumeId) {
    return {
      state: "refused",
      reason: new Error(`${volumeId} is the root volume of the desktop, not a data disk`),
    };
  }
  const volume = find(sight, volumeId);
  return volume === undefined ? { state: "done", volume: undefined } : { state: "to do", volume };
}

/** Where the service does not tell the size, a job of ours that ended well is all the proof there is. */
function growth({ size }: Of<"grow">, volume: Volume, accepted: boolean): Standing {
  if (volume.size !== undefined && volume.size > size) {
    const reason = new Error(
      `size: the disk already has ${volume.size} GB and cannot shrink to ${size} GB; set size to ${volume.size}`,
    );
    return { state: "refused", reason };
  }
  const done = volume.size === undefined ? accepted : volume.size === size;
  return { state: done ? "done" : "to do", volume };
}

/** As with the size. */
function qosChange({ iops, throughput }: Of<"qos">, volume: Volume, accepted: boolean): Standing {
  const told = volume.iops !== undefined && volume.throughput !== undefined;
  const done = told ? volume.iops === iops && volume.throughput === throughput : accepted;
  return { state: done ? "done" : "to do", volume };
}

/** Sends requests of one kind as one call. Throws what the service or the connection says. */
export function sendChange(
  desk: Desk,
  requests: readonly AbsoluteRequest[],
  patience: Patience,
): Promise<AcceptedJob> {
  const first = requests[0];
  if (first === undefined) throw new Error("nothing to send");
  const ids = [...new Set(requests.map((request) => request.volumeId))];
  switch (first.kind) {
    case "delete":
      return deleteDesktopVolumes(desk.client, desk.desktopId, ids, patience);
    case "grow": {
      const sizes = requests.filter((request) => request.kind === "grow");
      return expandVolumes(desk.client, desk.desktopId, sizes, patience);
    }
    case "qos":
      return modifyVolumesQos(desk.client, ids, first, patience);
  }
}
