import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Caller } from "./accounts";
import { typedQuery, unhonoured, type Operation } from "./contract";
import { askOf, labelOf, noteFaults, whoAsks } from "./course";
import { deliver, finish } from "./delivery";
import { iamRefusal } from "./directory";
import { insteadOfWork } from "./fault-answers";
import { nothingStruck } from "./fault-rules";
import { enterProject } from "./gateway";
import { iamHandlers } from "./iam-api";
import { jobFate } from "./job-faults";
import { notHonoured, Refusal, throttled } from "./refusals";
import { drawRepeat, maxLateMs, repeatedAnswer, type Repeat } from "./repeats";
import type { State } from "./state";
import { happen } from "./world-events";
import { workspaceHandlers, type Answer } from "./workspace-api";

/** Serves one operation of openapi.yaml. */
export function route(app: FastifyInstance, state: State, operation: Operation, url: string): void {
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

/** A copy in which fields without a value are absent. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== null);
  return Object.fromEntries(entries.map(([name, part]) => [name, withoutNulls(part)]));
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
