import type { Desktop, Volume } from "./desktops";
import type { Dialects, LaggingRead } from "./dialects";

/** The disks of a desktop after one change. */
export interface DesktopVersion {
  /** Counts the changes of the desktop. */
  readonly change: number;
  /** Emulator time of the change. */
  readonly at: number;
  readonly root_volume: Volume;
  readonly data_volumes: readonly Volume[];
}

/** More are not kept: no lag is so long that an older one could still be shown. */
const maxKept = 40;

type Disks = Pick<Desktop, "root_volume" | "data_volumes">;

function versionOf({ root_volume, data_volumes }: Disks, change: number, at: number): DesktopVersion {
  return {
    change,
    at,
    root_volume: { ...root_volume },
    data_volumes: data_volumes.map((one) => ({ ...one })),
  };
}

export function firstVersion(desktop: Disks, at: number): DesktopVersion {
  return versionOf(desktop, 0, at);
}

/** Notes that the disks of a desktop have changed. */
export function noteChange(desktop: Desktop, at: number): void {
  const last = desktop.versions.at(-1)?.change ?? 0;
  desktop.versions.push(versionOf(desktop, last + 1, at));
  if (desktop.versions.length > maxKept) desktop.versions.shift();
}

/** Those that a read may still show, oldest first: what is older than a version that no lag hides is past. */
export function mayBeShown(
  versions: readonly DesktopVersion[],
  now: number,
  maxLagMs: number,
): DesktopVersion[] {
  const settled = versions.findLastIndex(({ at }) => at + maxLagMs <= now);
  return versions.slice(Math.max(0, settled));
}

/** The disks as this kind of read shows them now: the newest change whose lag is over. */
export function visibleVersion(
  desktop: Desktop,
  read: LaggingRead,
  now: number,
  dialects: Dialects,
): Disks | DesktopVersion {
  if (!dialects.has("lagging-reads")) return desktop;
  const visible = desktop.versions.findLast(
    ({ at, change }) => change === 0 || at + dialects.lagMs(read, desktop.desktop_id, change) <= now,
  );
  return visible ?? desktop.versions[0] ?? desktop;
}
