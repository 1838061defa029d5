import type { Place } from "../auth/place";
import type { Connections } from "../desktop/connections";
import { isGiven, isKnown, knownOf, type Maybe, UNKNOWN } from "../host";
import { compareDisk, costOf, judge, type Qos, wholeTerms } from "./compare";
import {
  type DiskInputs,
  type Kind,
  PLACE_NAMES,
  type PlaceInputs,
  type Refusal,
  type SetInputs,
  SHARED_NAMES,
} from "./inputs";
import {
  type DiskState,
  type Leaving,
  leavingOf,
  type PendingDisk,
  type RecordedPlace,
  type SetState,
} from "./state";

/** What happens to one disk, by its name. A name whose disk is replaced has two steps: one goes, then one is added. */
export type Step =
  /** It stays; it may grow, change its speed, or come from another name. */
  | { is: "keep"; name: string; from: string; disk: DiskState; grow?: Maybe<number>; qos?: Qos }
  /** A disk is bought; with `pending`, only if an earlier run did not buy it. */
  | { is: "add"; name: string; wanted: Maybe<DiskInputs>; pending?: PendingDisk }
  /** A disk that exists is taken over; `released`: the one that this name had before. */
  | { is: "adopt"; name: string; wanted: DiskInputs; volumeId: Maybe<string>; released: boolean }
  /** A name leaves whose disk an earlier run may have added: it is looked for, and not deleted. */
  | { is: "settle"; name: string; pending: PendingDisk }
  | Leaving;

/** All that it takes to make the disks of a desktop be as the program says. */
export interface Plan {
  /** By property: why something cannot or must not be done. */
  refusals: Refusal[];
  /** Properties whose change means other disks, all of them: the engine makes new ones and deletes the old ones. */
  replaces: string[];
  /** Absent where they do so only if a value that is not known yet turns out to differ. */
  certain?: true;
  steps: Step[];
  /** Something changes that only state knows of. */
  record: boolean;
}

/** What is in force for a place. `sources`: where a value comes from, such as `HW_REGION_NAME`. */
export interface Effective {
  region?: Maybe<string>;
  projectId?: Maybe<string>;
  endpoint?: Maybe<string>;
  sources?: { region?: string; projectId?: string };
}

/** How the properties of a disk are named, and who replaces a disk: the engine (an attachment), or an update (a set). */
export interface Naming {
  kind: Kind;
  /** `size` or `disks.data.size`; `disks.data` without a property. */
  path(name: string, property?: string): string;
}

/**
 * Compares the disks in state with the disks that are wanted, name by name.
 * Pure. Whether a disk may be deleted is decided by recorded state alone.
 */
export function planSet(old: SetState, wanted: SetInputs, effective: Effective, naming: Naming): Plan {
  const plan: Plan = { refusals: [], replaces: [], steps: [], record: old.unfinished };
  planPlace(plan, old, wanted, effective);
  plan.record ||= SHARED_NAMES.some((key) => (old.shared[key] ?? false) !== (wanted.shared[key] ?? false));
  if (wanted.disks === UNKNOWN) {
    plan.record = true;
    return plan;
  }
  const names = new Names(old, wanted.disks);
  for (const [name, entry] of wanted.disks) {
    const from = names.before(name);
    const disk = old.disks.get(from);
    if (disk === undefined) planNew(plan, old, name, entry, naming);
    else planHeld(plan, { name, from, disk, entry }, naming);
  }
  for (const [name, disk] of old.disks)
    if (names.leaves(name)) planLeaving(plan, { names, name, disk, shared: wanted.shared }, naming);
  for (const [name, pending] of old.pendingAdds) {
    if (!wanted.disks.has(name)) plan.steps.push({ is: "settle", name, pending });
  }
  return plan;
}

/** Whether anything changes at all. */
export function hasChanges({ record, replaces, steps }: Plan): boolean {
  return record || replaces.length > 0 || steps.some((step) => step.is !== "keep" || isChanged(step));
}

/** Whether a disk that stays is changed by a call, or gets another name. */
function isChanged({ grow, qos, name, from }: Extract<Step, { is: "keep" }>): boolean {
  return grow !== undefined || qos !== undefined || from !== name;
}

