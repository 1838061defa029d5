import type * as pulumi from "@pulumi/pulumi";

/** A place for each output that a resource class declares, with nothing in it. */
export type Outputs<R extends pulumi.CustomResource> = Record<
  Exclude<keyof R, keyof pulumi.CustomResource>,
  undefined
>;

/**
 * What a resource is made with: its outputs, each there from the start though
 * the service has yet to tell it, and the inputs that are given. Pulumi makes
 * an output of each key, which takes time in every run; so there is none for
 * an input that is not given and that no program could read.
 */
export function withOutputs<R extends pulumi.CustomResource>(
  outputs: Outputs<R>,
  inputs: pulumi.Inputs,
): pulumi.Inputs {
  const given = Object.entries(inputs).filter(([, value]) => value !== undefined);
  return { ...outputs, ...Object.fromEntries(given) };
}
