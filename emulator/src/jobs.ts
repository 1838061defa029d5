import { randomUUID } from "node:crypto";
import type { Clock } from "./clock";
import { noteChange } from "./desktop-versions";
import type { Desktop, VolumeSpec } from "./desktops";
import type { History, Origin } from "./history";
import { codes } from "./refusals";

export type JobType =
  | "ADD_VOLUME"
  | "DELETE_VOLUME"
  | "EXPAND_VOLUME"
  | "MODIFY_VOLUME_QOS"
  | "CREATE_DESKTOP"
  | "DELETE_DESKTOP"
  | "START_DESKTOP"
  | "STOP_DESKTOP"
  | "HIBERNATE_DESKTOP"
  | "REBOOT_DESKTOP"
  | "MAINTENANCE";

/** A reason that is shown for something that went wrong. */
export interface Failure {
  readonly code: string;
  readonly reason: string;
}

/** How a job goes, where it does not simply succeed. Each part comes from a fault. */
export interface JobFate {
  /** The whole job fails and changes nothing. */
  fails?: Failure;
  /** The job succeeds, but one sub-job (default: the last) fails and changes nothing. */
  subJobFails?: Failure & { readonly desktopId: string | undefined };
  /** Only so many disks of each desktop are done; what the job says then. */
  partial?: { readonly done: number; readonly status: "SUCCESS" | "FAIL" };
  neverEnds?: boolean;
  /** From so many ms after its begin, nobody knows the job. */
  forgottenAfterMs?: number;
  /** What is shown instead of WAITING, RUNNING, SUCCESS, FAIL. */
  words?: Readonly<Partial<Record<JobState, string>>>;
  /** Reads of the desktop lag behind the job's end for so many ms, and for so many reads. */
  lag?: { readonly ms: number; readonly reads: number };
  /** Belongs to somebody else and is listed nowhere. */
  hidden?: boolean;
  /** A desktop is stopped or rebooted by force. */
  forced?: boolean;
}

export type JobState = "WAITING" | "RUNNING" | "SUCCESS" | "FAIL";

/** When, by whom and by which job something is done. */
export interface Doing {
  /** Emulator time. */
  readonly at: number;
  readonly by: Origin;
  readonly job: Job | undefined;
}

/** One disk's part of a job, or the desktop's own: plain data, so that a job that is under way can be kept in a file. */
export type Step =
  | { readonly what: "attach"; readonly spec: VolumeSpec }
  | { readonly what: "detach"; readonly volumeId: string }
  | { readonly what: "expand"; readonly volumeId: string; readonly size: number }
  | {
      readonly what: "tune";
      readonly volumeId: string;
      readonly qos: { readonly iops: number; readonly throughput: number };
    }
  /** The desktop has this status then. */
  | { readonly what: "power"; readonly status: string }
  /** The desktop is gone then, with its disks. */
  | { readonly what: "drop" };

/** Does a step of a desktop's job. */
export type Perform = (desktop: Desktop, step: Step, doing: Doing) => void;

/** The work on one desktop. Each step is one disk. */
export interface Work {
  readonly desktop: Desktop;
  readonly steps: readonly Step[];
}

export interface SubJob extends Work {
  readonly id: string;
  readonly job: Job;
  /** Emulator time; Infinity for one that never ends. */
  endsAt: number;
  failure: Failure | undefined;
  doneSteps: number;
}

export interface Job {
  readonly id: string;
  /** Counts the jobs of the project. */
  readonly number: number;
  readonly type: JobType;
  readonly by: Origin;
  readonly begunAt: number;
  endsAt: number;
  readonly fate: JobFate;
  readonly failure: Failure | undefined;
  readonly subJobs: SubJob[];
}

