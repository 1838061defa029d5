import { ConnectionError, isApiError, isConflict, JobFailedError } from "./desktopRoom";

/**
 * What to do now, for the person who reads the error at two in the morning; empty
 * where the error says it itself. `doing`: what was tried, such as `deleting`.
 */
export function adviceFor(error: Error, doing: string): string {
  if (error instanceof JobFailedError) {
    if (doing !== "deleting") return "Put right what it names, then run the same command again.";
    return (
      "A disk with snapshots, or one that is billed yearly/monthly, may not be deletable like this: " +
      "look at it in the Workspace console, then run the same command again."
    );
  }
  if (error instanceof ConnectionError) {
    return "The service could not be reached: check network, proxy and endpoint, then run the same command again.";
  }
  if (!isApiError(error)) return "";
  if (isConflict(error))
    return "Something else keeps the desktop busy: run the same command again when it is done.";
  if (error.status < 400) {
    return "This is no answer of the service: check endpoint and proxy, then run the same command again.";
  }
  switch (error.status) {
    case 401:
      return "The credentials were refused: renew them and run the same command again. Nothing was called gone because of this.";
    case 403:
      return (
        "The credentials are not allowed to do this: see the IAM policy in the documentation. " +
        "Nothing was called gone because of this."
      );
    case 402:
      return "";
    case 404:
      return (
        "This does not prove that anything is gone: a wrong region, project or endpoint answers the same. " +
        "Check these, then run the same command again."
      );
    default:
      return error.status >= 500
        ? "The service has a problem of its own: run the same command again later, and name the request id to its support."
        : "The service does not accept this request: correct what it names, or give the request id to its support.";
  }
}
