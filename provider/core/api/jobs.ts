import type { CoreError, FailedPart } from "../errors";
import type { Waiter } from "../operation";
import type { WorkspaceClient } from "./client";
import type { Times } from "./times";

/** What a job does to disks. */
export type JobKind = "add" | "delete" | "expand" | "qos";

/** How a job stands. */
export type JobState =
  | "running"
  | "succeeded"
  | "failed"
  /** A status word that is not known: never a reason to wait on. */
  | "unknown word"
  /** The service no longer knows the job, or does not show it to us. */
  | "forgotten";

/** A job as the service shows it. */
export interface JobStatus {
  jobId: string;
  state: JobState;
  /** The service's own word; empty for a forgotten job. */
  status: string;
  /** Undefined where the service does not say, or the job is about something else. */
  kind: JobKind | undefined;
  begin: Times;
  end: Times;
  serviceCode: string;
  reason: string;
  /** Parts that failed; a job may succeed with some. */
  failedParts: readonly FailedPart[];
  /** 0..100, where its parts say. */
  progress: number | undefined;
  /** What the service said instead of showing a forgotten job. */
  error?: CoreError;
}

/** How a job ended. What it really did, only the desktop shows. */
export type JobEnd = JobStatus & { state: Exclude<JobState, "running"> };

/** One part of a job in the job list: what it does on one desktop. */
export interface JobSummary {
  jobId: string;
  /** Undefined where the list does not say: it may be any desktop. */
  desktopId: string | undefined;
  kind: JobKind | undefined;
  state: "running" | "succeeded" | "failed" | "unknown word";
  status: string;
  begin: Times;
  end: Times;
  serviceCode: string;
  reason: string;
  /** 0..100 */
  progress: number | undefined;
}

/** ShowJob: GET /v2/{project_id}/workspace-jobs/{job_id}. Throws `ApiError` for what says nothing about the job. */
export function showJob(_client: WorkspaceClient, _jobId: string, _waiter: Waiter): Promise<JobStatus> {
  throw new Error("not written yet");
}

/** Which jobs are asked for. */
export interface JobFilter {
  kind?: JobKind;
  jobId?: string;
  status?: "running";
  /** The service's time of day, ms since 1970: older jobs need not be listed. Lets long lists end early. */
  since?: number;
}

/**
 * ListItaSubJobs: GET /v2/{project_id}/workspace-sub-jobs, in both families of
 * job words, newest or oldest first. `complete` is false where the list could
 * not be read to its end, or back to `since`. Throws `ApiError`.
 */
export function listJobs(
  _client: WorkspaceClient,
  _filter: JobFilter,
  _waiter: Waiter,
): Promise<{ jobs: JobSummary[]; complete: boolean }> {
  throw new Error("not written yet");
}
