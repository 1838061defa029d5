import {
  type ApiError,
  CoreError,
  CredentialsError,
  isApiError,
  StoppedError,
  TimeoutError,
} from "../errors";
import { outOfTime, type Waiter, WaiterGroup } from "../operation";
import type { WorkspaceClient } from "./client";
import { forgottenJob, type JobEnd, type JobStatus, type JobSummary, listJobs, showJob } from "./jobs";

/** From this many running jobs on, two lists are cheaper than one call a job. */
export const LISTED_FROM_JOBS = 4;
/** As above, where each kind of job has to be listed by itself. */
const LISTED_FROM_JOBS_BY_KIND = 12;
/** A list that takes longer than this, in ms, is given up for one call a job. */
const LIST_TIMEOUT_MS = 5_000;
/** After a list has failed, this long each job is asked for, in ms: the list would hold up all of them each time. */
const NO_LIST_MS = 30_000;
/** Polls closer together than this, in ms, are one poll. */
const SAME_POLL_MS = 50;
/** Reads may lag behind so long, in ms: a job that is unknown for longer is forgotten. */
const FORGOTTEN_AFTER_MS = 15_000;

/**
 * When to poll a job again, in ms from now, having waited `waitedMs`: a tenth
 * of that, at least 250 ms, at most 10 s, up to a fifth less at random. So the
 * end of a job is noticed within a tenth of its time.
 */
export function nextPoll(waitedMs: number, random: () => number = Math.random): number {
  return Math.max(250, Math.min(10_000, waitedMs / 10) * (1 - 0.2 * random()));
}

interface Watched {
  jobId: string;
  since: number;
  nextAt: number;
  asking: boolean;
  /** Since when the service does not show it, by the clock. */
  unknownSince: number | undefined;
  group: WaiterGroup;
  resolve: (end: JobEnd) => void;
  reject: (error: Error) => void;
  end: Promise<JobEnd>;
}

/** Waits for jobs of one project: one poll serves all callers, for one job and for many. */
export class JobPoller {
  readonly #watched = new Map<string, Watched>();
  #running = false;
  #wake = new AbortController();
  #noListBefore = -Infinity;

  constructor(private readonly client: WorkspaceClient) {}

  /**
   * Resolves when the job has ended, or cannot be followed any further. Throws
   * `TimeoutError` when the caller leaves first, and `CredentialsError`
   * when there are no credentials any more: then nothing else can be learnt either.
   */
  wait(jobId: string, waiter: Waiter): Promise<JobEnd> {
    const left = () => outOfTime(`Waiting for job ${jobId}`);
    if (waiter.signal.aborted) return Promise.reject(left());
    const watched = this.#watched.get(jobId) ?? this.#watch(jobId);
    return new Promise((resolve, reject) => {
      watched.group.join(waiter, () => {
        if (watched.group.signal.aborted) this.#forget(watched);
        reject(left());
      });
      watched.end.then(resolve, reject);
    });
  }

  #watch(jobId: string): Watched {
    const now = this.client.clock.now();
    const { promise, resolve, reject } = withResolvers<JobEnd>();
    const watched: Watched = {
      jobId,
      since: now,
      nextAt: now + nextPoll(0),
      asking: false,
      unknownSince: undefined,
      group: new WaiterGroup(),
      resolve,
      reject,
      end: promise,
    };
    this.#watched.set(jobId, watched);
    this.#wake.abort();
    if (!this.#running) void this.#run();
    return watched;
  }

  #forget(watched: Watched): void {
    // The same job may be watched again by now: that watch stays.
    if (this.#watched.get(watched.jobId) === watched) this.#watched.delete(watched.jobId);
    this.#wake.abort();
  }

