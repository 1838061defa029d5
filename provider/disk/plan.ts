import type { Place, Problem } from "./desktopRoom";
import type { AttachmentInputs, DiskInputs } from "./inputs";
import type { AttachmentState } from "./state";
import { isKnown, isUnknown } from "./unknown";

/** What it takes to make a disk that exists be as it shall be. */
export interface Plan {
  /** By property: why this cannot or must not be done. */
  refusals: Problem[];
  /** Properties whose change means a new disk in place of this one, with the loss of its data. */
  replaces: string[];
  /** New size in GB. */
  grow?: number;
  qos?: { iops: number; throughput: number };
  /** Something changes that only state knows of. */
  record: boolean;
}

const RECORDED = ["deletionProtection", "allowReplace"] as const;

/**
 * Compares a disk as it is in state with what is wanted of it. Pure, and the
 * same for `check`, which knows the old inputs, and for `diff` and `update`,
 * which know the old outputs and so the disk. What either side does not tell
 * is no change.
 */
export function planDisk(old: Partial<DiskInputs> & { volumeId?: string }, wanted: DiskInputs): Plan {
  const plan: Plan = { refusals: [], replaces: [], record: false };
  replaceIfChanged(plan, "type", old.type, wanted.type);
  // A disk whose key was neither asked for nor told has none: to name one now would encrypt nothing.
  const noKey = old.volumeId === undefined ? undefined : "";
  replaceIfChanged(plan, "kmsId", old.kmsId ?? noKey, wanted.kmsId);
  if (changed(old.size, wanted.size)) planSize(plan, old, wanted.size);
  if (wanted.iops !== undefined && wanted.throughput !== undefined) {
    if (changed(old.iops, wanted.iops) || changed(old.throughput, wanted.throughput)) {
      plan.qos = { iops: wanted.iops, throughput: wanted.throughput };
    }
  }
  planAdoption(plan, old, wanted);
  plan.record ||= RECORDED.some((key) => (old[key] ?? false) !== (wanted[key] ?? false));
  return plan;
}

/** The same for what belongs to the desktop: which one, and in which region and project. */
export function planPlace(
  plan: Plan,
  old: Partial<AttachmentState>,
  wanted: Pick<AttachmentInputs, "desktopId" | "timeouts" | "profile" | "iamEndpoint">,
  effective: Place,
): void {
  replaceIfChanged(plan, "desktopId", old.desktopId, wanted.desktopId);
  if (old.desktopId !== wanted.desktopId && old.desktopId?.toLowerCase() === wanted.desktopId.toLowerCase()) {
    plan.refusals.push({
      property: "desktopId",
      reason: `differs from ${old.desktopId ?? ""} in small and capital letters only: write it as it was`,
    });
  }
  replaceIfChanged(plan, "region", old.region, effective.region);
  replaceIfChanged(plan, "projectId", old.projectId, effective.projectId);
  plan.record ||=
    changed(old.endpoint, effective.endpoint) ||
    JSON.stringify(old.timeouts ?? {}) !== JSON.stringify(wanted.timeouts ?? {}) ||
    (old.profile ?? "") !== (wanted.profile ?? "") ||
    (old.iamEndpoint ?? "") !== (wanted.iamEndpoint ?? "");
}

/** Turns replacements that nobody allowed, that protection forbids, or that could not work, into refusals. */
export function refuseReplacement(
  plan: Plan,
  old: Pick<Partial<DiskInputs>, "deletionProtection">,
  wanted: Pick<DiskInputs, "deletionProtection" | "allowReplace" | "existingVolumeId">,
): void {
  const known = plan.replaces.filter(
    (property) => !plan.refusals.some((refusal) => refusal.property === property),
  );
  for (const property of known) {
    if (old.deletionProtection === true || wanted.deletionProtection === true) {
      plan.refusals.push({
        property,
        reason:
          "cannot change in place, and deletionProtection forbids to replace this disk: a replacement deletes it with its data. " +
          "To replace it all the same, first set deletionProtection: false and run up, then change this with allowReplace: true",
      });
    } else if (wanted.allowReplace !== true && !isUnknown(wanted.allowReplace)) {
      plan.refusals.push({
        property,
        reason:
          "cannot change in place: the disk would be deleted with its data and a new, empty one added. " +
          "Set allowReplace: true to allow that, or change it back",
      });
    } else if (isKnown(wanted.existingVolumeId)) {
      plan.refusals.push({
        property,
        reason:
          `cannot change in place, and existingVolumeId names ${wanted.existingVolumeId ?? ""}, which cannot be what replaces the disk. ` +
          "Remove existingVolumeId to have a new, empty disk added",
      });
    }
  }
}

/** Whether anything at all changes. */
export function hasChanges(plan: Plan): boolean {
  return plan.record || plan.replaces.length > 0 || plan.grow !== undefined || plan.qos !== undefined;
}

function planSize(
  plan: Plan,
  { size: old, volumeId }: { size?: number; volumeId?: string },
  wanted: number,
): void {
  if (old !== undefined && !isUnknown(wanted) && wanted < old) {
    // The inputs of a growth that failed stay in state: by them alone it cannot be said how large the disk is.
    if (volumeId === undefined) return;
    plan.refusals.push({
      property: "size",
      reason:
        `cannot shrink from ${old} GB to ${wanted} GB: a disk only grows. Set size to ${old}; for a smaller disk ` +
        `add a second resource, move the data over in the desktop, then remove this one`,
    });
  } else plan.grow = wanted;
}

function planAdoption(
  plan: Plan,
  old: Partial<DiskInputs> & { volumeId?: string },
  wanted: DiskInputs,
): void {
  const held = old.volumeId ?? old.existingVolumeId;
  if (held !== undefined && isKnown(wanted.existingVolumeId) && wanted.existingVolumeId !== held) {
    plan.refusals.push({
      property: "existingVolumeId",
      reason:
        `names ${wanted.existingVolumeId ?? ""}, but this resource holds ${held}. It is read only when the resource is made: ` +
        `remove it or set it to the disk that is held, and adopt the other disk with a resource of its own`,
    });
  }
}

function replaceIfChanged(plan: Plan, property: string, old: unknown, wanted: unknown): void {
  if (changed(old, wanted)) {
    // Not known yet, so it cannot be said that it changes; when it is known, this is asked again.
    if (isUnknown(wanted)) plan.record = true;
    else plan.replaces.push(property);
  }
}

/** Whether both sides are told and differ; a wanted value that is not known yet differs. */
function changed(old: unknown, wanted: unknown): boolean {
  return old !== undefined && wanted !== undefined && old !== wanted;
}
