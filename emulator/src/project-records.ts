import { firstVersion, mayBeShown, type DesktopVersion } from "./desktop-versions";
import { desktopRecord, makeDesktop, type Desktop, type DesktopRecord, type StaleView } from "./desktops";
import type { Dialects } from "./dialects";
import type { Origin } from "./history";
import type { Failure, Job, JobFate, JobType, Step, SubJob } from "./jobs";

/** A desktop in a state file. */
export interface StoredDesktop extends DesktopRecord {
  task_status?: string;
  /** The sub-job that is under way, by its id. */
  running?: string;
  stale?: StaleView;
  versions?: DesktopVersion[];
  last_add_at?: number;
}

/** A desktop that has been deleted, and that some reads still show. */
export interface StoredLeaving {
  desktop: StoredDesktop;
  at: number;
}

type Subject = Pick<
  DesktopRecord,
  "desktop_id" | "computer_name" | "product_id" | "user_name" | "pool_id" | "ip_addresses"
>;

/** A job in a state file. JSON has no Infinity: null is a job that never ends. */
export interface StoredJob {
  project: string;
  id: string;
  number: number;
  type: JobType;
  by: Origin;
  begun_at: number;
  ends_at: number | null;
  fate: JobFate;
  failure?: Failure;
  sub_jobs: {
    id: string;
    /** What is shown of the desktop, also when it is gone. */
    desktop: Subject;
    steps: readonly Step[];
    ends_at: number | null;
    failure?: Failure;
    done_steps: number;
  }[];
}

/** A desktop as it goes to the file. */
export function storedDesktop(desktop: Desktop, dialects: Dialects, now: number): StoredDesktop {
  const { task_status, running, stale, lastAddAt } = desktop;
  const lags = dialects.has("lagging-reads");
  return {
    ...desktopRecord(desktop),
    ...(task_status !== undefined && { task_status }),
    ...(running && { running: running.id }),
    ...(stale && { stale }),
    ...(lags && { versions: mayBeShown(desktop.versions, now, dialects.drawn().max_lag_ms) }),
    ...(lastAddAt !== undefined && { last_add_at: lastAddAt }),
  };
}

/** A desktop as it comes from the file; its job is put to it when jobs are read. */
export function desktopOf(stored: StoredDesktop, now: number): Desktop {
  const { running: _running, stale, versions, last_add_at: lastAddAt, ...record } = stored;
  return {
    ...record,
    running: undefined,
    stale,
    versions: versions ?? [firstVersion(record, now)],
    lastAddAt,
  };
}

/** A job as it goes to the file. */
export function storedJob(job: Job, project: string): StoredJob {
  const { id, number, type, by, begunAt, endsAt, fate, failure, subJobs } = job;
  return {
    project,
    id,
    number,
    type,
    by,
    begun_at: begunAt,
    ends_at: finite(endsAt),
    fate,
    ...(failure && { failure }),
    sub_jobs: subJobs.map((subJob) => ({
      id: subJob.id,
      desktop: subjectOf(subJob.desktop),
      steps: subJob.steps,
      ends_at: finite(subJob.endsAt),
      ...(subJob.failure && { failure: subJob.failure }),
      done_steps: subJob.doneSteps,
    })),
  };
}

/**
 * A job as it comes from the file.
 * @param find the desktops that there are
 * @param place where a desktop was that is gone
 */
export function jobOf(
  stored: StoredJob,
  find: (desktopId: string) => Desktop | undefined,
  place: { readonly id: string; readonly region: string },
): Job {
  const { id, number, type, by, begun_at: begunAt, ends_at, fate, failure } = stored;
  const job: Job = {
    id,
    number,
    type,
    by,
    begunAt,
    endsAt: ends_at ?? Infinity,
    fate,
    failure,
    subJobs: [],
  };
  job.subJobs.push(
    ...stored.sub_jobs.map((part): SubJob => ({
      id: part.id,
      job,
      desktop: find(part.desktop.desktop_id) ?? makeDesktop(part.desktop, place.id, place.region, begunAt),
      steps: part.steps,
      endsAt: part.ends_at ?? Infinity,
      failure: part.failure,
      doneSteps: part.done_steps,
    })),
  );
  return job;
}

function subjectOf(desktop: Desktop): Subject {
  const { desktop_id, computer_name, product_id, user_name, pool_id, ip_addresses } = desktop;
  return { desktop_id, computer_name, product_id, user_name, pool_id, ip_addresses };
}

function finite(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null;
}
