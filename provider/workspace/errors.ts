export { ConnectionError } from "../auth/http";

/** The service, or the gateway before it, answered something other than what was asked for. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status. */
  readonly status: number;
  /** The service's code, such as `WKS.0407` or `APIGW.0308`; empty where it gave none. */
  readonly code: string;
  /** The service's own words, or the first characters of an answer that was no JSON. */
  readonly reason: string;
  /** What the service's support asks for; empty where the answer had none. */
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  /** How long the service asked us to stay away, in ms. */
  readonly retryAfterMs: number | undefined;

  constructor(facts: {
    status: number;
    code: string;
    reason: string;
    requestId: string;
    method: string;
    path: string;
    retryAfterMs?: number | undefined;
  }) {
    const { status, code, reason, requestId, method, path } = facts;
    const id = requestId === "" ? "no request id" : `request id ${requestId}`;
    super(`${method} ${path} answered ${status} ${code === "" ? "(no code)" : code}: ${reason} (${id})`);
    this.status = status;
    this.code = code;
    this.reason = reason;
    this.requestId = requestId;
    this.method = method;
    this.path = path;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** Whether this is an answer of the API and, where codes are given, one that carries one of them. */
export function isApiError(error: unknown, ...codes: string[]): error is ApiError {
  return error instanceof ApiError && (codes.length === 0 || codes.includes(error.code));
}

/** Codes that mean "something else is being done to this desktop", whatever the status they come with. */
const CONFLICT_CODES = ["WKS.0407", "WKS.00010032"];

/** Whether the service refused because the desktop is busy: a definite "not carried out". */
export function isConflict(error: unknown): boolean {
  return isApiError(error) && (error.status === 409 || CONFLICT_CODES.includes(error.code));
}

/** Whether we were told to slow down: a definite "not carried out". */
export function isThrottled(error: unknown): boolean {
  return isApiError(error) && (error.status === 429 || error.code === "APIGW.0308");
}

/** Codes that speak of the tenant or its subscription, not of a desktop or volume. */
const TENANT_CODES = ["WKS.00170312", "WKS.00170117", "WKS.00010099"];

/**
 * Whether the service itself says that it does not know the desktop (or
 * volume) that was asked for. The gateway's `APIGW.…` codes, a bare 404 and a
 * page of HTML say nothing of the kind: a wrong region, project or endpoint
 * looks just like them.
 */
export function saysUnknown(error: unknown): boolean {
  if (!isApiError(error) || !error.code.startsWith("WKS.") || TENANT_CODES.includes(error.code)) return false;
  if (/tenant|project|service/i.test(error.reason)) return false;
  if (error.status === 404) return true;
  return (
    error.status === 400 && /(desktop|volume|disk).*(not exist|not found|cannot be found)/i.test(error.reason)
  );
}

/** A part of a job: what happened on one desktop. */
export interface FailedSubJob {
  id: string;
  code: string;
  reason: string;
}

/** A job ended badly, or ended well with a failed part, and the desktop does not show what was wanted. */
export class JobFailedError extends Error {
  override readonly name = "JobFailedError";
  constructor(
    readonly jobId: string,
    readonly code: string,
    readonly reason: string,
    readonly subJobs: readonly FailedSubJob[],
  ) {
    const parts = subJobs.map((part) =>
      `sub-job ${part.id}: ${part.code || "no code"} ${part.reason}`.trim(),
    );
    const own = [code, reason].filter((word) => word !== "").join(" ");
    super(
      `job ${jobId} failed: ${[own, ...parts].filter((word) => word !== "").join("; ") || "no reason given"}`,
    );
  }
}

/** A deadline passed. Never means that nothing happened: the message says what was seen last. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}

/** Whether something was carried out cannot be told; a person has to look. Never tried again by itself. */
export class OutcomeUnknownError extends Error {
  override readonly name = "OutcomeUnknownError";
}
