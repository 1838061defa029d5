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

/** The service says in these that it failed, not that the request is wrong: it may have failed after the change. */
const INTERNAL_CODE = /^WKS\.\d*5\d\d$/;
/** A refusal of the gateway in front of the service; not those about the service behind it (02xx) or itself (05xx). */
const GATEWAY_REFUSAL = /^APIGW?\.0[134]\d\d$/;
/** A code in the cloud's form. Whoever checks rights has its own, and does so before anything is carried out. */
const CLOUD_CODE = /^[A-Z][A-Z0-9]*\.\d{4,}$/;
/** The client, as somebody on the way saw it, did not wait for the answer. */
const CLIENT_LEFT = 499;

/**
 * Classifies a failed request that changes something, by status and code.
 * `unknown`: it may have been carried out. `not now` is a refusal too, but a
 * gateway that repeats may have carried it out all the same.
 *
 * Only a code that says so is a refusal: a proxy, a firewall or a gateway may
 * write any status over the answer to a change that was carried out, with a
 * page, an empty answer or JSON of its own.
 * @param namesDisks whether the request names disks, which may be unknown; an add names none
 */
export function classifyFailedWrite(
  error: ApiError | ConnectionError | CredentialsError,
  { namesDisks }: { namesDisks: boolean } = { namesDisks: true },
): FailedWrite {
  if (error instanceof CredentialsError) return "never sent";
  if (error instanceof ConnectionError) return error.reached === "no" ? "never sent" : "unknown";
  if (isConflict(error) || isThrottled(error)) return "not now";
  // An order that waits for payment: sending again would make another one.
  if (error.code === "HWD1310") return "refused";
  return isRefusal(error, namesDisks) ? "refused" : "unknown";
}

function isRefusal({ status, serviceCode }: ApiError, namesDisks: boolean): boolean {
  // Seen with HTTP 500 for a disk that the service does not know: it says so of the request.
  if (AMBIGUOUS_CODES.includes(serviceCode) && namesDisks) return true;
  // The one who answers did not wait for the one who carries out.
  if (status === 408 || status === CLIENT_LEFT) return false;
  // The service judges the request, as an error or as a success that carries a code.
  if (isServiceCode(serviceCode)) {
    const isAnswer = (status >= 200 && status < 300) || (status >= 400 && status < 500);
    return isAnswer && !INTERNAL_CODE.test(serviceCode);
  }
  // No such API: the gateway passed nothing on.
  if (status === 404) return GATEWAY_REFUSAL.test(serviceCode);
  // Rights are checked first, by the gateway or by what it asks. A page without a code may be anybody's.
  if (status !== 401 && status !== 403) return false;
  return GATEWAY_REFUSAL.test(serviceCode) || (CLOUD_CODE.test(serviceCode) && !isOfGateway(serviceCode));
}

function isOfGateway(code: string): boolean {
  return /^APIGW?\./.test(code);
}

/**
 * Whether a change that was not carried out and failed like this is not worth
 * sending again: somebody on the way refuses it, or the service does not find
 * what it is about.
 */
export function isLasting(error: unknown): error is ApiError {
  if (!(error instanceof ApiError) || isConflict(error) || isThrottled(error)) return false;
  if (AMBIGUOUS_CODES.includes(error.serviceCode)) return true;
  const { status } = error;
  // After a 401, the next read renews the credentials or says what is wrong with them.
  return status >= 400 && status < 500 && ![401, 408, CLIENT_LEFT].includes(status);
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
