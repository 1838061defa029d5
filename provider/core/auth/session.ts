import type { Waiter } from "../operation";

/**
 * Credentials for one project in one region. The API client asks it for the
 * headers of each call and never sees a credential.
 */
export interface Session {
  readonly region: string;
  /** Base of the Workspace API, without a slash at the end. */
  readonly endpoint: string;
  readonly projectId: string;
  /**
   * Names account, project and endpoint without telling a secret: two sessions
   * with the same key may share calls, others never.
   */
  readonly key: string;
  /**
   * Headers that authorise this request: a token, or a signature over it.
   * Renews what is about to expire first. Throws `CredentialsError`, and
   * `TimeoutError` when no caller waits any longer.
   */
  authorize(
    request: { method: string; url: string; headers: Readonly<Record<string, string>>; body?: string },
    waiter: Waiter,
  ): Promise<Record<string, string>>;
  /**
   * After the service answered 401: gets new credentials where they can be
   * renewed, by one request however many ask. True if the call is worth
   * repeating. False if IAM still accepts what was used: the refusal was about
   * something else, such as a missing permission. Throws `CredentialsError`
   * that says which credential ended and when, where nothing can be renewed;
   * `refusal`, what the service said, is repeated in it.
   */
  renew(refusal: string, waiter: Waiter): Promise<boolean>;
  /** Values that must not be shown: the credentials used last. For cleaning text of others; the same array until they change. */
  secrets(): readonly string[];
}
