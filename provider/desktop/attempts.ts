import pRetry from "p-retry";
import type { Batch } from "./batch";
import type { Desk } from "./desk";
import { isConflict, listGoingOn } from "./service";

/**
 * A job waited on for less than this, in ms, held nobody up, or cannot be
 * followed: whoever hurries then only knocks again and again.
 */
const BRIEFLY_MS = 1_000;

/** A conflict that lasts this long, in ms, is told to whoever watches the run, once. */
const TOLD_AFTER_MS = 5_000;

/** Thrown by an attempt that was surely not carried out, or may be carried out twice. */
export class TryAgain extends Error {
  constructor(override readonly cause: Error) {
    super(cause.message);
  }
}

/**
 * Makes attempts until one is through or nobody waits any more. Before each
 * new one a conflict is waited out: by waiting on the job that is running on
 * the desktop, where it can be seen, else by `backoff`, growing to 30 s. What
 * others do on the desktop is never undone.
 */
export async function untilThrough(desk: Desk, batch: Batch, attempt: () => Promise<void>): Promise<void> {
  const busy = new Busy(desk, batch);
  await pRetry(attempt, {
    retries: Infinity,
    minTimeout: 0,
    factor: 1,
    onFailedAttempt: async ({ error, attemptNumber }) => {
      if (!(error instanceof TryAgain)) return;
      batch.note(`${error.message} (tried ${attemptNumber} times)`);
      const pause = () => desk.client.pause(error.cause, attemptNumber, batch);
      if (!isConflict(error.cause)) await pause();
      else {
        await busy.during(async () => {
          if (!(await foreignJobOver(desk, batch))) await pause();
        });
      }
    },
    shouldRetry: ({ error }) => error instanceof TryAgain && batch.live.length > 0,
  });
}

/** Tells once, in a line that stays, that others keep the desktop busy for long. */
class Busy {
  #since: number | undefined;
  #told = false;

  constructor(
    private readonly desk: Desk,
    private readonly batch: Batch,
  ) {}

  async during(wait: () => Promise<void>): Promise<void> {
    const { clock } = this.desk.client;
    this.#since ??= clock.now();
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, this.batch.signal]);
    void clock.sleep(this.#since + TOLD_AFTER_MS - clock.now(), signal).then(() => {
      if (signal.aborted || this.#told) return;
      this.#told = true;
      this.desk.log.info(`desktop ${this.desk.name} is kept busy by somebody else; waiting for it`);
    });
    try {
      await wait();
    } finally {
      over.abort();
    }
  }
}

/** Waits on the job that runs on the desktop, if it can be seen. False where there was nothing to wait on. */
async function foreignJobOver(desk: Desk, batch: Batch): Promise<boolean> {
  const { clock } = desk.client;
  const before = clock.now();
  try {
    const running = (await listGoingOn(desk.client, batch)).find((part) => part.desktopId === desk.desktopId);
    if (running === undefined) return false;
    batch.note(`the desktop is busy with job ${running.jobId} of somebody else`);
    await desk.jobs.wait(running.jobId, batch);
  } catch (error) {
    desk.log.debug(`the job running on desktop ${desk.desktopId} cannot be seen: ${String(error)}`);
    return false;
  }
  return clock.now() - before >= BRIEFLY_MS;
}
