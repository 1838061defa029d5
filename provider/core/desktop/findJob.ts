import type { JobEnd, JobSummary } from "../api/jobs";
import type { Times } from "../api/response";
import type { VolumeSpec } from "../api/volumes";
import { isApiError } from "../errors";
import {
  type Attempt,
  type Batch,
  type DesktopContext,
  LATEST_ARRIVAL_MS,
  type Member,
  type SendWindow,
} from "./batch";
import type { PendingAdd } from "./volumeRequest";

/** Times are whole seconds, rounded down. In ms. */
const ROUNDING_MS = 1_000;
/** How far the clocks of the gateway and of jobs may differ, in ms. */
const SKEW_MS = 3_000;
/** An add of somebody else within this time before our request shows that others work on this desktop, in ms. */
export const OTHERS_BEFORE_MS = 60_000;
/** Reads lag behind by ten seconds at most; one more for times that are whole seconds. In ms. */
export const SETTLED_MS = 11_000;

/** What the job list says about a request whose own job id is not known. */
export interface JobSearch {
  /** Jobs that began when the request was under way: one of them may be its own. */
  hits: readonly JobSummary[];
  /** Jobs that began later, but early enough for a request that was held back; or nobody knows when. */
  late: readonly JobSummary[];
}

/** What a search is about. */
export interface SearchFacts {
  desktopId: string;
  /** Undefined: the service never says what time it is. */
  window: SendWindow | undefined;
  /** Ids of jobs that were seen before the request was sent, and of our own jobs. */
  known: ReadonlySet<string>;
}

/**
 * Sorts the add jobs of a list by what they may mean for a request whose answer
 * was lost. A time without a zone is read as UTC and as +08:00, one of which
 * must fit. A part without a desktop may be on any, and one without a begin may
 * have begun at any time before its end. Where the service never says what time
 * it is, each job that runs counts; of those that have ended the disks show. Pure.
 */
export function searchJobs(
  jobs: readonly JobSummary[],
  { desktopId, window, known }: SearchFacts,
): JobSearch {
  const hits = new Map<string, JobSummary>();
  const late = new Map<string, JobSummary>();
  for (const job of jobs) {
    if (known.has(job.jobId) || (job.kind !== undefined && job.kind !== "add")) continue;
    if (job.desktopId !== undefined && job.desktopId !== desktopId) continue;
    if (window === undefined) {
      if (job.state === "running") late.set(job.jobId, job);
    } else if (beganIn(job, window) || mayHaveBegunIn(job, window)) hits.set(job.jobId, job);
    else if (beganWithin(job.begin, window.to, window.to + LATEST_ARRIVAL_MS + SKEW_MS))
      late.set(job.jobId, job);
  }
  return { hits: [...hits.values()], late: [...late.values()] };
}

function beganIn({ begin }: { begin: Times }, { from, to }: SendWindow): boolean {
  return beganWithin(begin, from, to + ROUNDING_MS);
}

