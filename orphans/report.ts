import type {
  Comparison,
  Finding,
  Gone,
  OwnedTwice,
  PendingAdds,
  PendingOperation,
  ReleasedVolume,
  Unowned,
} from "./findings";
import {
  counted,
  holderInWords,
  isForWholeStack,
  type Remedies,
  type Remedy,
  resourceInWords,
  stackInWords,
  together,
} from "./remedies";
import type { Disk, ResourceRecord, StackRecord } from "./states";
import type { DesktopReading } from "./survey";

/** The result of a run. */
export interface Report {
  stacks: readonly StackRecord[];
  readings: readonly DesktopReading[];
  findings: readonly { finding: Finding; remedies: readonly Remedy[] }[];
  released: readonly ReleasedVolume[];
}

/** What could not be read or proved, each by its desktop. */
export function errorsOf({ readings }: Pick<Report, "readings">): { desktopId: string; message: string }[] {
  return readings.flatMap(({ desktopId, error }) =>
    error === undefined ? [] : [{ desktopId, message: error }],
  );
}

/** A report with the ways to fix each finding. */
export function reportOf(
  stacks: readonly StackRecord[],
  readings: readonly DesktopReading[],
  { findings, released }: Comparison,
  remedies: Remedies,
): Report {
  return {
    stacks,
    readings,
    findings: findings.map((finding) => ({ finding, remedies: remedies.for(finding) })),
    released,
  };
}

/** The report for people. */
export function asText(report: Report): string {
  const { findings, released } = report;
  const last = lastCommands(findings.map(({ remedies }) => remedies));
  const problems = findings.map(({ finding, remedies }, index) =>
    [
      `${index + 1}. ${headline(finding)}`,
      ...details(finding).map((line) => `   ${line}`),
      ...remedies
        .flatMap((remedy, at) => remedyLines(withoutCommands(remedy, last), at, remedies.length))
        .map((line) => `   ${line}`),
    ].join("\n"),
  );
  const mustWait = findings.some(({ remedies }) => remedies.some((remedy) => remedy.mustWait));
  const end = last.length === 0 ? [] : [lastText(last, mustWait)];
  const kept = released.length === 0 ? [] : [releasedText(released)];
  return [...problems, ...end, ...kept, ...errorTexts(report), summary(report)].join("\n\n") + "\n";
}

/**
 * Commands that several problems need and that are for a whole stack. They come once, at the end: run for the first
 * problem alone, they would clear the others, and an up would buy their disks again.
 */
function lastCommands(all: readonly (readonly Remedy[])[]): string[] {
  const [only, ...others] = all;
  if (only === undefined || others.length === 0) return [];
  return together(all.flatMap((remedies) => remedies.flatMap((one) => one.commands.filter(isForWholeStack))));
}

function withoutCommands(remedy: Remedy, last: readonly string[]): Remedy {
  return last.length === 0
    ? remedy
    : { ...remedy, commands: remedy.commands.filter((one) => !isForWholeStack(one)) };
}

function lastText(commands: readonly string[], mustWait: boolean): string {
  if (mustWait)
    return "Wait for what a problem above names, then run this command again: it prints what to run.";
  return [
    "When the program has all lines from above, run once, for all problems:",
    ...commands.map((command) => `     ${command}`),
  ].join("\n");
}

/** The report for programs. Fields are added, never changed, as long as `version` stays. */
export function asJson(report: Report): string {
  const { stacks, readings, findings, released } = report;
  const shown = {
    version: 2,
    stacks: stacks.map(({ source, project, stack, resources }) => ({
      source: source.label,
      project,
      stack,
      resources: resources.length,
    })),
    desktops: readings.map((reading) => ({ ...desktopJson(reading), shown: reading.shown })),
    findings: findings.map(({ finding, remedies }) => ({ ...findingJson(finding), remedies })),
    released: released.map(({ reading, resource, name, ...volume }) => ({
      ...desktopJson(reading),
      ...volumeJson(volume),
      releasedBy: resourceJson(resource),
      disk: name,
    })),
    errors: errorsOf(report),
  };
  return `${JSON.stringify(shown, undefined, 2)}\n`;
}

/** One error for all desktops that fail for the same reason. */
function errorTexts(report: Report): string[] {
  const desktops = new Map<string, string[]>();
  for (const { desktopId, message } of errorsOf(report)) {
    desktops.set(message, [...(desktops.get(message) ?? []), desktopId]);
  }
  return [...desktops].map(([message, ids]) => {
    const [first = ""] = ids;
    const whose =
      ids.length === 1 ? `desktop ${first}` : `${counted(ids.length, "desktop")} (${ids.join(", ")})`;
    return `error: ${whose}: ${message}`;
  });
}

