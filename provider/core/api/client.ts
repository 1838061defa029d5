import pRetry from "p-retry";
import type { Place } from "../auth/place";
import { type Session, Sessions } from "../auth/sessions";
import { type Options, readOptions, sourcesOf } from "../auth/sources";
import { ConnectionError, CoreError, isApiError, StoppedError } from "../errors";
import type { Clock, Host, HttpRequest, Log, Send } from "../host";
import { isOver, outOfTime, type Waiter } from "../operation";
import { Limiter } from "./limiter";
import { type Answer, compact, readAnswer } from "./response";
import { classifyFailedWrite, isThrottled, pauseMs, worthRepeatingMs } from "./retry";
import type { TransportOptions } from "./transport";

/** The longest that one answer may take, in ms: a slow service is asked again, a dead one is noticed. */
const ANSWER_TIMEOUT_MS = 60_000;
/** A change is not sent any more when less than this is left, in ms: it would be carried out unnoticed. */
const WRITE_NEEDS_MS = 1_000;
/** A list of a hundred ids would fill the log. */
const LOGGED_QUERY = 100;

/** Query parameters; a list is a repeated parameter. */
export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** What a client is made of. */
interface ClientParts {
  send: Send;
  clock: Clock;
  log: Log;
  limiter: Limiter;
  /** How often a read is repeated at most. Default: for as long as a caller waits. */
  maxRetries?: number;
}

/** What has been learnt of the dialect that the service speaks; saves calls, never changes a result. */
export interface Learnt {
  /** Which family of job words the filter of job lists has been seen to take. */
  jobWords?: "official" | "older";
  /** Job lists want `job_id` or `job_type`. */
  narrowJobLists?: boolean;
  /** Several ids are understood as a repeated parameter only. */
  repeatedIds?: boolean;
}

/** One request to the API, before it is signed. */
interface ApiRequest {
  method: HttpRequest["method"];
  /** Below the project. */
  path: string;
  query: Query;
  body: string | undefined;
  permission: string | undefined;
  /** A refusal holds up the run: it is not simply sent again, what it may have added is looked for first. */
  isCostly: boolean;
  /** How often it is sent at most. */
  atMost: number;
  /** Set by `#authorize`. */
  headers: Readonly<Record<string, string>>;
}

type Next = (request: ApiRequest, waiter: Waiter) => Promise<Answer>;
type Step = (request: ApiRequest, waiter: Waiter, next: Next) => Promise<Answer>;

/** The Workspace API of one project. What a call means is known to desktops.ts, volumes.ts and jobs.ts. */
export class WorkspaceClient {
  readonly clock: Clock;
  readonly log: Log;
  readonly learnt: Learnt = {};
  readonly #handle: Next;