/** Jobs that wait have not begun, and some lists leave the time out. */
function mayHaveBegunIn({ begin, end, state }: JobSummary, { from }: SendWindow): boolean {
  return begin.length === 0 && (state === "running" || end.some((at) => at >= from));
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

/** What became of an add whose job id is not known. */
export type LostAdd =
  /** Jobs that may be its own, each ended; `lateJobs` began later than the request, which may have been held back, or nobody knows when. */
  | { is: "found"; jobs: readonly JobEnd[]; lateJobs: ReadonlySet<string> }
  /** No job for it began, and none can begin any more. */
  | { is: "not carried out" }
  /** The job list cannot be read to its end. */
  | { is: "unknown" };

/**
 * Looks for the job of an add whose answer was lost or said "not now", until
 * no copy of the request can arrive any more and the longest lag of the list
 * has passed. A job that is found at once, has ended, and made exactly what was
 * asked for does not shorten this: a job has no mark of its request, so it may
 * be another client's add of the same second while a gateway still holds our
 * own. Matched now, that client's disk would have two owners, and the one that
 * our own makes half a minute later would have none. A second copy, too, makes
 * its disk within this time only, and must be named.
 *
 * Where the service itself refused the request, no copy is on its way, and
 * what began after its answer is another client's.
 */
export async function findLostAdd(
  desktop: DesktopContext,
  batch: Batch,
  { answeredAt, window, timed, refused, lateBy, foreignJobs, error }: Attempt,
): Promise<LostAdd> {
  const { clock, desktopId, ownJobs } = desktop;
  const finalAt = (answeredAt ?? clock.now()) + SETTLED_MS + lateBy;
  if (clock.now() < finalAt) {
    // What the service said to a refused one is more to the point.
    if (!refused)
      batch.note(
        `${isApiError(error) ? error.why : "the answer to the add was lost"}; nothing is certain until no copy of the add can arrive any more`,
      );
    await clock.sleep(finalAt - clock.now(), batch.signal);
  }
  const filter = { kind: "add", ...(timed && { since: window.from - OTHERS_BEFORE_MS }) } as const;
  const listing = await desktop.listJobs(filter, batch);
  if (listing?.complete !== true) return { is: "unknown" };
  const facts = {
    desktopId,
    window: timed ? window : undefined,
    known: new Set([...ownJobs, ...foreignJobs]),
  };
  const { hits, late } = searchJobs(listing.jobs, facts);
  // After a refusal no copy arrives late: what began later is another client's, where that can be told.
  const isForeign = ({ begin }: { begin: Times }) =>
    refused && timed && begin.length > 0 && !beganIn({ begin }, window);
  const its = [...hits, ...late].filter((job) => !isForeign(job));
  const ends = await Promise.all(its.map(({ jobId }) => desktop.waitForJob(jobId, batch)));
  const jobs = ends.filter((end) => !isForeign(end));
  if (jobs.length === 0) return { is: "not carried out" };
  const inTime = new Set(
    [...its, ...jobs].flatMap((job) => (timed && beganIn(job, window) ? [job.jobId] : [])),
  );
  return {
    is: "found",
    jobs,
    lateJobs: new Set(jobs.map(({ jobId }) => jobId).filter((id) => !inTime.has(id))),
  };
}

/** What the state keeps of an attempt for one of its disks. */
export function toPendingAdd(
  { window, timed, job, refused, beforeIds, beforeFrom, specs }: Attempt,
  spec: VolumeSpec,
): PendingAdd {
  return {
    ...(job === undefined ? {} : { jobId: job.jobId }),
    ...(refused ? { refused } : {}),
    ...(timed ? {} : { untimed: true }),
    ...(beforeFrom === "bare row" ? { beforeUnknown: true } : {}),
    sentAt: new Date(window.from).toISOString(),
    tookMs: Math.round(window.to - window.from),
    beforeIds: [...beforeIds].filter((id) => id !== ""),
    spec,
    request: [...specs],
  };
}

/** The attempt of an earlier run, for those of its disks that are looked for now. */
export function resumeAttempt(
  members: readonly Member[],
  pending: PendingAdd,
  now: { at: number; serverTime: number | undefined },
): Attempt {
  const from = Date.parse(pending.sentAt);
  const window = { from, to: from + pending.tookMs };
  const timed = pending.untimed !== true;
  const left = members.filter(({ request }) => request.kind === "add");
  const slots = pending.request.map((spec) => {
    const at = left.findIndex(({ request }) => request.kind === "add" && isSame(request.spec, spec));
    return at < 0 ? undefined : left.splice(at, 1)[0];
  });
  return {
    // A program that has changed meanwhile asks for another disk: the old one still counts.
    members: [...slots, ...left],
    specs: [...pending.request, ...left.flatMap(() => [pending.spec])],
    before: [],
    beforeIds: new Set([...pending.beforeIds, ...(pending.named ?? [])]),
    beforeFrom: pending.beforeUnknown === true ? "bare row" : "read",
    // As long ago as the service's clock says; where it says nothing, as if it were just now.
    answeredAt: now.at - (timed ? Math.max(0, (now.serverTime ?? window.to) - window.to) : 0),
    window,
    timed,
    ...(pending.jobId === undefined ? {} : { job: { jobId: pending.jobId, requestId: "" } }),
    refused: pending.refused === true,
    lateBy: LATEST_ARRIVAL_MS,
    foreignJobs: new Set(),
    resumed: true,
  };
}

/** Whether two disks were asked for alike. */
export function isSame(one: VolumeSpec, other: VolumeSpec): boolean {
  return (["type", "size", "iops", "throughput", "kmsId"] as const).every(
    (field) => one[field] === other[field],
  );
}
