/**
 * Every error that a user can see, by its stable code: a title, which is the
 * heading in docs/errors.md, and what to do where the error itself does not
 * know better. Codes are never reused; wording may improve.
 */
export const errorCodes = {
  // 11xx: the program
  HWD1101: { title: "An input is not valid", next: "Correct the property and run again" },
  HWD1102: { title: "Unknown property", next: "Correct the name and run again" },
  HWD1103: {
    title: "A change needs a replacement that is not allowed",
    next: "Take the change back, or set `allowReplace: true`: the disk's data is then lost",
  },
  HWD1104: { title: "A disk cannot shrink", next: "Set `size` to what the disk has" },
  HWD1105: {
    title: "The disk is protected",
    next: "Set `deletionProtection: false`, run `pulumi up`, then delete it",
  },
  HWD1106: {
    title: "A disk leaves the set without a deletion policy",
    next: 'Set `deletionPolicy: "delete"` or `deletionPolicy: "retain"` for it and run `pulumi up` before you remove it',
  },
  HWD1107: { title: "Two resources hold the same disk", next: "Take one of the two out of the program" },
  HWD1108: {
    title: "A disk is handed over and deleted in the same run",
    next: 'Set `deletionPolicy: "retain"` on the present holder and run `pulumi up`; then move the disk',
  },
  HWD1109: {
    title: "The state belongs to another kind of resource",
    next: "Remove the alias and hand the disk over in two runs",
  },
  HWD1110: { title: "Unknown setting", next: "Correct the name and run again" },
  HWD1111: {
    title: "An adopted disk differs from the program",
    next: "Set the property to what the message names",
  },
  // 12xx: settings and credentials
  HWD1201: { title: "Credentials are missing or incomplete", next: "Set what the message names" },
  HWD1202: { title: "Credentials are refused", next: "Check that they are right and still valid" },
  HWD1203: { title: "Credentials have expired", next: "Replace them and run again" },
  HWD1204: {
    title: "Credentials belong to another project",
    next: "Use credentials of that project, or correct the project id",
  },
  HWD1205: {
    title: "IAM gives no usable answer",
    next: "Check the network, the proxy and HW_AUTH_URL, and run again",
  },
  // 13xx: answers of the service
  HWD1301: { title: "The service refuses the request", next: "Correct what the service names and run again" },
  HWD1302: {
    title: "A permission is missing",
    next: "Grant the permission; docs/credentials.md has the IAM policy",
  },
  HWD1303: {
    title: "The service does not accept the credentials",
    next: "Check that they are right and still valid",
  },
  HWD1304: {
    title: "Not found, without proof that anything is gone",
    next: "Check region, project id and endpoint",
  },
  HWD1305: {
    title: "The desktop is busy or does not allow the change now",
    next: "Run again when the other change has finished",
  },
  HWD1306: { title: "The service asks for fewer requests", next: "Run again later" },
  HWD1307: {
    title: "The service has an internal error",
    next: "Run again later; give the request id to the service's support",
  },
  HWD1308: {
    title: "This is not an answer of the service",
    next: "Check the endpoint and the proxy: something else answered",
  },
  HWD1309: {
    title: "The answer is not as documented",
    next: "Check the endpoint; if it is right, report the answer as an issue",
  },
  HWD1310: {
    title: "The desktop is billed yearly/monthly",
    next: "Pay or cancel the order in the billing centre, then run `pulumi refresh`",
  },
  // 14xx: connections
  HWD1401: { title: "The host name is unknown", next: "Check region, endpoint and the network" },
  HWD1402: { title: "The connection is refused", next: "Check the endpoint" },
  HWD1403: {
    title: "The TLS certificate is not trusted",
    next: "Name the server's CA with HW_CACERT or NODE_EXTRA_CA_CERTS",
  },
  HWD1404: { title: "The proxy refuses", next: "Check the proxy's address and NO_PROXY" },
  HWD1405: { title: "No answer", next: "Check the network, the proxy and the endpoint, and run again" },
  // 15xx: time, and outcomes that are unknown
  HWD1501: {
    title: "Timed out, nothing was sent",
    next: "Run again, with a longer timeout where that helps",
  },
  HWD1502: {
    title: "Timed out after a change was sent",
    next: "Run `pulumi refresh` and look at the desktop before you run again",
  },
  HWD1503: {
    title: "It is unknown whether a disk was added",
    next: "Look at the desktop's disks; adopt the new one with `existingVolumeId`",
  },
  HWD1504: {
    title: "Cannot match the new disks to the requests",
    next: "Adopt the right disk with `existingVolumeId`",
  },
  HWD1505: {
    title: "It is unknown whether a change was carried out",
    next: "Run `pulumi refresh` and look at the desktop",
  },
  HWD1506: { title: "The run was stopped", next: "Run again" },
  // 16xx: jobs
  HWD1601: { title: "The job failed", next: "Remove what the service names, then run again" },
  HWD1602: {
    title: "The job has an unknown status",
    next: "Look at the desktop, then run `pulumi refresh`",
  },
  HWD1603: {
    title: "The job can no longer be followed",
    next: "Look at the desktop, then run `pulumi refresh`",
  },
  // 17xx: the desktop and its disks
  HWD1701: {
    title: "The desktop does not exist",
    next: "Check desktop id, region and project; `getDesktop` finds a desktop by name",
  },
  HWD1702: {
    title: "The desktop was deleted meanwhile",
    next: "Remove its disks from the program, then run `pulumi refresh`",
  },
  HWD1703: { title: "A desktop holds ten data disks at most", next: "Remove a disk first" },
  HWD1704: {
    title: "The desktop does not have the disk",
    next: "Run `pulumi refresh`; the next `pulumi up` adds a new, empty disk",
  },
  HWD1705: { title: "The disk is the desktop's system disk", next: "Name a data disk" },
  HWD1706: {
    title: "It is not proved that the disk is gone",
    next: "Run again; check region, project id and endpoint",
  },
  HWD1707: { title: "Some disks of a set failed", next: "Correct what each line names and run again" },
  // 18xx: state
  HWD1801: { title: "The state was written by a newer version", next: "Install that version or a newer one" },
  HWD1802: {
    title: "The state is damaged",
    next: "Put the value back, or take the resource out of the state",
  },
  HWD1803: { title: "Not an id of a data disk", next: "Use the form `<desktopId>/<volumeId>`" },
  HWD1804: {
    title: "An unexpected error",
    next: "Run again with HW_WORKSPACE_LOG=debug and report the error as an issue",
  },
  // 19xx: look-ups
  HWD1901: { title: "The look-up has wrong arguments", next: "Correct the arguments" },
  HWD1902: { title: "No desktop matches", next: "Check name or id, region and project" },
  HWD1903: { title: "Several desktops match", next: "Give `desktopId`" },
} as const satisfies Record<`HWD${number}`, { title: string; next: string }>;

/** A stable code of an error, such as `HWD1203`. */
export type ErrorCode = keyof typeof errorCodes;

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

  constructor({ code, failed, why, now, next = errorCodes[code].next, cause }: ErrorParts) {
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

function sentence(part: string): string {
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
