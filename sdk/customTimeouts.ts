import type * as pulumi from "@pulumi/pulumi";

/**
 * The resource option `customTimeouts` as an input: the engine neither hands
 * it to dynamic providers nor enforces it for them.
 */
export function timeoutsOf(
  opts: pulumi.CustomResourceOptions | undefined,
): Record<string, string> | undefined {
  const given = Object.entries(opts?.customTimeouts ?? {}).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  return given.length === 0 ? undefined : Object.fromEntries(given);
}
