import type { Desktop } from "../api/desktops";
import type { Volume } from "../api/volumes";

/** What is proved of a desktop at one moment. */
export type DesktopSnapshot =
  /** It is proved that the desktop, and with it each of its disks, is gone. */
  | { gone: true; desktopId: string; /** What the service said, for messages. */ said: string }
  /** `volumes` holds its data disks only. A disk that is missing here may still exist: see `proveGone`. */
  | ShownDesktop;

/** A desktop that the service shows. */
export interface ShownDesktop {
  gone: false;
  desktop: Desktop;
  volumes: readonly Volume[];
  /** When the answer was there, by the clock. */
  at: number;
}

/** The disk as the snapshot shows it; undefined where it does not. */
export function findVolume(snapshot: DesktopSnapshot, volumeId: string): Volume | undefined {
  return snapshot.gone ? undefined : snapshot.volumes.find((volume) => volume.volumeId === volumeId);
}
