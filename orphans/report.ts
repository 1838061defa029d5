import type { Finding, Gone, OwnedTwice, Pending, Unowned } from "./compare";
import type { Remedies, Remedy } from "./remedies";
import type { ResourceRecord, StackRecord } from "./stackState";
import type { Look } from "./survey";
import { ageInWords, holderInWords, resourceInWords, stackInWords } from "./words";

/** All that a run has to tell. */
export interface Report {
  stacks: readonly StackRecord[];
  looks: readonly Look[];
  findings: readonly { finding: Finding; remedies: readonly Remedy[] }[];
}

/** What could not be looked at, each by its desktop. */
export function errorsOf({ looks }: Pick<Report, "looks">): { desktopId: string; message: string }[] {
  return looks.flatMap(({ desktopId, error }) =>
    error === undefined ? [] : [{ desktopId, message: error }],
  );
}

/** A report with the ways to put each finding right. */
export function reportOf(
  stacks: readonly StackRecord[],
  looks: readonly Look[],
  findings: readonly Finding[],
  remedies: Remedies,
): Report {
  return {
    stacks,
    looks,
    findings: findings.map((finding) => ({ finding, remedies: remedies.for(finding) })),
  };
}

/** The report for people. */
export function asText(report: Report): string {
  const errors = errorsOf(report);
  const parts = report.findings.map(({ finding, remedies }, index) =>
    [
      `${index + 1}. ${headline(finding)}`,
      ...details(finding).map((line) => `   ${line}`),
      ...remedies.flatMap((remedy) => remedyLines(remedy, remedies.length > 1)).map((line) => `   ${line}`),
    ].join("\n"),
  );
  const named = errors.map(({ desktopId, message }) => `error: desktop ${desktopId}: ${message}`);
  return [...parts, ...named, summary(report)].join("\n\n") + "\n";
}

/** The report for programs. Fields are added, never changed, as long as `version` stays. */
export function asJson(report: Report): string {
  const { stacks, looks, findings } = report;
  const shown = {
    version: 1,
    stacks: stacks.map(({ source, project, stack, resources }) => ({
      source: source.label,
      project,
      stack,
      resources: resources.length,
    })),
    desktops: looks.map((look) => ({ ...desktopJson(look), shown: shownAs(look) })),
    findings: findings.map(({ finding, remedies }) => ({ ...findingJson(finding), remedies })),
    errors: errorsOf(report),
  };
  return `${JSON.stringify(shown, undefined, 2)}\n`;
}

function headline(finding: Finding): string {
  switch (finding.kind) {
    case "unowned-volume":
      return `Volume ${finding.volume.volumeId} on ${desktop(finding.look)} is owned by none of these stacks.`;
    case "pending-operation":
      return finding.pending.resource.condemned
        ? `${resourceInWords(finding.pending.resource)} was replaced, and its old disk is still to be deleted.`
        : `A run was cut off while it was ${finding.pending.operation} ${resourceInWords(finding.pending.resource)}.`;
    case "gone-volume":
      return `Volume ${String(finding.holder.disk.volumeId)} of ${holderInWords(finding.holder)} is gone.`;
    case "owned-twice":
      return `Volume ${finding.volumeId} is owned by ${finding.holders.length} resources.`;
  }
}

function details(finding: Finding): string[] {
  switch (finding.kind) {
    case "unowned-volume":
      return [
        volume(finding),
        ...finding.readBy.map((resource) => `${resourceInWords(resource)} only looks at it.`),
      ];
    case "pending-operation":
      return [
        `Desktop ${finding.pending.resource.desktopId}.`,
        ...finding.mayHaveMade.map((made) => `It may have made volume ${made.volume.volumeId}.`),
      ];
    case "gone-volume":
      return [
        finding.withDesktop
          ? `The service says that desktop ${finding.look.desktopId} was deleted.`
          : `The service shows ${desktop(finding.look)} without it.`,
      ];
    case "owned-twice":
      return finding.holders.map((holder) => `- ${holderInWords(holder)}`);
  }
}

