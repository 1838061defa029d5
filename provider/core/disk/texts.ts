import type { Conflict } from "../desktop/ownership";
import { CoreError, type Problem, RefusedError, sentence } from "../errors";
import { isKnown, type Maybe, UNKNOWN } from "../host";
import type { DiskInputs, Kind, Refusal, SetInputs } from "./inputs";
import type { Naming, Plan, Step } from "./plan";
import { type DiskState, type Leaving, leavingOf, type SetState } from "./state";

/** A disk in words: `SSD, 100 GB`. */
export function describeDisk({ type, size }: Pick<DiskInputs, "type" | "size">): string {
  return `${shown(type)}, ${shown(size)} GB`;
}

/** A value in words, which may not be known yet. */
function shown(value: Maybe<string | number> | undefined): string {
  return isKnown(value) ? String(value) : "(not known yet)";
}

/** A problem as fronts show it: its reason ends with the code. */
export function problemOf({ property, reason, code }: Refusal): Problem {
  return { property, reason: `${sentence(reason)} [${code}]` };
}

/** Whether this has the form of the ids that the service gives. */
export function looksLikeId(desktopId: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(desktopId);
}

/** What is said of a desktop id of another form. */
export function notAnId(desktopId: string): string {
  return (
    `desktopId "${desktopId}" does not look like the id of a desktop. If it is the computer name, ` +
    `getDesktop({ computerName: "${desktopId}" }) finds the id`
  );
}

/** A protected disk is not deleted; neither are the others of its resource. */
export function protectedDisk(
  naming: Naming,
  name: string,
  { volumeId, deletionProtection }: Partial<Pick<DiskState, "volumeId" | "deletionProtection">>,
): Refusal[] {
  if (deletionProtection !== true) return [];
  const disk = volumeId === undefined ? "the disk that an earlier run may have added" : `disk ${volumeId}`;
  const reason =
    `deletionProtection of ${disk} is true in state, which "pulumi state unprotect" does not change. To delete the disk with its data, set deletionProtection: false ` +
    `(put the resource back if it is gone from the program), run "pulumi up", then delete it. To keep the disk and only forget it, ` +
    `set deletionPolicy: "retain" as well, run "pulumi up", then delete the resource. If a replacement has left the resource behind as ` +
    `"(Pending Deletion)", run "pulumi state delete" with its URN ("pulumi stack --show-urns" shows it) and choose the one marked so`;
  return [{ property: naming.path(name), reason, code: "HWD1105" }];
}

/** Two resources of this run want the same disk, or one hands it over to the other. */
export function refusedBy({ code, why }: Conflict, property: string): Refusal {
  const how =
    code === "HWD1107"
      ? 'A disk has one holder: remove one of the two from the program. If state has both, "pulumi state delete" with the URN of the one to remove ' +
        "takes it out of state and leaves the disk as it is"
      : 'A disk cannot be handed over in one run. First set deletionPolicy: "retain" on its present holder and run "pulumi up"; ' +
        'then remove it there, name it here as existingVolumeId, and run "pulumi up"';
  return { property, reason: `${why}. ${how}`, code };
}

/** An update that would have to replace: that is done by the engine, and an update would reach for the wrong disk. */
export function notInPlace(property: string): Refusal {
  return { property, reason: "cannot change in place", code: "HWD1103" };
}

/** A value that must be known once something is done. */
export function requireKnown<T>(value: Maybe<T>, property: string): T {
  if (value !== UNKNOWN) return value;
  throw new RefusedError(
    {
      code: "HWD1101",
      failed: `Reading the input ${property}`,
      why: "its value is not known yet",
      now: "Nothing was sent to the service",
    },
    property,
  );
}

/** A disk that state has and the desktop does not show. */
export function notShown(failed: string, volumeId: string): CoreError {
  const why = `the desktop does not show disk ${volumeId}`;
  return new CoreError({ code: "HWD1704", failed, why, now: "Nothing was changed" });
}

/** The program reaches the service another way than before, and a disk of the state does not show there. */
export function notShownElsewhere(failed: string, volumeId: string, before: string, now: string): CoreError {
  return new CoreError({
    code: "HWD1708",
    failed,
    why: `disk ${volumeId} was made through ${before}; through ${now}, which the program uses now, it does not show`,
    now: "Nothing was sent, and the state still names the former endpoint",
  });
}

/** The desktop of a disk to import. */
export function noSuchDesktop(failed: string, why: string): CoreError {
  return new CoreError({
    code: "HWD1701",
    failed,
    why,
    now: "Nothing was changed",
    next:
      "The id of an import starts with the id of the desktop, not its name: the function getDesktop finds it. Check region and project; " +
      "for a desktop of another account, name its provider (option --provider of pulumi import)",
  });
}

