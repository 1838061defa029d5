import type { JobEnd, JobFilter, JobKind, JobSummary } from "../api/jobs";
import type { JobWork } from "../api/recentJobs";
import type { Sent, Volume, VolumeSpec } from "../api/volumes";
import { CoreError, isApiError, JobFailedError, TimeoutError } from "../errors";
import type { AuditRecord, Clock, Log } from "../host";
import { type OperationContext, type Waiter, WaiterGroup } from "../operation";
import { cut } from "../tally";
import type { VolumeOwnership } from "./ownership";
import type { DesktopSnapshot, ShownDesktop } from "./snapshot";
import type { PendingAdd, VolumeRequest } from "./volumeRequest";

/** Codes by which the service itself, and no gateway, says that the desktop takes no change now. */
const BUSY_CODES = ["WKS.0407", "WKS.00010032"];
/** A gateway may hold a request back for this long before the service gets it, in ms. */
export const LATEST_ARRIVAL_MS = 30_000;
const DOING: Readonly<Record<VolumeRequest["kind"], string>> = {
  delete: "deleting",
  add: "adding",
  grow: "growing",
  qos: "changing the speed of",
};

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
  /** Their ids, those of all disks that it has shown earlier in this run, and that of the root volume. */
  readonly beforeIds: ReadonlySet<string>;
  /**
   * How those are known. `bare row`: they are not, a row of a list had no list of
   * disks. Then a disk is told by times that leave only one reading.
   */
  readonly beforeFrom: "read" | "row" | "bare row";
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
  {
    clock,
    knownJobs,
    knownVolumes,
  }: { clock: Clock; knownJobs: ReadonlySet<string>; knownVolumes: Iterable<string> },
): Attempt {
  const from = before.desktop.serverTime ?? clock.date().getTime();
  // The two kinds of read lag each by its own time: one may lack what the other has shown already.
  const ids = [
    ...knownVolumes,
    ...before.volumes.map(({ volumeId }) => volumeId),
    before.desktop.rootVolumeId ?? "",
  ];
  return {
    members,
    specs: members.flatMap(({ request }) => (request.kind === "add" ? [request.spec] : [])),
    before: before.volumes,
    beforeIds: new Set(ids),
    beforeFrom: before.isRow !== true ? "read" : before.desktop.listed ? "row" : "bare row",
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

/** Parts of jobs as a list showed them. */
export interface JobListing {
  jobs: readonly JobSummary[];
  complete: boolean;
}

/** Everything that the work on one desktop shares: its calls, and what is known about it in this run. */
export interface DesktopContext {
  readonly desktopId: string;
  /** What people call it; its id until it has been read. */
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly ownership: VolumeOwnership;
  /** Jobs of this desktop that a list has shown so far: none of them is the answer to a request that is sent later. */
  readonly knownJobs: Set<string>;
  /** Ids of the jobs that this process started in this project. */
  readonly ownJobs: Set<string>;
  /** Ids of the data disks that any read of this run has shown on this desktop. */
  readonly knownVolumes: Iterable<string>;
  /** The desktop, read by itself: ShowDesktopDetail. Throws what proves nothing. */
  read(waiter: Waiter): Promise<DesktopSnapshot>;
  /**
   * A row of a list that desktops share which are read in the same moment,
   * where that is enough; else as `read`. It starts after it was asked for.
   */
  readShared(waiter: Waiter, isEnough: (now: ShownDesktop) => boolean): Promise<DesktopSnapshot>;
  /** The same by the other kind of read, ListDesktopsDetail; undefined where that proves nothing. */
  readByList(waiter: Waiter): Promise<DesktopSnapshot | undefined>;
  /** Which of these disks are proved to be gone; see `ManagedDesktop.proveGone`. */
  proveAllGone(
    disks: readonly { volumeId: string; createTime?: string | undefined }[],
    waiter: Waiter,
  ): Promise<ReadonlyMap<string, "there" | "gone" | "unproved">>;
  /** Sends requests of one kind as one call. */
  send(requests: readonly Member[], waiter: Waiter): Promise<Sent>;
  /** Waits until a job has ended, or cannot be followed. `work`: what it does, where it is our own. */
  waitForJob(jobId: string, waiter: Waiter, work?: JobWork): Promise<JobEnd>;
  /** Parts of jobs; undefined where they cannot be listed. */
  listJobs(filter: JobFilter, waiter: Waiter): Promise<JobListing | undefined>;
  /** Waits before another attempt: as long as the service asked for, else a growing time up to 30 s. */
  pause(error: Error, attempt: number, waiter: Waiter): Promise<void>;
  /** Lets changes other than adds have the desktop while an add waits; see `DesktopQueue.giveWay`. */
  giveWay<T>(wait: () => Promise<T>): Promise<T>;
  /** The disks that requests in the queue look for and that are of the same earlier request as this one's. */
  alsoLookedFor(request: VolumeRequest): readonly VolumeSpec[];
  /** A disk was given to a request: nobody else gets it. */
  noteAdded(volumeId: string, member: Member): void;
  audit(record: AuditRecord): void;
  /** The line about all changes of the run, while several desktops are changed. */
  readonly overall: string | undefined;
}

/** Where a batch stands: read -> send -> wait -> verify -> done | read again | bisect. */
export type Phase =
  | { name: "read" }
  | { name: "send"; before: ShownDesktop }
  /** The desktop does not take the change now, or nothing was sent. */
  | { name: "pause"; before: ShownDesktop; attempt: Attempt | undefined; error: Error }
  | { name: "wait"; attempt: Attempt }
  | { name: "verify"; attempt: Attempt; jobs: readonly JobEnd[] }
  | { name: "bisect"; cause: Error };

/**
 * What differs between the kinds of change. Whatever a snapshot proves for a
 * member of the batch is its outcome at once; the batch goes on for the others.
 */
export interface ChangeKind {
  /** Whether sending it again after an unknown outcome does no harm: all but add. */
  readonly repeatable: boolean;
  /** `add`, `delete`, … in messages. */
  readonly verb: string;
  /** What its jobs are called. */
  readonly jobKind: JobKind;
  /** Whether a row of a list will do before something is sent. What settles a member is read by itself. */
  isEnoughToSend(now: ShownDesktop): boolean;
  /** Settles what this snapshot proves before anything is sent. Returns what has to come first: an earlier attempt to look for, or another read. */
  beforeSend(now: DesktopSnapshot): Promise<Attempt | "read again" | undefined>;
  /** Without a job id: the ended jobs that may be the request's own; `none`: surely not carried out. */
  findJobs(attempt: Attempt): Promise<readonly JobEnd[] | "none">;
  /** Reads until every member has an outcome or nothing more can be learnt; says what is next for the others. Throws why they fail. */
  verify(attempt: Attempt, jobs: readonly JobEnd[]): Promise<Phase>;
  /** The service has accepted the request. */
  accepted(attempt: Attempt): void;
  /** The request was surely not carried out. */
  forget(attempt: Attempt): void;
}

/**
 * Requests that are carried out together. It has as long as the most patient
 * of those that still wait; one whose own deadline passes leaves without
 * stopping the others.
 */
export class Batch extends WaiterGroup {
  readonly #since: number;

  constructor(
    private readonly desktop: DesktopContext,
    readonly members: readonly Member[],
  ) {
    super();
    this.#since = desktop.clock.now();
    for (const member of members) this.join(member);
  }

  /** Those that still wait for an outcome. */
  get open(): Member[] {
    return this.members.filter(({ settled }) => !settled);
  }

  /** Whether nobody waits any more. */
  get done(): boolean {
    return this.open.length === 0;
  }

  /** What is being done: shown, but of use to an error only where nothing was seen. */
  noteDoing(doing: string): void {
    for (const { operation } of this.open) operation.noteDoing(doing);
    this.#show(doing);
  }

  /** What was seen last. */
  override note(seen: string): void {
    super.note(seen);
    this.#show(seen);
  }

  /** Fails all that still wait, each with its own text. */
  fail(error: Error): void {
    for (const member of this.open) member.fail(error);
  }

  /** `deleting 10 disks, 40 %, 12 s, desktop team-7, job … is RUNNING`: a terminal shows only the beginning. */
  #show(seen: string): void {
    const { desktop, members } = this;
    const seconds = Math.round((desktop.clock.now() - this.#since) / 1000);
    const disks = members.length === 1 ? "1 disk" : `${members.length} disks`;
    const doing = DOING[members[0]?.request.kind ?? "add"];
    const [, percent = "", rest = seen] = /^(\d+ %, )(.*)$/.exec(seen) ?? [];
    const line = `${doing} ${disks}, ${percent}${seconds} s, desktop ${desktop.name}, ${rest}`;
    const { overall } = desktop;
    this.open[0]?.operation.report({
      line: cut(line),
      desktopId: desktop.desktopId,
      ...(overall === undefined ? {} : { overall: cut(overall) }),
    });
  }
}

/**
 * Reads the desktop after a job, with these pauses (ms) before the reads, until
 * `see` has seen enough. The first read is shared with other desktops where its
 * row of their list `isEnough`: where it settles all. A read that fails proves nothing while there are more
 * to come: the work of the job is done or not, whatever one read says. Throws
 * what the last read throws.
 */
export async function readAgain(
  desktop: DesktopContext,
  batch: Batch,
  pauses: Iterable<number>,
  see: (now: DesktopSnapshot) => boolean | Promise<boolean>,
  isEnough?: (now: ShownDesktop) => boolean,
): Promise<void> {
  let failure: unknown;
  let enough = isEnough;
  for (const pause of pauses) {
    await desktop.clock.sleep(Math.min(pause, batch.remaining()), batch.signal);
    failure = undefined;
    try {
      const now = await (enough === undefined ? desktop.read(batch) : desktop.readShared(batch, enough));
      enough = undefined;
      if (await see(now)) return;
    } catch (error) {
      if (error instanceof TimeoutError || batch.done) throw error;
      failure = error;
      batch.note(`what the job did cannot be seen, because the desktop cannot be read: ${String(error)}`);
    }
  }
  if (failure !== undefined) throw failure as Error;
}

/** What a job made, as far as its end says. */
export function madeBy({ state, failedParts }: JobEnd): "all" | "some" | "unknown" {
  if (state === "failed" || failedParts.length > 0) return "some";
  return state === "succeeded" ? "all" : "unknown";
}

/** The error for a job after which nothing new shows. */
export function jobOutcomeError(end: JobEnd, title: string, shows: string): CoreError {
  if (madeBy(end) === "some")
    return new JobFailedError(end.jobId, end.serviceCode, end.reason, end.failedParts);
  const { state, status, jobId, error } = end;
  const why =
    state === "succeeded"
      ? `job ${jobId} ended as ${status}, but ${shows}`
      : state === "unknown word"
        ? `job ${jobId} has the status ${status}, which this version does not know, and ${shows}`
        : `job ${jobId} can no longer be followed (${error?.why ?? "no reason given"}), and ${shows}`;
  const code = state === "succeeded" ? "HWD1505" : state === "unknown word" ? "HWD1602" : "HWD1603";
  return new CoreError({ code, failed: title, why });
}
