import { type ErrorCode, errorCodes } from "./errorCodes";

/** The four parts of an error message, in the order in which they are shown. */
export interface ErrorParts {
  code: ErrorCode;
  /** What failed: operation, resource, desktop, disk. `Deleting disk v of desktop d` */
  failed: string;
  /** The service's code and message, or the cause. */
  why: string;
  /** What is now true: was anything sent or changed? Absent where the one who throws cannot know. */
  now?: string | undefined;
  /** What to do. Default: what the code says. */
  next?: string | undefined;
  /** For debugging only: an outcome never travels in a cause. */
  cause?: unknown;
}

/** An error with a stable code and a message of four parts that ends with it. */
export class CoreError extends Error {
  override readonly name: string = "CoreError";
  readonly code: ErrorCode;
  readonly failed: string;
  readonly why: string;
  readonly now: string | undefined;
  readonly next: string;

  constructor({ code, failed, why: cited, now, next = errorCodes[code].next, cause }: ErrorParts) {
    const why = withCodesInside(cited);
    const parts = [`${failed}: ${why}`, now ?? "", next].filter((part) => part !== "");
    super(`${parts.map(sentence).join(" ")} [${code}]`, cause === undefined ? {} : { cause });
    this.code = code;
    this.failed = failed;
    this.why = why;
    this.now = now;
    this.next = next;
  }
}

/**
 * The same error, told of a whole operation: code, cause and advice stay; what
 * failed and what is now true come from the caller. Errors of others become a
 * `CoreError` with the code `otherwise`.
 */
export function inContext(
  error: unknown,
  context: { failed: string; now: string; next?: string | undefined; otherwise: ErrorCode },
): CoreError {
  const { failed, now, next, otherwise } = context;
  if (error instanceof CoreError) {
    return new CoreError({
      code: error.code,
      failed,
      why: error.why,
      now,
      next: next ?? error.next,
      cause: error,
    });
  }
  const why = error instanceof Error ? error.message : String(error);
  return new CoreError({ code: otherwise, failed, why, now, next, cause: error });
}

/** What cites other errors: their codes stand in their own sentences, and only the code of the whole at the end. */
function withCodesInside(text: string): string {
  return text.replace(
    /([.!?]?)\s*\[(HWD\d{4})\](\.?)(?=(\s*[,;)]|\s*\[HWD)?)/g,
    (_, stop: string, code: string, after: string, goesOn?: string) =>
      ` (${code})${goesOn === undefined ? stop || after : ""}`,
  );
}

