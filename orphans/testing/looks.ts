/** Looks at desktops for tests. */
import type { Volume } from "../providerRoom";
import type { Look } from "../survey";
import { place } from "./states";

/** When all looks were taken. */
export const at = Date.parse("2026-01-10T00:00:00Z");

/** A desktop that shows these data disks; a plain id is an SSD of 100 GB. */
export function showing(
  desktopId: string,
  volumes: readonly (string | Volume)[],
  more: Partial<Look> = {},
): Look {
  const all = volumes.map((volume): Volume =>
    typeof volume === "string" ? { volumeId: volume, type: "SSD", size: 100 } : volume,
  );
  const desktop = {
    desktopId,
    computerName: `pc-${desktopId}`,
    status: "ACTIVE",
    rootVolumeId: `root-${desktopId}`,
    dataVolumes: all,
    serverTime: at,
  };
  return {
    desktopId,
    place,
    sight: { gone: false, desktop, volumes: all },
    busy: false,
    at,
    ...more,
  };
}

/** A desktop that the service calls deleted. */
export function deleted(desktopId: string): Look {
  return { desktopId, place, sight: { gone: true }, busy: false, at };
}

/** A desktop that could not be read. */
export function unreadable(desktopId: string): Look {
  return { desktopId, place, sight: undefined, error: "403", busy: false, at };
}
