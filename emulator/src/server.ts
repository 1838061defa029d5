import { randomBytes } from "node:crypto";
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import type { Caller } from "./accounts";
import type { Admin } from "./admin";
import { registerAdmin } from "./admin-api";
import { operations, typedQuery, unhonoured, type Operation } from "./contract";
import { iamRefusal } from "./directory";
import { insteadOfWork, sendPart, spoiled, type Delivery, type WireAnswer } from "./fault-answers";
import { nothingStruck, type Ask, type Struck } from "./fault-rules";
import { authenticate, enterProject } from "./gateway";
import { iamHandlers } from "./iam-api";
import { jobFate } from "./job-faults";
import { registerPage } from "./page";
import { parseBody, parseQuery } from "./parsing";
import { codes, gatewayCodes, notHonoured, Refusal, spokenRefusal, throttled, unknownApi } from "./refusals";
import { drawRepeat, maxLateMs, repeatedAnswer, type Repeat } from "./repeats";
import type { LogEntry } from "./request-log";
import { desktopIdsOf, volumeIdsOf } from "./request-subjects";
import type { State } from "./state";
import type { Validation } from "./validation";
import { happen } from "./world-events";
import { workspaceHandlers, type Answer } from "./workspace-api";

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

const bodyLimit = 1024 * 1024;
export const adminPrefix = "/_emulator";

/** Puts the emulator's state behind HTTP. */
export function buildServer(state: State, admin: Admin, validation: Validation): FastifyInstance {
  const app = Fastify({
    bodyLimit,
    // A hundred ids of 255 characters are a documented query, and each character may take twelve bytes.
    http: { maxHeaderSize: 1024 * 1024 },
    routerOptions: { maxParamLength: 4096, ignoreTrailingSlash: true, querystringParser: parseQuery },
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    // A client that is told to come back later keeps its connection for that long.
    keepAliveTimeout: 72_000,
    genReqId: () => randomBytes(16).toString("hex"),
    frameworkErrors: (_error, request, reply) => {
      greet(state, request, reply);
      refuse(state, request, reply, new Refusal(400, gatewayCodes.badRequest, "The path is malformed."));
    },
  });
  app.decorateRequest("entry", undefined);
  app.decorateRequest("course", undefined);
  app.decorateRequest("rawBody", undefined);

  app.setValidatorCompiler(({ schema }: { schema: object }) => validation.compiled(schema));

  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (request, body, done) => {
    const bytes = Buffer.from(body);
    request.rawBody = bytes;
    try {
      done(null, parseBody(bytes));
    } catch (error) {
      done(error as Error);
    }
  });

  app.addHook("onRequest", (request, reply, done) => {
    greet(state, request, reply);
    done();
  });
  if (state.isKept) {
    // An answer shows what there is, and that is to be there after the next start too.
    app.addHook("onSend", async (request) => {
      await state.saved().catch(() => {
        // Nobody may take for done what is lost with the process.
        request.raw.socket.destroy();
      });
    });
  }
  app.setNotFoundHandler((request, reply) => {
    refuse(state, request, reply, unknownApi());
  });
  app.setErrorHandler((error: FastifyError | Refusal, request, reply) => {
    refuse(
      state,
      request,
      reply,
      error instanceof Refusal ? error : readError(error, request.course?.operation),
    );
  });

  for (const operation of operations) {
    route(app, state, operation, operation.url);
    // A base address that ends in /v3 gets paths put behind it that begin with /v3 themselves.
    if (operation.isIam) route(app, state, operation, `/v3${operation.url}`);
  }
  registerAdmin(app, admin);
  registerPage(app, state);
  return app;
}

