import { type Answer, isObject, number, text, wrongShape } from "./answer";
import type { WorkspaceClient } from "./client";
import { listAll } from "./desktops";
import type { FailedSubJob } from "./errors";
import type { Patience } from "./patience";

/** How a job, or a part of one, stands; `unknown` is a word that is not in the list below. */
export type JobState = "going on" | "ended well" | "failed" | "unknown";

const STATES: Readonly<Record<string, JobState>> = {
  WAITING: "going on",
  INIT: "going on",
  RUNNING: "going on",
  SUCCESS: "ended well",
  COMPLETE: "ended well",
  FAIL: "failed",
  FAILED: "failed",
};

/** What a word of the service means. A word that nobody has seen is never a reason to wait on. */
export function jobState(word: string): JobState {
  return STATES[word.toUpperCase()] ?? "unknown";
}

/** A part of a job: what it does to one desktop. */
export interface SubJob {
  id: string;
  jobId: string;
  desktopId: string | undefined;
  state: JobState;
  code: string;
  reason: string;
  /** The service's time of day, ms since 1970, where it can be read. */
  beganAt: number | undefined;
  /** 0..100 */
  progress: number | undefined;
}

/** A job as the service shows it. */
export interface Job {
  id: string;
  state: JobState;
  /** The service's own word. */
  status: string;
  code: string;
  reason: string;
  subJobs: SubJob[];
  /** 0..100, where its parts tell. */
  progress: number | undefined;
}

/** The parts that failed, for errors. */
export function failedParts(job: Job): FailedSubJob[] {
  return job.subJobs
    .filter((part) => part.state === "failed")
    .map(({ id, code, reason }) => ({ id, code, reason }));
}

/**
 * ShowJob: GET /v2/{project_id}/workspace-jobs/{job_id}; its parts are
 * completed with ListItaSubJobs where the answer does not hold all. Throws
 * `ApiError`.
 */
export async function showJob(client: WorkspaceClient, jobId: string, patience: Patience): Promise<Job> {
  const answer = await client.read(`/workspace-jobs/${encodeURIComponent(jobId)}`, {}, patience);
  const status = text(answer.body.status);
  if (status === undefined) throw wrongShape(answer, "it shows a job without status");
  const state = jobState(status);
  const shown: unknown[] = Array.isArray(answer.body.sub_jobs) ? (answer.body.sub_jobs as unknown[]) : [];
  let subJobs = shown.map((item) => parseSubJob(answer, item, jobId));
  const total = number(answer.body.sub_jobs_total) ?? subJobs.length;
  // Only an ended job is judged by its parts.
  if (state !== "going on" && subJobs.length < total) {
    subJobs = await listSubJobs(client, { job_id: jobId }, patience);
  }
  const told = subJobs.map((part) => part.progress).filter((value) => value !== undefined);
  return {
    id: jobId,
    state,
    status,
    code: text(answer.body.job_error_code) ?? "",
    reason: text(answer.body.fail_reason) ?? "",
    subJobs,
    progress: told.length === 0 ? undefined : Math.round(told.reduce((a, b) => a + b, 0) / told.length),
  };
}

/** ListItaSubJobs: GET /v2/{project_id}/workspace-sub-jobs, read to its end. Throws `ApiError`. */
export async function listSubJobs(
  client: WorkspaceClient,
  filter: { status?: string; job_id?: string },
  patience: Patience,
  tries = Infinity,
): Promise<SubJob[]> {
  return listAll(
    client,
    "/workspace-sub-jobs",
    { ...filter, limit: 1000 },
    "jobs",
    (answer, item) => parseSubJob(answer, item, ""),
    patience,
    tries,
  );
}

/** The words under which a job that is going on is listed. */
const GOING_ON = ["RUNNING", "WAITING"];

/**
 * Every part that is going on, of all jobs of the project: two calls, however
 * many jobs there are; each sent once, unless whoever asks has no other way to
 * learn it.
 */
export async function listGoingOn(client: WorkspaceClient, patience: Patience, tries = 1): Promise<SubJob[]> {
  const all: SubJob[] = [];
  for (const status of GOING_ON) all.push(...(await listSubJobs(client, { status }, patience, tries)));
  return all;
}

function parseSubJob(answer: Answer, value: unknown, jobId: string): SubJob {
  if (!isObject(value)) throw wrongShape(answer, "it shows a sub-job that is no object");
  const entities = isObject(value.entities) ? value.entities : {};
  return {
    id: text(value.id) ?? "",
    jobId: text(value.job_id) ?? jobId,
    desktopId: text(entities.desktop_id),
    state: jobState(text(value.status) ?? ""),
    code: text(value.error_code) ?? "",
    reason: text(value.fail_reason) ?? text(value.message) ?? "",
    beganAt: timeOfDay(text(value.begin_time)),
    progress: number(value.process),
  };
}

/** A time as the service writes it; UTC where it names no zone. */
export function timeOfDay(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value.replace(" ", "T")}Z`;
  const time = Date.parse(zoned);
  return Number.isNaN(time) ? undefined : time;
}
