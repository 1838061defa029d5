import { type ApiError, type CoreError, type FailedPart, isApiError } from "../errors";
import type { Waiter } from "../operation";
import type { Learnt, WorkspaceClient } from "./client";
import { readJobPages } from "./jobPages";
import {
  AMBIGUOUS_CODES,
  type Answer,
  id,
  isObject,
  isServiceCode,
  list,
  missing,
  number,
  readTimes,
  text,
  type Times,
  UNKNOWN_JOB_CODES,
} from "./response";

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
  /** How many parts it has, where the service says. */
  parts?: number;
  /** What the service said instead of showing a forgotten job. */
  error?: CoreError;
}

/** How a job ended. What it really did, only the desktop shows. */
export type JobEnd = JobStatus & { state: Exclude<JobState, "running"> };

/** One part of a job in the job list: what it does on one desktop. */
export interface JobSummary {
  jobId: string;
  /** The part's own id; empty where the service gives none. */
  partId: string;
  /** Undefined where the list does not say: it may be any desktop. */
  desktopId: string | undefined;
  kind: JobKind | undefined;
  state: Exclude<JobState, "forgotten">;
  status: string;
  begin: Times;
  end: Times;
  serviceCode: string;
  reason: string;
  /** 0..100 */
  progress: number | undefined;
}

/** Which jobs are asked for. */
export interface JobFilter {
  kind?: JobKind;
  jobId?: string;
  status?: "running";
  /** The service's time of day, ms since 1970: older jobs need not be listed. Lets long lists end early. */
  since?: number;
  /** How often each page is asked for at most. Default: for as long as a caller waits. */
  atMost?: number;
}

const STATES: Readonly<Partial<Record<string, Exclude<JobState, "forgotten">>>> = {
  WAITING: "running",
  INIT: "running",
  RUNNING: "running",
  SUCCESS: "succeeded",
  COMPLETE: "succeeded",
  FAIL: "failed",
  FAILED: "failed",
};

/** The words under which a job that runs is listed. */
const RUNNING_WORDS = ["RUNNING", "WAITING"];

/** Both families of job words: those of the documents, and those of its order types. */
const JOB_WORDS: Readonly<Record<NonNullable<Learnt["jobWords"]>, Readonly<Record<JobKind, string>>>> = {
  official: {
    add: "addVolumes",
    delete: "deleteVolumes",
    expand: "expandVolumes",
    qos: "batchModifyQosVolumes",
  },
  older: {
    add: "ADD_VOLUME",
    delete: "DELETE_VOLUME",
    expand: "EXPAND_VOLUME",
    qos: "MODIFY_VOLUME_QOS",
  },
};

const KINDS: readonly JobKind[] = ["add", "delete", "expand", "qos"];

/** What a status word of the service means. */
export function jobState(word: string): Exclude<JobState, "forgotten"> {
  return STATES[word.toUpperCase()] ?? "unknown word";
}

/** What a `job_type` of the service means; undefined: something else, or a word that is not known. */
export function jobKind(word: string): JobKind | undefined {
  const known = KINDS.find((kind) => Object.values(JOB_WORDS).some((words) => words[kind] === word));
  if (known !== undefined) return known;
  const plain = word.toLowerCase().replace(/[^a-z]/g, "");
  if (!/(volume|disk)/.test(plain)) return undefined;
  if (plain.includes("qos")) return "qos";
  if (/^(batch)?(add|create|attach)/.test(plain)) return "add";
  if (/^(batch)?(delete|remove|detach)/.test(plain)) return "delete";
  return /^(batch)?(expand|extend|resize)/.test(plain) ? "expand" : undefined;
}

/**
 * ShowJob: GET /v2/{project_id}/workspace-jobs/{job_id}; its parts are
 * completed with ListItaSubJobs where the answer does not hold all. A job that
 * the service does not know is `forgotten`. Throws `ApiError` for what says
 * nothing about the job: a bare 404, HTML, codes of the gateway, 401, 403.
 */
