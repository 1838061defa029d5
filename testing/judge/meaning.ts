/** What an operation of the engine means: which disks it may delete, which it keeps, which it asks for. */
import type { Disk, OperationRecord, RequestRecord } from "./record";

/** Where a disk is in a program: two operations about the same place are about the same disk. */
export interface Place {
  readonly resource: string;
  readonly name: string;
}

/**
 * The place whose disk this operation may delete; undefined if it may not
 * delete this disk. Only recorded state counts: protection that the program
 * has lifted just now counts after the next up.
 */
export function placeToDelete(operation: OperationRecord, volumeId: string): Place | undefined {
  const { method, olds, news, resource } = operation;
  const disk = olds.find((one) => one.volumeId === volumeId);
  if (disk === undefined || disk.isProtected === true || disk.isRetained === true) return undefined;
  const place = { resource, name: disk.name };
  // One protected disk refuses the delete of the whole resource.
  if (method === "delete") return olds.some(({ isProtected }) => isProtected === true) ? undefined : place;
  if (method !== "update" || news.some((one) => one.existingVolumeId === volumeId)) return undefined;
  const next = news.find(({ name }) => name === disk.name);
  if (next === undefined) return place;
  return isReplaced(disk, next) ? place : undefined;
}

/** The place that keeps this disk after the operation, or is about to adopt it. */
export function placeThatKeeps(operation: OperationRecord, volumeId: string): Place | undefined {
  const { method, olds, news, resource } = operation;
  if (method === "delete" || method === "read") return undefined;
  const adopting = news.find((one) => one.existingVolumeId === volumeId);
  if (adopting !== undefined) return { resource, name: adopting.name };
  const held = olds.find((one) => one.volumeId === volumeId);
  // The old inputs of a check have no ids, so that only diff and update tell of disks that are kept.
  if (held === undefined) return undefined;
  const next = news.find(({ name }) => name === held.name);
  return next === undefined || isReplaced(held, next) ? undefined : { resource, name: held.name };
}

/** The new disks that this operation asks for. */
export function newDisks({ method, olds, news }: OperationRecord): readonly Disk[] {
  if (method !== "create" && method !== "update") return [];
  return news.filter((disk) => {
    if (disk.existingVolumeId !== undefined) return false;
    const before = olds.find(({ name }) => name === disk.name);
    return before?.volumeId === undefined || isReplaced(before, disk);
  });
}

export function samePlace(one: Place, other: Place): boolean {
  return one.resource === other.resource && one.name === other.name;
}

export function sameKind(
  one: { readonly type?: string; readonly size?: number },
  other: { readonly type?: string; readonly size?: number },
): boolean {
  return one.type === other.type && one.size === other.size;
}

/** Whether the operation has begun, has not ended, and its deadline has not passed. */
export function isWaiting({ startedAt, deadlineAt, endedAt }: OperationRecord, at: number): boolean {
  return startedAt <= at && at <= Math.min(deadlineAt, endedAt ?? Infinity);
}

/** Whether the request could be sent for this operation, whenever that is. */
export function couldServe(operation: OperationRecord, request: RequestRecord): boolean {
  if (operation.process !== request.process) return false;
  const { change, desktops } = request;
  if (desktops.length > 0 && !desktops.includes(operation.desktop)) return false;
  if (change === undefined) return true;
  const { kind, volumeIds } = change;
  switch (kind) {
    case "add":
      return newDisks(operation).length > 0;
    case "delete":
      return volumeIds.some((id) => placeToDelete(operation, id) !== undefined);
    case "grow":
    case "tune":
      return (
        operation.method === "update" &&
        operation.olds.some(({ volumeId = "" }) => volumeIds.includes(volumeId))
      );
  }
}

/** Types do not change in place: in a set, another type under the same name is another disk. */
function isReplaced(before: Disk, after: Disk): boolean {
  return before.type !== undefined && after.type !== undefined && before.type !== after.type;
}
