import { type DiskInputs, type Refusal, type SetInputs, SHARED_NAMES } from "./inputs";
import { isKnown, type Maybe, UNKNOWN } from "../host";
import type { DiskState } from "./state";

/** The speed of a disk, which changes together. */
export interface Qos {
  iops: Maybe<number>;
  /** MiB/s */
  throughput: Maybe<number>;
}

/** A property whose change costs the data. */
export interface Cost {
  property: string;
  old: unknown;
  wanted: unknown;
  /** The new value is not known yet: it may be the old one. */
  maybe: boolean;
  /** Where the new value comes from, where it is not the program. */
  source?: string | undefined;
}

/** What is said of a replacement: by state and program together. */
export interface Terms {
  isProtected: boolean;
  /** Whether state says so, and not only the program. */
  inState: boolean;
  allowReplace: Maybe<boolean> | undefined;
  existingVolumeId: Maybe<string> | undefined;
}

/** What comes of changes that cost the data. */
export interface Judged {
  refusals: Refusal[];
  /** Properties that replace, or may. */
  replaces: string[];
  /** One of them does, whatever values that are not known yet turn out to be. */
  certain?: true;
  record: boolean;
}

/** What differs between a disk and what is wanted of it. */
export interface DiskChange {
  refusals: Refusal[];
  /** Changes that replace the disk and may. */
  replaces: Cost[];
  grow?: Maybe<number>;
  qos?: Qos;
  record: boolean;
}

/** One disk before: as state has it or, in `check`, as the old inputs say, which have no `volumeId`. */
export type OldDisk = Partial<DiskState> & { existingVolumeId?: string };

/** Compares one disk with what is wanted of it. Pure. What either side does not say is no change. */
export function compareDisk(old: OldDisk, wanted: DiskInputs): DiskChange {
  const change: DiskChange = { refusals: [], replaces: [], record: false };
  const costs: Judged = { refusals: change.refusals, replaces: [], record: false };
  const { deletionProtection, allowReplace, existingVolumeId, size, iops, throughput } = wanted;
  const isProtected = old.deletionProtection === true || deletionProtection === true;
  // A disk whose key was neither asked for nor reported has none: naming one now would encrypt nothing.
  const oldKey = old.kmsId ?? (old.volumeId === undefined ? undefined : "");
  if (old.size !== undefined && size !== old.size) compareSize(change, old.size, size, old.volumeId);
  for (const cost of [...costOf("type", old.type, wanted.type), ...costOf("kmsId", oldKey, wanted.kmsId)]) {
    const inState = old.deletionProtection === true;
    judge(costs, [cost], { isProtected, inState, allowReplace, existingVolumeId });
    if (costs.replaces.includes(cost.property)) change.replaces.push(cost);
  }
  if (iops !== undefined && throughput !== undefined) {
    const differs = (before: number | undefined, now: Maybe<number>) =>
      before !== undefined && before !== now;
    if (differs(old.iops, iops) || differs(old.throughput, throughput)) change.qos = { iops, throughput };
  }
  compareAdoption(change, old, existingVolumeId);
  change.record = costs.record || SHARED_NAMES.some((key) => (old[key] ?? false) !== (wanted[key] ?? false));
  return change;
}

function compareSize(
  change: DiskChange,
  old: number,
  wanted: Maybe<number>,
  volumeId: string | undefined,
): void {
  if (wanted === UNKNOWN || wanted > old) {
    change.grow = wanted;
    return;
  }
  // The inputs of a growth that failed stay in state: they alone do not say how large the disk is.
  if (volumeId === undefined) return;
  change.refusals.push({
    property: "size",
    reason:
      `would change from ${old} GB (in state) to ${wanted} GB (program): a disk cannot shrink. Set size to ${old}; for a smaller ` +
      `disk add a second one, move the data over on the desktop, then remove this one`,
    code: "HWD1104",
  });
}

function compareAdoption(change: DiskChange, old: OldDisk, wanted: Maybe<string> | undefined): void {
  const held = old.volumeId ?? old.existingVolumeId;
  if (held === undefined || !isKnown(wanted) || wanted === held) return;
  change.refusals.push({
    property: "existingVolumeId",
    reason:
      `names ${wanted} (program), but this resource holds ${held} (in state). It is read only when the disk is adopted: ` +
      `remove it or set it to ${held}, and adopt the other disk with a resource or a name of its own`,
    code: "HWD1107",
  });
}

