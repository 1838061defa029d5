import {
  type Desktop,
  type Patience,
  saysUnknown,
  showDesktop,
  type Volume,
  type WorkspaceClient,
} from "./service";

/** How long after a first look that showed nothing the second one is taken, in ms: long enough for a read that lags. */
export const LOOKS_APART_MS = 3_000;

/** What one look at a desktop proves. */
export type Sight =
  /** The service itself says that the desktop is gone, and with it its disks. */
  { gone: true } | { gone: false; desktop: Desktop; volumes: Volume[] };

/**
 * Ground truth: ShowDesktopDetail, asked now and for this desktop alone.
 * Throws what proves nothing: a gateway's error, a 401 or 403, an answer
 * without a list of data volumes.
 */
export async function look(client: WorkspaceClient, desktopId: string, patience: Patience): Promise<Sight> {
  try {
    return sightOf(await showDesktop(client, desktopId, patience));
  } catch (error) {
    if (saysUnknown(error)) return { gone: true };
    throw error;
  }
}

/** What a desktop's answer proves. Throws where it proves nothing. */
export function sightOf(desktop: Desktop): Sight {
  if (desktop.status === "DELETED") return { gone: true };
  if (desktop.dataVolumes === undefined) {
    throw new Error(
      `the service showed desktop ${desktop.desktopId} without its list of data volumes (data_volumes), ` +
        `which proves nothing about any disk`,
    );
  }
  return { gone: false, desktop, volumes: desktop.dataVolumes };
}

/** The volume as a look shows it, or nothing. */
export function find(sight: Sight, volumeId: string): Volume | undefined {
  return sight.gone ? undefined : sight.volumes.find((volume) => volume.volumeId === volumeId);
}
