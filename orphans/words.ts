import type { Holder } from "./compare";
import type { ResourceRecord, StackRecord } from "./stackState";

/** `stack dev of project infra`; for a state without any resource, where it came from. */
export function stackInWords({ stack, project, source }: StackRecord): string {
  return stack === undefined ? source.label : `stack ${stack} of project ${project ?? "?"}`;
}

/** `DataDiskAttachment "data" (stack dev of project infra)` */
export function resourceInWords(resource: ResourceRecord): string {
  return `${resource.kind} "${resource.name}" (${stackInWords(resource.stack)})`;
}

/** As `resourceInWords`, with the disk's own name where it has one. */
export function holderInWords({ resource, disk }: Holder): string {
  const within = disk.name === undefined ? "" : `"${disk.name}" of `;
  return within + resourceInWords(resource);
}

const UNITS: readonly (readonly [string, number])[] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** An age in its largest whole unit: `3 days`. */
export function ageInWords(seconds: number): string {
  for (const [unit, length] of UNITS) {
    const count = Math.floor(seconds / length);
    if (count > 0) return `${count} ${unit}${count === 1 ? "" : "s"}`;
  }
  return "less than a minute";
}
