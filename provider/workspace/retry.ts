import { CredentialsError } from "../auth/errors";
import { isApiError, isThrottled, ConnectionError } from "./errors";

/** What may be done after a call failed. */
export type Verdict =
  /** It was surely not carried out, or may be carried out twice: send it again after a wait. */
  | "again"
  /** It may have been carried out: look at the desktop and its jobs before anything else. */
  | "look first"
  /** It was refused for good. */
  | "give up";

/**
 * Looks at method and cause. A read may always be asked again. A write is sent
 * again only when it surely was not carried out: refused as one too many (429)
 * or never connected. A conflict (409) is no matter of sending again but of
 * waiting for the desktop, and is left to its queue.
 */
export function verdict(kind: "read" | "write", error: unknown): Verdict {
  // Nothing was sent without credentials; IAM may be back in a minute, credentials that have ended will not.
  if (error instanceof CredentialsError) return error.reason === "unreachable" ? "again" : "give up";
  if (error instanceof ConnectionError) {
    return kind === "read" || error.reached === "no" ? "again" : "look first";
  }
  if (!isApiError(error)) return "give up";
  if (isThrottled(error)) return "again";
  if (error.status >= 500) return kind === "read" ? "again" : "look first";
  // An answer of success that cannot be read: cut off on its way, most likely.
  if (error.status < 300) return kind === "read" ? "again" : "look first";
  return "give up";
}
