import { CredentialsError } from "../auth/errors";
import type { WorkspaceClient } from "./client";
import { isApiError, OutcomeUnknownError, TimeoutError } from "./errors";
import { type Job, listGoingOn, showJob } from "./jobs";
import type { Patience } from "./patience";

/** From this many running jobs on, two lists are cheaper than one call a job. */
export const LISTED_FROM_JOBS = 4;
/** A list that takes longer than this, in ms, is given up for one call a job. */
const LIST_TIMEOUT_MS = 5_000;
/** After a list has failed, this long each job is asked for, in ms: the list would hold up all of them each time. */
const NO_LIST_MS = 30_000;
/** Looks closer together than this, in ms, are one look. */
const SAME_LOOK_MS = 50;

/** How a job ended, or why that cannot be told. What really happened, only the desktop shows. */
export interface JobEnd {
  jobId: string;
  /** `forgotten`: the service no longer knows the job, or does not show it to us. */
  how: "ended well" | "failed" | "unknown" | "forgotten";
  job?: Job;
  /** What the service said instead of showing the job. */
  trouble?: Error;
}

/**
 * When to look at a job again, in ms from now, having waited `waitedMs`: a
 * tenth of that, at least 250 ms, at most 10 s, up to a fifth less at random.
 * So the end of a job is noticed within a tenth of its time.
 */
export function nextLook(waitedMs: number, random: () => number = Math.random): number {
  return Math.max(250, Math.min(10_000, waitedMs / 10) * (1 - 0.2 * random()));
}

interface Watched {
  jobId: string;
  since: number;
  nextAt: number;
  asking: boolean;
  waiters: Set<{ patience: Patience; resolve: (end: JobEnd) => void; reject: (error: Error) => void }>;
  /** Fires when the last waiter has left. */
  left: AbortController;
}

/** Waits on jobs of one project: one poll serves everybody who waits, on one job and on many. */
export class JobWatcher {
  readonly #watched = new Map<string, Watched>();
  #running = false;
  #wake = new AbortController();
  #noListBefore = -Infinity;

  constructor(private readonly client: WorkspaceClient) {}

  /**
   * Resolves when the job has ended, or cannot be followed any further. Throws
   * `TimeoutError` when the one who waits leaves first, and
   * `OutcomeUnknownError` when the credentials have ended: then nothing else
   * can be learnt either.
   */
  wait(jobId: string, patience: Patience): Promise<JobEnd> {
    const watched = this.#watched.get(jobId) ?? this.#watch(jobId);
    return new Promise((resolve, reject) => {
      const waiter = { patience, resolve, reject };
      const leave = () => {
        watched.waiters.delete(waiter);
        if (watched.waiters.size === 0) this.#forget(watched);
        reject(new TimeoutError(`nobody waits on job ${jobId} any more; it may still finish`));
      };
      if (patience.signal.aborted) {
        leave();
        return;
      }
      watched.waiters.add(waiter);
      patience.signal.addEventListener("abort", leave, { once: true });
      waiter.resolve = (end) => {
        patience.signal.removeEventListener("abort", leave);
        resolve(end);
      };
      waiter.reject = (error: Error) => {
        patience.signal.removeEventListener("abort", leave);
        reject(error);
      };
    });
  }

  #watch(jobId: string): Watched {
    const now = this.client.clock.now();
    const watched: Watched = {
      jobId,
      since: now,
      nextAt: now + nextLook(0),
      asking: false,
      waiters: new Set(),
      left: new AbortController(),
    };
    this.#watched.set(jobId, watched);
    this.#wake.abort();
    if (!this.#running) void this.#run();
    return watched;
  }

  #forget(watched: Watched): void {
    // Somebody may have come back to the same job: that one is watched anew, and stays.
    if (this.#watched.get(watched.jobId) === watched) this.#watched.delete(watched.jobId);
    watched.left.abort();
    this.#wake.abort();
  }

