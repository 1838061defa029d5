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

/** What to write into the program so that a disk that exists is adopted and not bought again. `where`: a resource that has no disk yet. */
export function howToAdopt(volumeId: string, where = "the resource"): string {
  return (
    `To adopt one, set existingVolumeId: "${volumeId}" and deletionProtection (true or false) ` +
    `on ${where} and run "pulumi up"`
  );
}