function headline(finding: Finding): string {
  switch (finding.kind) {
    case "unowned-volume":
      return `Orphaned disk: none of these stacks owns volume ${finding.volume.volumeId} on ${desktop(finding.reading)}.`;
    case "pending-operation": {
      const { operation, resource } = finding.pending;
      return resource.condemned
        ? `${resourceInWords(resource)} was replaced, and its old disk is not deleted yet.`
        : `A run was interrupted while it was ${operation} ${resourceInWords(resource)}.`;
    }
    case "pending-add":
      return `It is unknown whether ${counted(finding.disks.length, "disk")} of ${resourceInWords(finding.resource)} ${finding.disks.length === 1 ? "was" : "were"} added.`;
    case "gone-volume":
      return goneHeadline(finding);
    case "owned-twice":
      return `${counted(finding.holders.length, "resource")} own volume ${finding.volumeId}.`;
  }
}

function goneHeadline({ resource, disks }: Gone): string {
  const [first] = disks;
  if (first !== undefined && disks.length === 1) {
    return `Volume ${first.volumeId} of ${holderInWords({ resource, disk: first })} no longer exists.`;
  }
  const named = disks.map(({ name, volumeId }) =>
    name === undefined ? volumeId : `"${name}" (${volumeId})`,
  );
  return `${counted(disks.length, "volume")} of ${resourceInWords(resource)} no longer exist: ${named.join(", ")}.`;
}

function details(finding: Finding): string[] {
  switch (finding.kind) {
    case "unowned-volume":
      return [
        facts(finding),
        ...finding.readBy.map((resource) => `${resourceInWords(resource)} only looks it up.`),
      ];
    case "pending-operation":
      return [
        `Desktop ${finding.pending.resource.desktopId}.`,
        ...finding.mayHaveAdded.map(({ unowned }) => candidate(unowned)),
      ];
    case "pending-add":
      return [
        `Desktop ${finding.resource.desktopId}.`,
        ...finding.disks.map(pendingDisk),
        ...finding.mayHaveAdded.map(candidate),
      ];
    case "gone-volume":
      return [
        finding.withDesktop
          ? `The service reports that desktop ${finding.reading.desktopId} was deleted.`
          : `${capital(desktop(finding.reading))} does not have ${finding.disks.length === 1 ? "it" : "them"} any more.`,
      ];
    case "owned-twice":
      return finding.holders.map((holder) => `- ${holderInWords(holder)}`);
  }
}

function candidate(unowned: Unowned): string {
  return `It may have added volume ${unowned.volume.volumeId}: ${facts(unowned)}.`;
}

function pendingDisk({ name, wanted, pendingAdd }: Disk): string {
  const what = name === undefined ? "the disk" : `"${name}"`;
  const job = pendingAdd?.jobId === undefined ? "the answer was lost" : `job ${pendingAdd.jobId}`;
  return `- ${what}: ${wanted.type ?? "type unknown"}, ${wanted.size ?? "?"} GB, ${job}`;
}

function releasedText(released: readonly ReleasedVolume[]): string {
  return [
    `Released with deletionPolicy: "retain", not managed by any of these stacks:`,
    ...released.flatMap((one) => [
      `   - volume ${one.volume.volumeId} on ${desktop(one.reading)}: ${facts(one)}`,
      `     It was "${one.name}" of ${resourceInWords(one.resource)}.`,
    ]),
    `   A name that is put back into disks takes its disk back. Another resource adopts it with existingVolumeId.`,
  ].join("\n");
}

function facts({ volume, ageSeconds }: Pick<Unowned, "volume" | "ageSeconds">): string {
  const { type, size, device, createTime } = volume;
  const age = ageSeconds === undefined ? "age unknown" : `${ageInWords(ageSeconds)} old`;
  const created = createTime === undefined ? "" : ` (created ${createTime})`;
  const known = [type ?? "type unknown", size === undefined ? "size unknown" : `${size} GB`, device];
  return `${[...known.filter((fact) => fact !== undefined), age].join(", ")}${created}`;
}

