import { setMaxListeners } from "node:events";
import { Sessions } from "../provider/core/auth/sessions";
import type { Sources } from "../provider/core/auth/sources";
import type { ConnectionError } from "../provider/core/errors";
import type { Clock, Environment, HttpRequest, HttpResponse, Log, Send } from "../provider/core/host";
import type { Waiter } from "../provider/core/operation";

/** A caller that waits for as long as it takes. */
export const forever: Waiter = {
  remaining: () => Infinity,
  signal: new AbortController().signal,
  note: () => undefined,
};
setMaxListeners(0, forever.signal);

/** A clock that only the test moves; a sleeper moves it by itself. */
export class HandClock implements Clock {
  readonly slept: number[] = [];
  #ms = 0;

  /** `wrongBy`: how far the time of day is off, in ms. */
  constructor(
    private readonly start = new Date("2026-01-02T03:04:05Z"),
    private readonly wrongBy = 0,
  ) {}

  now(): number {
    return this.#ms;
  }
  date(): Date {
    return new Date(this.start.getTime() + this.#ms + this.wrongBy);
  }
  /** The service's time of day. */
  serverDate(): Date {
    return new Date(this.start.getTime() + this.#ms);
  }
  sleep(ms: number): Promise<void> {
    this.slept.push(ms);
    this.#ms += ms;
    return Promise.resolve();
  }
  advance(ms: number): void {
    this.#ms += ms;
  }
}

/** An answer; status 200 and an empty object where nothing else is said. */
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  json?: unknown;
  text?: string;
}

/** One expected request (`GET /v3/projects?name=x`; `*` for any) and its answer, or the failure instead. */
export interface Expected {
  request: string;
  /** The body that must have been sent. */
  body?: unknown;
  /** Headers that must have been sent; names as the code writes them. */
  headers?: Record<string, string>;
  answer?: Answer | ((request: HttpRequest) => Answer);
  fails?: ConnectionError;
}

/** A `send` that answers a list of requests in order; one too many or another one fails. */
export class Script {
  readonly seen: HttpRequest[] = [];

  constructor(private readonly expected: (Expected | (() => Expected))[] = []) {}

  then(...more: (Expected | (() => Expected))[]): void {
    this.expected.push(...more);
  }

  readonly send: Send = async (request) => {
    await Promise.resolve();
    this.seen.push(request);
    const next = this.expected.shift();
    const expected = typeof next === "function" ? next() : next;
    const url = new URL(request.url);
    const line = `${request.method} ${url.pathname}${url.search}`;
    if (!expected || (expected.request !== "*" && expected.request !== line)) {
      throw new Error(`${line} was sent, expected was ${expected?.request ?? "nothing"}`);
    }
    if ("body" in expected) expect(JSON.parse(request.body ?? "null")).toEqual(expected.body);
    if (expected.headers) expect(request.headers).toMatchObject(expected.headers);
    if (expected.fails) throw expected.fails;
    const answer = typeof expected.answer === "function" ? expected.answer(request) : (expected.answer ?? {});
    const { status = 200, headers = {}, json = {}, text = JSON.stringify(json) } = answer;
    return { status, headers, text } satisfies HttpResponse;
  };

  /** Every expected request was sent. */
  end(): void {
    expect(this.expected).toEqual([]);
  }
}

/** Everything that was logged. */
export class Lines implements Log {
  readonly lines: string[] = [];
  debug(message: string): void {
    this.lines.push(message);
  }
  info(message: string): void {
    this.lines.push(message);
  }
  warn(message: string): void {
    this.lines.push(message);
  }
}

/** A world of settings: environment, stack configuration and files. */
export function sources(
  world: {
    env?: Environment;
    config?: Record<string, string>;
    files?: Record<string, string>;
  } = {},
): Sources {
  return {
    env: world.env ?? {},
    config: (key) => world.config?.[key],
    homeDir: "/home/me",
    readFile: (path) => {
      const text = world.files?.[path];
      if (text === undefined) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
      return text;
    },
  };
}

/** Sessions in such a world, with all their parts in reach. */
export function sessionsIn(
  world: Parameters<typeof sources>[0],
  ...expected: (Expected | (() => Expected))[]
) {
  const script = new Script(expected);
  const clock = new HandClock();
  const log = new Lines();
  return { sessions: new Sessions(sources(world), script.send, clock, log), script, clock, log };
}
