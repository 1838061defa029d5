import { ApiError, type ErrorCode } from "../errors";
import { cleanForeignText } from "../foreignText";
import type { HttpRequest, HttpResponse } from "../host";
import { AMBIGUOUS_CODES, CONFLICT_CODES, isServiceCode, THROTTLING_CODES } from "./serviceCodes";
import { readHttpDate } from "./times";

/** An answer that is what it should be: a success with a JSON object. */
export interface Answer {
  body: Readonly<Record<string, unknown>>;
  requestId: string;
  /** The service's time of day with this answer, ms since 1970. */
  serverTime: number | undefined;
  method: string;
  path: string;
  /** Text of others, without our credentials and control characters, cut: for messages. */
  clean: (text: string) => string;
}

/** How much of an answer that is not JSON an error quotes. */
const QUOTED_CHARACTERS = 200;
const ID_CHARACTERS = 100;

/** Whether this is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Text of a field, or undefined where the service left it out. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Number of a field, or undefined where the service left it out. Numbers written as text count. */
export function number(value: unknown): number | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "string" && /^\d{1,15}(\.\d{1,15})?$/.test(value)) return Number(value);
  return undefined;
}

/** An id: text that can stand in a URL and in a message as it is; else undefined. */
export function id(value: unknown): string | undefined {
  return typeof value === "string" && /^[\x21-\x7e]{1,255}$/.test(value) ? value : undefined;
}

/** The items of a list that may be absent; undefined where it is, or is not a list. */
export function list(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? (value as readonly unknown[]) : undefined;
}

/**
 * `Retry-After`, as seconds or as a date, in ms from `now`. A date in the past
 * is 0; undefined where it is absent or unreadable.
 */
export function retryAfter(value: string | undefined, now: Date): number | undefined {
  const written = value?.trim() ?? "";
  if (/^\d{1,9}$/.test(written)) return Number(written) * 1000;
  const date = readHttpDate(written);
  return date === undefined ? undefined : Math.max(0, date - now.getTime());
}

/**
 * Turns what came over the wire into an answer. Throws `ApiError` for
 * everything else, also for a refusal that comes as a success: a body with
 * `error_code` and nothing of an answer. `secrets` are taken out of its text.
 */
export function readAnswer(
  request: Pick<HttpRequest, "method" | "url">,
  response: HttpResponse,
  now: Date,
  secrets: readonly string[] = [],
  permission?: string,
): Answer {
  const path = new URL(request.url).pathname;
  const clean = (foreign: string, maxLength?: number) => cleanForeignText(foreign, secrets, maxLength);
  const body = parse(response.text);
  const fields = isObject(body) ? body : {};
  const requestId = clean(response.headers["x-request-id"] ?? text(fields.request_id) ?? "", ID_CHARACTERS);
  const serverTime = readHttpDate(response.headers.date);
  const { method } = request;
  const { status } = response;
  if (status >= 200 && status < 300 && isObject(body) && !isBareRefusal(body)) {
    return { body, requestId, serverTime, method, path, clean };
  }
  const serviceCode = refusalCode(fields) === "" ? "" : clean(refusalCode(fields), ID_CHARACTERS);
  throw new ApiError({
    code: errorCodeOf(status, serviceCode, isObject(body)),
    status,
    serviceCode,
    reason: clean(text(fields.error_msg) ?? "") || quote(response.text, clean),
    requestId,
    method,
    path,
    retryAfterMs: retryAfter(response.headers["retry-after"], now),
    serverTime,
    permission,
  });
}

/**
 * The error for a success that lacks what was asked for: the refusal that it
 * carries, or that it is not as documented.
 */
export function missing(answer: Answer, what: string): ApiError {
  const { body, requestId, method, path, serverTime } = answer;
  const serviceCode = answer.clean(refusalCode(body));
  const common = { status: 200, serviceCode, requestId, method, path, serverTime };
  if (serviceCode !== "") {
    const reason = answer.clean(text(body.error_msg) ?? "") || "no reason given";
    return new ApiError({ ...common, code: errorCodeOf(200, serviceCode, true), reason });
  }
  const begins = quote(JSON.stringify(body), answer.clean);
  return new ApiError({
    ...common,
    code: "HWD1309",
    reason: `the answer is not as documented: ${what}; it begins ${begins}`,
  });
}

/** The code of a refusal; "" where there is none. Some services write "0" or "success" for none. */
function refusalCode(body: Readonly<Record<string, unknown>>): string {
  const code = text(body.error_code) ?? "";
  return /^(0*|success|ok)$/i.test(code) ? "" : code;
}

const REFUSAL_FIELDS = /^(error_|encoded_|request_?id$|message$)/;

function isBareRefusal(body: Readonly<Record<string, unknown>>): boolean {
  return refusalCode(body) !== "" && Object.keys(body).every((key) => REFUSAL_FIELDS.test(key));
}

/** What an answer that is not a success is listed under in docs/errors.md. The service's code decides before the status. */
function errorCodeOf(status: number, serviceCode: string, isJson: boolean): ErrorCode {
  if (status === 429 || THROTTLING_CODES.includes(serviceCode)) return "HWD1306";
  if (status === 409 || CONFLICT_CODES.includes(serviceCode)) return "HWD1305";
  if (status === 401) return "HWD1303";
  if (status === 403) return "HWD1302";
  if (AMBIGUOUS_CODES.includes(serviceCode)) return "HWD1304";
  if (status >= 500) return "HWD1307";
  if (status === 404 && (serviceCode !== "" || isJson)) return "HWD1304";
  if (isServiceCode(serviceCode)) return "HWD1301";
  if (status === 404) return "HWD1304";
  return isJson && status >= 400 ? "HWD1301" : "HWD1308";
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function quote(body: string, clean: (text: string, maxLength?: number) => string): string {
  return clean(body, QUOTED_CHARACTERS) || "an empty answer";
}
