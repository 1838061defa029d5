import type { Volume } from "./service";

/** Volumes in words, for errors: id, type, size, when they were made. */
export function describeVolumes(volumes: readonly Volume[]): string {
  return volumes
    .map(({ volumeId, type, size, createTime }) => {
      const made = createTime === undefined ? "" : `, made ${createTime}`;
      return `${volumeId} (${type ?? "?"}, ${size ?? "?"} GB${made})`;
    })
    .join(", ");
}

/** What to write into the program so that a disk that exists is taken over and not bought again. */
export function howToAdopt(volumeId: string): string {
  return (
    `To take one over, set existingVolumeId: "${volumeId}" and deletionProtection (true or false) ` +
    `on the resource and run "pulumi up".`
  );
}
