import type { Evidence } from "./evidence";
import type { Verdict } from "./promises";
import type { DeclaredDisk, EndingCommand, OperationRecord } from "./record";
import type { Truth } from "./truth";
import { saysMayBeMeant } from "./words";

const promise = "comes-right";

/** The most data disks of a desktop. */
const ROOM = 10;

/**
 * Convicts an ending that does not come right: a command that fails, an up that
 * leaves something other than declared, a second up that changes something, a
 * destroy that leaves a disk of ours.
 *
 * Acquitted: the first up where it names the disks that an earlier run may have
 * added, because another client added the same; what fails on a desktop that is full. Disks of others, and disks
 * that are known only from an error, may leave too little room for ours.
 */
export function comesRight({ record, truth }: Evidence): Verdict[] {
  return record.ending.flatMap((command, index) => {
    const unsettled = desktopsWithCandidates(record.ending.slice(0, index + 1), command);
    const verdicts = failures(command, truth);
    switch (command.command) {
      case "up":
        return [...verdicts, ...notAsDeclared(command, truth, unsettled)];
      case "second up":
        return [
          ...verdicts,
          ...changedAgain(command, truth, record.ending.slice(0, index), unsettled),
          ...changesSent(record.requests, command, truth, unsettled),
        ];
      case "destroy":
        return [...verdicts, ...leftBehind(command, record.ending.slice(0, index), record.operations)];
      default:
        return verdicts;
    }
  });
}

function failures({ stack, command, outcomes, endedAt, startedAt }: EndingCommand, truth: Truth): Verdict[] {
  return outcomes.flatMap(({ resource, desktop, did, error }): Verdict[] => {
    if (error === undefined || isFull(truth, desktop, startedAt, endedAt, did)) return [];
    if (command === "up" && saysMayBeMeant(error, desktop)) return [];
    return [
      { promise, at: endedAt, evidence: `${command} of ${stack}: ${did} of ${resource} failed: ${error}` },
    ];
  });
}

/**
 * Desktops on which the first up of a stack could not tell which disk an
 * earlier run has added: it names them, and the next up adds another one.
 */
function desktopsWithCandidates(
  commands: readonly EndingCommand[],
  { stack }: EndingCommand,
): ReadonlySet<string> {
  const outcomes = commands
    .filter((one) => one.stack === stack && one.command === "up")
    .flatMap((one) => one.outcomes);
  return new Set(
    outcomes
      .filter(({ error, desktop }) => error !== undefined && saysMayBeMeant(error, desktop))
      .map(({ desktop }) => desktop),
  );
}

/** Whether a create or update may have failed for want of room: somebody's disks fill the desktop. */
function isFull(truth: Truth, desktop: string, from: number, to: number, did: string): boolean {
  return did !== "delete" && did !== "read" && truth.mostOn(desktop, from, to) >= ROOM;
}

function notAsDeclared(command: EndingCommand, truth: Truth, unsettled: ReadonlySet<string>): Verdict[] {
  const { stack, declared, held, truth: real, endedAt: at } = command;
  const verdicts = declared.flatMap((disk): Verdict[] => {
    if (unsettled.has(disk.desktop) || isFull(truth, disk.desktop, command.startedAt, at, "create"))
      return [];
    const where = `${stack}/${disk.resource}.${disk.name}`;
    const holding = held.find(({ resource, name }) => resource === disk.resource && name === disk.name);
    if (holding === undefined) return [{ promise, at, evidence: `${where} is declared, and not in state` }];
    const found = real.find(({ volumeId }) => volumeId === holding.volumeId);
    const differs = (["desktop", "type", "size", "iops", "throughput"] as const).filter(
      (key) => disk[key] !== undefined && found?.[key] !== disk[key],
    );
    if (differs.length === 0) return [];
    const shown = differs.map((key) => `${key} ${String(disk[key])} declared, ${String(found?.[key])} found`);
    return [{ promise, at, disk: holding.volumeId, evidence: `${where}: ${shown.join(", ")}` }];
  });
  // A program that could not be carried out deletes nothing: the failure itself is judged elsewhere.
  if (command.outcomes.some(({ error }) => error !== undefined)) return verdicts;
  const surplus = held.filter((holding) => !declared.some((disk) => isAt(disk, holding)));
  return [
    ...verdicts,
    ...surplus.map(({ resource, name, volumeId }): Verdict => {
      const evidence = `${stack}/${resource}.${name} is in state, and not declared`;
      return { promise, at, disk: volumeId, evidence };
    }),
  ];
}

function isAt(disk: DeclaredDisk, { resource, name }: { resource: string; name: string }): boolean {
  return disk.resource === resource && disk.name === name;
}

/** What was replaced goes once its successor is there: where there was no room for that, it goes later. */
function changedAgain(
  { stack, outcomes, startedAt, endedAt }: EndingCommand,
  truth: Truth,
  before: readonly EndingCommand[],
  unsettled: ReadonlySet<string>,
): Verdict[] {
  const upFrom =
    before.findLast((one) => one.stack === stack && one.command === "up")?.startedAt ?? startedAt;
  return outcomes
    .filter(({ did, desktop, error }) => {
      const [from, cause] = did === "delete" ? [upFrom, "create"] : [startedAt, did];
      if (did === "same" || error !== undefined || unsettled.has(desktop)) return false;
      return !isFull(truth, desktop, from, endedAt, cause);
    })
    .map(({ did, resource }) => {
      return { promise, at: endedAt, evidence: `a second up of ${stack} had to ${did} ${resource}` };
    });
}

function changesSent(
  requests: Evidence["record"]["requests"],
  { stack, startedAt, endedAt }: EndingCommand,
  truth: Truth,
  unsettled: ReadonlySet<string>,
): Verdict[] {
  return requests
    .filter(({ change, at }) => change !== undefined && at >= startedAt && at <= endedAt)
    .filter(({ desktops }) => !desktops.some((desktop) => unsettled.has(desktop)))
    .filter(({ desktops }) => !desktops.some((desktop) => truth.mostOn(desktop, startedAt, endedAt) >= ROOM))
    .map(({ label, path, at }) => ({
      promise,
      at,
      evidence: `a second up of ${stack} sent ${label} ${path}`,
    }));
}

/** What state says shall be retained stays: an up that failed for want of room has left it so. */
function leftBehind(
  command: EndingCommand,
  before: readonly EndingCommand[],
  operations: readonly OperationRecord[],
): Verdict[] {
  const { stack, held, truth, endedAt: at } = command;
  const ours = before.filter((one) => one.stack === stack).at(-1)?.held ?? [];
  const kept = held.map(({ resource, name, volumeId }): Verdict => {
    return {
      promise,
      at,
      disk: volumeId,
      evidence: `${stack}/${resource}.${name} is in state after destroy`,
    };
  });
  const isRetained = (id: string) =>
    operations.some(
      ({ method, stack: of, startedAt, olds }) =>
        method === "delete" &&
        of === stack &&
        startedAt >= command.startedAt &&
        olds.some((disk) => disk.volumeId === id && disk.isRetained === true),
    );
  const there = ours
    .filter(({ volumeId }) => truth.some((disk) => disk.volumeId === volumeId) && !isRetained(volumeId))
    .map(({ resource, name, volumeId }): Verdict => {
      return {
        promise,
        at,
        disk: volumeId,
        evidence: `disk of ${stack}/${resource}.${name} exists after destroy`,
      };
    });
  return [...kept, ...there];
}
