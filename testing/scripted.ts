import { WorkspaceClient } from "../provider/core/api/client";
import { Limiter } from "../provider/core/api/limiter";
import type { Session } from "../provider/core/auth/sessions";
import { ConnectionError } from "../provider/core/errors";
import type { HttpRequest, HttpResponse, Send } from "../provider/core/host";
import type { Waiter } from "../provider/core/operation";
import { VirtualTime } from "./virtualTime";
import { Lines } from "./authWorld";

/** An answer, or what happens instead of one; status 200 and an empty object where nothing else is said. */
export type Reply =
  | { status?: number; headers?: Record<string, string>; json?: unknown; text?: string; afterMs?: number }
  | Error;

/** A request (`GET /desktops/d`, without the project; a body after a blank) and what comes of it. */
export type Exchange = readonly [request: string, reply?: Reply];

const BASE = "https://workspace.test/v2/p";

/** A refusal in the service's form. */
export function refusal(status: number, code: string, message = "the service says so"): Reply {
  return { status, json: { error_code: code, error_msg: message } };
}

/** A connection that failed; `no`: before anything was sent. */
export function broken(
  reached: "no" | "unknown",
  systemCode = reached === "no" ? "ECONNREFUSED" : "ECONNRESET",
) {
  return new ConnectionError({ request: "a request", why: `it broke (${systemCode})`, reached, systemCode });
}

/** A session whose credentials can be renewed so many times. */
export function bareSession(renewals = 0): Session & { readonly renewed: number } {
  const count = { renewed: 0 };
  return {
    region: "r",
    endpoint: "https://workspace.test",
    projectId: "p",
    key: "k",
    authorize: () => Promise.resolve({ "X-Auth-Token": `token ${count.renewed}` }),
    renew: () => {
      if (count.renewed >= renewals) return Promise.resolve(false);
      count.renewed += 1;
      return Promise.resolve(true);
    },
    secrets: () => [`token ${count.renewed}`],
    get renewed() {
      return count.renewed;
    },
  };
}

/** A client in virtual time whose every request is answered by `answer`, which may throw. */
export function clientAnswering(
  answer: (line: string, request: HttpRequest) => Reply,
  { session = bareSession(), maxRetries }: { session?: Session; maxRetries?: number } = {},
) {
  const time = new VirtualTime();
  const { clock } = time;
  const seen: { line: string; at: number; request: HttpRequest }[] = [];
  const send: Send = async (request) => {
    const line = `${request.method} ${request.url.replace(BASE, "")}${request.body === undefined ? "" : ` ${request.body}`}`;
    seen.push({ line, at: clock.now(), request });
    const reply = answer(line, request);
    if (reply instanceof Error) throw reply;
    const { status = 200, headers = {}, json = {}, text = JSON.stringify(json), afterMs = 0 } = reply;
    if (afterMs > 0) await clock.sleep(Math.min(afterMs, request.timeoutMs));
    if (afterMs > request.timeoutMs) throw broken("unknown", "ETIMEDOUT");
    return { status, headers, text } satisfies HttpResponse;
  };
  const log = new Lines();
  const limiter = new Limiter(clock, 1000);
  const parts = { send, clock, log, limiter, ...(maxRetries === undefined ? {} : { maxRetries }) };
  return { time, clock, log, limiter, seen, client: new WorkspaceClient(session, parts) };
}

/**
 * As above, with all requests listed in order. One that is not expected is
 * answered by an error; `end` fails for those, and for those that never came.
 * Where an exchange names no body, any body will do.
 */
export function scripted(exchanges: readonly Exchange[], how: Parameters<typeof clientAnswering>[1] = {}) {
  const left = [...exchanges];
  const wrong: string[] = [];
  const world = clientAnswering((line) => {
    const [expected, reply = {}] = left[0] ?? ["nothing"];
    if (line === expected || (!expected.includes("{") && line.startsWith(`${expected} {`))) {
      left.shift();
      return reply;
    }
    wrong.push(`${line} was sent, expected was ${expected}`);
    return { status: 400, json: { error_code: "TEST", error_msg: `not expected: ${line}` } };
  }, how);
  const end = () => {
    expect({ wrong, missing: left.map(([line]) => line) }).toEqual({ wrong: [], missing: [] });
  };
  return { ...world, end };
}

/** A caller that waits so many ms by a virtual clock. */
export function waiter(time: VirtualTime, ms: number) {
  const { clock } = time;
  const until = clock.now() + ms;
  const over = new AbortController();
  const noted: string[] = [];
  void clock.sleep(ms, over.signal).then(() => {
    over.abort();
  });
  return {
    remaining: () => Math.max(0, until - clock.now()),
    signal: over.signal,
    note: (seen: string) => noted.push(seen),
    noted,
    leave: () => {
      over.abort();
    },
  } satisfies Waiter & { noted: string[]; leave: () => void };
}

/** What came of a promise, in virtual time: its value or its error. */
export async function outcome<T>(
  time: VirtualTime,
  promise: Promise<T>,
): Promise<{ value?: T; error?: Error }> {
  return time.until(
    promise.then(
      (value) => ({ value }),
      (error: unknown) => ({ error: error instanceof Error ? error : new Error(String(error)) }),
    ),
  );
}
