import { placeThatKeeps, placeToDelete, samePlace } from "./meaning";
import type { OperationRecord, RequestRecord } from "./record";
import type { Evidence } from "./evidence";
import type { Verdict } from "./promises";

const promise = "deletes-only-what-was-asked";

/**
 * Convicts a delete request that names a disk which no operation of its process
 * may delete. The request itself counts, and not what became of it: a service
 * that refuses to delete a root volume, or a disk of another desktop, does not
 * make it right to ask.
 *
 * Acquitted, because a provider cannot know it: the delete of a disk that
 * another resource of the run adopts, where the engine told of that only after
 * the request had left. What the second actor deletes is never ours.
 */
export function deletedUnasked({ record }: Evidence): Verdict[] {
  return record.requests.flatMap((request) => {
    const { change } = request;
    if (change?.kind !== "delete") return [];
    return change.volumeIds.flatMap((volumeId): Verdict[] => {
      const why = whyNot(record.operations, request, volumeId);
      if (why === undefined) return [];
      return [
        { promise, at: request.at, disk: volumeId, evidence: `${request.label} ${request.path}: ${why}` },
      ];
    });
  });
}

/** Why the disk may not be deleted by this request; undefined if it may. */
function whyNot(
  operations: readonly OperationRecord[],
  request: RequestRecord,
  volumeId: string,
): string | undefined {
  const told = operations.filter(
    ({ process, startedAt }) => process === request.process && startedAt <= request.at,
  );
  const places = told
    .filter(({ desktop }) => request.desktops.length === 0 || request.desktops.includes(desktop))
    .flatMap((operation) => placeToDelete(operation, volumeId) ?? []);
  if (places.length === 0) {
    const holder = told.find(({ olds }) => olds.some((disk) => disk.volumeId === volumeId));
    return holder === undefined
      ? "no operation of this process has this disk in its state"
      : `${holder.method} of ${holder.resource} on ${holder.desktop} may not delete it`;
  }
  const keeper = told
    .filter(({ startedAt }) => startedAt < request.at)
    .flatMap((operation) => placeThatKeeps(operation, volumeId) ?? [])
    .find((keeps) => !places.some((place) => samePlace(place, keeps)));
  // Where the keeper itself is deleted in the same run, the disk goes with it.
  return keeper === undefined
    ? undefined
    : `${keeper.resource}.${keeper.name} keeps or adopts it in this run`;
}
