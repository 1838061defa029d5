import type { Volume } from "../api/volumes";
import { CoreError } from "../errors";
import { type DesktopSnapshot, findVolume } from "./snapshot";
import type { RequestOf, VolumeRequest } from "./volumeRequest";

/** A change that can be sent twice without harm: it names the disk and what it shall be afterwards. */
export type AbsoluteRequest = Exclude<VolumeRequest, { kind: "add" }>;

/** What a snapshot proves about a change. */
export type Standing =
  | { is: "done"; volume: Volume | undefined }
  | { is: "open"; volume: Volume }
  /** The desktop does not show the disk, which proves nothing by itself: a read may lag. */
  | { is: "missing" }
  /** It must not or cannot be done: no call is made for it. */
  | { is: "impossible"; error: CoreError };

/** What else is known. */
export interface ChangeFacts {
  /** What failed, for errors: `Growing disk v of desktop d`. */
  title: string;
  /** A job of ours for it succeeded with all its parts, before this snapshot. */
  succeeded: boolean;
  /** It is proved that the disk is gone. */
  provedGone: boolean;
}

/**
 * Compares what is wanted with what the desktop shows. A field that the
 * service does not show is unknown: then a job of ours that succeeded is all
 * the proof there is. Pure.
 */
export function compare(request: AbsoluteRequest, now: DesktopSnapshot, facts: ChangeFacts): Standing {
  const { title, succeeded, provedGone } = facts;
  if (now.gone)
    return request.kind === "delete" ? { is: "done", volume: undefined } : desktopGone(title, now.said);
  if (now.desktop.rootVolumeId === request.volumeId) {
    return impossible({
      code: "HWD1705",
      failed: title,
      why: `${request.volumeId} is the system disk of the desktop`,
    });
  }
  const volume = findVolume(now, request.volumeId);
  if (volume !== undefined) {
    if (request.kind === "delete") return { is: "open", volume };
    return request.kind === "grow"
      ? compareSize(request, volume, facts)
      : compareQos(request, volume, succeeded);
  }
  if (request.kind === "delete" && (succeeded || provedGone)) return { is: "done", volume: undefined };
  if (!provedGone) return { is: "missing" };
  return impossible({
    code: "HWD1704",
    failed: title,
    why: `the desktop no longer has disk ${request.volumeId}`,
    now: "No change was sent for it",
  });
}

function compareSize(
  { size }: RequestOf<"grow">,
  volume: Volume,
  { title, succeeded }: ChangeFacts,
): Standing {
  if (volume.size !== undefined && volume.size > size) {
    return impossible({
      code: "HWD1104",
      failed: title,
      why: `size: the disk already has ${volume.size} GB and cannot shrink to ${size} GB`,
      now: "No change was sent for it",
      next: `Set \`size\` to ${volume.size}`,
    });
  }
  const done = volume.size === undefined ? succeeded : volume.size === size;
  return { is: done ? "done" : "open", volume };
}

function compareQos({ iops, throughput }: RequestOf<"qos">, volume: Volume, succeeded: boolean): Standing {
  const isShown = volume.iops !== undefined && volume.throughput !== undefined;
  const done = isShown ? volume.iops === iops && volume.throughput === throughput : succeeded;
  return { is: done ? "done" : "open", volume };
}

function desktopGone(title: string, said: string): Standing {
  return impossible({ code: "HWD1702", failed: title, why: said, now: "No change was sent for it" });
}

function impossible(parts: ConstructorParameters<typeof CoreError>[0]): Standing {
  return { is: "impossible", error: new CoreError(parts) };
}