/** Why the new inputs of a resource are refused, as far as its old inputs say: for `check`, which has no state. */
export function refusedByInputs(old: SetInputs, wanted: SetInputs, naming: Naming): Refusal[] {
  if (old.disks === UNKNOWN || wanted.disks === UNKNOWN || !isKnown(old.desktopId)) return [];
  const plan: Plan = { refusals: [], replaces: [], steps: [], record: false };
  judge(plan, costOf("desktopId", old.desktopId, wanted.desktopId), wholeTerms([], wanted));
  for (const [name, entry] of wanted.disks) {
    const before = old.disks.get(name);
    if (before === undefined || before === UNKNOWN || entry === UNKNOWN) continue;
    const known = Object.entries(before).filter(([, value]) => value !== UNKNOWN);
    const { refusals } = compareDisk(Object.fromEntries(known), entry);
    plan.refusals.push(...refusals.map((one) => ({ ...one, property: naming.path(name, one.property) })));
  }
  return plan.refusals;
}

/** Which names mean which disks: an entry that adopts the disk of a name that is gone renames it. */
class Names {
  readonly #renamed = new Map<string, string>();

  constructor(
    old: SetState,
    private readonly wanted: ReadonlyMap<string, Maybe<DiskInputs>>,
  ) {
    for (const [name, entry] of wanted) {
      if (old.disks.has(name) || entry === UNKNOWN || !isKnown(entry.existingVolumeId)) continue;
      const { existingVolumeId } = entry;
      const from = [...old.disks].find(
        ([other, { volumeId }]) => volumeId === existingVolumeId && this.leaves(other),
      );
      if (from !== undefined) this.#renamed.set(name, from[0]);
    }
  }

  /** The name that the disk of an entry has in state. */
  before(name: string): string {
    return this.#renamed.get(name) ?? name;
  }