/** A part of a message with the full stop that it lacks. */
export function sentence(part: string): string {
  const text = part.trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** The service, or a gateway in front of it, answered something other than what was asked for. */
export class ApiError extends CoreError {
  override readonly name = "ApiError";
  /** HTTP status. 200 for a refusal that came as a success. */
  readonly status: number;
  /** The service's code, such as `WKS.0407` or `APIGW.0308`; empty where it gave none. */
  readonly serviceCode: string;
  /** The service's own words, cleaned and cut; or the first characters of an answer that was not JSON. */
  readonly reason: string;
  /** What the service's support asks for; empty where the answer had none. */
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  /** How long the service asked us to stay away, in ms. */
  readonly retryAfterMs: number | undefined;
  /** The service's time of day with this answer, ms since 1970. */
  readonly serverTime: number | undefined;

  constructor(facts: ApiErrorFacts) {
    const { status, serviceCode, reason, requestId, method, path, permission } = facts;
    const answered = `the service answered ${status} ${serviceCode === "" ? "(no code)" : serviceCode}`;
    super({
      code: facts.code,
      failed: `${method} ${path}`,
      why: `${answered}: ${reason} (${requestId === "" ? "no request id" : `request id ${requestId}`})`,
      next:
        facts.next ??
        (facts.code === "HWD1302" && permission !== undefined
          ? `Grant the permission ${permission}; docs/credentials.md has the IAM policy`
          : undefined),
    });
    this.status = status;
    this.serviceCode = serviceCode;
    this.reason = reason;
    this.requestId = requestId;
    this.method = method;
    this.path = path;
    this.retryAfterMs = facts.retryAfterMs;
    this.serverTime = facts.serverTime;
  }
}

/** What an `ApiError` is made of. */
export interface ApiErrorFacts {
  code: ErrorCode;
  status: number;
  serviceCode: string;
  reason: string;
  requestId: string;
  method: string;
  path: string;
  retryAfterMs?: number | undefined;
  serverTime?: number | undefined;
  /** The IAM permission that the call needs, such as `workspace:volumes:add`. */
  permission?: string | undefined;
  next?: string | undefined;
}

/** Whether this is an answer of the API and, where codes are given, one that carries one of the service's codes. */
export function isApiError(error: unknown, ...serviceCodes: string[]): error is ApiError {
  return error instanceof ApiError && (serviceCodes.length === 0 || serviceCodes.includes(error.serviceCode));
}

/** There was no usable answer: no connection, a reset, a timeout, an answer too large. */
export class ConnectionError extends CoreError {
  override readonly name = "ConnectionError";
  /**
   * Whether the request may have reached the server: `"no"` only where no
   * connection was ever made, so that sending it again cannot do it twice.
   */
  readonly reached: "no" | "unknown";
  /** The system's word for it, such as `ECONNREFUSED`. */
  readonly systemCode: string;

  constructor(facts: {
    request: string;
    why: string;
    reached: "no" | "unknown";
    systemCode: string;
    code?: ErrorCode;
  }) {
    super({
      code: facts.code ?? connectionErrorCode(facts.systemCode),
      failed: facts.request,
      why: facts.why,
      now: facts.reached === "no" ? "The request was not sent" : "The request may have reached the service",
    });
    this.reached = facts.reached;
    this.systemCode = facts.systemCode;
  }
}

function connectionErrorCode(systemCode: string): ErrorCode {
  if (/^(ENOTFOUND|EAI_AGAIN)$/.test(systemCode)) return "HWD1401";
  if (systemCode === "ECONNREFUSED") return "HWD1402";
  if (/CERT|ISSUER|SELF_SIGNED|ALTNAME/.test(systemCode)) return "HWD1403";
  return systemCode === "EPROXY" ? "HWD1404" : "HWD1405";
}

/**
 * Why there are no credentials for a call:
 * - `settings`: missing, incomplete or malformed; the message has the names.
 * - `refused`: the service does not accept them.
 * - `expired`: they ended and cannot be renewed.
 * - `project`: they belong to another project than the one asked for.
 * - `unreachable`: IAM gave no usable answer; a later try may succeed.
 */
export type CredentialsReason = "settings" | "refused" | "expired" | "project" | "unreachable";

const credentialsCodes = {
  settings: "HWD1201",
  refused: "HWD1202",
  expired: "HWD1203",
  project: "HWD1204",
  unreachable: "HWD1205",
} as const satisfies Record<CredentialsReason, ErrorCode>;

/** There are no credentials for a call. The message says which were tried and from where; never a value. */
export class CredentialsError extends CoreError {
  override readonly name = "CredentialsError";

  constructor(
    readonly reason: CredentialsReason,
    why: string,
    facts: {
      /** The HTTP status, where a service answered. */
      status?: number;
      /** The system's word where IAM could not be reached, such as `ENOTFOUND`. */
      systemCode?: string;
      next?: string;
    } = {},
  ) {
    super({
      code: credentialsCodes[reason],
      failed: "Signing in",
      why,
      now: "The request was not sent",
      next: facts.next,
    });
    this.status = facts.status;
    this.systemCode = facts.systemCode;
  }
  readonly status: number | undefined;
  readonly systemCode: string | undefined;
}

/** An operation's time limit passed. Never means that nothing happened: `now` says what was sent. */
export class TimeoutError extends CoreError {
  override readonly name = "TimeoutError";
}

/** Nothing new is sent any more: the engine has exited or cancelled the call. */
export class StoppedError extends CoreError {
  override readonly name = "StoppedError";
}

/** Whether something was carried out cannot be told; a person has to look. Never retried automatically. */
export class OutcomeUnknownError extends CoreError {
  override readonly name = "OutcomeUnknownError";
  readonly desktopId: string;
  /** The job that was accepted, where its id is known. */
  readonly jobId: string | undefined;
  /** Ids of the data disks that were there before the request. */
  readonly beforeIds: readonly string[];
  /** Ids of the disks that may be the new ones. */
  readonly candidates: readonly string[];

  constructor(
    parts: ErrorParts,
    facts: { desktopId: string; jobId?: string; beforeIds: readonly string[]; candidates: readonly string[] },
  ) {
    super(parts);
    this.desktopId = facts.desktopId;
    this.jobId = facts.jobId;
    this.beforeIds = facts.beforeIds;
    this.candidates = facts.candidates;
  }
}

/** A part of a job that failed. */
export interface FailedPart {
  id: string;
  serviceCode: string;
  reason: string;
}

/** A job failed, or succeeded with a failed part. What it did all the same, only the desktop shows. */
export class JobFailedError extends CoreError {
  override readonly name = "JobFailedError";

  constructor(
    readonly jobId: string,
    readonly serviceCode: string,
    readonly reason: string,
    readonly failedParts: readonly FailedPart[],
  ) {
    const parts = failedParts.map((part) =>
      `part ${part.id === "" ? "(no id)" : part.id}: ${part.serviceCode || "no code"} ${part.reason}`.trim(),
    );
    const own = [serviceCode, reason].filter((word) => word !== "").join(" ");
    const why = [own, ...parts].filter((word) => word !== "").join("; ");
    super({ code: "HWD1601", failed: `Job ${jobId}`, why: why === "" ? "no reason given" : why });
  }
}

/** The program asks for something that is refused before any call; names the property. */
export class RefusedError extends CoreError {
  override readonly name = "RefusedError";

  constructor(
    parts: ErrorParts,
    /** The property that is wrong, such as `size` or `disks.data`; `""` where settings in general are meant. */
    readonly property: string,
  ) {
    super(parts);
  }
}

/** One thing that is wrong with inputs or settings, found without a call. */
export interface Problem {
  /** The resource's property, or `""` where settings in general are meant, such as credentials. */
  property: string;
  /** What is wrong and what would be right, with the names of settings; never a value of a secret. */
  reason: string;
}