  constructor(
    readonly session: Session,
    readonly parts: ClientParts,
  ) {
    this.clock = parts.clock;
    this.log = parts.log;
    // The order matters: each repetition waits for its turn again, and is signed again.
    const steps: readonly Step[] = [
      (...args) => this.#repeatReads(...args),
      (...args) => this.#renewAfter401(...args),
      (...args) => this.#takeTurn(...args),
      (...args) => this.#authorize(...args),
    ];
    this.#handle = steps.reduceRight<Next>(
      (next, step) => (request, waiter) => step(request, waiter, next),
      (request, waiter) => this.#exchange(request, waiter),
    );
  }

  /**
   * A GET below the project. Broken connections, 408, 429 and 5xx are repeated
   * for as long as a caller waits, or `atMost` times in all; an unknown host
   * name for two minutes, a proxy that refuses for one. Throws `ApiError`,
   * `ConnectionError`, `CredentialsError`, and `TimeoutError` when no caller waits any longer.
   */
  async read(path: string, query: Query, waiter: Waiter, { atMost = Infinity } = {}): Promise<Answer> {
    const most = Math.min(atMost, (this.parts.maxRetries ?? Infinity) + 1);
    const unused = { body: undefined, permission: undefined, headers: {}, isCostly: false };
    return this.#handle({ method: "GET", path, query, atMost: most, ...unused }, waiter);
  }

  /**
   * A POST or PUT below the project, sent once; a second time only after a 401
   * whose credentials could be renewed. Any other failure is thrown as it is:
   * the caller knows what has to be read before it may be sent again.
   * `permission` is named where it is missing. `isCostly`: a refusal holds up the run. Throws as `read`, and
   * `StoppedError` where nothing new may be sent any more.
   */
  async write(
    method: "POST" | "PUT",
    path: string,
    body: unknown,
    waiter: Waiter,
    permission: string,
    { isCostly = false } = {},
  ): Promise<Answer> {
    const request = { method, path, query: {}, permission, isCostly, atMost: 1, headers: {} };
    return this.#handle({ ...request, body: JSON.stringify(body) }, waiter);
  }

  /**
   * Waits before attempt `attempt + 1`: as long as the service asked for, else
   * by `backoff`; never longer than the caller waits.
   */
  async pause(error: unknown, attempt: number, waiter: Waiter): Promise<void> {
    await this.clock.sleep(Math.min(pauseMs(error, attempt), waiter.remaining()), waiter.signal);
  }

  #repeatReads(request: ApiRequest, waiter: Waiter, next: Next): Promise<Answer> {
    if (request.method !== "GET") return next(request, waiter);
    const started = this.clock.now();
    const again = (error: Error, attempt: number) =>
      attempt < request.atMost && this.clock.now() - started < worthRepeatingMs(error, attempt);
    return pRetry(() => next(request, waiter), {
      retries: request.atMost - 1,
      minTimeout: 0,
      factor: 1,
      // The wait is our own: p-retry's has no jitter at its ceiling and knows no Retry-After.
      onFailedAttempt: async ({ error, attemptNumber }) => {
        if (!again(error, attemptNumber)) return;
        const said = error instanceof CoreError ? `${error.failed}: ${error.why}` : error.message;
        waiter.note(`${said} (sent ${attemptNumber} times)`);
        const limit = worthRepeatingMs(error, attemptNumber) - (this.clock.now() - started);
        const wait = Math.min(pauseMs(error, attemptNumber), limit, waiter.remaining());
        await this.clock.sleep(wait, waiter.signal);
      },
      shouldRetry: ({ error, attemptNumber }) => again(error, attemptNumber),
    });
  }

  async #renewAfter401(request: ApiRequest, waiter: Waiter, next: Next): Promise<Answer> {
    try {
      return await next(request, waiter);
    } catch (error) {
      if (!isApiError(error) || error.status !== 401) throw error;
      // A page of somebody on the way says nothing of the change, which may have been carried out.
      if (request.method !== "GET" && classifyFailedWrite(error) !== "refused") throw error;
      if (!(await this.session.renew(error.why, waiter))) throw error;
      return await next(request, waiter);
    }
  }

  async #takeTurn(request: ApiRequest, waiter: Waiter, next: Next): Promise<Answer> {
    const { limiter } = this.parts;
    if (limiter.pauseMs > 0) waiter.noteCall?.("waiting until the service takes requests again");
    await limiter.take(waiter.signal, request.isCostly);
    this.#timeLeft(request, waiter);
    return next(request, waiter);
  }

  async #authorize(request: ApiRequest, waiter: Waiter, next: Next): Promise<Answer> {
    const headers = { "Content-Type": "application/json" };
    const { method, body } = request;
    const unsigned = { method, url: this.#url(request), headers, ...(body === undefined ? {} : { body }) };
    const authorization = await this.session.authorize(unsigned, waiter);
    return next({ ...request, headers: { ...headers, ...authorization } }, waiter);
  }

  async #exchange(request: ApiRequest, waiter: Waiter): Promise<Answer> {
    // The limiter and signing in may have taken all of the time.
    const left = this.#timeLeft(request, waiter);
    const leavesWithin = Math.min(left, waiter.leavesWithin?.() ?? left);
    const { method, headers, body, permission } = request;
    const sent: HttpRequest = {
      method,
      url: this.#url(request),
      headers,
      ...(body === undefined ? {} : { body }),
      freshConnection: method !== "GET",
      timeoutMs: Math.max(1, Math.min(ANSWER_TIMEOUT_MS, left)),
      leaveWithinMs: Math.max(1, method === "GET" ? left : leavesWithin - WRITE_NEEDS_MS),
      signal: waiter.signal,
    };
    const since = this.clock.now();
    waiter.noteRequest?.();
    waiter.noteCall?.(`waiting for the answer to ${method} ${new URL(sent.url).pathname}`);
    try {
      const response = await this.parts.send(sent);
      const answer = readAnswer(sent, response, this.clock.date(), this.session.secrets(), permission);
      const { requestId } = answer;
      this.parts.limiter.accepted(since);
      this.#logOutcome(sent, since, `answered ${response.status} (request id ${requestId || "unknown"})`);
      return answer;
    } catch (error) {
      if (isApiError(error)) {
        if (isThrottled(error)) this.parts.limiter.refused(since, error.retryAfterMs);
        else this.parts.limiter.accepted(since);
      }
      this.#logOutcome(sent, since, outcomeOf(error));
      throw error;
    }
  }

  /** What is left, in ms, for a request and its answer. Throws where that is too little to send it. */
  #timeLeft({ method, path }: ApiRequest, waiter: Waiter): number {
    const left = waiter.remaining();
    if (isOver(waiter) || (method !== "GET" && left < WRITE_NEEDS_MS)) throw outOfTime(`${method} ${path}`);
    const reason = method === "GET" ? undefined : waiter.halted?.();
    if (reason === undefined) return left;
    throw new StoppedError({
      code: "HWD1506",
      failed: `${method} ${path}`,
      why: reason.message,
      now: "The request was not sent",
      cause: reason,
    });
  }

  #url({ path, query }: ApiRequest): string {
    return `${this.session.endpoint}/v2/${this.session.projectId}${path}${queryString(query)}`;
  }

  /** One line a request: what was asked, what came of it, how long it took. */
  #logOutcome({ method, url }: HttpRequest, since: number, outcome: string): void {
    const { pathname, search } = new URL(url);
    const query = decodeURIComponent(search);
    const asked = query.length > LOGGED_QUERY ? `${query.slice(0, LOGGED_QUERY)}…` : query;
    this.log.debug(`${method} ${pathname}${asked} ${outcome}, ${Math.round(this.clock.now() - since)} ms`);
  }
}

