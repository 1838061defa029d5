import type { Evidence } from "./evidence";
import { placeThatKeeps, samePlace } from "./meaning";
import type { Verdict } from "./promises";
import type { Disk, OperationRecord } from "./record";

const promise = "gone-is-gone";

/**
 * Convicts an operation whose answer drops a disk from state while the disk
 * exists. A failed operation counts only if its error carries a state to keep.
 *
 * Acquitted: disks with `deletionPolicy: "retain"`, and disks that another
 * place holds or adopts: these are released on purpose. And reads of a disk
 * that did not exist during all of the read: one of its moments is the truth.
 */
export function calledGone(evidence: Evidence): Verdict[] {
  return evidence.record.operations.flatMap((operation) => {
    const { endedAt, result, method, resource, olds, startedAt } = operation;
    if (endedAt === undefined || result === undefined) return [];
    const left = new Set(result.flatMap(({ volumeId = "" }) => volumeId));
    return olds.flatMap((disk): Verdict[] => {
      const { volumeId } = disk;
      if (volumeId === undefined || left.has(volumeId)) return [];
      const from = method === "read" ? startedAt : endedAt;
      const { truth } = evidence;
      if (!truth.existsAt(volumeId, from) || !truth.existsAt(volumeId, endedAt)) return [];
      // A desktop that is not the one of the disk proves nothing, and is not where the disk exists.
      if (truth.life(volumeId)?.desktop !== operation.desktop) return [];
      if (isReleased(evidence, operation, disk)) return [];
      return [
        {
          promise,
          at: endedAt,
          disk: volumeId,
          evidence: `${method} of ${resource} drops it, and it exists`,
        },
      ];
    });
  });
}

function isReleased({ record }: Evidence, operation: OperationRecord, disk: Disk): boolean {
  const { volumeId = "", name } = disk;
  const { resource, process, endedAt = Infinity, stack } = operation;
  if (disk.isRetained === true) return true;
  const place = { resource, name };
  const told = record.operations.filter((other) => other.process === process && other.startedAt <= endedAt);
  const keeper = told
    .flatMap((other) => placeThatKeeps(other, volumeId) ?? [])
    .find((keeps) => !samePlace(keeps, place));
  if (keeper !== undefined) return true;
  const state = record.states.filter((one) => one.stack === stack && one.at <= endedAt).at(-1);
  return state?.held.some((holding) => holding.volumeId === volumeId && !samePlace(holding, place)) === true;
}
