/**
 * Who we are towards one project in one region. The workspace client asks it
 * for the headers of each call and never sees a credential.
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
   * Headers that make this request ours: a token, or a signature over it.
   * Renews what is about to expire first. Throws `CredentialsError`.
   */
  authorize(request: {
    method: string;
    url: string;
    headers: Readonly<Record<string, string>>;
    body?: string;
  }): Promise<Record<string, string>>;
  /**
   * After the service answered 401: gets new credentials where they can be
   * renewed, by one request however many ask. True if the call is worth
   * repeating. False if IAM still accepts what was used: the refusal was about
   * something else, such as a missing permission. Throws `CredentialsError`
   * that says which credential ended and when, where nothing can be renewed;
   * `refusal`, what the service said, is repeated in it.
   */
  renew(refusal?: string): Promise<boolean>;
  /** A text that the service wrote, without what it may repeat of our credentials. For errors and logs. */
  redact(text: string): string;
}
