import type { JobEnd } from "../api/jobs";
import type { Attempt } from "./attempt";
import { unexplained } from "./adds";
import type { Batch } from "./batch";
import type { DesktopContext } from "./desktopContext";
import { type JobSearch, OTHERS_BEFORE_MS, searchJobs } from "./findJob";
import type { JobWindow } from "./matchVolumes";
import type { ShownDesktop } from "./snapshot";

/** Reads lag behind by ten seconds at most; one more for times that are whole seconds. In ms. */
export const SETTLED_MS = 11_000;
/**
 * For a request that was held back, half a minute is long enough for somebody
 * else's add: any add in the project within this time, in ms, counts.
 */
const OTHERS_LONG_BEFORE_MS = 600_000;
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
    now: serverNow(desktop, attempt),
  });
}

/**
 * Add jobs of others that are, or may be, on this desktop, from a minute before
 * the request until now; undefined where they cannot be listed. `ours`: jobs
 * that are already looked at.
 */
export async function otherAdds(
  desktop: DesktopContext,
  batch: Batch,
  attempt: Attempt,
  now: ShownDesktop,
  { ours, lost, late }: { ours: readonly string[]; lost: boolean; late: boolean },
): Promise<JobWindow[] | undefined> {
  const since = attempt.window.from - (late ? OTHERS_LONG_BEFORE_MS : OTHERS_BEFORE_MS);
  const listing = await desktop.listJobs({ kind: "add", since }, batch);
  if (listing?.complete !== true) return undefined;
  const latest = (now.desktop.serverTime ?? serverNow(desktop, attempt)) + 1_000;
  const jobs = listing.jobs.filter(
    ({ jobId, kind, desktopId, begin }) =>
      (kind === undefined || kind === "add") &&
      !ours.includes(jobId) &&
      !desktop.ownJobs.has(jobId) &&
      // Where the list leaves the desktop out, others may work anywhere: then only the disks can show it.
      (late || desktopId === desktop.desktopId || (desktopId === undefined && !lost)) &&
      begin.some((at) => at >= since && at <= latest),
  );
  return unexplained(jobs, now.volumes, (id) => desktop.ownership.isHeld(id) !== undefined);
}

function unionOf(desktop: DesktopContext, { seenBefore }: Attempt): ReadonlySet<string> {
  return new Set([...desktop.ownJobs, ...seenBefore]);
}

/** The service's time of day now, from its last answer and the time since. */
function serverNow(desktop: DesktopContext, { window, answeredAt }: Attempt): number {
  return window.to + (answeredAt === undefined ? 0 : desktop.clock.now() - answeredAt);
}
