/** Time as a parameter: everything that waits or measures uses this clock, so that tests move it by hand. */
export interface Clock {
  /** Milliseconds that only ever go forward; not a time of day. For deadlines and durations. */
  now(): number;
  /** The time of day, for what others must understand: signatures, expiry dates, the audit file. */
  date(): Date;
  /** Resolves after `ms` milliseconds, or at once when `signal` fires. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Where the core writes its log. Callers never pass a secret. */
export interface Log {
  /** Shown only when the user asks for debug output. */
  debug(message: string): void;
  /** Shown to the user and kept in the diagnostics of the run. */
  info(message: string): void;
  /** As `info`, but as something to look at. */
  warn(message: string): void;
}

/** One line for the user about an operation that goes on. */
export interface Progress {
  line: string;
  desktopId?: string;
  /** The line about all changes of the run, while several desktops are changed. */
  overall?: string;
}

/** One disk that was really added or deleted. */
export interface AuditRecord {
  action: "added" | "deleted";
  desktopId: string;
  volume: { volumeId: string; type?: string; size?: number };
  /** Absent where the answer to the request was lost. */
  job?: { jobId: string; requestId: string };
}

/** One HTTP request as it goes over the wire. */
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
  /** How long all of it may take, from now until the answer is complete, in ms. */
  timeoutMs: number;
  /**
   * The first byte leaves within this time, in ms, or never: connecting and the
   * TLS handshake may take long, and the operation may have timed out by then.
   * Default: `timeoutMs`.
   */
  leaveWithinMs?: number;
  /** Fires when no caller waits for the answer any longer: a request that has not left by then never leaves. */
  signal?: AbortSignal;
}

/** One HTTP answer of any status; the body has not been looked at yet. */
export interface HttpResponse {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  text: string;
}

/** Sends one request once. Answers of any status resolve. Throws only `ConnectionError`. */
export type Send = (request: HttpRequest) => Promise<HttpResponse>;

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a front passes in once. The core reads nothing of the process by itself. */
export interface Host {
  clock: Clock;
  log: Log;
  env: Environment;
  /** A value of the stack configuration by its full key, such as `huaweicloud-workspace:region`. */
  config: (key: string) => unknown;
  /** Where `config` comes from, for messages. Default: the stack configuration. */
  configTitle?: string | undefined;
  /** Where `~` points to. Default: the home directory of the user. */
  homeDir?: string;
  /** Reads a text file now; throws as `readFileSync` does. Default: the file system. */
  readFile?: (path: string) => string;
  /** Sends requests. Default: the core's own transport. */
  send?: Send;
  /** Added to `User-Agent`, such as `pulumi/3.245.0 node/20.20.2`. */
  userAgent?: string;
  /** Keeps a record of each disk that was added or deleted. Must not throw. */
  audit?: (record: AuditRecord) => void;
}

/** What a front passes in with each call of the engine. */
export interface Call {
  /** `preview`: nothing may be changed. */
  phase: "preview" | "run";
  /** Identifies the resource in progress lines and between calls of one run. */
  resourceKey: string;
  /** For queueing, logging in, calls, waiting and retries together, in ms. */
  timeoutMs: number;
  /** What sets that limit, such as `customTimeouts.create`; for the timeout error. */
  timeoutSetBy: string;
  /** Fires when the engine cancels the call. */
  signal?: AbortSignal;
  report?(progress: Progress): void;
  /** Why nothing new may be sent any more, such as "the engine has exited"; else undefined. */
  halted(): Error | undefined;
}

/** Node's timers take no more, about 24 days in ms, and fire at once where they are given more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The machine's own clock. Durations are monotonic: a wall clock that jumps
 * moves no deadline. A sleeper wakes only after pending I/O has been handled:
 * otherwise a busy process would take requests that already wait on its socket
 * for a pause of the engine.
 */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(() => setImmediate(done), Math.min(Math.max(0, ms), LONGEST_TIMER_MS));
      signal?.addEventListener("abort", done);
    }),
};

/** Properties as a front hands them over: plain values, and `UNKNOWN` for what is not known yet. */
export type Properties = Readonly<Record<string, unknown>>;

/** Stands for a value that is known only when another resource has been made. Fronts put it in place of their own marker. */
export const UNKNOWN = Symbol("not known yet");
export type Maybe<T> = T | typeof UNKNOWN;

/** Whether a value is given and known. */
export function isKnown<T>(value: T): value is Exclude<NonNullable<T>, typeof UNKNOWN> {
  return value !== undefined && value !== null && value !== UNKNOWN;
}

/** Whether a value is given; it may not be known yet. */
export function isGiven<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null;
}

/** The values that are given and known. */
export function knownOf<T extends object>(values: T): Known<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => isKnown(value))) as Known<T>;
}

type Known<T> = { [K in keyof T]?: Exclude<NonNullable<T[K]>, symbol> };

/** Whether this is a plain map, as programs and engines hand them over. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The given properties of a record among these names. A `null` says no more than an absent property. */
export function given<K extends string>(raw: Properties, names: readonly K[]): Partial<Record<K, unknown>> {
  const found = names.filter((name) => Object.hasOwn(raw, name) && isGiven(raw[name]));
  return Object.fromEntries(found.map((name) => [name, raw[name]])) as Partial<Record<K, unknown>>;
}