function route(app: FastifyInstance, state: State, operation: Operation, url: string): void {
  app.route({
    method: operation.method,
    url,
    schema: operation.schema,
    preValidation: async (request, reply) => {
      const { entry } = request;
      if (entry && request.body !== undefined) {
        state.log.keepBody(entry, request.body, request.rawBody?.length ?? 0);
      }
      const ask = askOf(request, operation, state);
      const struck = state.rules.strike(ask);
      request.course = { operation, caller: undefined, ask, struck };
      noteFaults(request, [...struck.events, ...struck.views, ...(struck.answer ? [struck.answer] : [])]);
      for (const event of struck.events) happen(event, state);
      const instead = struck.answer && insteadOfWork(struck.answer, request.id, state.dialects);
      if (instead) {
        await deliver(state, request, reply, instead);
        return reply;
      }
      if (!operation.isIam) throttle(whoAsks(request, state), state);
      const query = request.query as Record<string, string | string[]>;
      if (state.dialects.has("repeated-parameter")) ignoreJoined(query);
      request.query = typedQuery(query, operation.queryTypes);
      return undefined;
    },
    handler: async (request, reply) => {
      if (operation.hasGaps) refuseGaps(request, operation);
      const repeat = repeatOf(request, state);
      const last = repeat && carryOut(repeat, request, operation, state);
      if (repeat && repeat.sees !== "last") {
        await deliver(state, request, reply, repeatedAnswer(repeat.sees, request.id));
        return reply;
      }
      const answer = last ? await last : work(request, operation, state);
      if (answer instanceof Refusal) throw answer;
      state.checkAnswer(operation, answer);
      const { status, body, headers } = answer;
      await finish(state, request, reply, {
        status,
        headers: { ...(body !== undefined && { "Content-Type": "application/json" }), ...headers },
        text: body === undefined ? "" : JSON.stringify(body),
      });
      return reply;
    },
  });
}

/** What is documented is honoured, or refused by name: a client must not believe that it worked. */
function refuseGaps({ query, headers, body }: FastifyRequest, { id, isIam, schema }: Operation): void {
  const place =
    unhonoured(schema.querystring, query) ??
    unhonoured(schema.headers, headers) ??
    unhonoured(schema.body, body);
  if (place === undefined) return;
  const refusal = notHonoured(place, id);
  throw isIam ? iamRefusal(refusal.status, refusal.message) : refusal;
}

/** What a gateway makes of this request, ordered as a fault or drawn by the dialect. */
function repeatOf({ course, method }: FastifyRequest, state: State): Repeat | undefined {
  const fault = course?.struck.answer;
  if (fault?.fault === "repeat") {
    const { reaches, after_ms = reaches === "late" ? maxLateMs : 0, sees = 504 } = fault;
    return { reaches, afterMs: after_ms, sees };
  }
  const isChange = method !== "GET" && course?.operation.isIam === false;
  if (!isChange || fault || !state.dialects.has("repeating-gateway")) return undefined;
  return drawRepeat(state.drawForGateway);
}

/**
 * Lets a repeated request reach the service as often, and when, the gateway
 * sends it on. Returns what the service makes of the last copy, when it is there.
 */
function carryOut(
  { reaches, afterMs }: Repeat,
  request: FastifyRequest,
  operation: Operation,
  state: State,
): Promise<Answer | Refusal> {
  const reach = (copy: number): Answer | Refusal => {
    try {
      return work(request, operation, state, copy);
    } catch (error) {
      // The service's refusal of a copy goes to the gateway, which answers as it likes.
      if (!(error instanceof Refusal)) throw error;
      return error;
    }
  };
  const first = reaches === "late" ? undefined : reach(0);
  if (reaches === "once" && first !== undefined) return Promise.resolve(first);
  const copy = reaches === "late" ? 0 : 1;
  if (afterMs === 0) return Promise.resolve(reach(copy));
  return new Promise((resolve) => {
    state.later(afterMs, () => {
      resolve(reach(copy));
    });
  });
}

/** Takes several ids in one value for no filter at all. */
function ignoreJoined(query: Record<string, string | string[]>): void {
  const { desktop_id } = query;
  if (desktop_id === undefined) return;
  const single = [desktop_id].flat().filter((value) => !value.includes(","));
  if (single.length > 0) query.desktop_id = single;
  else delete query.desktop_id;
}

function work(request: FastifyRequest, operation: Operation, state: State, copy = 0): Answer {
  const query = request.query as Record<string, unknown>;
  const { body } = request;
  if (operation.isIam) {
    const handler = iamHandlers[operation.id];
    if (!handler) throw new Error(`openapi.yaml names ${operation.id}, which nothing carries out`);
    return handler({
      directory: state.directory,
      query,
      headers: request.headers,
      body,
      url: state.url(),
      caller: () => whoAsks(request, state),
    });
  }
  const handler = workspaceHandlers[operation.id];
  if (!handler) throw new Error(`openapi.yaml names ${operation.id}, which nothing carries out`);
  const params = request.params as Record<string, string>;
  const { ask, struck } = request.course ?? { ask: undefined, struck: nothingStruck };
  const answer = handler({
    project: enterProject(whoAsks(request, state), params.project_id ?? ""),
    params,
    query,
    body,
    clock: state.clock,
    random: state.random,
    views: struck.views,
    start: {
      by: {
        who: "request",
        request_id: request.id,
        label: labelOf(request),
        operation: operation.id,
        copy,
      },
      fateOf: () => {
        const faults = ask ? state.rules.strikeJob(ask) : [];
        noteFaults(request, faults);
        return jobFate(faults);
      },
    },
  });
  return state.dialects.has("absent-lists") ? { ...answer, body: withoutNulls(answer.body) } : answer;
}

