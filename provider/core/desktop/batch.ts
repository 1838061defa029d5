import type { JobEnd, JobFilter, JobSummary } from "../api/jobs";
import type { Sent } from "../api/volumes";
import { CoreError, JobFailedError, TimeoutError } from "../errors";
import type { AuditRecord, Clock, Log } from "../host";
import { type Waiter, WaiterGroup } from "../operation";
import type { Attempt, Member } from "./attempt";
import type { VolumeOwnership } from "./ownership";
import type { DesktopSnapshot, ShownDesktop } from "./snapshot";
import type { VolumeRequest } from "./volumeRequest";

const DOING: Readonly<Record<VolumeRequest["kind"], string>> = {
  delete: "deleting",
  add: "adding",
  grow: "growing",
  qos: "changing the speed of",
};

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
  /** The desktop, read by itself: ShowDesktopDetail. Throws what proves nothing. */
  read(waiter: Waiter): Promise<DesktopSnapshot>;
  /** The same by the other kind of read, ListDesktopsDetail; undefined where that proves nothing. */
  readByList(waiter: Waiter): Promise<DesktopSnapshot | undefined>;
  /** Which of these disks are proved to be gone; see `ManagedDesktop.proveGone`. */
  proveAllGone(
    disks: readonly { volumeId: string; createTime?: string | undefined }[],
    waiter: Waiter,
  ): Promise<ReadonlyMap<string, "there" | "gone" | "unproved">>;
  /** Sends requests of one kind as one call. */
  send(requests: readonly Member[], waiter: Waiter): Promise<Sent>;
  /** Waits until a job has ended, or cannot be followed. */
  waitForJob(jobId: string, waiter: Waiter): Promise<JobEnd>;
  /** Parts of jobs; undefined where they cannot be listed. */
  listJobs(filter: JobFilter, waiter: Waiter): Promise<JobListing | undefined>;
  /** Waits before another attempt: as long as the service asked for, else a growing time up to 30 s. */
  pause(error: Error, attempt: number, waiter: Waiter): Promise<void>;
  /** Lets changes other than adds have the desktop while an add waits; see `DesktopQueue.giveWay`. */
  giveWay<T>(wait: () => Promise<T>): Promise<T>;
  /** A disk was given to a request: nobody else gets it. */
  noteAdded(volumeId: string, member: Member): void;
  audit(record: AuditRecord): void;
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

  /** `desktop team-7: deleting 10 disks, 12 s, 40 %, job … is RUNNING` */
  #show(seen: string): void {
    const { desktop, members } = this;
    const seconds = Math.round((desktop.clock.now() - this.#since) / 1000);
    const disks = members.length === 1 ? "1 disk" : `${members.length} disks`;
    const doing = DOING[members[0]?.request.kind ?? "add"];
    const line = `desktop ${desktop.name}: ${doing} ${disks}, ${seconds} s, ${seen}`;
    this.open[0]?.operation.report({ line, desktopId: desktop.desktopId });
  }
}

/**
 * Reads the desktop after a job, with these pauses (ms) before the reads, until
 * `see` has seen enough. A read that fails proves nothing while there are more
 * to come: the work of the job is done or not, whatever one read says. Throws
 * what the last read throws.
 */
export async function readAgain(
  desktop: DesktopContext,
  batch: Batch,
  pauses: Iterable<number>,
  see: (now: DesktopSnapshot) => boolean | Promise<boolean>,
): Promise<void> {
  let failure: unknown;
  for (const pause of pauses) {
    await desktop.clock.sleep(Math.min(pause, batch.remaining()), batch.signal);
    failure = undefined;
    try {
      const now = await desktop.read(batch);
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
