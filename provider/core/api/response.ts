import type { ErrorCode } from "../errorCodes";
import { ApiError } from "../errors";
import { cleanForeignText } from "../foreignText";
import type { HttpRequest, HttpResponse } from "../host";

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

/** A UUID, with or without its hyphens. */
const UUID = /^[0-9a-f-]{32,36}$/i;

/** What an id is compared by: the case in which a UUID is written makes no other id. */
export function idKey(id: string): string {
  return UUID.test(id) ? id.toLowerCase() : id;
}

/** Whether both are the same id. */
export function isSameId(one: string | undefined, other: string | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && idKey(one) === idKey(other));
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

/** The same entries, each either there or absent, but never undefined. */
type Compact<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Without the entries that are undefined: what is not known is absent. */
export function compact<T extends object>(value: T): Compact<T> {
  return Object.fromEntries(Object.entries(value).filter((pair) => pair[1] !== undefined)) as Compact<T>;
}

/**
 * Codes of the service that decide something, each with what is known of it.
 * Words decide nothing: "does not exist" is also said of users, keys and
 * subnets.
 */

/** Another change of the desktop is under way, or it does not allow this one now. With any HTTP status. */
export const CONFLICT_CODES: readonly string[] = [
  "WKS.0407", // "disks are being added"; seen with HTTP 400
  "WKS.00010032", // "current instance status is … and deny operation …"; seen with HTTP 409
  "WKS.00010409", // conflict on a desktop
];

/** The gateway refuses for speed. */
export const THROTTLING_CODES: readonly string[] = [
  "APIGW.0308", // seen as "200 requests in 5 minutes", HTTP 429
];

/** About this very desktop: it is not there. */
export const UNKNOWN_DESKTOP_CODES: readonly string[] = [
  "WKS.00010404", // the desktop does not exist
];

/** About this very volume: it is not there. */
export const UNKNOWN_VOLUME_CODES: readonly string[] = [
  "WKS.00020404", // the volume does not exist
];

/** About this very job: it is not there. */
export const UNKNOWN_JOB_CODES: readonly string[] = [
  "WKS.00030404", // the job does not exist
];

/** May mean that the object asked for is not there, and may mean something else. */
export const AMBIGUOUS_CODES: readonly string[] = [
  "WKS.0001", // "The request message input by the interface is empty."; the Terraform provider takes it for not found
  "WKS.0202", // "The resource not found."; seen with HTTP 500
];

/** Whether a code is the service's own, and not of a gateway in front of it. */
export function isServiceCode(code: string): boolean {
  return code.startsWith("WKS.");
}

/**
 * Every reading of a time that the service wrote, ms since 1970: one where it
 * names a zone, two (UTC and +08:00) where it does not, none where it is absent
 * or unreadable.
 */
export type Times = readonly number[];

/** The service's home: where it names no zone, its clocks may show this one. */
const HOME_OFFSET_MS = 8 * 60 * 60 * 1000;

/** One documented example has a colon before the fraction of a second. */
const WRITTEN =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,:](\d{1,9}))?)? ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?$/i;

/** Such as `Fri, 02 Jan 2026 03:04:05 GMT`. `Date.parse` alone makes a date of "1.5", too. */
const HTTP_DATE = /^[A-Za-z]{3}, \d{2} [A-Za-z]{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Reads a time as the service writes it: ISO 8601 with or without a zone, or a Unix time in s or ms. */
export function readTimes(value: unknown): Times {
  if (typeof value === "number") return unixTime(value);
  if (typeof value !== "string") return [];
  const written = value.trim();
  if (/^\d{10,13}$/.test(written)) return unixTime(Number(written));
  const [match, ...groups] = WRITTEN.exec(written) ?? [];
  if (match === undefined) return [];
  const [year, month, day, hour, minute, second] = groups
    .slice(0, 6)
    .map((group: string | undefined) => Number(group ?? 0));
  const [fraction, zone] = [groups[6], groups[7]];
  const isReal =
    inRange(month, 1, 12) &&
    inRange(day, 1, 31) &&
    inRange(hour, 0, 24) &&
    inRange(minute, 0, 59) &&
    inRange(second, 0, 60);
  if (!isReal) return [];
  const ms = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);
  const utc = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second, ms);
  if (zone === undefined) return [utc, utc - HOME_OFFSET_MS];
  return [utc - offsetOf(zone)];
}

/** The time of day in an HTTP header such as `Date`, ms since 1970; undefined where it cannot be read. */
export function readHttpDate(value: string | undefined): number | undefined {
  return value !== undefined && HTTP_DATE.test(value) ? Date.parse(value) : undefined;
}

function unixTime(value: number): Times {
  if (value >= 1e12 && value < 1e14) return [value];
  return value >= 1e9 && value < 1e11 ? [value * 1000] : [];
}

function inRange(value: number | undefined, least: number, most: number): boolean {
  return value !== undefined && value >= least && value <= most;
}

function offsetOf(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  const ms = (Number(hours) * 60 + Number(minutes ?? 0)) * 60_000;
  return sign === "-" ? -ms : ms;
}
