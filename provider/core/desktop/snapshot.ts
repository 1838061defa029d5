import type { Desktop, Volume } from "../api/desktops";

/** What is proved of a desktop at one moment. */
export type DesktopSnapshot =
  /** It is proved that the desktop, and with it each of its disks, is gone. */
  | { gone: true; desktopId: string; /** What the service said, for messages. */ said: string }
  /** `volumes` holds its data disks only. A disk that is missing here may still exist: see `proveGone`. */
  | { gone: false; desktop: Desktop; volumes: readonly Volume[] };

/** The disk as the snapshot shows it; undefined where it does not. */
export function findVolume(snapshot: DesktopSnapshot, volumeId: string): Volume | undefined {
  return snapshot.gone ? undefined : snapshot.volumes.find((volume) => volume.volumeId === volumeId);
}
