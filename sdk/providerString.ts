/**
 * What state keeps so that the engine finds the provider again: one line that
 * loads the installed package by its frozen public sub-path, instead of the
 * provider's code as it was on the day. It is stored twice a resource, so it is
 * short; and never changed, so that nothing of a stack seems to have changed.
 */
export function providerString(name: "provider" | "desktopDataDisks"): string {
  return `exports.handler = () => require("pulumi-huaweicloud-workspace/provider").${name}`;
}