  leaves(name: string): boolean {
    return !this.wanted.has(name) && ![...this.#renamed.values()].includes(name);
  }

  /** Whether some entry does not know yet which disk it adopts: it may be one of those that leave. */
  get mayRename(): boolean {
    return [...this.wanted.values()].some((entry) => entry === UNKNOWN || entry.existingVolumeId === UNKNOWN);
  }
}

/** A name that has no disk yet. */
function planNew(plan: Plan, old: SetState, name: string, entry: Maybe<DiskInputs>, naming: Naming): void {
  const pending = old.pendingAdds.get(name);
  const volumeId = entry === UNKNOWN ? undefined : (entry.existingVolumeId ?? old.released.get(name));
  if (entry === UNKNOWN || !isGiven(volumeId)) {
    plan.steps.push({ is: "add", name, wanted: entry, ...(pending === undefined ? {} : { pending }) });
    return;
  }
  const taken =
    [...old.disks].find(([, disk]) => disk.volumeId === volumeId)?.[0] ?? adopterOf(plan, volumeId);
  const released = !isGiven(entry.existingVolumeId);
  if (taken === undefined) {
    plan.steps.push({ is: "adopt", name, wanted: entry, volumeId, released });
    return;
  }
  plan.refusals.push({
    property: released ? naming.path(name) : naming.path(name, "existingVolumeId"),
    reason: `${released ? "takes back" : "names"} ${String(volumeId)}, which is the disk of ${naming.path(taken)}: a disk has one name. Remove one of the two`,
    code: "HWD1107",
  });
}

/** The name that adopts a disk in this plan, such as the one that takes it back. */
function adopterOf(plan: Plan, volumeId: Maybe<string>): string | undefined {
  if (volumeId === UNKNOWN) return undefined;
  return plan.steps.find((step) => step.is === "adopt" && step.volumeId === volumeId)?.name;
}

/** A name that has a disk and keeps it, or gets another one in its place. */
function planHeld(
  plan: Plan,
  held: { name: string; from: string; disk: DiskState; entry: Maybe<DiskInputs> },
  naming: Naming,
): void {
  const { name, from, disk, entry } = held;
  if (entry === UNKNOWN) {
    plan.record = true;
    plan.steps.push({ is: "keep", name, from, disk });
    return;
  }
  const { refusals, replaces, record, grow, qos } = compareDisk(disk, entry);
  plan.refusals.push(...refusals.map((one) => ({ ...one, property: naming.path(name, one.property) })));
  plan.record ||= record;
  if (replaces.length > 0 && naming.kind === "DesktopDataDisks") {
    const maybe = replaces.every((cost) => cost.maybe);
    plan.steps.push(leavingOf(from, disk, { replaced: true, maybe }), { is: "add", name, wanted: entry });
    return;
  }
  plan.replaces.push(...replaces.map(({ property }) => property));
  if (replaces.some(({ maybe }) => !maybe) && entry.allowReplace === true) plan.certain = true;
  plan.steps.push({
    is: "keep",
    name,
    from,
    disk,
    ...(grow === undefined ? {} : { grow }),
    ...(qos === undefined ? {} : { qos }),
  });
}

/** A name that leaves the set. */
function planLeaving(
  plan: Plan,
  leaving: { names: Names; name: string; disk: DiskState; shared: SetInputs["shared"] },
  naming: Naming,
): void {
  const { names, name, disk, shared } = leaving;
  const { volumeId, deletionProtection, deletionPolicy } = disk;
  if (deletionProtection !== true && deletionPolicy !== undefined) {
    plan.steps.push(leavingOf(name, disk));
    return;
  }
  // It may only get another name: decided when it is known which disk the new name means.
  if (names.mayRename) {
    plan.record = true;
    return;
  }
  const gone = `is gone from the program, but ${naming.path(name)} has disk ${volumeId}`;
  const rename =
    `If it only has a new name in this set, set existingVolumeId: "${volumeId}" under the new name, ` +
    `with deletionProtection or deletionPolicy`;
  plan.refusals.push(
    deletionProtection === true
      ? {
          property: naming.path(name),
          reason:
            `${gone}, which deletionProtection: true in state protects. To move the disk, put the name back with deletionProtection: false ` +
            `and deletionPolicy: "retain", run "pulumi up", then remove the name here and set existingVolumeId: "${volumeId}" on the other resource. ` +
            `To delete the disk with its data, do the same with deletionPolicy: "delete". ${rename}`,
          code: "HWD1105",
        }
      : {
          property: naming.path(name),
          reason:
            `${gone}, and no deletionPolicy in state says what becomes of it. ${saidTooLate(shared.deletionPolicy)}` +
            `Put the name back with one of these lines (or set it once for the whole set), run "pulumi up", then remove the name:\n` +
            `    deletionPolicy: "retain"   // leaves the disk on the desktop, unmanaged\n` +
            `    deletionPolicy: "delete"   // destroys the disk and its data\n` +
            `To move the disk to another resource, set "retain" and run "pulumi up"; then remove the name here, ` +
            `set existingVolumeId: "${volumeId}" on the other resource, and run "pulumi up". ${rename}`,
          code: "HWD1106",
        },
  );
}

/** A policy that is written in the run in which the name goes: what it lacks is one run before. */
function saidTooLate(policy: Maybe<string> | undefined): string {
  if (!isKnown(policy)) return "";
  return `The program now says deletionPolicy: "${policy}" for the whole set, but the state does not yet: put the name back for one "pulumi up". `;
}

function planPlace(plan: Plan, old: SetState, wanted: SetInputs, effective: Effective): void {
  const { region, projectId, endpoint, sources = {} } = effective;
  const costs = [
    ...costOf("desktopId", old.desktopId, wanted.desktopId),
    ...costOf("region", old.place.region, region, sources.region),
    ...costOf("projectId", old.place.projectId, projectId, sources.projectId),
  ];
  judge(plan, costs, wholeTerms([...old.disks.values()], wanted));
  plan.record ||=
    (old.place.endpoint !== undefined && endpoint !== undefined && old.place.endpoint !== endpoint) ||
    (["profile", "iamEndpoint"] as const).some((key) => (old.place[key] ?? "") !== (wanted.place[key] ?? ""));
}

/** The place that inputs name, as far as it is known. */
export function knownPlace(place: PlaceInputs): Place {
  return knownOf(place);
}

/** What is in force for these inputs; where a part is not known yet, the rest may depend on it. */
export function effectiveFor(
  connections: Pick<Connections, "effective" | "setBy">,
  place: PlaceInputs,
): Effective {
  if (PLACE_NAMES.some((name) => place[name] === UNKNOWN))
    return { region: UNKNOWN, projectId: UNKNOWN, endpoint: UNKNOWN };
  const known = knownPlace(place);
  return { ...connections.effective(known), sources: connections.setBy(known) };
}

/**
 * Where disks that exist are worked on: in the region and project where they
 * were made, as state has them. Only the way there, the endpoint, may be
 * another one today, and the account.
 */
export function whereTheyAre(
  connections: Pick<Connections, "effective">,
  state: RecordedPlace,
  inputs: PlaceInputs,
): Place {
  const known = knownPlace(inputs);
  const endpoint = connections.effective(known).endpoint ?? state.endpoint;
  const { region = known.region, projectId = known.projectId } = state;
  const all = { ...known, region, projectId, endpoint };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
