import { ApiError, ConnectionError, CredentialsError, isApiError } from "../errors";
import { AMBIGUOUS_CODES, CONFLICT_CODES, isServiceCode, THROTTLING_CODES } from "./response";

/** A host name that stays unknown this long, in ms, is a mistake and not an outage. */
const UNKNOWN_HOST_MS = 120_000;
/** A proxy that refuses this long, in ms, will not change its mind. */
const PROXY_REFUSES_MS = 60_000;
/** How often a read is sent at most when its answers are successes that cannot be read. */
const UNREADABLE_TRIES = 3;

/** Whether the service refuses because the desktop is busy. A gateway that repeats may have carried it out all the same. */
function isConflict(error: unknown): boolean {
  return isApiError(error) && (error.status === 409 || CONFLICT_CODES.includes(error.serviceCode));
}

/** Whether the service asks us to slow down. */
export function isThrottled(error: unknown): boolean {
  return isApiError(error) && (error.status === 429 || THROTTLING_CODES.includes(error.serviceCode));
}

/**
 * How long a read is worth repeating after it failed like this, in ms since it
 * first did; 0 where it is refused for good, Infinity where it may be repeated
 * for as long as a caller waits. `attempt` counts from 1.
 */
export function worthRepeatingMs(error: unknown, attempt: number): number {
  if (error instanceof ConnectionError) return networkPatienceMs(error.systemCode);
  if (error instanceof CredentialsError) {
    // Nothing was sent; IAM may be back in a minute, credentials that have ended will not.
    return error.reason === "unreachable" ? networkPatienceMs(error.systemCode ?? "") : 0;
  }
  if (!(error instanceof ApiError)) return 0;
  if (isThrottled(error) || isConflict(error) || error.status === 408) return Infinity;
  if (AMBIGUOUS_CODES.includes(error.serviceCode)) return 0;
  if (error.status >= 500) return Infinity;
  // Not a refusal but a success that cannot be read: cut off on its way, most likely.
  const unreadable = error.status < 300 && !isServiceCode(error.serviceCode);
  return unreadable && attempt < UNREADABLE_TRIES ? Infinity : 0;
}

function networkPatienceMs(systemCode: string): number {
  if (/^(ENOTFOUND|EAI_AGAIN)$/.test(systemCode)) return UNKNOWN_HOST_MS;
  if (systemCode === "EPROXY") return PROXY_REFUSES_MS;
  return /CERT|ISSUER|SELF_SIGNED|ALTNAME/.test(systemCode) ? 0 : Infinity;
}

/** What may be true after a request that changes something failed. */
export type FailedWrite = "unknown" | "not now" | "refused" | "never sent";

/**
 * Classifies a failed request that changes something, by status and code.
 * `unknown`: it may have been carried out. `not now` is a refusal too, but a
 * gateway that repeats may have carried it out all the same.
 */
export function classifyFailedWrite(error: ApiError | ConnectionError | CredentialsError): FailedWrite {
  if (error instanceof CredentialsError) return "never sent";
  if (error instanceof ConnectionError) return error.reached === "no" ? "never sent" : "unknown";
  const { status, serviceCode } = error;
  if (isConflict(error) || isThrottled(error)) return "not now";
  // An order that waits for payment: sending again would make another one.
  if (error.code === "HWD1310") return "refused";
  if (AMBIGUOUS_CODES.includes(serviceCode)) return "refused";
  if (status >= 500 || status === 408 || (status >= 300 && status < 400)) return "unknown";
  // A success that carries a code is a refusal; one without anything may have been carried out.
  if (status < 300)
    return isServiceCode(serviceCode) || serviceCode.startsWith("APIGW.") ? "refused" : "unknown";
  return "refused";
}

/**
 * Whether a refusal may be about one disk of several, so that each half may
 * succeed without the other: 400, 404, 422 or 200 with the service's own code.
 */
export function mayConcernOneDisk(error: unknown): boolean {
  if (!(error instanceof ApiError) || error.code === "HWD1310" || !isServiceCode(error.serviceCode))
    return false;
  return [200, 400, 404, 422].includes(error.status) || AMBIGUOUS_CODES.includes(error.serviceCode);
}

/**
 * How long to wait before attempt `attempt + 1`, in ms: doubling from `first`
 * up to `most`, the last half of each wait at random so that clients that met
 * once do not meet again - at the ceiling too.
 */
export function backoff(
  attempt: number,
  {
    first = 500,
    most = 30_000,
    random = Math.random,
  }: { first?: number; most?: number; random?: () => number } = {},
): number {
  const full = Math.min(most, first * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full / 2 + (full / 2) * random());
}

/** How long to wait before attempt `attempt + 1`, in ms: as long as the service asked for, else by `backoff`. */
export function pauseMs(error: unknown, attempt: number): number {
  const asked = isApiError(error) ? error.retryAfterMs : undefined;
  // "At once" is no pace to ask a service at that has just refused.
  return asked === undefined || asked === 0 ? backoff(attempt) : asked;
}
