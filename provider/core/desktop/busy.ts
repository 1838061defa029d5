import type { JobSummary } from "../api/jobs";
import { isApiError } from "../errors";
import { type Attempt, saysBusy } from "./attempt";
import type { Batch } from "./batch";
import type { DesktopContext } from "./desktopContext";
import { beganBefore } from "./findJob";
import type { ShownDesktop } from "./snapshot";

/** A job that is waited for less than this, in ms, did not hold anybody up: polling faster does not help. */
const BRIEFLY_MS = 1_000;
/** A conflict that lasts this long, in ms, is told to whoever watches the run. */
const TOLD_AFTER_MS = 5_000;
/** Times are whole seconds: a job of the same second may have begun before the request. In ms. */
const ROUNDING_MS = 1_000;

/** What was sent, and what was said. */
export interface Refusal {
  attempt: Attempt | undefined;
  error: Error;
  before: ShownDesktop;
  /** How often the batch has paused. */
  pauses: number;
}

/** What a refusal proves, and what there is to wait for. */
export interface Refused {
  /** The service itself refused it for a reason that is older than the request: it was not carried out. */
  isExplained: boolean;
  /** The job that explains it began in the same second: it may, hardly ever, be the request's own. */
  isSameSecond: boolean;
  /** The job that runs on the desktop. */
  running?: JobSummary;
}

/**
 * Why a change is not taken now. A refusal is explained where the service
 * itself gave it, and because of a job that began before the request or of a
 * desktop that does not run. A gateway that repeats a request may answer
 * "conflict" to one that was, or later will be, carried out.
 */
export async function explainRefusal(
  desktop: DesktopContext,
  batch: Batch,
  { attempt, error, before }: Refusal,
): Promise<Refused> {
  const isBusy = saysBusy(error);
  if (isBusy && before.desktop.runs === false) {
    batch.note(`the desktop does not run (${before.desktop.status}), and the service refuses the change now`);
    return { isExplained: true, isSameSecond: false };
  }
  if (!isApiError(error) || error.code !== "HWD1305") return { isExplained: false, isSameSecond: false };
  const listing = await desktop.listJobs({ status: "running" }, batch);
  const running = listing?.jobs.find(({ desktopId }) => desktopId === desktop.desktopId);
  if (running === undefined) return { isExplained: false, isSameSecond: false };
  const from = attempt?.window.from ?? Infinity;
  const isOlder = beganBefore(running.begin, from);
  const isSameSecond = !isOlder && beganBefore(running.begin, from + ROUNDING_MS);
  return { isExplained: isBusy && (isOlder || isSameSecond), isSameSecond, running };
}

/** Waits until another attempt is worth while: for the job that runs on the desktop, else for a growing time. */
export async function waitWhileBusy(
  desktop: DesktopContext,
  batch: Batch,
  { running }: Refused,
  { error, pauses }: Refusal,
): Promise<void> {
  const startedAt = desktop.clock.now();
  if (running !== undefined) {
    batch.note(`the desktop is busy with job ${running.jobId}`);
    await toldWhenLong(desktop, batch, desktop.waitForJob(running.jobId, batch));
  }
  if (desktop.clock.now() - startedAt < BRIEFLY_MS) await desktop.pause(error, pauses, batch);
}

/** Says once, in a line that stays, that somebody else keeps the desktop busy. */
async function toldWhenLong(desktop: DesktopContext, batch: Batch, wait: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, batch.signal]);
  void desktop.clock.sleep(TOLD_AFTER_MS, signal).then(() => {
    if (!signal.aborted)
      desktop.log.info(`desktop ${desktop.name} is kept busy by another client; waiting for it`);
  });
  try {
    await wait;
  } finally {
    over.abort("over");
  }
}