/** All disks are replaced together: what one of them says counts for all. */
export function wholeTerms(old: readonly DiskState[], wanted: SetInputs): Terms {
  const entries =
    wanted.disks === UNKNOWN ? [] : [...wanted.disks.values()].filter((entry) => entry !== UNKNOWN);
  const all = entries.length > 0 ? entries : [wanted.shared];
  const notAllowed = all.find(({ allowReplace }) => allowReplace !== true && allowReplace !== UNKNOWN);
  return {
    isProtected: [...old, ...all].some(({ deletionProtection }) => deletionProtection === true),
    inState: old.some(({ deletionProtection }) => deletionProtection === true),
    allowReplace:
      notAllowed === undefined
        ? all.some(({ allowReplace }) => allowReplace === UNKNOWN)
          ? UNKNOWN
          : true
        : false,
    existingVolumeId: entries.find(({ existingVolumeId }) => isKnown(existingVolumeId))?.existingVolumeId,
  };
}

/** A difference; none where one of the two is not said. */
export function costOf(property: string, old: unknown, wanted: unknown, source?: string): Cost[] {
  if (old === undefined || wanted === undefined || old === wanted) return [];
  return [{ property, old, wanted, maybe: wanted === UNKNOWN, source }];
}

/** Whether a change that costs the data is refused, replaces, or is decided when its value is known. */
export function judge(result: Judged, costs: readonly Cost[], terms: Terms): void {
  for (const cost of costs) {
    const allowed = terms.allowReplace === true || terms.allowReplace === UNKNOWN;
    const refusal = cost.maybe ? undefined : refusedCost(cost, terms, allowed);
    if (refusal !== undefined) result.refusals.push({ property: cost.property, ...refusal });
    // Shown as a replacement although the value may turn out to be the old one: a preview must not announce less than the run may do.
    else if (allowed && !(cost.maybe && terms.isProtected)) {
      result.replaces.push(cost.property);
      if (!cost.maybe && terms.allowReplace === true) result.certain = true;
    } else result.record = true;
  }
}

function refusedCost(cost: Cost, terms: Terms, allowed: boolean): Omit<Refusal, "property"> | undefined {
  const { property, old, wanted, source } = cost;
  const from = old === "" ? "none" : JSON.stringify(old);
  const would = `would change from ${from} (in state) to ${JSON.stringify(wanted)} (${source ?? "program"})`;
  const keep =
    old === ""
      ? `remove ${property}`
      : source === undefined
        ? `set ${property}: ${from}`
        : `correct the source of the new value, or set ${property}: ${from} on the resource`;
  // A place with a misspelled region may work, and is then in state.
  const wrongInState =
    property === "region" || property === "projectId"
      ? "; if the value in state is the wrong one, docs/errors.md says under HWD1103 how to correct it"
      : "";
  if (property === "desktopId" && String(old).toLowerCase() === String(wanted).toLowerCase()) {
    return {
      reason: `${would}, which differs in small and capital letters only: write it as it was`,
      code: "HWD1103",
    };
  }
  if (terms.isProtected) {
    return {
      reason:
        `${would}, which cannot be done in place, and deletionProtection: true${terms.inState ? " in state" : ""} forbids to replace the disk. ` +
        `To keep the disk, ${keep}${wrongInState}. To replace it all the same, first do that, set deletionProtection: false and run "pulumi up"; ` +
        `then set ${property}: ${JSON.stringify(wanted)} and allowReplace: true, and run "pulumi up": that run deletes the disk's data`,
      code: "HWD1105",
    };
  }
  if (!allowed) {
    return {
      reason:
        `${would}, which cannot be done in place: the disk would be deleted with its data and a new, empty one added. ` +
        `To keep the disk, ${keep}${wrongInState}. To allow the loss of its data, set allowReplace: true`,
      code: "HWD1103",
    };
  }
  if (!isKnown(terms.existingVolumeId)) return undefined;
  return {
    reason:
      `${would}, which cannot be done in place, and existingVolumeId names ${terms.existingVolumeId}, which cannot replace itself. ` +
      `Remove existingVolumeId to have a new, empty disk added`,
    code: "HWD1103",
  };
}