/** What the jobs of a project work with. */
export interface JobsOptions {
  readonly clock: Clock;
  readonly history: History;
  /** Does what a job's steps say, when the job has ended. */
  readonly perform: Perform;
  /** How long the next sub-job takes, in ms. */
  readonly duration: () => number;
  /** Finished jobs above this number are dropped, oldest first. */
  readonly maxKept: number;
  /** Called when a desktop, or a job, is no longer as it was. */
  readonly desktopChanged?: (desktop: Desktop) => void;
  /** Called when a desktop's part of a job has failed. */
  readonly failed?: (desktop: Desktop, type: JobType) => void;
  readonly jobChanged?: (id: string) => void;
}

/** The share of its time in which a job still waits. */
const waitingShare = 0.1;

/**
 * The jobs of a project. Nothing runs in here: how far a job is follows from
 * the clock, and what it changes is done when somebody looks at its desktop
 * after its end.
 */
export class Jobs {
  private readonly jobs = new Map<string, Job>();
  private started = 0;
  private readonly clock: Clock;

  constructor(private readonly options: JobsOptions) {
    this.clock = options.clock;
  }

  /** Begins a job. None of the desktops may have one already. */
  start(type: JobType, works: readonly Work[], by: Origin, fate: JobFate = {}, fixedMs?: number): Job {
    const begunAt = this.clock.now();
    const failed = failedDesktop(works, fate);
    const ends = works.map(() =>
      fate.neverEnds ? Infinity : begunAt + (fixedMs ?? this.options.duration()),
    );
    const wholeFailure = fate.fails ?? (fate.partial?.status === "FAIL" ? partialFailure : undefined);
    const job: Job = {
      id: randomUUID(),
      number: (this.started += 1),
      type,
      by,
      begunAt,
      endsAt: Math.max(...ends),
      fate,
      failure: wholeFailure,
      subJobs: [],
    };
    works.forEach((work, index) => {
      const failure = wholeFailure ?? (work.desktop === failed ? fate.subJobFails : undefined);
      const subJob: SubJob = {
        ...work,
        id: randomUUID(),
        job,
        endsAt: ends[index] ?? begunAt,
        failure,
        doneSteps: fate.partial ? fate.partial.done : failure ? 0 : work.steps.length,
      };
      job.subJobs.push(subJob);
      work.desktop.running = subJob;
      this.note("job-started", subJob, begunAt);
      this.options.desktopChanged?.(work.desktop);
    });
    this.jobs.set(job.id, job);
    this.options.jobChanged?.(job.id);
    this.trim();
    return job;
  }

  /** Does what the desktop's job has done by now. Call it before anything of the desktop is read. */
  settle(desktop: Desktop): void {
    const subJob = desktop.running;
    if (!subJob || subJob.endsAt > this.clock.now()) return;
    const { lag } = subJob.job.fate;
    if (lag) {
      desktop.stale = {
        root_volume: { ...desktop.root_volume },
        data_volumes: desktop.data_volumes.map((volume) => ({ ...volume })),
        until: subJob.endsAt + lag.ms,
        reads: lag.reads,
      };
    }
    desktop.running = undefined;
    const { job, endsAt: at } = subJob;
    for (const step of subJob.steps.slice(0, subJob.doneSteps))
      this.options.perform(desktop, step, { at, by: job.by, job });
    if (subJob.failure) this.options.failed?.(desktop, job.type);
    if (subJob.doneSteps > 0 && subJob.steps.length > 0) noteChange(desktop, at);
    this.note("job-ended", subJob, at);
    this.options.desktopChanged?.(desktop);
  }

  /** Ends a part of a job now, and without its work: its desktop has been deleted. */
  abort(subJob: SubJob): void {
    const { job, desktop } = subJob;
    subJob.endsAt = this.clock.now();
    subJob.failure = { code: codes.jobFailed, reason: "The desktop has been deleted." };
    subJob.doneSteps = 0;
    job.endsAt = Math.max(...job.subJobs.map(({ endsAt }) => endsAt));
    desktop.running = undefined;
    this.note("job-ended", subJob, subJob.endsAt);
    this.options.jobChanged?.(job.id);
  }

