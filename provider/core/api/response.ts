/** An answer that is what it should be: a success with a JSON object. */
export interface Answer {
  body: Readonly<Record<string, unknown>>;
  requestId: string;
  /** The service's time of day with this answer, ms since 1970. */
  serverTime: number | undefined;
  method: string;
  path: string;
  /** Text of others, without our credentials and control characters, cut: for messages. */
  clean(text: string): string;
}
