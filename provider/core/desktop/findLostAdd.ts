import type { JobEnd } from "../api/jobs";
import { type Attempt, serverNow } from "./attempt";
import type { Batch } from "./batch";
import type { DesktopContext } from "./desktopContext";
import { type JobSearch, OTHERS_BEFORE_MS, searchJobs } from "./findJob";

/** Reads lag behind by ten seconds at most; one more for times that are whole seconds. In ms. */
export const SETTLED_MS = 11_000;
/** Pauses between looks for the job of a lost request, in ms; the last one is repeated. */
const SEARCH_PAUSES_MS = [250, 750, 2_000, 5_000];

/** What became of an add whose job id is not known. */
export type LostAdd =
  /** Jobs that may be its own, each ended. */
  | { is: "found"; jobs: readonly JobEnd[]; late: boolean }
  /** No job for it began, and none can begin any more. */
  | { is: "not carried out" }
  /** The job list cannot be read to its end. */
  | { is: "unknown" };

/**
 * Looks for the job of an add whose answer was lost or said "not now". A job
 * that began when the request was under way is found within the longest lag of
 * the list; that there is none is known only when no copy of the request can
 * arrive any more and the lag has passed.
 */
export async function findLostAdd(desktop: DesktopContext, batch: Batch, attempt: Attempt): Promise<LostAdd> {
  const { clock } = desktop;
  const answeredAt = attempt.answeredAt ?? clock.now();
  for (let look = 0; ; look += 1) {
    const age = clock.now() - answeredAt;
    const search = await searchOnce(desktop, batch, attempt);
    const isFinal = age >= SETTLED_MS + attempt.lateBy;
    // A first hit is not the end: another job of the same moment may not be listed yet.
    const hits = search?.hits ?? [];
    const late = hits.length === 0;
    const found = late && isFinal ? (search?.late ?? []) : hits;
    if (found.length > 0 && (isFinal || age >= SETTLED_MS)) {
      const jobs = await Promise.all(found.map(({ jobId }) => desktop.waitForJob(jobId, batch)));
      return { is: "found", jobs, late };
    }
    if (isFinal) return { is: search === undefined ? "unknown" : "not carried out" };
    const pause = SEARCH_PAUSES_MS[look] ?? SEARCH_PAUSES_MS.at(-1) ?? 0;
    const left = answeredAt + SETTLED_MS + (found.length > 0 ? 0 : attempt.lateBy) - clock.now();
    await clock.sleep(left > 0 ? Math.min(pause, left) : pause, batch.signal);
    batch.note(
      found.length > 0
        ? `the answer to the add was lost; job ${found[0]?.jobId ?? "?"} may be its own`
        : "the answer to the add was lost; looking for its job",
    );
  }
}

async function searchOnce(
  desktop: DesktopContext,
  batch: Batch,
  attempt: Attempt,
): Promise<JobSearch | undefined> {
  const { window } = attempt;
  const listing = await desktop.listJobs({ kind: "add", since: window.from - OTHERS_BEFORE_MS }, batch);
  if (listing?.complete !== true) return undefined;
  return searchJobs(listing.jobs, {
    desktopId: desktop.desktopId,
    window,
    known: unionOf(desktop, attempt),
    now: serverNow(attempt, desktop.clock),
  });
}

function unionOf(desktop: DesktopContext, { foreignJobs }: Attempt): ReadonlySet<string> {
  return new Set([...desktop.ownJobs, ...foreignJobs]);
}
