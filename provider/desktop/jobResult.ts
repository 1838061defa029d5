import { failedParts, isApiError, JobFailedError, type JobEnd, OutcomeUnknownError } from "./service";

/** How long a desktop may go on showing the old state after a job that ended well, as pauses between looks, in ms. */
const GRACE_LOOKS_MS = [0, 250, 500, 1_000, 2_000, 4_000, 8_000];
/** After a job that failed there is little to wait for; it may have done a part all the same. */
const FAILED_LOOKS_MS = [0, 1_000, 2_000];
/** A job that nobody can follow may still be going on. */
const UNTOLD_LOOKS_MS = [0, 500, 1_000, 2_000, 4_000, 8_000, 15_000];

/** When to look at the desktop after a job has ended: pauses before each look, in ms. */
export function graceLooks(end: JobEnd): readonly number[] {
  if (wentWell(end)) return GRACE_LOOKS_MS;
  return isTold(end) ? FAILED_LOOKS_MS : UNTOLD_LOOKS_MS;
}

/**
 * The same after a job that added disks. Also one that failed may have made
 * some of them, and reads may lag then as well: one that is not noticed would
 * be bought again by the next run.
 */
export function graceLooksForNew(end: JobEnd): readonly number[] {
  return isTold(end) ? GRACE_LOOKS_MS : UNTOLD_LOOKS_MS;
}

/** Whether the service has said how the job ended. */
function isTold({ how }: JobEnd): boolean {
  return how === "failed" || how === "ended well";
}

/** Whether the job and each part of it ended well, as far as the service says. */
export function wentWell(end: JobEnd): boolean {
  return end.how === "ended well" && badParts(end).length === 0;
}

function badParts(end: JobEnd) {
  return end.job === undefined ? [] : failedParts(end.job);
}

/** The error for a job after which the desktop is not as it should be; `shows` says what it shows instead. */
export function notAsTheJobSays(end: JobEnd, shows: string): Error {
  const parts = badParts(end);
  if (end.how === "failed" || parts.length > 0) {
    return new JobFailedError(end.jobId, end.job?.code ?? "", end.job?.reason ?? "", parts);
  }
  switch (end.how) {
    case "ended well":
      return new OutcomeUnknownError(`job ${end.jobId} ended as ${end.job?.status ?? "?"}, but ${shows}`);
    case "unknown":
      return new OutcomeUnknownError(
        `job ${end.jobId} has the status ${end.job?.status ?? "?"}, which this version does not know, and ${shows}`,
      );
    default:
      return new OutcomeUnknownError(
        `job ${end.jobId} can no longer be followed (${end.trouble?.message ?? "no reason given"}), and ${shows}`,
      );
  }
}

/** Whether a refusal may be about one of several disks in a call, and not about the call or the caller. */
export function mayBeOneBadApple(error: unknown): boolean {
  return isApiError(error) && [400, 404, 422].includes(error.status);
}
