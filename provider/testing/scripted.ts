import { ConnectionError, type HttpRequest, type HttpResponse, type Send } from "../auth/http";
import type { Session } from "../auth/session";
import { Lines } from "../auth/testing/world";
import { WorkspaceClient } from "../workspace/client";
import { Limiter } from "../workspace/limiter";
import type { Patience } from "../workspace/patience";
import { VirtualTime } from "./virtualTime";

/** An answer, or what happens instead of one; status 200 and an empty object where nothing else is said. */
export type Reply =
  | { status?: number; headers?: Record<string, string>; json?: unknown; text?: string; afterMs?: number }
  | Error;

/** A request (`GET /desktops/d`, without the project) and what comes of it. */
export type Exchange = readonly [request: string, reply?: Reply];

const BASE = "https://workspace.test/v2/p";

/** A session without credentials that can be renewed so many times. */
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
    redact: (text) => text.replaceAll(`token ${count.renewed}`, "[secret]"),
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
    const line = `${request.method} ${request.url.replace(BASE, "")}`;
    seen.push({ line, at: clock.now(), request });
    const reply = answer(line, request);
    if (reply instanceof Error) throw reply;
    const { status = 200, headers = {}, json = {}, text = JSON.stringify(json), afterMs = 0 } = reply;
    if (afterMs > 0) await clock.sleep(Math.min(afterMs, request.timeoutMs));
    if (afterMs > request.timeoutMs) throw new ConnectionError("no answer in time", "unknown", "ETIMEDOUT");
    return { status, headers, text } satisfies HttpResponse;
  };
  const log = new Lines();
  const limiter = new Limiter(clock, 1000);
  const parts = { send, clock, log, limiter, ...(maxRetries === undefined ? {} : { maxRetries }) };
  return { time, clock, log, limiter, seen, client: new WorkspaceClient(session, parts) };
}

/** As above, with all requests listed in order. One that is not expected is answered by an error; `end` tells all. */
export function scripted(exchanges: readonly Exchange[], how: Parameters<typeof clientAnswering>[1] = {}) {
  const left = [...exchanges];
  const wrong: string[] = [];
  const world = clientAnswering((line) => {
    const [expected, reply = {}] = left[0] ?? ["nothing"];
    if (line === expected) {
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

/** Patience by a virtual clock: so many ms from now. */
export function patience(time: VirtualTime, ms: number) {
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
  } satisfies Patience & { noted: string[]; leave: () => void };
}
