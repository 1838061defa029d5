/** What may make a history harder, each by its name: what a draw may hold, a person may narrow, and a report may blame. */
import { type DialectName, dialectNames, type FaultName } from "huaweicloud-workspace-emulator";

/** Every fault that a history may draw. */
export const faultNames = [
  "respond",
  "throttle",
  "conflict",
  "refuse-batch",
  "no-answer",
  "slow",
  "cut-before-work",
  "cut-after-work",
  "truncated",
  "not-json",
  "redirect",
  "wrong-project",
  "repeat",
  "order-instead-of-job",
  "job-fails",
  "sub-job-fails",
  "partial-batch",
  "job-never-ends",
  "job-forgotten",
  "job-unknown-status",
  "job-other-words",
  "reads-lag",
  "list-misses-desktop",
  "no-data-volumes",
  "root-among-data",
  "older-fields",
  "desktop-as-array",
  "foreign-job",
  "volumes-added",
  "volumes-removed",
  "desktop-deleted",
  "token-revoked",
] as const satisfies readonly FaultName[];

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