/** A look-up by an id that nothing has: a program must not go on with nothing. */
export function noSuchDisk(failed: string, why: string): CoreError {
  return new CoreError({
    code: "HWD1704",
    failed,
    why,
    now: "Nothing was changed",
    next: "Check the id, the region and the project",
  });
}

/** A disk is missing from reads, and the time did not suffice to prove that it is gone. */
export function unproved(failed: string, volumeId: string): CoreError {
  return new CoreError({
    code: "HWD1706",
    failed,
    why: `the desktop does not show disk ${volumeId}, which does not prove that it is gone`,
    now: "It stays in state",
  });
}

/**
 * What happens to which disk, one line each; nothing for disks that stay as
 * they are. Of an attachment the engine itself shows everything but what a
 * replacement does to the data.
 */
export function previewLines(old: SetState, wanted: SetInputs, plan: Plan, kind: Kind): string[] {
  if (kind === "DataDiskAttachment") {
    const [disk] = old.disks.values();
    if (plan.replaces.length === 0 || disk === undefined) return [];
    return [`- ${goneText(leavingOf("", disk, { replaced: true, maybe: plan.certain !== true }))}`];
  }
  if (plan.replaces.length === 0) return [...plan.steps.flatMap(linesOf), ...unknownLines(old, wanted)];
  const maybe = plan.certain !== true;
  const gone = [...old.disks].map(([name, disk]) =>
    leavingOf(name, disk, { replaced: wanted.disks !== UNKNOWN && wanted.disks.has(name), maybe }),
  );
  const added = wanted.disks === UNKNOWN ? [] : [...wanted.disks];
  return [...gone, ...added.map(([name, entry]): Step => ({ is: "add", name, wanted: entry }))].flatMap(
    linesOf,
  );
}

/** Disks that the run may delete when it knows what the preview does not know yet. Those that are protected in state it keeps. */
function unknownLines(old: SetState, { disks, shared }: SetInputs): string[] {
  return [...old.disks].flatMap(([name, disk]) => {
    if (disk.deletionProtection === true) return [];
    const gone = (unknown: string) =>
      `- ${name}: disk ${disk.volumeId} is DELETED with its data, if ${unknown}`;
    if (disks === UNKNOWN) {
      const leaves = disk.deletionPolicy === "delete";
      const mayBeReplaced = disk.allowReplace === true || (shared.allowReplace ?? false) !== false;
      if (!leaves && !mayBeReplaced) return [];
      return [
        gone(`disks, which is not known yet, ${leaves ? "lacks this name or " : ""}asks for another one`),
      ];
    }
    if (disks.get(name) !== UNKNOWN) return [];
    return [
      gone("its entry, which is not known yet, asks for another type or key and has allowReplace: true"),
    ];
  });
}

function linesOf(step: Step): string[] {
  const { name } = step;
  switch (step.is) {
    case "add":
      if (step.wanted === UNKNOWN) return [`+ ${name}: a disk is added (not known yet)`];
      return step.pending === undefined
        ? [`+ ${name}: a disk is added (${describeDisk(step.wanted)})`]
        : [
            `+ ${name}: the disk of an earlier run is looked for (${describeDisk(step.wanted)}); only if there is none, one is added`,
          ];
    case "adopt": {
      const verb = step.released ? "is taken back" : "is adopted";
      return [`+ ${name}: disk ${shown(step.volumeId)} ${verb} (${describeDisk(step.wanted)})`];
    }
    case "settle":
      return [`- ${name}: a disk that an earlier run may have added is looked for; it is not deleted`];
    case "delete":
    case "forget":
      return [`- ${name}: ${goneText(step)}`];
    case "keep":
      return keptLines(step);
  }
}

function goneText({ is, disk, replaced, maybe }: Leaving): string {
  const what =
    is === "delete"
      ? `disk ${disk.volumeId} is DELETED with its data`
      : `disk ${disk.volumeId} stays on the desktop and is no longer managed`;
  return `${what}${replaced ? ", to be replaced" : ""}${maybe ? ", if a value that is not known yet differs" : ""}`;
}

function keptLines({ name, from, disk, grow, qos }: Extract<Step, { is: "keep" }>): string[] {
  const { volumeId, size } = disk;
  return [
    ...(from === name ? [] : [`~ ${name}: disk ${volumeId} keeps its data, its name was ${from}`]),
    ...(grow === undefined
      ? []
      : [`~ ${name}: disk ${volumeId} grows from ${size ?? "?"} to ${shown(grow)} GB`]),
    ...(qos === undefined
      ? []
      : [`~ ${name}: disk ${volumeId} gets ${shown(qos.iops)} IOPS, ${shown(qos.throughput)} MiB/s`]),
  ];
}
