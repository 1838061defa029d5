import type { Sent, Volume, VolumeSpec } from "../api/volumes";
import { isApiError } from "../errors";
import type { Clock } from "../host";
import type { OperationContext, Waiter } from "../operation";
import type { ShownDesktop } from "./snapshot";
import type { PendingAdd, VolumeRequest } from "./volumeRequest";

/** Codes by which the service itself, and no gateway, says that the desktop takes no change now. */
const BUSY_CODES = ["WKS.0407", "WKS.00010032"];
/** A gateway may hold a request back for this long before the service gets it, in ms. */
export const LATEST_ARRIVAL_MS = 30_000;

/** When a request was under way, by the service's time of day, ms since 1970. */
export interface SendWindow {
  /** The time with the last answer before the request. */
  from: number;
  /** The time when its answer, or its failure, was there. */
  to: number;
}

/** One change that waits for its outcome, as those see it who carry it out. */
export interface Member extends Waiter {
  readonly request: VolumeRequest;
  readonly operation: OperationContext;
  /** Whether it has its outcome. */
  readonly settled: boolean;
  /** What the state keeps of an add whose disk may have been added and is not known. */
  readonly pending: PendingAdd | undefined;
  succeed(volume: Volume | undefined): void;
  fail(error: Error): void;
  noteAttempt(attempt: Attempt, what: string): void;
  noteCandidates(candidates: readonly Volume[]): void;
  /** A last look, taken a little before the deadline: it may find the disk of a job that still runs. */
  noteLastLook(look: () => Promise<void>): void;
  noteNothingDone(): void;
}

/**
 * One request that was sent. Kept until its outcome is known, also where its
 * answer was lost or said "not now": the only memory between the phases of a batch.
 */
export interface Attempt {
  /** Those it was sent for, in the order of the request; undefined where nobody of this run waits for that disk. */
  readonly members: readonly (Member | undefined)[];
  /** The disks of an add, one for each member; empty for other changes. */
  readonly specs: readonly VolumeSpec[];
  /** The disks that the desktop showed before; empty for an attempt of an earlier run. */
  readonly before: readonly Volume[];
  /** Their ids, and that of the root volume. */
  readonly beforeIds: ReadonlySet<string>;
  /** By the clock; undefined while its answer is waited for. */
  answeredAt: number | undefined;
  /** By the service's time of day, with every reading of "when" that is left open. */
  window: SendWindow;
  /** The service says what time it is. Else `window` is by our clock, and no time of the service is inside or outside of it. */
  readonly timed: boolean;
  /** The job that was accepted. */
  job?: { jobId: string; requestId: string };
  /** What came instead of a job. */
  error?: Error;
  /**
   * The service itself said that it did not take the change now. So it was not
   * carried out, unless a gateway has sent it twice and this answers the second.
   */
  refused: boolean;
  /** How late a copy of the request may still reach the service, in ms after the answer. */
  lateBy: number;
  /** Jobs of this desktop that are not its own: they were seen before it was sent, or made something else. */
  readonly foreignJobs: Set<string>;
  /** From an earlier run: its error was shown then. */
  readonly resumed: boolean;
}

/** The attempt that starts now. The service's time of day counts; ours only where it sends none at all. */
export function startAttempt(
  members: readonly Member[],
  before: ShownDesktop,
  { clock, knownJobs }: { clock: Clock; knownJobs: ReadonlySet<string> },
): Attempt {
  const from = before.desktop.serverTime ?? clock.date().getTime();
  const ids = [...before.volumes.map(({ volumeId }) => volumeId), before.desktop.rootVolumeId ?? ""];
  return {
    members,
    specs: members.flatMap(({ request }) => (request.kind === "add" ? [request.spec] : [])),
    before: before.volumes,
    beforeIds: new Set(ids),
    answeredAt: undefined,
    window: { from, to: from + (clock.now() - before.at) },
    timed: before.desktop.serverTime !== undefined,
    refused: false,
    lateBy: 0,
    foreignJobs: new Set(knownJobs),
    resumed: false,
  };
}

/** Whether the service itself said that it does not take the change now. */
export function saysBusy(error: unknown): boolean {
  return isApiError(error, ...BUSY_CODES);
}

/** Notes what came of it. */
export function noteSent(attempt: Attempt, sent: Sent, before: ShownDesktop): void {
  const { answeredAt, serverTime } = sent.at;
  attempt.answeredAt = answeredAt;
  attempt.window = {
    from: attempt.window.from,
    to: Math.max(serverTime ?? 0, attempt.window.from + (answeredAt - before.at)),
  };
  if (sent.outcome === "accepted") attempt.job = { jobId: sent.jobId, requestId: sent.requestId };
  else {
    attempt.error = sent.error;
    attempt.refused = saysBusy(sent.error);
    // Where the service itself answered, no gateway holds the request back.
    attempt.lateBy = attempt.refused ? 0 : LATEST_ARRIVAL_MS;
  }
}

/** What the state keeps of an attempt for one of its disks. */
export function toPendingAdd(
  { window, timed, job, refused, beforeIds, specs }: Attempt,
  spec: VolumeSpec,
): PendingAdd {
  return {
    ...(job === undefined ? {} : { jobId: job.jobId }),
    ...(refused ? { refused } : {}),
    ...(timed ? {} : { untimed: true }),
    sentAt: new Date(window.from).toISOString(),
    tookMs: Math.round(window.to - window.from),
    beforeIds: [...beforeIds].filter((id) => id !== ""),
    spec,
    request: [...specs],
  };
}

/** The attempt of an earlier run, for those of its disks that are looked for now. */
export function resumeAttempt(
  members: readonly Member[],
  pending: PendingAdd,
  now: { at: number; serverTime: number | undefined },
): Attempt {
  const from = Date.parse(pending.sentAt);
  const window = { from, to: from + pending.tookMs };
  const timed = pending.untimed !== true;
  const left = members.filter(({ request }) => request.kind === "add");
  const slots = pending.request.map((spec) => {
    const at = left.findIndex(({ request }) => request.kind === "add" && isSame(request.spec, spec));
    return at < 0 ? undefined : left.splice(at, 1)[0];
  });
  return {
    // A program that has changed meanwhile asks for another disk: the old one still counts.
    members: [...slots, ...left],
    specs: [...pending.request, ...left.flatMap(() => [pending.spec])],
    before: [],
    beforeIds: new Set([...pending.beforeIds, ...(pending.named ?? [])]),
    // As long ago as the service's clock says; where it says nothing, as if it were just now.
    answeredAt: now.at - (timed ? Math.max(0, (now.serverTime ?? window.to) - window.to) : 0),
    window,
    timed,
    ...(pending.jobId === undefined ? {} : { job: { jobId: pending.jobId, requestId: "" } }),
    refused: pending.refused === true,
    lateBy: LATEST_ARRIVAL_MS,
    foreignJobs: new Set(),
    resumed: true,
  };
}

function isSame(one: VolumeSpec, other: VolumeSpec): boolean {
  return (["type", "size", "iops", "throughput", "kmsId"] as const).every(
    (field) => one[field] === other[field],
  );
}

/** The service's time of day now, from the time of the request and the time since. */
export function serverNow({ window, answeredAt }: Attempt, clock: Clock): number {
  return window.to + (answeredAt === undefined ? 0 : clock.now() - answeredAt);
}