function noteFaults({ entry }: FastifyRequest, faults: readonly { readonly fault: string }[]): void {
  for (const { fault } of faults) entry?.faults.add(fault);
}

/** A copy in which fields without a value are absent. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== null);
  return Object.fromEntries(entries.map(([name, part]) => [name, withoutNulls(part)]));
}

function whoAsks(request: FastifyRequest, state: State): Caller {
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

/** Refuses a request of an account that has sent too many. */
function throttle({ account }: Caller, { limits, clock, wall }: State): void {
  const waitMs = limits?.take(account.name, clock.now());
  if (waitMs === undefined) return;
  const seconds = Math.ceil(waitMs / 1000);
  const date = () => new Date(1000 * Math.ceil((wall() + waitMs) / 1000)).toUTCString();
  switch (limits?.limit.retryAfter) {
    case "seconds":
      throw throttled(String(seconds));
    case "date":
      throw throttled(date());
    case undefined:
      throw throttled(undefined);
  }
}

function askOf(request: FastifyRequest, operation: Operation, state: State): Ask {
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

/** What every answer carries, and every log entry begins with. */
function greet(state: State, request: FastifyRequest, reply: FastifyReply): void {
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
function labelOf({ headers }: FastifyRequest): string | null {
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

function refuse(state: State, request: FastifyRequest, reply: FastifyReply, refusal: Refusal): void {
  // The admin side speaks no dialect: requests to it are in no log either.
  const spoken = request.entry ? spokenRefusal(refusal, state.dialects) : refusal;
  const { status, code, message, from, headers } = spoken;
  const body =
    from === "iam"
      ? { error: { code: status, message, title: iamTitles[status] ?? "Error" } }
      : { error_code: code, error_msg: message, request_id: request.id };
  const answer = {
    status,
    headers: { "Content-Type": "application/json", ...headers },
    text: JSON.stringify(body),
  };
  void finish(state, request, reply, answer);
}

const iamTitles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  501: "Not Implemented",
};

function readError(error: FastifyError, operation: Operation | undefined): Refusal {
  const { statusCode = 500, message } = error;
  if (statusCode === 413) return new Refusal(413, gatewayCodes.badRequest, "Request entity too large");
  if (statusCode >= 500) {
    return new Refusal(500, codes.internal, `The emulator has made a mistake: ${error.stack ?? message}`);
  }
  if (operation?.isIam) return iamRefusal(400, message);
  return new Refusal(400, codes.invalidParameter, message);
}

/** Sends an answer, or what the fault that has struck the request makes of it. */
async function finish(
  state: State,
  request: FastifyRequest,
  reply: FastifyReply,
  answer: WireAnswer,
): Promise<void> {
  const fault = request.course?.struck.answer;
  await deliver(state, request, reply, fault ? spoiled(fault, answer) : { kind: "send", answer });
}

async function deliver(
  state: State,
  request: FastifyRequest,
  reply: FastifyReply,
  delivery: Delivery,
): Promise<void> {
  const note = (status: number | null): void => {
    if (!request.entry) return;
    request.entry.request.status = status;
    state.noteAnswer(request.entry.request);
  };
  switch (delivery.kind) {
    case "cut":
      note(null);
      reply.hijack();
      request.raw.socket.destroy();
      return;
    case "silence":
      note(null);
      reply.hijack();
      return;
    case "send-part": {
      note(delivery.answer.status);
      const { answer, keepBytes } = delivery;
      const headers = { ...reply.getHeaders(), ...answer.headers } as Record<string, string>;
      reply.hijack();
      await state.saved();
      sendPart(reply.raw, { ...answer, headers }, keepBytes);
      return;
    }
    case "send-later":
      if (!(await state.clock.sleep(delivery.delayMs))) {
        reply.hijack();
        return;
      }
      break;
    case "send":
      break;
  }
  const { status, headers, text } = delivery.answer;
  note(status);
  void reply.code(status).headers(headers).send(text);
}