function volume({ volume: { type, size, device }, volume: { createTime }, ageSeconds }: Unowned): string {
  const age = ageSeconds === undefined ? "age unknown" : `${ageInWords(ageSeconds)} old`;
  const made = createTime === undefined ? "" : ` (made ${createTime})`;
  const facts = [type ?? "type unknown", size === undefined ? "size unknown" : `${size} GB`, device];
  return `${[...facts.filter((fact) => fact !== undefined), age].join(", ")}${made}`;
}

function remedyLines({ title, program, commands, notes }: Remedy, oneOfSeveral: boolean): string[] {
  return [
    `${oneOfSeveral ? "Either" : "To put it right:"} ${title}${program.length > 0 ? ":" : ""}`,
    ...program.map((line) => `     ${line}`),
    ...(program.length > 0 && commands.length > 0 ? ["Then:"] : []),
    ...commands.map((command) => `     ${command}`),
    ...notes,
  ];
}

function summary(report: Report): string {
  const { stacks, looks, findings } = report;
  const resources = stacks.reduce((sum, stack) => sum + stack.resources.length, 0);
  const seen = `${stacks.map(stackInWords).join(", ")}: ${resources} resource(s), ${looks.length} desktop(s).`;
  const failed = errorsOf(report).length;
  const incomplete = failed === 0 ? "" : ` ${failed} desktop(s) could not be read, so more may lie around.`;
  if (findings.length > 0) return `${seen} ${findings.length} thing(s) lie around.${incomplete}`;
  if (looks.length === 0) return `${seen} These states name no desktop, so nothing was looked at.`;
  return failed === 0 ? `${seen} Nothing lies around.` : `${seen}${incomplete}`;
}

function desktop({ desktopId, sight }: Look): string {
  const name = sight === undefined || sight.gone ? undefined : sight.desktop.computerName;
  return name === undefined || name === desktopId ? `desktop ${desktopId}` : `desktop ${name} (${desktopId})`;
}

function desktopJson({ desktopId, place: { region, projectId }, sight }: Look): object {
  const computerName = sight === undefined || sight.gone ? undefined : sight.desktop.computerName;
  return { desktopId, computerName, region, projectId };
}

function shownAs({ sight }: Look): "there" | "deleted" | "unreadable" {
  if (sight === undefined) return "unreadable";
  return sight.gone ? "deleted" : "there";
}

function resourceJson({ urn, stack, kind, name }: ResourceRecord): object {
  return { urn, stack: stack.stack, project: stack.project, kind, name };
}

function findingJson(finding: Finding): object {
  switch (finding.kind) {
    case "unowned-volume":
      return unownedJson(finding);
    case "pending-operation":
      return pendingJson(finding);
    case "gone-volume":
      return goneJson(finding);
    case "owned-twice":
      return twiceJson(finding);
  }
}

function unownedJson({ kind, look, volume: { volumeId, type, size, createTime }, ...rest }: Unowned): object {
  return {
    kind,
    ...desktopJson(look),
    volumeId,
    type,
    sizeGB: size,
    createTime,
    ageSeconds: rest.ageSeconds,
    ...(rest.awaitedBy === undefined ? {} : { mayBeOf: resourceJson(rest.awaitedBy.pending.resource) }),
    readBy: rest.readBy.map(resourceJson),
  };
}

function pendingJson({ kind, pending: { operation, resource }, look, mayHaveMade }: Pending): object {
  return {
    kind,
    operation,
    replaced: resource.condemned,
    resource: resourceJson(resource),
    desktopId: resource.desktopId,
    busy: look?.busy ?? false,
    mayHaveMade: mayHaveMade.map((unowned) => unowned.volume.volumeId),
  };
}

function goneJson({ kind, look, holder: { resource, disk }, withDesktop, shownBy }: Gone): object {
  return {
    kind,
    ...desktopJson(look),
    volumeId: disk.volumeId,
    resource: resourceJson(resource),
    disk: disk.name,
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
