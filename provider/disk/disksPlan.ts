import type { Place, Problem } from "./desktopRoom";
import { type DisksInputs, type DisksState, type DiskState, entryOf } from "./disksInputs";
import type { DiskInputs } from "./inputs";
import { isKnown } from "./unknown";
import { hasChanges, type Plan, planDisk, planPlace, refuseReplacement } from "./plan";

/** What it takes to make the disks of a desktop be as they shall be, by name. */
export interface DisksPlan {
  refusals: Problem[];
  /** Properties whose change means other disks on another desktop, region or project. */
  replaces: string[];
  /** New names, and names whose disk is replaced; the latter are in `remove` as well. */
  add: string[];
  change: { name: string; plan: Plan }[];
  remove: string[];
  /** A disk that gets another name and stays as it is: its new entry names it by `existingVolumeId`. */
  rename: { from: string; to: string }[];
  record: boolean;
}

type Old = Partial<Omit<DisksState, "disks">> & { disks?: Record<string, Partial<DiskState>> };

/**
 * Compares the disks in state with the disks that are wanted, name by name:
 * removing a name removes that disk and no other. Pure, and the same for
 * `check`, which knows the old inputs, and for `diff` and `update`, which know
 * the old outputs.
 */
export function planDisks(old: Old, wanted: DisksInputs, effective: Place): DisksPlan {
  const plan: DisksPlan = {
    refusals: [],
    replaces: [],
    add: [],
    change: [],
    remove: [],
    rename: [],
    record: false,
  };
  const before = old.disks ?? {};
  for (const [name, entry] of Object.entries(wanted.disks)) {
    if (!isKnown(entry)) {
      plan.record = true;
      continue;
    }
    const from = nameBefore(name, entry, before, wanted);
    const known = before[from];
    if (known === undefined) {
      plan.add.push(name);
      continue;
    }
    if (from !== name) plan.rename.push({ from, to: name });
    planEntry(plan, name, known, entryOf(wanted, entry));
  }
  for (const [name, known] of Object.entries(before)) {
    if (name in wanted.disks || plan.rename.some(({ from }) => from === name)) continue;
    plan.remove.push(name);
    refuseRemoval(plan, name, known);
  }
  refuseRenaming(plan, before, wanted);
  planWhole(plan, old, wanted, effective);
  plan.record ||= old.unfinished === true;
  return plan;
}

/** The name in state of the disk that an entry means: its own, or that of the disk which it takes over from a name that is gone. */
function nameBefore(
  name: string,
  entry: DiskInputs,
  before: Record<string, Partial<DiskState>>,
  wanted: DisksInputs,
): string {
  if (name in before || entry.existingVolumeId === undefined) return name;
  const from = Object.keys(before).find(
    (other) => !(other in wanted.disks) && before[other]?.volumeId === entry.existingVolumeId,
  );
  return from ?? name;
}

/** Whether anything at all changes. */
export function disksChange(plan: DisksPlan): boolean {
  return (
    plan.record ||
    [plan.replaces, plan.add, plan.change, plan.remove, plan.rename].some((list) => list.length > 0)
  );
}

/** What happens to which disk, one line each, for the preview. */
export function describePlan(old: Old, wanted: DisksInputs, plan: DisksPlan): string[] {
  const id = (name: string) => old.disks?.[name]?.volumeId ?? "of unknown id";
  const kind = ({ type, size }: DiskInputs) => `${type}, ${size} GB`;
  return [
    ...plan.remove.map(
      (name) =>
        `- ${name}: disk ${id(name)} is DELETED with its data${plan.add.includes(name) ? ", to be replaced" : ""}`,
    ),
    ...plan.add.flatMap((name) => {
      const entry = wanted.disks[name];
      if (entry === undefined) return [];
      return entry.existingVolumeId === undefined
        ? [`+ ${name}: a disk is added (${kind(entry)})`]
        : [`+ ${name}: disk ${entry.existingVolumeId} is taken over (${kind(entry)})`];
    }),
    ...plan.rename.map(({ from, to }) => `~ ${to}: disk ${id(from)} keeps its data, its name was ${from}`),
    ...plan.change.flatMap(({ name, plan: change }) => [
      ...(change.grow === undefined
        ? []
        : [`~ ${name}: disk ${id(name)} grows from ${old.disks?.[name]?.size ?? "?"} to ${change.grow} GB`]),
      ...(change.qos === undefined
        ? []
        : [`~ ${name}: disk ${id(name)} gets ${change.qos.iops} IOPS, ${change.qos.throughput} MiB/s`]),
    ]),
  ];
}

function planEntry(plan: DisksPlan, name: string, known: Partial<DiskState>, wanted: DiskInputs): void {
  const change = planDisk(known, wanted);
  refuseReplacement(change, known, wanted);
  plan.refusals.push(
    ...change.refusals.map(({ property, reason }) => ({ property: `disks.${name}.${property}`, reason })),
  );
  plan.record ||= change.record;
  if (change.replaces.length > 0) {
    plan.remove.push(name);
    plan.add.push(name);
  } else if (hasChanges({ ...change, record: false })) {
    plan.change.push({ name, plan: change });
  }
}

/** A protected disk is not removed with its name; what counts is what state says, as with any delete. */
function refuseRemoval(plan: DisksPlan, name: string, known: Partial<DiskState>): void {
  if (known.deletionProtection !== true) return;
  plan.refusals.push({
    property: `disks.${name}`,
    reason:
      `is gone from the program, but deletionProtection of disk ${known.volumeId ?? name} is true. ` +
      `To delete it with its data, first set deletionProtection: false for it and run up, then remove it`,
  });
}

/** Names are keys: a new name for an old disk would delete it and add an empty one. */
function refuseRenaming(
  plan: DisksPlan,
  before: Record<string, Partial<DiskState>>,
  wanted: DisksInputs,
): void {
  for (const to of plan.add) {
    const entry = wanted.disks[to];
    // An entry that takes over a disk adds no empty one.
    if (entry === undefined || to in before || entry.existingVolumeId !== undefined) continue;
    const from = plan.remove.find(
      (name) =>
        !(name in wanted.disks) && before[name]?.type === entry.type && before[name].size === entry.size,
    );
    if (from === undefined || entryOf(wanted, entry).allowReplace === true) continue;
    plan.refusals.push({
      property: `disks.${to}`,
      reason:
        `is new while disks.${from}, of the same kind, is gone: if this is a new name for the same disk, it would be ` +
        `deleted with its data and an empty one added. Keep the name ${from}, or say which disk it is with ` +
        `existingVolumeId, or set allowReplace: true if deleting is what you want`,
    });
  }
}

/** Another desktop, region or project means other disks: all of them. */
function planWhole(plan: DisksPlan, old: Old, wanted: DisksInputs, effective: Place): void {
  const whole: Plan = { refusals: [], replaces: [], record: false };
  planPlace(whole, old, wanted, effective);
  const held = Object.values(old.disks ?? {});
  const all = { deletionProtection: held.some((disk) => disk.deletionProtection === true) };
  const entries = Object.values(wanted.disks).map((entry) => entryOf(wanted, entry));
  const allowed =
    wanted.allowReplace === true || (entries.length > 0 && entries.every((e) => e.allowReplace === true));
  refuseReplacement(whole, all, { allowReplace: allowed });
  plan.refusals.push(...whole.refusals);
  plan.replaces.push(...whole.replaces);
  plan.record ||= whole.record;
}
