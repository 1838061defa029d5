import type { Dialects } from "./dialects";
import type { Job, Jobs, JobState, JobType, SubJob } from "./jobs";

/** What ShowJob and ListItaSubJobs show of a sub-job. */
export interface SubJobView {
  id: string;
  job_id: string;
  job_type: string;
  entities?: { desktop_id: string; product_id: string; user_name: string | null };
  begin_time: string;
  end_time: string | null;
  status: string;
  error_code: string | null;
  fail_reason: string | null;
  message?: string | null;
  process?: number;
  desktop_name: string;
  ip_address: string;
}

export interface JobView {
  id: string;
  job_type: string;
  status: string;
  begin_time: string;
  end_time: string | null;
  job_error_code: string | null;
  fail_reason: string | null;
  sub_jobs: SubJobView[];
  sub_jobs_total: number;
}

/** Words of the documents where they have one, and otherwise in their manner. */
const officialTypes: Readonly<Record<JobType, string>> = {
  ADD_VOLUME: "addVolumes",
  DELETE_VOLUME: "deleteVolumes",
  EXPAND_VOLUME: "expandVolumes",
  MODIFY_VOLUME_QOS: "batchModifyQosVolumes",
  CREATE_DESKTOP: "createDesktops",
  DELETE_DESKTOP: "deleteDesktops",
  START_DESKTOP: "operateDesktops",
  STOP_DESKTOP: "operateDesktops",
  HIBERNATE_DESKTOP: "operateDesktops",
  REBOOT_DESKTOP: "operateDesktops",
  MAINTENANCE: "rebootDesktops",
};

/** What a kind of job is called. */
export function jobTypeWord(type: JobType, dialects: Dialects): string {
  return dialects.has("official-job-words") ? officialTypes[type] : type;
}

/** A time as jobs write it: without a zone, as in the only documented example. */
export function jobTime(ms: number, dialects: Dialects): string {
  return zoneless(ms + (dialects.has("zoneless-times") ? dialects.zoneOffsetMs : 0));
}

/** A time as disks write it, from ISO 8601: with a zone in the documented examples. */
export function diskTime(time: string, dialects: Dialects): string {
  if (!dialects.has("zoneless-times")) return time;
  const ms = /(Z|[+-]\d\d:?\d\d)$/.test(time) ? Date.parse(time) : NaN;
  return Number.isNaN(ms) ? time : zoneless(ms + dialects.zoneOffsetMs);
}

function zoneless(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}

/** Shows jobs in the words of the dialects that are spoken. */
export class JobViews {
  constructor(
    private readonly jobs: Jobs,
    private readonly dialects: Dialects,
    /** Emulator time in ms. */
    private readonly now: number,
  ) {}

  typeOf({ type }: Job): string {
    return jobTypeWord(type, this.dialects);
  }

  job(job: Job): JobView {
    const ended = this.now >= job.endsAt;
    const failure = ended ? job.failure : undefined;
    const barren = this.dialects.isBarren(job.type);
    const subJobs = barren ? [] : job.subJobs.map((subJob) => this.subJob(subJob, this.now));
    return {
      id: job.id,
      job_type: this.typeOf(job),
      status: this.word(job, this.jobs.state(job, job.endsAt, job.failure, this.now)),
      begin_time: jobTime(job.begunAt, this.dialects),
      end_time: ended ? jobTime(job.endsAt, this.dialects) : null,
      job_error_code: failure?.code ?? null,
      fail_reason: failure?.reason ?? null,
      sub_jobs: subJobs,
      sub_jobs_total: subJobs.length,
    };
  }

  /** The sub-jobs that the job list shows by now, each with the time as of which it is shown. */
  listed(subJobs: Iterable<SubJob>): { subJob: SubJob; at: number }[] {
    const shown: { subJob: SubJob; at: number }[] = [];
    for (const subJob of subJobs) {
      const { desktop, job } = subJob;
      const at = this.now - this.dialects.lagMs("job-list", desktop.desktop_id, job.number);
      if (job.begunAt <= at) shown.push({ subJob, at });
    }
    if (this.dialects.has("narrow-job-lists") && this.dialects.oldestJobsFirst) shown.reverse();
    return shown;
  }

  /** The status of a sub-job as of this time. */
  statusOf({ job, endsAt, failure }: SubJob, at: number): string {
    return this.word(job, this.jobs.state(job, endsAt, failure, at));
  }

  /** A sub-job as of this time. */
  subJob(subJob: SubJob, at: number): SubJobView {
    const { job, desktop } = subJob;
    const ended = at >= subJob.endsAt;
    const failure = ended ? subJob.failure : undefined;
    const details = {
      entities: {
        desktop_id: desktop.desktop_id,
        product_id: desktop.product_id,
        user_name: desktop.user_name,
      },
      message: null,
      process: this.jobs.progress(subJob, at),
    };
    return {
      id: subJob.id,
      job_id: job.id,
      job_type: this.typeOf(job),
      begin_time: jobTime(job.begunAt, this.dialects),
      end_time: ended ? jobTime(subJob.endsAt, this.dialects) : null,
      status: this.statusOf(subJob, at),
      error_code: failure?.code ?? null,
      fail_reason: failure?.reason ?? null,
      desktop_name: desktop.computer_name,
      ip_address: desktop.ip_addresses[0] ?? "",
      ...(this.dialects.has("sparse-sub-jobs") ? {} : details),
    };
  }

  private word({ fate }: Job, state: JobState): string {
    const ordered = fate.words?.[state];
    if (ordered !== undefined) return ordered;
    return state === "FAIL" && this.dialects.has("official-job-words") ? "FAILED" : state;
  }
}
