import type { Place, Problem } from "./desktopRoom";
import { type DisksInputs, type DisksState, type DiskState, entryOf } from "./disksInputs";
import type { DiskInputs } from "./inputs";
import { hasChanges, type Plan, planDisk, planPlace, refuseReplacement } from "./plan";
import { isKnown, isUnknown } from "./unknown";

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

/** What is known of the disks before. */
export type Old = Partial<Omit<DisksState, "disks">> & { disks?: Record<string, Partial<DiskState>> };

/**
 * Compares the disks in state with the disks that are wanted, name by name:
 * removing a name removes that disk and no other. Pure. What `check` knows, the
 * old inputs, is not enough for this: an entry may have stayed without a disk.
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
    const from = nameBefore(name, entry, before, wanted, plan);
    const known = of(before, from);
    if (known === undefined) {
      plan.add.push(name);
      continue;
    }
    if (from !== name) plan.rename.push({ from, to: name });
    planEntry(plan, name, known, entryOf(wanted, entry));
  }
  for (const [name, known] of Object.entries(before)) {
    if (has(wanted.disks, name) || plan.rename.some(({ from }) => from === name)) continue;
    plan.remove.push(name);
    refuseRemoval(plan, name, known, wanted);
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
  plan: Pick<DisksPlan, "rename">,
): string {
  if (has(before, name) || !isKnown(entry.existingVolumeId)) return name;
  const free = (other: string) =>
    !has(wanted.disks, other) && plan.rename.every((renamed) => renamed.from !== other);
  const from = Object.keys(before).find(
    (other) => before[other]?.volumeId === entry.existingVolumeId && free(other),
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

/** The entry of that name, and not what every object has under some names. */
export function of<T>(entries: Record<string, T>, name: string): T | undefined {
  return has(entries, name) ? entries[name] : undefined;
}

function has(entries: object, name: string): boolean {
  return Object.hasOwn(entries, name);
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
function refuseRemoval(plan: DisksPlan, name: string, known: Partial<DiskState>, wanted: DisksInputs): void {
  if (known.deletionProtection !== true) return;
  // It may only get another name; when it is known which disk the new name means, this is asked again.
  if (plan.add.some((other) => isUnknown(wanted.disks[other]?.existingVolumeId))) return;
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
    const entry = of(wanted.disks, to);
    // An entry that takes over a disk adds no empty one.
    if (entry === undefined || has(before, to) || (entry.existingVolumeId ?? undefined) !== undefined)
      continue;
    const from = plan.remove.find((name) => !has(wanted.disks, name) && mayBe(before[name], entry));
    if (from === undefined) continue;
    const { allowReplace } = entryOf(wanted, entry);
    if (allowReplace === true || isUnknown(allowReplace)) continue;
    plan.refusals.push({
      property: `disks.${to}`,
      reason:
        `is new while disks.${from}, of the same kind, is gone: if this is a new name for the same disk, it would be ` +
        `deleted with its data and an empty one added. Keep the name ${from}, or say which disk it is with ` +
        `existingVolumeId: "${before[from]?.volumeId ?? ""}", or set allowReplace: true if deleting is what you want`,
    });
  }
}

/** Whether the entry may mean the old disk: of the same type, and not smaller, because a disk may grow with its new name. */
function mayBe(old: Partial<DiskState> | undefined, entry: DiskInputs): boolean {
  return old?.type === entry.type && old.size !== undefined && old.size <= entry.size;
}

/** Another desktop, region or project means other disks: all of them. */
function planWhole(plan: DisksPlan, old: Old, wanted: DisksInputs, effective: Place): void {
  const whole: Plan = { refusals: [], replaces: [], record: false };
  planPlace(whole, old, wanted, effective);
  const held = Object.values(old.disks ?? {});
  const entries = Object.values(wanted.disks)
    .filter((entry) => isKnown(entry))
    .map((entry) => entryOf(wanted, entry));
  // What one of them says counts for all: they go together.
  const all = entries.length > 0 ? entries : [wanted];
  const existingVolumeId = entries.find((entry) => isKnown(entry.existingVolumeId))?.existingVolumeId;
  const notAllowed = all.find(({ allowReplace }) => allowReplace !== true && !isUnknown(allowReplace));
  refuseReplacement(
    whole,
    { deletionProtection: held.some((disk) => disk.deletionProtection === true) },
    {
      deletionProtection: all.some((disk) => disk.deletionProtection === true),
      allowReplace: notAllowed === undefined,
      ...(existingVolumeId === undefined ? {} : { existingVolumeId }),
    },
  );
  plan.refusals.push(...whole.refusals);
  plan.replaces.push(...whole.replaces);
  plan.record ||= whole.record;
}
