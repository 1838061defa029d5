import type { Volume } from "../api/volumes";
import { type DesktopSnapshot, findVolume } from "../desktop/snapshot";
import { RefusedError } from "../errors";
import { type DiskInputs, isKnown, type Maybe } from "./inputs";

/** A disk in words: `SSD, 100 GB`. */
export function describeDisk({ type, size }: Pick<DiskInputs, "type" | "size">): string {
  return `${shown(type)}, ${shown(size)} GB`;
}

/** A value in words, which may not be known yet. */
export function shown(value: Maybe<string | number> | undefined): string {
  return isKnown(value) ? String(value) : "(not known yet)";
}

/** Volumes in words, for errors: id, type, size, when they were created. */
export function describeVolumes(volumes: readonly Volume[]): string {
  return volumes
    .map(({ volumeId, type, size, createTime }) => {
      const created = createTime === undefined ? "" : `, created ${createTime}`;
      return `${volumeId} (${type ?? "?"}, ${size ?? "?"} GB${created})`;
    })
    .join(", ");
}

/**
 * The volume, if it may be adopted as it is. Throws by property what does not
 * fit. Pure: `seen` is what the service showed.
 */
export function adoptable(
  seen: DesktopSnapshot,
  volumeId: string,
  wanted: DiskInputs,
  property = "",
): Volume {
  const path = (name: string) => `${property}${name}`;
  const refuse = (
    code: "HWD1701" | "HWD1704" | "HWD1705" | "HWD1111",
    name: string,
    why: string,
    next?: string,
  ) =>
    new RefusedError(
      {
        code,
        failed: `Adopting disk ${volumeId}`,
        why: `${path(name)}: ${why}`,
        now: "Nothing was changed",
        next,
      },
      path(name),
    );
  if (seen.gone) throw refuse("HWD1701", "existingVolumeId", `the desktop does not exist: ${seen.said}`);
  if (seen.desktop.rootVolumeId === volumeId) {
    throw refuse(
      "HWD1705",
      "existingVolumeId",
      `${volumeId} is the system disk of the desktop, not a data disk`,
    );
  }
  const volume = findVolume(seen, volumeId);
  if (volume === undefined) {
    const there = seen.volumes.length === 0 ? "it shows none" : `it shows ${describeVolumes(seen.volumes)}`;
    throw refuse(
      "HWD1704",
      "existingVolumeId",
      `${volumeId} is not a data disk of the desktop; ${there}`,
      "Set existingVolumeId to a disk of the desktop, or check region and project",
    );
  }
  for (const name of ["type", "size", "iops", "throughput", "kmsId"] as const) {
    const [has, wants] = [volume[name], wanted[name]];
    if (has === undefined || !isKnown(wants) || has === wants) continue;
    throw refuse(
      "HWD1111",
      name,
      `disk ${volumeId} has ${JSON.stringify(has)}, the program says ${JSON.stringify(wants)}`,
      `Set ${path(name)} to ${JSON.stringify(has)} to adopt the disk`,
    );
  }
  return volume;
}
