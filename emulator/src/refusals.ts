import type { DialectName } from "./dialects";

/** An answer other than the one asked for: thrown where it is noticed, sent by the server. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  /** Whose shape the body has: the service's `{error_code, error_msg}`, or IAM's `{error: {…}}`. */
  readonly from: "service" | "iam";
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    { from = "service", headers = {} }: { from?: "service" | "iam"; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = "Refusal";
    this.status = status;
    this.code = code;
    this.from = from;
    this.headers = headers;
  }
}

/**
 * The codes of the service. Only WKS.0407 and WKS.00010032 have been seen on
 * the wire; the others follow their pattern.
 */
export const codes = {
  invalidParameter: "WKS.0400",
  unknownDesktop: "WKS.00010404",
  unknownVolume: "WKS.00020404",
  unknownJob: "WKS.00030404",
  rootVolume: "WKS.00020400",
  tooManyVolumes: "WKS.00020401",
  shrinking: "WKS.00020402",
  wrongType: "WKS.00020403",
  busy: "WKS.00010032",
  conflict: "WKS.00010409",
  disksBeingAdded: "WKS.0407",
  jobFailed: "WKS.00030500",
  internal: "WKS.0500",
  /** The emulator's own: the service has no such gap. */
  notHonoured: "EMULATOR.501",
} as const;

/** What an unknown object is answered with in the dialect unknown-as-400. */
const unknownAs400: Readonly<Record<string, readonly [status: number, code: string, message: string]>> = {
  [codes.unknownDesktop]: [400, "WKS.0001", "The request message input by the interface is empty."],
  [codes.unknownVolume]: [500, "WKS.0202", "The resource not found."],
  [codes.unknownJob]: [500, "WKS.0202", "The resource not found."],
};

/** A refusal in the words of the dialects that are spoken. */
export function spokenRefusal(refusal: Refusal, dialects: { has(name: DialectName): boolean }): Refusal {
  const { status, code, message, from, headers } = refusal;
  if (from !== "service" || !code.startsWith("WKS.")) return refusal;
  const unknown = dialects.has("unknown-as-400") ? unknownAs400[code] : undefined;
  if (unknown) return new Refusal(...unknown, { headers });
  if (dialects.has("errors-as-200") && status < 500) return new Refusal(200, code, message, { headers });
  return refusal;
}

/** Something that the service documents, and that the emulator would have to ignore. */
export function notHonoured(place: string, operation: string): Refusal {
  return new Refusal(501, codes.notHonoured, `The emulator does not honour ${place} of ${operation}.`);
}

/** The codes of the gateway in front of the service. */
export const gatewayCodes = {
  unknownApi: "APIGW.0101",
  badRequest: "APIGW.0201",
  notAuthenticated: "APIGW.0301",
  notAllowed: "APIGW.0302",
  tokenExpired: "APIGW.0307",
  throttled: "APIGW.0308",
} as const;

export function invalidParameter(message: string): Refusal {
  return new Refusal(400, codes.invalidParameter, message);
}

export function unknownDesktop(desktopId: string): Refusal {
  return new Refusal(404, codes.unknownDesktop, `The desktop ${desktopId} does not exist.`);
}

export function unknownVolume(volumeId: string): Refusal {
  return new Refusal(404, codes.unknownVolume, `The volume ${volumeId} does not exist.`);
}

export function unknownJob(jobId: string): Refusal {
  return new Refusal(404, codes.unknownJob, `The job ${jobId} does not exist.`);
}

export function disksBeingAdded(): Refusal {
  return new Refusal(
    400,
    codes.disksBeingAdded,
    "This operation cannot be performed because disks are being added.",
  );
}

export function notAuthenticated(why: string): Refusal {
  return new Refusal(401, gatewayCodes.notAuthenticated, `Incorrect IAM authentication information: ${why}`);
}

export function tokenExpired(): Refusal {
  return new Refusal(401, gatewayCodes.tokenExpired, "The token must be updated.");
}

export function noAccess(projectId: string): Refusal {
  return new Refusal(
    403,
    gatewayCodes.notAllowed,
    `The IAM user is not allowed to access the API in the project ${projectId}.`,
  );
}

/** @param retryAfter when to come back, as the header of that name */
export function throttled(retryAfter: string | undefined): Refusal {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { "Retry-After": retryAfter };
  const message = "The throttling threshold has been reached: policy user over ratelimit";
  return new Refusal(429, gatewayCodes.throttled, message, { headers });
}

export function unknownApi(): Refusal {
  return new Refusal(
    404,
    gatewayCodes.unknownApi,
    "The API does not exist or has not been published in the environment",
  );
}
