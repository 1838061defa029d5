/**
 * Why there are no credentials for a call:
 * - `settings`: missing, half or malformed; see the message for the names.
 * - `refused`: the service does not accept them.
 * - `expired`: they ended and cannot be renewed.
 * - `project`: they belong to another project than the one asked for.
 * - `unreachable`: IAM gave no usable answer; a later try may succeed.
 */
export type CredentialsReason = "settings" | "refused" | "expired" | "project" | "unreachable";

/** There are no credentials for a call. The message says which were tried, from where, and what to do; never a value. */
export class CredentialsError extends Error {
  override readonly name = "CredentialsError";

  constructor(
    readonly reason: CredentialsReason,
    message: string,
    /** The HTTP status, where a service answered. */
    readonly status?: number,
  ) {
    super(message);
  }
}

/** One thing that is wrong with the settings, found without a call. */
export interface Problem {
  /** The resource's property, or `""` where settings in general are meant, such as credentials. */
  property: string;
  /** What is wrong and what would be right, with the names of settings; never a value of a secret. */
  reason: string;
}