  /** Takes over a job from a state file. */
  restore(job: Job, isRunning: (subJob: SubJob) => boolean): void {
    this.jobs.set(job.id, job);
    this.started = Math.max(this.started, job.number);
    for (const subJob of job.subJobs) if (isRunning(subJob)) subJob.desktop.running = subJob;
  }

  /** All jobs, oldest first, those that nobody may know of too. */
  all(): Iterable<Job> {
    return this.jobs.values();
  }

  /** A job, also one that nobody may know of. */
  find(id: string): Job | undefined {
    return this.jobs.get(id);
  }

  /** A job that somebody may know of. */
  get(id: string): Job | undefined {
    const job = this.jobs.get(id);
    return job && this.isKnown(job) ? job : undefined;
  }

  /** Sub-jobs that somebody may know of, newest first. */
  *subJobs(jobId?: string): Generator<SubJob> {
    if (jobId !== undefined) {
      yield* this.get(jobId)?.subJobs ?? [];
      return;
    }
    for (const job of [...this.jobs.values()].reverse()) {
      if (this.isKnown(job)) yield* job.subJobs;
    }
  }

  /** The latest so many jobs, newest first, those that nobody may know of too. */
  latest(most: number): Job[] {
    return [...this.jobs.values()].slice(-most).reverse();
  }

  clear(): void {
    this.jobs.clear();
  }

  get count(): number {
    return this.jobs.size;
  }

  /** How far a job or a part of it was at this time. */
  state(job: Job, endsAt: number, failure: Failure | undefined, at = this.clock.now()): JobState {
    if (at >= endsAt) return failure ? "FAIL" : "SUCCESS";
    const waiting = endsAt === Infinity ? 0 : (endsAt - job.begunAt) * waitingShare;
    return at < job.begunAt + waiting ? "WAITING" : "RUNNING";
  }

  /** 0..100; 100 only at the end. */
  progress(subJob: SubJob, at = this.clock.now()): number {
    const passed = at - subJob.job.begunAt;
    const total = subJob.endsAt - subJob.job.begunAt;
    if (passed >= total) return 100;
    // One that never ends creeps up to 99, as a hanging job does.
    if (total === Infinity) return Math.min(99, Math.floor(passed / 1000));
    return Math.min(99, Math.floor((100 * passed) / total));
  }

  hasEnded(endsAt: number): boolean {
    return this.clock.now() >= endsAt;
  }

  private note(what: "job-started" | "job-ended", { desktop, job, failure }: SubJob, at: number): void {
    const { id: job_id, type: job_type, by } = job;
    const result = what === "job-ended" && { result: failure ? ("failed" as const) : ("succeeded" as const) };
    this.options.history.add({ at, what, desktop_id: desktop.desktop_id, job_id, job_type, ...result, by });
  }

  private isKnown({ fate, begunAt }: Job): boolean {
    if (fate.hidden) return false;
    return fate.forgottenAfterMs === undefined || this.clock.now() < begunAt + fate.forgottenAfterMs;
  }

  private trim(): void {
    const { maxKept, jobChanged } = this.options;
    if (this.jobs.size <= maxKept) return;
    for (const job of this.jobs.values()) {
      if (!this.hasEnded(job.endsAt)) continue;
      // What it changes must not be lost with it.
      for (const { desktop } of job.subJobs) this.settle(desktop);
      this.jobs.delete(job.id);
      jobChanged?.(job.id);
      if (this.jobs.size <= maxKept) return;
    }
  }
}

const partialFailure: Failure = { code: codes.jobFailed, reason: "Some of the disks could not be done." };

function failedDesktop(works: readonly Work[], { subJobFails }: JobFate): Desktop | undefined {
  if (!subJobFails) return undefined;
  const { desktopId } = subJobFails;
  const named = works.find(({ desktop }) => desktop.desktop_id === desktopId);
  return (named ?? works.at(-1))?.desktop;
}
