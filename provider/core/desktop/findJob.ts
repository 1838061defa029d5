import type { JobSummary } from "../api/jobs";
import type { Times } from "../api/response";

/** When a request was under way, by the service's time of day, ms since 1970. */
export interface SendWindow {
  /** The time with the last answer before the request. */
  from: number;
  /** The time when its answer, or its failure, was there. */
  to: number;
}

/** Times are whole seconds, rounded down. In ms. */
const ROUNDING_MS = 1_000;
/** A gateway may hold a request back for this long before the service gets it, in ms. */
export const LATEST_ARRIVAL_MS = 30_000;
/** How far the clocks of the gateway and of jobs may differ, in ms. */
const SKEW_MS = 3_000;
/** An add of somebody else within this time before our request shows that others work on this desktop, in ms. */
export const OTHERS_BEFORE_MS = 60_000;

/** What the job list says about a request whose own job id is not known. */
export interface JobSearch {
  /** Jobs that began when the request was under way: one of them may be its own. */
  hits: readonly JobSummary[];
  /** Jobs that began later, but early enough for a request that was held back. */
  late: readonly JobSummary[];
  /** Other add jobs that are known to be on this desktop, from a minute before the request. */
  others: readonly JobSummary[];
}

/** What a search is about. */
export interface SearchFacts {
  desktopId: string;
  window: SendWindow;
  /** Ids of jobs that were seen before the request was sent, and of our own jobs. */
  known: ReadonlySet<string>;
  /** The service's time of day, ms since 1970. */
  now: number;
}

/**
 * Sorts the add jobs of a list by what they may mean for a request whose answer
 * was lost. A time without a zone is read as UTC and as +08:00, one of which
 * must fit. A part without a desktop may be on any. Pure.
 */
export function searchJobs(
  jobs: readonly JobSummary[],
  { desktopId, window, known, now }: SearchFacts,
): JobSearch {
  const hits = new Map<string, JobSummary>();
  const late = new Map<string, JobSummary>();
  const others = new Map<string, JobSummary>();
  for (const job of jobs) {
    if (known.has(job.jobId) || (job.kind !== undefined && job.kind !== "add")) continue;
    if (job.desktopId !== undefined && job.desktopId !== desktopId) continue;
    if (beganWithin(job.begin, window.from, window.to + ROUNDING_MS) || isUndatedAndRunning(job))
      hits.set(job.jobId, job);
    else if (beganWithin(job.begin, window.to, window.to + LATEST_ARRIVAL_MS + SKEW_MS))
      late.set(job.jobId, job);
    else if (
      job.desktopId !== undefined &&
      beganWithin(job.begin, window.from - OTHERS_BEFORE_MS, now + ROUNDING_MS)
    ) {
      others.set(job.jobId, job);
    }
  }
  return { hits: [...hits.values()], late: [...late.values()], others: [...others.values()] };
}

function isUndatedAndRunning({ begin, state, desktopId }: JobSummary): boolean {
  return begin.length === 0 && state === "running" && desktopId !== undefined;
}

/** Whether one reading of the time lies within these bounds. */
export function beganWithin(begin: Times, from: number, to: number): boolean {
  return begin.some((at) => at >= from && at <= to);
}

/**
 * Whether a job began before a moment: by the reading that is nearest to it,
 * since a job that runs now did not begin eight hours ago. False where its
 * begin is not known.
 */
export function beganBefore(begin: Times, moment: number): boolean {
  const nearest = [...begin].sort((a, b) => Math.abs(a - moment) - Math.abs(b - moment))[0];
  return nearest !== undefined && nearest < moment;
}