export async function showJob(client: WorkspaceClient, jobId: string, waiter: Waiter): Promise<JobStatus> {
  try {
    return await readJob(client, jobId, waiter);
  } catch (error) {
    if (!isApiError(error) || !saysUnknownJob(error)) throw error;
    return forgottenJob(jobId, error);
  }
}

/** A job that cannot be followed, and why. */
export function forgottenJob(jobId: string, error: CoreError): JobEnd {
  return {
    jobId,
    state: "forgotten",
    status: "",
    kind: undefined,
    begin: [],
    end: [],
    serviceCode: "",
    reason: error.why,
    failedParts: [],
    progress: undefined,
    error,
  };
}

async function readJob(client: WorkspaceClient, jobId: string, waiter: Waiter): Promise<JobStatus> {
  const answer = await client.read(`/workspace-jobs/${encodeURIComponent(jobId)}`, {}, waiter);
  const { body } = answer;
  const word = text(body.status);
  if (word === undefined) throw missing(answer, "it shows a job without status");
  const state = jobState(word);
  let parts = (list(body.sub_jobs) ?? []).map((item) => parsePart(answer, item, jobId));
  const total = number(body.sub_jobs_total) ?? parts.length;
  // Only an ended job is judged by its parts.
  if (state !== "running" && parts.length < total) {
    parts = (await listJobs(client, { jobId }, waiter)).jobs;
  }
  const shownParts = Math.max(total, parts.length);
  const progress = parts.map((part) => part.progress).filter((value) => value !== undefined);
  return {
    jobId,
    state,
    status: answer.clean(word),
    kind: jobKind(text(body.job_type) ?? ""),
    begin: readTimes(body.begin_time),
    end: readTimes(body.end_time),
    serviceCode: answer.clean(text(body.job_error_code) ?? text(body.error_code) ?? ""),
    reason: answer.clean(text(body.fail_reason) ?? ""),
    failedParts: parts
      .filter((part) => part.state === "failed")
      .map(({ partId, serviceCode, reason }) => ({ id: partId, serviceCode, reason })),
    parts: shownParts,
    progress:
      progress.length === 0 ? undefined : Math.round(progress.reduce((a, b) => a + b, 0) / progress.length),
  };
}

function saysUnknownJob({ status, serviceCode }: ApiError): boolean {
  if (status === 401 || status === 403 || !isServiceCode(serviceCode)) return false;
  return (
    UNKNOWN_JOB_CODES.includes(serviceCode) ||
    AMBIGUOUS_CODES.includes(serviceCode) ||
    status === 404 ||
    status === 400
  );
}

/**
 * ListItaSubJobs: GET /v2/{project_id}/workspace-sub-jobs, in both families of
 * job words, newest or oldest first. `complete` is false where the list could
 * not be read to its end, or back to `since`. Throws `ApiError`.
 */
export async function listJobs(
  client: WorkspaceClient,
  filter: JobFilter,
  waiter: Waiter,
): Promise<{ jobs: JobSummary[]; complete: boolean }> {
  const { kind, jobId } = filter;
  if (jobId !== undefined) {
    const { jobs, complete } = await listByQuery(client, { job_id: jobId }, filter, waiter);
    return { jobs: jobs.filter((job) => job.jobId === jobId && isOfKind(job, kind)), complete };
  }
  return kind === undefined ? listAllKinds(client, filter, waiter) : listKind(client, kind, filter, waiter);
}

/**
 * The words of answers say nothing about those that the filter takes, and a
 * filter that finds nothing may not have been understood. So both families are
 * asked for until one has found a job of this kind.
 */
