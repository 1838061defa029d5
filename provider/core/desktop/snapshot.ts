import type { Desktop } from "../api/desktops";
import { isSameId } from "../api/response";
import type { Volume } from "../api/volumes";

/** What is proved of a desktop at one moment. */
export type DesktopSnapshot =
  /** It is proved that the desktop, and with it each of its disks, is gone. */
  | {
      gone: true;
      desktopId: string;
      /** What the service said, for messages. */
      said: string;
      /** The service shows it as deleted: no other place has it. */
      deleted?: true;
    }
  /** `volumes` holds its data disks only. A disk that is missing here may still exist: see `proveGone`. */
  | ShownDesktop;

/** A desktop that the service shows. */
export interface ShownDesktop {
  gone: false;
  desktop: Desktop;
  volumes: readonly Volume[];
  /** When the answer was there, by the clock. */
  at: number;
  /** It is a row of a list that several desktops share. */
  isRow?: true;
}

/** The disk as the snapshot shows it, with its id as it is asked for; undefined where it does not. */
export function findVolume(snapshot: DesktopSnapshot, volumeId: string): Volume | undefined {
  if (snapshot.gone) return undefined;
  const volume = snapshot.volumes.find((one) => isSameId(one.volumeId, volumeId));
  return volume === undefined || volume.volumeId === volumeId ? volume : { ...volume, volumeId };
}

/**
 * Whether a row has no list of disks where else nothing is missing. The plain
 * reading of the documents is that the desktop has none; but what is absent is
 * unknown, and needs other evidence: see `Attempt.beforeFrom`.
 */
export function isBareRow({ desktop }: ShownDesktop): boolean {
  return !desktop.listed && desktop.rootVolumeId !== undefined;
}

/**
 * Whether nothing is missing in a row of a list that decides something: the
 * list of disks itself, which disk is the system disk, and of each disk what
 * every read shows. Otherwise the desktop is read by itself, which may show more.
 */
export function isWhole({ desktop, volumes }: ShownDesktop): boolean {
  return (
    desktop.listed &&
    desktop.rootVolumeId !== undefined &&
    volumes.every(
      ({ type, size, device, createdAt }) =>
        type !== undefined && size !== undefined && device !== undefined && createdAt.length > 0,
    )
  );
}
