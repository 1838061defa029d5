import type { Volume } from "../api/volumes";

/** Volumes in words: id, type, size, when they were created. */
export function describeVolumes(volumes: readonly Volume[]): string {
  return volumes
    .map(({ volumeId, type, size, createTime }) => {
      const created = createTime === undefined ? "" : `, created ${createTime}`;
      return `${volumeId} (${type ?? "?"}, ${size ?? "?"} GB${created})`;
    })
    .join(", ");
}

/** What to write into the program so that a disk that exists is adopted and not bought again. */
export function howToAdopt(volumeId: string): string {
  return (
    `To adopt one, set existingVolumeId: "${volumeId}" and deletionProtection (true or false) ` +
    `on the resource and run "pulumi up"`
  );
}
