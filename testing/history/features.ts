/** What may make a history harder, each by its name: what a draw may hold, a person may narrow, and a report may blame. */
import { type DialectName, dialectNames, type FaultName } from "huaweicloud-workspace-emulator";

/** Every fault of the emulator; one that it gets anew is missing here until a history can draw it. */
const known: Readonly<Record<FaultName, true>> = {
  respond: true,
  throttle: true,
  conflict: true,
  "refuse-batch": true,
  "no-answer": true,
  slow: true,
  "cut-before-work": true,
  "cut-after-work": true,
  truncated: true,
  "not-json": true,
  redirect: true,
  "wrong-project": true,
  repeat: true,
  "order-instead-of-job": true,
  "job-fails": true,
  "sub-job-fails": true,
  "partial-batch": true,
  "job-never-ends": true,
  "job-forgotten": true,
  "job-unknown-status": true,
  "job-other-words": true,
  "reads-lag": true,
  "list-misses-desktop": true,
  "no-data-volumes": true,
  "root-among-data": true,
  "older-fields": true,
  "desktop-as-array": true,
  "foreign-job": true,
  "volumes-added": true,
  "volumes-removed": true,
  "desktop-deleted": true,
  "token-revoked": true,
};

export const faultNames = Object.keys(known) as readonly FaultName[];

/**
 * Besides dialects and faults. `second-actor-alike`: it adds disks like those
 * that programs ask for; `second-actor-any`: it grows and deletes ours, too.
 */
export const others = [
  "second-actor",
  "second-actor-alike",
  "second-actor-any",
  "second-stack",
  "deaths",
  "clock-jumps",
  "power",
  "echo",
] as const;

export type OtherFeature = (typeof others)[number];
export type Feature = DialectName | `fault:${FaultName}` | OtherFeature;

export const features: readonly Feature[] = [
  ...dialectNames,
  ...others,
  ...faultNames.map((name): Feature => `fault:${name}`),
];

export function isFeature(name: string): name is Feature {
  return features.some((feature) => feature === name);
}

/** Reads names as a person gives them; an unknown one is an error that lists what there is. */
export function featuresNamed(names: readonly string[]): Feature[] {
  return names.map((name) => {
    if (!isFeature(name))
      throw new Error(`There is no ${JSON.stringify(name)}. Known: ${features.join(", ")}`);
    return name;
  });
}
