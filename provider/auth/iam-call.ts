import type { Clock } from "../clock";
import type { Log } from "../log";
import { CredentialsError } from "./errors";
import { ConnectionError, type HttpResponse, type Send } from "./http";
import { redact, type Secret } from "./secret";

/** One call to IAM. */
export interface IamCall {
  method: "GET" | "POST";
  /** From the base address on, with the query. */
  path: string;
  /** Made anew for every try: signatures grow old. */
  headers: () => Record<string, string>;
  body?: unknown;
  /** What is being tried and with which credentials, for the error. */
  purpose: string;
  /** What else to look at when it is refused. */
  advice?: string | undefined;
  /** What went out with the call and must not come back in a message. */
  secrets: readonly Secret[];
}

/** An answer with a good status. */
export interface IamAnswer {
  headers: Readonly<Record<string, string>>;
  json: Readonly<Record<string, unknown>>;
}

const tries = 4;
const deadlineMs = 60_000;
const answerMs = 15_000;

/** How long to wait before try number `attempt` (from 1 on), in ms. */
export function backoff(attempt: number): number {
  return Math.min(8_000, 500 * 2 ** (attempt - 1));
}

/**
 * Calls IAM. All its calls may be repeated: a token too many hurts nobody. So
 * a lost connection, 429 and 5xx are tried again, up to four times and one
 * minute. Throws `CredentialsError`: `refused` for another status,
 * `unreachable` in the end.
 */
export async function callIam(
  call: IamCall,
  world: { endpoint: string; send: Send; clock: Clock; log: Log },
): Promise<IamAnswer> {
  const { endpoint, send, clock, log } = world;
  const url = endpoint + call.path;
  const started = clock.now();
  const what = `${call.method} ${url.replace(/\?.*/, "")}`;
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);

  for (let attempt = 1; ; attempt++) {
    let failure: string;
    let waitMs = backoff(attempt);
    let worthRepeating = true;
    try {
      const answer = await send({
        method: call.method,
        url,
        headers: { "Content-Type": "application/json", ...call.headers() },
        ...(body !== undefined && { body }),
        timeoutMs: answerMs,
      });
      if (answer.status >= 200 && answer.status < 300) return read(answer, what, call);
      failure = `${what} answered ${describe(answer, call.secrets)}`;
      if (answer.status < 500 && answer.status !== 429) {
        throw new CredentialsError(
          "refused",
          `${call.purpose}: ${failure}. ${advice(answer.status, call.advice)}`,
          answer.status,
        );
      }
      waitMs = Math.max(waitMs, retryAfterMs(answer, clock));
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      failure = `no usable answer from IAM: ${redact(error.message, call.secrets)}`;
      worthRepeating = !/CERT|SELF_SIGNED|ALTNAME/.test(error.code);
    }
    const spent = clock.now() - started;
    if (!worthRepeating || attempt === tries || spent + waitMs > deadlineMs) {
      throw new CredentialsError(
        "unreachable",
        `${call.purpose}: ${failure} (${attempt} ${attempt === 1 ? "try" : "tries"} in ${Math.round(spent / 1000)} s). ` +
          "Check the network, the proxy and HW_AUTH_URL, and try again",
      );
    }
    log.debug(`${failure}; next try in ${waitMs} ms`);
    await clock.sleep(waitMs);
  }
}

function read(answer: HttpResponse, what: string, call: IamCall): IamAnswer {
  const json = parse(answer.text);
  if (json) return { headers: answer.headers, json };
  throw new CredentialsError(
    "unreachable",
    `${call.purpose}: ${what} answered ${answer.status} with something that is no JSON object. ` +
      "Check that HW_AUTH_URL is the address of IAM and that no proxy answers in its place",
    answer.status,
  );
}

/** Status, code, message and request id, in both forms that IAM has. */
function describe(answer: HttpResponse, secrets: readonly Secret[]): string {
  const json = parse(answer.text) ?? {};
  const error = typeof json.error === "object" && json.error !== null ? { ...json.error } : json;
  const field = (...names: string[]) =>
    names.map((name) => error[name]).find((v) => typeof v === "string" || typeof v === "number");
  const code = field("error_code", "code");
  const message = field("error_msg", "message");
  const id = answer.headers["x-iam-trace-id"] ?? answer.headers["x-request-id"];
  const words = [
    String(answer.status),
    code !== undefined && String(code) !== String(answer.status) ? ` ${code}` : "",
    message === undefined ? "" : `: ${String(message).slice(0, 500)}`,
    id === undefined ? "" : ` (request id ${id})`,
  ];
  return redact(words.join(""), secrets);
}

function advice(status: number, more?: string): string {
  if (status === 401) {
    const also = more === undefined ? "" : `. ${more}`;
    return `Check that these credentials are right, still valid and of this cloud, and this machine's clock${also}`;
  }
  if (status === 403) return "These credentials lack the permission for this call";
  if (status === 404) return "Check HW_AUTH_URL, the region and the names in these credentials";
  if (status >= 300 && status < 400) return "Redirects are not followed; check HW_AUTH_URL";
  return "Check these credentials";
}

function retryAfterMs(answer: HttpResponse, clock: Clock): number {
  const value = answer.headers["retry-after"];
  if (value === undefined) return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - clock.date().getTime();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null && !Array.isArray(json) ? { ...json } : undefined;
  } catch {
    return undefined;
  }
}
