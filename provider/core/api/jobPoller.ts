import {
  type ApiError,
  CoreError,
  CredentialsError,
  isApiError,
  StoppedError,
  TimeoutError,
} from "../errors";
import { limited, outOfTime, type Waiter, WaiterGroup } from "../operation";
import type { WorkspaceClient } from "./client";
import { forgottenJob, type JobEnd, type JobKind, type JobStatus, type JobSummary, showJob } from "./jobs";
import { callsOfRecentJobs, endByParts, type JobWork, listRecentJobs } from "./recentJobs";
import { isThrottled } from "./retry";

/** From this many running jobs on for each call that it takes, a list is cheaper than one call a job. */
export const LISTED_FROM_JOBS = 2;
/** Two lists are as far apart as so many requests, or as one for each job where these are fewer: what ends meanwhile shares the read that follows. */
const LIST_EVERY_REQUESTS = 40;
/** However slow the service takes requests, lists need not be farther apart, in ms. */
const LIST_EVERY_AT_MOST_MS = 5_000;
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
  /** What it does, where it is our own. */
  work: JobWork | undefined;
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
  #listedAt = -Infinity;
  /** Kinds of jobs that have one part for a desktop, however many disks. */
  readonly #wholeParts = new Set<JobKind>();

  constructor(private readonly client: WorkspaceClient) {}

  /**
   * Resolves when the job has ended, or cannot be followed any further. Throws
   * `TimeoutError` when the caller leaves first, and `CredentialsError`
   * when there are no credentials any more: then nothing else can be learnt either.
   */
  wait(jobId: string, waiter: Waiter, work?: JobWork): Promise<JobEnd> {
    const left = () => outOfTime(`Waiting for job ${jobId}`);
    if (waiter.signal.aborted) return Promise.reject(left());
    const watched = this.#watched.get(jobId) ?? this.#watch(jobId);
    watched.work ??= work;
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
      work: undefined,
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
      const idle = this.#idle();
      const due = Math.min(...idle.map((watched) => watched.nextAt), clock.now() + 60_000);
      const next = this.#lists() ? Math.max(due, this.#listedAt + this.#listEveryMs()) : due;
      if (next > clock.now()) await clock.sleep(next - clock.now(), this.#wake.signal);
      else await this.#poll(idle);
    }
    this.#running = false;
  }

  #idle(): Watched[] {
    return [...this.#watched.values()].filter((watched) => !watched.asking);
  }

  /** Whether a list is cheaper than a call for each job, and to be had. */
  #lists(): boolean {
    const calls = callsOfRecentJobs(this.client, this.#kinds());
    return this.#watched.size >= LISTED_FROM_JOBS * calls && this.client.clock.now() >= this.#noListBefore;
  }

  #listEveryMs(): number {
    const requests = Math.min(this.#watched.size, LIST_EVERY_REQUESTS);
    return Math.min(LIST_EVERY_AT_MOST_MS, (1000 * requests) / this.client.parts.limiter.perSecond);
  }

  #kinds() {
    return [...new Set([...this.#watched.values()].flatMap(({ work }) => work?.kind ?? []))];
  }

  /** Asks for everything that is due; what the list shows need not be asked for. */
  async #poll(idle: readonly Watched[]): Promise<void> {
    const listed = this.#lists() ? await this.#list(idle) : undefined;
    if (listed !== undefined) await this.#learnFrom(listed.parts);
    const now = this.client.clock.now();
    // While the list waited for its turn, more jobs may have begun: those that it shows are seen, too.
    for (const watched of this.#idle().filter(({ group }) => !group.signal.aborted)) {
      const parts = listed?.parts.get(watched.jobId) ?? [];
      if (this.#seeParts(watched, parts)) continue;
      const isYounger = listed !== undefined && watched.since >= listed.leftAt;
      if (watched.nextAt <= now + SAME_POLL_MS && !isYounger) void this.#ask(watched);
    }
  }

  /** One job of a kind is asked for first where that tells whether a part in the list is all of a job. */
  async #learnFrom(listed: ReadonlyMap<string, readonly JobSummary[]>): Promise<void> {
    const { clock } = this.client;
    for (const kind of this.#kinds().filter((one) => !this.#wholeParts.has(one))) {
      const would = new Set([...this.#wholeParts, kind]);
      const first = this.#idle().find(({ jobId, work }) => {
        const isOfSeveral = work?.kind === kind && work.disks > 1;
        return isOfSeveral && endByParts(listed.get(jobId) ?? [], work, would) !== undefined;
      });
      if (first === undefined) continue;
      await Promise.race([this.#ask(first), clock.sleep(LIST_TIMEOUT_MS, first.group.signal)]);
    }
  }

  /** Whether the parts in a list tell how it stands. */
  #seeParts(watched: Watched, parts: readonly JobSummary[]): boolean {
    const end = endByParts(parts, watched.work, this.#wholeParts);
    const running = parts.find(({ state }) => state === "running");
    if (end !== undefined) this.#end(watched, end);
    else if (running === undefined) {
      // It has ended, and how has to be asked for.
      if (parts.length > 0) void this.#ask(watched);
      return parts.length > 0;
    } else {
      watched.unknownSince = undefined;
      this.#goesOn(watched, `job ${watched.jobId} is ${running.status}`, running.progress);
    }
    return true;
  }

  /** The parts of the newest jobs, and when the request left; undefined where the list failed. */
  async #list(
    idle: readonly Watched[],
  ): Promise<{ parts: ReadonlyMap<string, readonly JobSummary[]>; leftAt: number } | undefined> {
    const { client } = this;
    const { clock } = client;
    const group = new WaiterGroup();
    for (const watched of idle) group.join(watched.group);
    let leftAt: number | undefined;
    const waiter: Waiter = {
      remaining: () => group.remaining(),
      signal: group.signal,
      note: () => undefined,
      noteRequest: () => {
        leftAt ??= clock.now();
      },
    };
    const isEnough = (found: ReadonlySet<string>, kind: JobKind | undefined) =>
      this.#idle().every(
        ({ jobId, since, work }) =>
          found.has(jobId) || since >= (leftAt ?? 0) || (kind !== undefined && work?.kind !== kind),
      );
    const asked = { count: this.#watched.size, kinds: this.#kinds(), isEnough };
    try {
      const parts = await listRecentJobs(client, asked, limited(waiter, LIST_TIMEOUT_MS, clock));
      return { parts, leftAt: leftAt ?? clock.now() };
    } catch (error) {
      // Too many requests, or nobody waits any more: a call for each job would fare no better.
      if (isThrottled(error) || group.signal.aborted) return { parts: new Map(), leftAt: -Infinity };
      client.log.debug(`the list of jobs failed, each is asked for: ${String(error)}`);
      this.#noListBefore = clock.now() + NO_LIST_MS;
      return undefined;
    } finally {
      this.#listedAt = clock.now();
      group.release();
    }
  }

  async #ask(watched: Watched): Promise<void> {
    watched.asking = true;
    try {
      const job = await showJob(this.client, watched.jobId, watched.group);
      this.#learn(watched, job);
      this.#see(watched, job);
    } catch (error) {
      this.#fail(watched, error);
    } finally {
      watched.asking = false;
      this.#wake.abort();
    }
  }

  /** A job for several disks of one desktop that has one part: then each of its kind has. */
  #learn({ work }: Watched, { state, parts }: JobStatus): void {
    if (state === "succeeded" && work !== undefined && work.disks > 1 && parts === 1)
      this.#wholeParts.add(work.kind);
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