function outcomeOf(error: unknown): string {
  if (isApiError(error)) {
    const { status, serviceCode, reason, requestId } = error;
    return `answered ${status} ${serviceCode || "(no code)"}: ${reason} (request id ${requestId || "unknown"})`;
  }
  if (!(error instanceof ConnectionError)) return `failed: ${String(error)}`;
  const reached = error.reached === "no" ? "never reached the service" : "may have reached the service";
  return `got no answer (${error.systemCode}, ${reached})`;
}

function queryString(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const values = typeof value === "string" || typeof value === "number" ? [value] : value;
    return values.map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`);
  });
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** Everything that calls of one process share: sessions, one rate limit, one transport. */
export interface Api {
  sessions: Sessions;
  /** Settings about how calls are made. */
  options: Options;
  /** The client for a place; the same one for the same account and project. Throws as `Sessions.open`. */
  open(place: Place, waiter: Waiter): Promise<WorkspaceClient>;
}

/** Reads the settings of the host. Makes no call. */
export function connectApi(host: Host): Api {
  const { clock, log, env } = host;
  const sources = sourcesOf(host);
  const options = readOptions(sources);
  const { insecure, ca, maxRetries, requestsPerSecond } = options;
  const send = host.send ?? loadedOnFirstUse(compact({ insecure, env, ca, userAgent: host.userAgent }));
  const sessions = new Sessions(sources, send, clock, log);
  const parts = compact({ send, clock, log, limiter: new Limiter(clock, requestsPerSecond), maxRetries });
  const clients = new Map<string, WorkspaceClient>();
  return {
    sessions,
    options,
    open: async (place, waiter) => {
      const session = await sessions.open(place, waiter);
      const client = clients.get(session.key) ?? new WorkspaceClient(session, parts);
      clients.set(session.key, client);
      return client;
    },
  };
}

/** The transport brings axios, which takes longer to load than all the rest: a preview does not need it. */
function loadedOnFirstUse(options: TransportOptions): Send {
  let loaded: Promise<Send> | undefined;
  return async (request) => {
    loaded ??= import("./transport.js").then(({ createTransport }) => createTransport(options));
    return (await loaded)(request);
  };
}
