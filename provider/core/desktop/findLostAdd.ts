import type { JobEnd } from "../api/jobs";
import { type Attempt, saysBusy, serverNow } from "./attempt";
import type { Batch } from "./batch";
import type { DesktopContext } from "./desktopContext";
import { type JobSearch, OTHERS_BEFORE_MS, searchJobs } from "./findJob";

/** Reads lag behind by ten seconds at most; one more for times that are whole seconds. In ms. */
export const SETTLED_MS = 11_000;
/** Pauses between looks for the job of a lost request, in ms; the last one is repeated. */
const SEARCH_PAUSES_MS = [1_000, 4_000, 6_000, 10_000];

/** What became of an add whose job id is not known. */
export type LostAdd =
  /** Jobs that may be its own, each ended; some began later than the request, which may have been held back. */
  | { is: "found"; jobs: readonly JobEnd[]; lateJobs: ReadonlySet<string> }
  /** No job for it began, and none can begin any more. `beside`: another client's add began in the same second. */
  | { is: "not carried out"; beside: boolean }
  /** The job list cannot be read to its end. */
  | { is: "unknown" };

/**
 * Looks for the job of an add whose answer was lost or said "not now", until
 * no copy of the request can arrive any more and the longest lag of the list
 * has passed: a job that is found before may be another client's, and the
 * request's own may still come. Where the service itself refused the request,
 * what began meanwhile is not its own.
 */
export async function findLostAdd(desktop: DesktopContext, batch: Batch, attempt: Attempt): Promise<LostAdd> {
  const { clock } = desktop;
  const finalAt = (attempt.answeredAt ?? clock.now()) + SETTLED_MS + attempt.lateBy;
  for (let look = 0; ; look += 1) {
    const isFinal = clock.now() >= finalAt;
    const search = await searchOnce(desktop, batch, attempt);
    if (isFinal) {
      if (search === undefined) return { is: "unknown" };
      const { hits, late } = search;
      if (saysBusy(attempt.error)) return { is: "not carried out", beside: hits.length > 0 };
      if (hits.length + late.length === 0) return { is: "not carried out", beside: false };
      const jobs = await Promise.all([...hits, ...late].map(({ jobId }) => desktop.waitForJob(jobId, batch)));
      return { is: "found", jobs, lateJobs: new Set(late.map(({ jobId }) => jobId)) };
    }
    const [first] = [...(search?.hits ?? []), ...(search?.late ?? [])];
    const maybe = first === undefined ? "looking for its job" : `job ${first.jobId} may be its own`;
    batch.note(
      `the answer to the add was lost; ${maybe}, and until a copy of it can arrive no more, nothing is certain`,
    );
    const pause = SEARCH_PAUSES_MS[look] ?? SEARCH_PAUSES_MS.at(-1) ?? 0;
    await clock.sleep(Math.min(pause, finalAt - clock.now()), batch.signal);
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