  async #run(): Promise<void> {
    this.#running = true;
    const { clock } = this.client;
    while (this.#watched.size > 0) {
      this.#wake = new AbortController();
      const idle = [...this.#watched.values()].filter((watched) => !watched.asking);
      const next = Math.min(...idle.map((watched) => watched.nextAt), clock.now() + 60_000);
      if (next > clock.now()) await clock.sleep(next - clock.now(), this.#wake.signal);
      else await this.#poll(idle);
    }
    this.#running = false;
  }

  /** Asks for everything that is due; what the list shows as running need not be asked for. */
  async #poll(idle: readonly Watched[]): Promise<void> {
    const from = this.client.learnt.narrowJobLists ? LISTED_FROM_JOBS_BY_KIND : LISTED_FROM_JOBS;
    const many = this.#watched.size >= from && this.client.clock.now() >= this.#noListBefore;
    const listed = many ? await this.#list(idle) : undefined;
    for (const watched of idle.filter(({ group }) => !group.signal.aborted)) {
      const part = listed?.get(watched.jobId);
      if (part !== undefined) this.#goesOn(watched, `job ${watched.jobId} is ${part.status}`, part.progress);
      else if (listed !== undefined || watched.nextAt <= this.client.clock.now() + SAME_POLL_MS) {
        void this.#ask(watched);
      }
    }
  }

  /** The parts that run, by job; undefined where the list failed. */
  async #list(idle: readonly Watched[]): Promise<ReadonlyMap<string, JobSummary> | undefined> {
    const { clock } = this.client;
    const group = new WaiterGroup();
    for (const watched of idle) group.join(watched.group);
    const until = clock.now() + LIST_TIMEOUT_MS;
    const waiter: Waiter = {
      remaining: () => Math.min(Math.max(0, until - clock.now()), group.remaining()),
      signal: group.signal,
      note: () => undefined,
    };
    try {
      const { jobs } = await listJobs(this.client, { status: "running", atMost: 1 }, waiter);
      return new Map(jobs.map((part) => [part.jobId, part]));
    } catch (error) {
      this.client.log.debug(`the list of running jobs failed, each is asked for: ${String(error)}`);
      this.#noListBefore = clock.now() + NO_LIST_MS;
      return undefined;
    } finally {
      group.release();
    }
  }

  async #ask(watched: Watched): Promise<void> {
    watched.asking = true;
    try {
      this.#see(watched, await showJob(this.client, watched.jobId, watched.group));
    } catch (error) {
      this.#fail(watched, error);
    } finally {
      watched.asking = false;
      this.#wake.abort();
    }
  }

  #see(watched: Watched, job: JobStatus): void {
    if (job.state === "running") {
      watched.unknownSince = undefined;
      this.#goesOn(watched, `job ${job.jobId} is ${job.status}`, job.progress);
    } else if (job.state !== "forgotten") this.#end(watched, { ...job, state: job.state });
    else this.#unknown(watched, { ...job, state: job.state });
  }

  #fail(watched: Watched, error: unknown): void {
    // No caller waits any longer: each has had its error.
    if (error instanceof TimeoutError || error instanceof StoppedError) return;
    if (error instanceof CredentialsError || !(error instanceof CoreError)) {
      this.#forget(watched);
      watched.group.release();
      watched.reject(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    this.client.log.debug(`job ${watched.jobId} cannot be read: ${error.message}`);
    const end = forgottenJob(watched.jobId, error);
    // A missing permission will be missing the next time, too.
    if (isApiError(error) && isRefusal(error)) this.#end(watched, end);
    else this.#unknown(watched, end);
  }

  /** Not shown: the read may lag behind, so it is asked again for a while before that counts. */
  #unknown(watched: Watched, end: JobEnd): void {
    const now = this.client.clock.now();
    watched.unknownSince ??= now;
    if (now - watched.unknownSince >= FORGOTTEN_AFTER_MS) this.#end(watched, end);
    else this.#goesOn(watched, `job ${watched.jobId} is not shown: ${end.reason}`, undefined);
  }

  #goesOn(watched: Watched, seen: string, progress: number | undefined): void {
    const now = this.client.clock.now();
    watched.nextAt = now + nextPoll(now - (watched.unknownSince ?? watched.since));
    // Progress comes first: a terminal cuts the line where it is full.
    watched.group.note(progress === undefined ? seen : `${progress} %, ${seen}`);
  }

  #end(watched: Watched, end: JobEnd): void {
    this.#forget(watched);
    watched.group.release();
    watched.resolve(end);
  }
}

function isRefusal({ status }: ApiError): boolean {
  return status === 401 || status === 403;
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((...both) => {
    [resolve, reject] = both;
  });
  // Callers get the error; without a caller it must not become an unhandled rejection.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