function remedyLines({ title, program, commands, notes }: Remedy, at: number, of: number): string[] {
  return [
    `${of > 1 ? `Option ${at + 1}` : "To fix it"}: ${title}${program.length > 0 ? ":" : ""}`,
    ...program.map((line) => `     ${line}`),
    ...(commands.length > 0 ? [program.length > 0 ? "Then run:" : "Run:"] : []),
    ...commands.map((command) => `     ${command}`),
    ...notes,
  ];
}

function summary(report: Report): string {
  const { stacks, readings, findings } = report;
  const resources = stacks.reduce((sum, stack) => sum + stack.resources.length, 0);
  const scope = [counted(resources, "resource"), counted(readings.length, "desktop")].join(", ");
  const read = `${[...stacks.map(stackInWords), scope].join(", ")}.`;
  const failed = errorsOf(report).length;
  const incomplete =
    failed === 0 ? "" : ` ${counted(failed, "desktop")} could not be read completely: there may be more.`;
  if (findings.length > 0) return `${read} ${counted(findings.length, "problem")} found.${incomplete}`;
  if (readings.length === 0)
    return `${read} These states name no desktop, so nothing was read: name the desktops with --desktop ID.`;
  return failed === 0 ? `${read} No orphans found.` : `${read}${incomplete}`;
}

function desktop({ desktopId, computerName }: DesktopReading): string {
  return computerName === undefined || computerName === desktopId
    ? `desktop ${desktopId}`
    : `desktop ${computerName} (${desktopId})`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const UNITS: readonly (readonly [string, number])[] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** An age in its largest whole unit: `3 days`. */
function ageInWords(seconds: number): string {
  for (const [unit, length] of UNITS) {
    const count = Math.floor(seconds / length);
    if (count > 0) return counted(count, unit);
  }
  return "less than a minute";
}

function desktopJson({ desktopId, place: { region, projectId }, computerName }: DesktopReading): object {
  return { desktopId, computerName, region, projectId };
}

function resourceJson({ urn, stack, kind, name }: ResourceRecord): object {
  return { urn, stack: stack.stack, project: stack.project, kind, name };
}

function volumeJson({ volume, ageSeconds }: Pick<Unowned, "volume" | "ageSeconds">): object {
  const { volumeId, type, size, createTime } = volume;
  return { volumeId, type, sizeGB: size, createTime, ageSeconds };
}

function findingJson(finding: Finding): object {
  switch (finding.kind) {
    case "unowned-volume":
      return unownedJson(finding);
    case "pending-operation":
      return pendingJson(finding);
    case "pending-add":
      return pendingAddJson(finding);
    case "gone-volume":
      return goneJson(finding);
    case "owned-twice":
      return twiceJson(finding);
  }
}

function unownedJson({ kind, reading, readBy, ...volume }: Unowned): object {
  return { kind, ...desktopJson(reading), ...volumeJson(volume), readBy: readBy.map(resourceJson) };
}

function pendingJson({
  kind,
  pending: { operation, resource },
  reading,
  mayHaveAdded,
}: PendingOperation): object {
  return {
    kind,
    operation,
    replaced: resource.condemned,
    resource: resourceJson(resource),
    desktopId: resource.desktopId,
    busy: reading?.busy ?? false,
    mayHaveAdded: mayHaveAdded.map(({ unowned, disk }) => ({ ...volumeJson(unowned), disk: disk.name })),
  };
}

function pendingAddJson({ kind, resource, disks, reading, mayHaveAdded }: PendingAdds): object {
  return {
    kind,
    resource: resourceJson(resource),
    desktopId: resource.desktopId,
    busy: reading?.busy ?? false,
    disks: disks.map(({ name, wanted: { type, size }, pendingAdd }) => ({
      disk: name,
      type,
      sizeGB: size,
      jobId: pendingAdd?.jobId,
    })),
    mayHaveAdded: mayHaveAdded.map(volumeJson),
  };
}

function goneJson({ kind, reading, resource, disks, withDesktop, shownBy }: Gone): object {
  return {
    kind,
    ...desktopJson(reading),
    resource: resourceJson(resource),
    volumes: disks.map(({ volumeId, name }) => ({ volumeId, disk: name })),
    desktopDeleted: withDesktop,
    shownByDesktop: shownBy?.desktopId,
  };
}

function twiceJson({ kind, volumeId, holders }: OwnedTwice): object {
  return {
    kind,
    volumeId,
    owners: holders.map(({ resource, disk }) => ({ ...resourceJson(resource), disk: disk.name })),
  };
}
