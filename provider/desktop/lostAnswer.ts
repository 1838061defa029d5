import type { Batch } from "./batch";
import type { Desk } from "./desk";
import { listGoingOn, listSubJobs, type SubJob } from "./service";

/** When the lost request may have reached the service, in its own time of day, ms since 1970. */
export interface SendWindow {
  from: number;
  to: number;
}

/** The service writes whole seconds, and so does its clock as far as we know it. */
const CLOCK_SLACK_MS = 2_000;
/** A job may wait this long before it begins; longer, and it may as well be somebody else's. */
const BEGINS_LATE_MS = 3_000;
/** Pauses between looks for the job of a lost request, in ms: twenty seconds in all. */
const LATE_LOOKS_MS = [250, 750, 2_000, 5_000, 12_000];

/** Parts of jobs that may be the lost request's: on this desktop, begun when it was sent. Pure. */
export function inWindow(parts: readonly SubJob[], desktopId: string, window: SendWindow): SubJob[] {
  return parts.filter(
    (part) =>
      part.desktopId === desktopId &&
      (part.beganAt === undefined
        ? part.state === "going on"
        : part.beganAt >= window.from - CLOCK_SLACK_MS && part.beganAt <= window.to + BEGINS_LATE_MS),
  );
}

/**
 * Looks for the job that a request with a lost answer may have started. A
 * desktop does one job at a time, so a job that began on it when the request
 * was sent is the request's own, unless it never arrived and somebody else was
 * as quick; what is new on the desktop then has to add up. Empty where no such
 * job shows within twenty seconds; nothing where the last look could not be
 * taken, which says neither that there is one nor that there is none.
 */
export async function jobsOfLostAnswer(
  desk: Desk,
  batch: Batch,
  window: SendWindow,
): Promise<string[] | undefined> {
  let seen: SubJob[] | undefined;
  for (const pause of LATE_LOOKS_MS) {
    await desk.client.clock.sleep(Math.min(pause, batch.remaining()), batch.signal);
    seen = await seenParts(desk, batch);
    const parts = inWindow(seen ?? [], desk.desktopId, window);
    if (parts.length > 0) return [...new Set(parts.map((part) => part.jobId))];
  }
  return seen === undefined ? undefined : [];
}

async function seenParts(desk: Desk, batch: Batch): Promise<SubJob[] | undefined> {
  try {
    const going = await listGoingOn(desk.client, batch);
    if (going.some((part) => part.desktopId === desk.desktopId)) return going;
    return await listSubJobs(desk.client, {}, batch, 2);
  } catch (error) {
    desk.log.debug(`the jobs of desktop ${desk.desktopId} cannot be listed: ${String(error)}`);
    return undefined;
  }
}