async function listKind(client: WorkspaceClient, kind: JobKind, filter: JobFilter, waiter: Waiter) {
  const { learnt } = client;
  const families = jobFamilies(learnt);
  const all = new Map<string, JobSummary>();
  let complete = true;
  let refused = 0;
  for (const family of families) {
    try {
      const read = await listByQuery(client, { job_type: jobWord(family, kind) }, filter, waiter);
      const found = read.jobs.filter((job) => isOfKind(job, kind));
      complete &&= read.complete;
      for (const job of found) all.set(keyOf(job), job);
      if (found.length > 0) {
        learnt.jobWords = family;
        break;
      }
    } catch (error) {
      // A filter may refuse words that it does not know; not both families.
      refused += 1;
      if (!refusesFilter(error) || refused === families.length) throw error;
    }
  }
  return { jobs: [...all.values()], complete };
}

/** The families of job words that the filter may take. */
export function jobFamilies({ jobWords }: Learnt): readonly NonNullable<Learnt["jobWords"]>[] {
  return jobWords === undefined ? ["official", "older"] : [jobWords];
}

/** What a kind of job is called in a family of words. */
export function jobWord(family: NonNullable<Learnt["jobWords"]>, kind: JobKind): string {
  return JOB_WORDS[family][kind];
}

/** Whether the service itself refuses what was asked for. */
export function refusesFilter(error: unknown): boolean {
  return isApiError(error) && [200, 400].includes(error.status) && isServiceCode(error.serviceCode);
}

/** One call where the service lists all kinds together; else one or two for each kind. */
async function listAllKinds(client: WorkspaceClient, filter: JobFilter, waiter: Waiter) {
  if (client.learnt.narrowJobLists !== true) {
    try {
      return await listByQuery(client, {}, filter, waiter);
    } catch (error) {
      if (!refusesFilter(error)) throw error;
      client.learnt.narrowJobLists = true;
    }
  }
  const all: JobSummary[] = [];
  let complete = true;
  for (const kind of KINDS) {
    const read = await listKind(client, kind, filter, waiter);
    all.push(...read.jobs);
    complete &&= read.complete;
  }
  return { jobs: all, complete };
}

async function listByQuery(
  client: WorkspaceClient,
  query: Readonly<Record<string, string>>,
  { status, since, atMost = Infinity }: JobFilter,
  waiter: Waiter,
): Promise<{ jobs: JobSummary[]; complete: boolean }> {
  const jobs = new Map<string, JobSummary>();
  let complete = true;
  for (const word of status === undefined ? [undefined] : RUNNING_WORDS) {
    const parse = (answer: Answer, item: unknown) => parsePart(answer, item, "");
    const read = await readJobPages(
      client,
      { ...query, status: word },
      { since, atMost, parse, keyOf },
      waiter,
    );
    complete &&= read.complete;
    for (const job of read.jobs) jobs.set(keyOf(job), job);
  }
  return { jobs: [...jobs.values()], complete };
}

function keyOf(job: JobSummary): string {
  return job.partId === "" ? JSON.stringify(job) : `${job.jobId} ${job.partId}`;
}

/** A kind that the list does not say may be the one asked for. */
function isOfKind(job: JobSummary, kind: JobKind | undefined): boolean {
  return kind === undefined || job.kind === undefined || job.kind === kind;
}

/** One part of a job, as it stands in an answer. */
export function parsePart(answer: Answer, value: unknown, jobId: string): JobSummary {
  if (!isObject(value)) throw missing(answer, "it shows a sub-job that is no object");
  const entities = isObject(value.entities) ? value.entities : {};
  const word = text(value.status) ?? "";
  return {
    jobId: id(value.job_id) ?? jobId,
    partId: id(value.id) ?? "",
    desktopId: id(entities.desktop_id),
    kind: jobKind(text(value.job_type) ?? ""),
    state: jobState(word),
    status: answer.clean(word),
    begin: readTimes(value.begin_time),
    end: readTimes(value.end_time),
    serviceCode: answer.clean(text(value.error_code) ?? ""),
    reason: answer.clean(text(value.fail_reason) ?? text(value.message) ?? ""),
    progress: number(value.process),
  };
}
