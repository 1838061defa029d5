import type { FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "./accounts";
import type { Operation } from "./contract";
import type { Ask, Struck } from "./fault-rules";
import { authenticate } from "./gateway";
import { parseQuery } from "./parsing";
import type { LogEntry } from "./request-log";
import { desktopIdsOf, volumeIdsOf } from "./request-subjects";
import type { State } from "./state";

/** What the emulator keeps of a request while it is under way. */
interface Course {
  readonly operation: Operation;
  caller: Caller | undefined;
  ask: Ask;
  struck: Struck;
}

declare module "fastify" {
  interface FastifyRequest {
    entry: LogEntry | undefined;
    course: Course | undefined;
    rawBody: Buffer | undefined;
  }
}

const adminPrefix = "/_emulator";

/** What every answer carries, and every log entry begins with. */
export function greet(state: State, request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers({ "X-Request-Id": request.id, Date: new Date(state.wall()).toUTCString() });
  const path = pathOf(request);
  const isPage = path === "/" && request.method === "GET";
  if (isPage || path === adminPrefix || path.startsWith(`${adminPrefix}/`)) return;
  const logged = {
    time: state.clock.now(),
    method: request.method,
    path,
    query: parseQuery(queryOf(request)),
    body: null,
    status: null,
    request_id: request.id,
    label: labelOf(request),
    account: null,
  };
  request.entry = state.log.add(logged, state.dialects.deviations);
}

/** Lets a test know its requests again. */
export function labelOf({ headers }: FastifyRequest): string | null {
  const label = headers["x-emulator-label"];
  return typeof label === "string" ? label.slice(0, 255) : null;
}

function pathOf(request: FastifyRequest): string {
  return (request.raw.url ?? "").split("?", 1)[0] ?? "";
}

function queryOf(request: FastifyRequest): string {
  const url = request.raw.url ?? "";
  const at = url.indexOf("?");
  return at === -1 ? "" : url.slice(at + 1);
}

export function askOf(request: FastifyRequest, operation: Operation, state: State): Ask {
  const subjects = {
    params: request.params as Record<string, string>,
    query: request.query as Record<string, string | string[]>,
    body: request.body,
  };
  return {
    method: request.method,
    path: pathOf(request),
    operation: operation.id,
    desktopIds: () => desktopIdsOf(subjects, state),
    volumeIds: () => volumeIdsOf(subjects),
  };
}

export function whoAsks(request: FastifyRequest, state: State): Caller {
  const { course, entry } = request;
  if (course?.caller) return course.caller;
  const signed = {
    method: request.method,
    url: request.raw.url ?? "",
    headers: request.headers,
    body: request.rawBody ?? Buffer.alloc(0),
  };
  const caller = authenticate(signed, state.directory, state.wall);
  if (course) course.caller = caller;
  if (entry) entry.request.account = caller.account.name;
  return caller;
}

export function noteFaults({ entry }: FastifyRequest, faults: readonly { readonly fault: string }[]): void {
  for (const { fault } of faults) entry?.faults.add(fault);
}
