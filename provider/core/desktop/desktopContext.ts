import type { Member } from "./attempt";
import type { JobEnd, JobFilter, JobSummary } from "../api/jobs";
import type { Sent } from "../api/volumes";
import type { AuditRecord, Clock, Log } from "../host";
import type { Waiter } from "../operation";
import type { VolumeOwnership } from "./ownership";
import type { DesktopSnapshot } from "./snapshot";

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
  /** A disk was given to a request: nobody else gets it. */
  noteAdded(volumeId: string, member: Member): void;
  audit(record: AuditRecord): void;
}
