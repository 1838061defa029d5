/** One request as it goes over the wire. */
export interface HttpRequest {
  method: "GET" | "POST" | "PUT";
  /** Absolute, with the query. */
  url: string;
  headers: Readonly<Record<string, string>>;
  /** JSON text; absent where there is none. */
  body?: string;
  /**
   * A connection of its own instead of an idle kept-alive one. For writes: a
   * kept-alive connection that the server has just closed leaves it unknown
   * whether the request was carried out.
   */
  freshConnection?: boolean;
  /** How long the answer may take, in ms. */
  timeoutMs: number;
}

/** One answer, whatever its status; the body is not looked at yet. */
export interface HttpResponse {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  text: string;
}

/** Sends one request once. Answers of any status resolve; throws only `ConnectionError`. */
export type Send = (request: HttpRequest) => Promise<HttpResponse>;

/** There was no usable answer: no connection, a reset, a time-out, an answer too large. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  constructor(
    message: string,
    /**
     * Whether the request may have reached the server: `"no"` only where no
     * connection was ever made, so that sending it again cannot do it twice.
     */
    readonly reached: "no" | "unknown",
    /** The system's word for it, such as `ECONNREFUSED`. */
    readonly code: string,
  ) {
    super(message);
  }
}
