import type { HttpRequest, HttpResponse } from "../auth/http";
import { ApiError } from "./errors";

/** An answer that is what it should be: a success with a JSON object. */
export interface Answer {
  body: Readonly<Record<string, unknown>>;
  requestId: string;
  /** The service's own time of day, ms since 1970, where the answer tells it. */
  serverTime: number | undefined;
  method: string;
  path: string;
}

/** How much of an answer that is no JSON an error quotes. */
const QUOTED_CHARACTERS = 200;

/** Whether this is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Text of a field, or nothing where the service left it out. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Number of a field, or nothing where the service left it out. Numbers written as text count. */
export function number(value: unknown): number | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "string" && /^\d+(\.\d+)?$/.test(value)) return Number(value);
  return undefined;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Such as `Fri, 02 Jan 2026 03:04:05 GMT`. `Date.parse` alone makes a date of "1.5", too. */
const HTTP_DATE = /^[A-Za-z]{3}, \d{2} [A-Za-z]{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * `Retry-After`, as seconds or as a date, in ms from `now`. A date in the past is 0; anything unreadable is
 * nothing.
 */
export function retryAfter(value: string | undefined, now: Date): number | undefined {
  const told = value?.trim() ?? "";
  if (/^\d+$/.test(told)) return Number(told) * 1000;
  const date = HTTP_DATE.test(told) ? Date.parse(told) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

function snippet(body: string): string {
  const line = body.replace(/\s+/g, " ").trim();
  if (line === "") return "an empty answer";
  return line.length > QUOTED_CHARACTERS ? `${line.slice(0, QUOTED_CHARACTERS)}…` : line;
}

/**
 * Turns what came over the wire into an answer. Throws `ApiError` for
 * everything that is none; `redact` takes out of its text what nobody may see.
 */
export function readAnswer(
  request: HttpRequest,
  response: HttpResponse,
  now: Date,
  redact: (text: string) => string = (text) => text,
): Answer {
  const path = new URL(request.url).pathname;
  const requestId = response.headers["x-request-id"] ?? "";
  const body = parse(response.text);
  if (response.status >= 200 && response.status < 300 && isObject(body)) {
    const serverTime = Date.parse(response.headers.date ?? "");
    return {
      body,
      requestId,
      serverTime: Number.isNaN(serverTime) ? undefined : serverTime,
      method: request.method,
      path,
    };
  }
  // A proxy or gateway may repeat the headers of the request, and with them the credentials.
  const shown = redact(response.text);
  const refusal = parse(shown);
  const told = isObject(refusal) ? refusal : {};
  throw new ApiError({
    status: response.status,
    code: text(told.error_code) ?? "",
    reason: text(told.error_msg) ?? snippet(shown),
    requestId: requestId === "" ? (text(told.request_id) ?? "") : requestId,
    method: request.method,
    path,
    retryAfterMs: retryAfter(response.headers["retry-after"], now),
  });
}

/** The error for a success whose JSON is not of the documented shape. */
export function wrongShape(answer: Answer, what: string): ApiError {
  return new ApiError({
    status: 200,
    code: "",
    reason: `the answer is not as documented: ${what}; it begins ${snippet(JSON.stringify(answer.body))}`,
    requestId: answer.requestId,
    method: answer.method,
    path: answer.path,
  });
}
