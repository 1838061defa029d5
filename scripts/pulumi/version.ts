/** The release of the Pulumi CLI that is downloaded or built when none is found. scripts/pulumi-cli/go.mod names the same. */
export const wantedVersion = "3.259.0";

/**
 * The oldest CLI that is taken as it is. It is the version of `@pulumi/pulumi`
 * in package-lock.json: the SDK expects a CLI that is no older than itself.
 */
export const minimumVersion = "3.245.0";

/** The numbers of a release, most significant first. */
export type Version = readonly [major: number, minor: number, patch: number];

/** Reads `v3.259.0`, `3.259.0` or `3.259.0-alpha.1`; anything else is `undefined`. */
export function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(text.trim());
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])];
}

/** Whether a CLI that says `found` can be used: the same major version, and no older than `minimum`. */
export function isUsable(found: string, minimum = minimumVersion): boolean {
  const have = parseVersion(found);
  const need = parseVersion(minimum);
  if (have === undefined || need?.[0] !== have[0]) {
    return false;
  }
  return have[1] > need[1] || (have[1] === need[1] && have[2] >= need[2]);
}
