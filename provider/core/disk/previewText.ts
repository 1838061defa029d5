import { describeDisk, shown } from "./adoption";
import { type Kind, type SetInputs, UNKNOWN } from "./inputs";
import { type Leaving, leavingOf, type Plan, type Step } from "./plan";
import type { SetState } from "./state";

/**
 * What happens to which disk, one line each; nothing for disks that stay as
 * they are. Of an attachment the engine itself shows everything but what a
 * replacement does to the data.
 */
export function previewLines(old: SetState, wanted: SetInputs, plan: Plan, kind: Kind): string[] {
  if (kind === "DataDiskAttachment") {
    const [disk] = old.disks.values();
    if (plan.replaces.length === 0 || disk === undefined) return [];
    return [`- ${goneText(leavingOf("", disk, { replaced: true, maybe: false }))}`];
  }
  if (plan.replaces.length === 0) return plan.steps.flatMap(linesOf);
  const gone = [...old.disks].map(([name, disk]) =>
    leavingOf(name, disk, { replaced: wanted.disks !== UNKNOWN && wanted.disks.has(name), maybe: false }),
  );
  const added = wanted.disks === UNKNOWN ? [] : [...wanted.disks];
  return [...gone, ...added.map(([name, entry]): Step => ({ is: "add", name, wanted: entry }))].flatMap(
    linesOf,
  );
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
