import pRetry from "p-retry";
import type { HttpRequest, Send } from "../auth/http";
import type { Session } from "../auth/session";
import type { Clock } from "../clock";
import type { Log } from "../log";
import { type Answer, readAnswer } from "./answer";
import { backoff } from "./backoff";
import { ConnectionError, isApiError, isThrottled, TimeoutError } from "./errors";
import type { Limiter } from "./limiter";
import type { Patience } from "./patience";
import { verdict } from "./retry";

/** The longest that one answer may take, in ms; a slow service is asked again, a dead one is noticed. */
export const ANSWER_TIMEOUT_MS = 60_000;
/** How often a read is asked again after a success that cannot be read. */
const UNREADABLE_TRIES = 3;
/** A change is not sent any more when less than this is left, in ms: it would be done, and nobody would learn of it. */
const WRITE_NEEDS_MS = 1_000;

/** A list of a hundred ids would fill the log. */
const SHOWN_QUERY = 100;

export interface ClientParts {
  send: Send;
  clock: Clock;
  log: Log;
  limiter: Limiter;
  /** How often a read is asked again at most; without it, for as long as somebody waits. */
  maxRetries?: number;
}

type Query = Readonly<Record<string, string | number | undefined>>;

/**
 * The Workspace API of one project: sends, signs, paces, and asks again where
 * that is safe. What a call means is told by the functions in desktops.ts,
 * volumes.ts and jobs.ts.
 */
export class WorkspaceClient {
  readonly clock: Clock;
  readonly log: Log;
  constructor(
    readonly session: Session,
    private readonly parts: ClientParts,
  ) {
    this.clock = parts.clock;
    this.log = parts.log;
  }

  /**
   * A GET below the project. Broken connections, 429 and 5xx are asked again
   * for as long as somebody waits, or `atMost` times. Throws `ApiError`,
   * `ConnectionError`, or `TimeoutError` when nobody waits any more.
   */
  async read(path: string, query: Query, patience: Patience, atMost = Infinity): Promise<Answer> {
    const tries = Math.min(atMost, (this.parts.maxRetries ?? Infinity) + 1);
    return pRetry(() => this.#exchange("GET", path, query, undefined, patience), {
      retries: tries - 1,
      minTimeout: 0,
      factor: 1,
      // The wait is our own: p-retry's has no jitter at its ceiling and knows no Retry-After.
      onFailedAttempt: async ({ error, attemptNumber }) => {
        if (attemptNumber >= tries || !this.#readAgain(error, attemptNumber)) return;
        patience.note(`${error.message} (asked ${attemptNumber} times)`);
        await this.pause(error, attemptNumber, patience);
      },
      shouldRetry: ({ error, attemptNumber }) => this.#readAgain(error, attemptNumber),
    });
  }

  /**
   * A POST or PUT below the project, sent once; a second time only after a 401
   * whose credentials could be renewed. Any other failure is thrown as it is:
   * whoever asked knows what has to be read before it may be sent again.
   */
  write(method: "POST" | "PUT", path: string, body: unknown, patience: Patience): Promise<Answer> {
    return this.#exchange(method, path, {}, JSON.stringify(body), patience);
  }

  /**
   * Waits before attempt `attempt + 1`: as long as the service asked for, else
   * by `backoff`; never longer than somebody waits.
   */
  async pause(error: unknown, attempt: number, patience: Patience): Promise<void> {
    const asked = isApiError(error) ? error.retryAfterMs : undefined;
    // "At once" is no pace to ask a service at that has just refused.
    const pause = asked === undefined || asked === 0 ? backoff(attempt) : asked;
    await this.clock.sleep(Math.min(pause, patience.remaining()), patience.signal);
  }

  #readAgain(error: unknown, attempt: number): boolean {
    if (verdict("read", error) !== "again") return false;
    return !isApiError(error) || error.status >= 300 || attempt < UNREADABLE_TRIES;
  }

  async #exchange(
    method: HttpRequest["method"],
    path: string,
    query: Query,
    body: string | undefined,
    patience: Patience,
  ): Promise<Answer> {
    try {
      return await this.#once(method, path, query, body, patience);
    } catch (error) {
      if (!isApiError(error) || error.status !== 401) throw error;
      if (!(await this.session.renew(`the service answered 401 ${error.code}: ${error.reason}`))) throw error;
      return await this.#once(method, path, query, body, patience);
    }
  }

  async #once(
    method: HttpRequest["method"],
    path: string,
    query: Query,
    body: string | undefined,
    patience: Patience,
  ): Promise<Answer> {
    await this.parts.limiter.take();
    this.#timeToSend(method, path, patience);
    const url = `${this.session.endpoint}/v2/${this.session.projectId}${path}${queryString(query)}`;
    const unsigned = {
      method,
      url,
      headers: { "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body }),
    };
    const headers = { ...unsigned.headers, ...(await this.session.authorize(unsigned)) };
    // A login may have taken all of it: what goes out after that would be done, and nobody would learn of it.
    const left = this.#timeToSend(method, path, patience);
    const request: HttpRequest = {
      ...unsigned,
      headers,
      freshConnection: method !== "GET",
      timeoutMs: Math.max(1, Math.min(ANSWER_TIMEOUT_MS, left)),
    };
    const sent = this.clock.now();
    try {
      const response = await this.parts.send(request);
      const answer = readAnswer(request, response, this.clock.date(), (text) => this.session.redact(text));
      this.#tell(request, sent, `answered ${response.status} (request id ${answer.requestId || "unknown"})`);
      return answer;
    } catch (error) {
      if (isThrottled(error)) this.parts.limiter.slowDown();
      this.#tell(request, sent, outcomeOf(error));
      throw error;
    }
  }

  /** What is left, in ms, for a request and its answer. Throws `TimeoutError` where that is too little to send it. */
  #timeToSend(method: HttpRequest["method"], path: string, patience: Patience): number {
    const left = patience.remaining();
    if (left <= 0 || (method !== "GET" && left < WRITE_NEEDS_MS) || patience.signal.aborted)
      throw new TimeoutError(`no time was left to send ${method} ${path}`);
    return left;
  }

  /** One line a request: what was asked, what came of it, how long it took. */
  #tell({ method, url }: HttpRequest, sent: number, outcome: string): void {
    const { pathname, search } = new URL(url);
    const query = decodeURIComponent(search);
    const asked = query.length > SHOWN_QUERY ? `${query.slice(0, SHOWN_QUERY)}…` : query;
    this.log.debug(`${method} ${pathname}${asked} ${outcome}, ${Math.round(this.clock.now() - sent)} ms`);
  }
}

function outcomeOf(error: unknown): string {
  if (isApiError(error)) {
    const { status, code, reason, requestId } = error;
    return `answered ${status} ${code || "(no code)"}: ${reason} (request id ${requestId || "unknown"})`;
  }
  if (!(error instanceof ConnectionError)) return `failed: ${String(error)}`;
  const reached = error.reached === "no" ? "never reached the service" : "may have reached the service";
  return `got no answer (${error.code}, ${reached})`;
}

function queryString(query: Query): string {
  const pairs = Object.entries(query)
    .filter((pair): pair is [string, string | number] => pair[1] !== undefined)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}