  async #run(): Promise<void> {
    this.#running = true;
    const { clock } = this.client;
    while (this.#watched.size > 0) {
      this.#wake = new AbortController();
      const idle = [...this.#watched.values()].filter((watched) => !watched.asking);
      const next = Math.min(...idle.map((watched) => watched.nextAt), clock.now() + 60_000);
      if (next > clock.now()) {
        await clock.sleep(next - clock.now(), this.#wake.signal);
        continue;
      }
      await this.#look(idle);
    }
    this.#running = false;
  }

  /** Asks for everything that is due; what the lists show as going on need not be asked for. */
  async #look(idle: readonly Watched[]): Promise<void> {
    const many = this.#watched.size >= LISTED_FROM_JOBS && this.client.clock.now() >= this.#noListBefore;
    const listed = many ? await this.#listed() : undefined;
    for (const watched of idle.filter(({ waiters }) => waiters.size > 0)) {
      const part = listed?.get(watched.jobId);
      if (part !== undefined) this.#goesOn(watched, `job ${watched.jobId} is going on`, part.progress);
      else if (listed !== undefined || watched.nextAt <= this.client.clock.now() + SAME_LOOK_MS) {
        void this.#ask(watched);
      }
    }
  }

  async #listed() {
    const patience = {
      remaining: () => LIST_TIMEOUT_MS,
      signal: new AbortController().signal,
      note: () => undefined,
    };
    try {
      return new Map((await listGoingOn(this.client, patience)).map((part) => [part.jobId, part]));
    } catch (error) {
      this.client.log.debug(`the list of running jobs failed, each is asked for: ${String(error)}`);
      this.#noListBefore = this.client.clock.now() + NO_LIST_MS;
      return undefined;
    }
  }

  async #ask(watched: Watched): Promise<void> {
    watched.asking = true;
    const patience: Patience = {
      remaining: () => Math.max(0, ...[...watched.waiters].map((waiter) => waiter.patience.remaining())),
      signal: watched.left.signal,
      note: (seen) => {
        for (const waiter of watched.waiters) waiter.patience.note(seen);
      },
    };
    try {
      const job = await showJob(this.client, watched.jobId, patience);
      if (job.state === "going on") {
        this.#goesOn(watched, `job ${job.id} is ${job.status}`, job.progress);
      } else {
        this.#end(watched, { jobId: job.id, how: job.state, job });
      }
    } catch (error) {
      if (error instanceof CredentialsError) {
        this.#giveUp(watched, error);
      } else if (!(error instanceof TimeoutError)) {
        const trouble = error instanceof Error ? error : new Error(String(error));
        if (!isApiError(error) || (error.status !== 404 && error.status !== 400)) {
          this.client.log.debug(`job ${watched.jobId} cannot be followed: ${trouble.message}`);
        }
        this.#end(watched, { jobId: watched.jobId, how: "forgotten", trouble });
      }
    } finally {
      watched.asking = false;
      this.#wake.abort();
    }
  }

  #giveUp(watched: Watched, { message }: CredentialsError): void {
    const waiters = [...watched.waiters];
    this.#forget(watched);
    const error = new OutcomeUnknownError(
      `job ${watched.jobId} was taken on and may still finish, but nobody can follow it any more: ${message}`,
    );
    for (const waiter of waiters) waiter.reject(error);
  }

  #goesOn(watched: Watched, seen: string, progress: number | undefined): void {
    const now = this.client.clock.now();
    watched.nextAt = now + nextLook(now - watched.since);
    // How far comes first: a terminal cuts the line where it is full.
    const text = progress === undefined ? seen : `${progress} %, ${seen}`;
    for (const waiter of watched.waiters) waiter.patience.note(text);
  }

  #end(watched: Watched, end: JobEnd): void {
    const waiters = [...watched.waiters];
    this.#forget(watched);
    for (const waiter of waiters) waiter.resolve(end);
  }
}
