import pRetry from "p-retry";
import type { Batch } from "./batch";
import type { Desk } from "./desk";
import { isConflict, listGoingOn } from "./service";

/**
 * A job waited on for less than this, in ms, held nobody up, or cannot be
 * followed: whoever hurries then only knocks again and again.
 */
const BRIEFLY_MS = 1_000;

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
  await pRetry(attempt, {
    retries: Infinity,
    minTimeout: 0,
    factor: 1,
    onFailedAttempt: async ({ error, attemptNumber }) => {
      if (!(error instanceof TryAgain)) return;
      batch.note(`${error.message} (tried ${attemptNumber} times)`);
      if (isConflict(error.cause) && (await foreignJobOver(desk, batch))) return;
      await desk.client.pause(error.cause, attemptNumber, batch);
    },
    shouldRetry: ({ error }) => error instanceof TryAgain && batch.live.length > 0,
  });
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
