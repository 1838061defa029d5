import { ConnectionError, CredentialsError } from "../errors";
import { cleanForeignText } from "../foreignText";
import type { Clock, HttpResponse, Log, Send } from "../host";
import { isOver, outOfTime, type Waiter } from "../operation";
import { revealed, type Secret } from "./grant";

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
  /** What else to check when it is refused. */
  advice?: string | undefined;
  /** What is sent with the call and must not come back in a message. */
  secrets: readonly Secret[];
  waiter: Waiter;
}

/** An answer with a good status. */
export interface IamAnswer {
  headers: Readonly<Record<string, string>>;
  json: Readonly<Record<string, unknown>>;
}

const TRIES = 4;
/** All tries together end after this, in ms, or when no caller waits any longer. */
const DEADLINE_MS = 60_000;
const ANSWER_TIMEOUT_MS = 15_000;

/** How long to wait before try number `attempt + 1`, in ms. */
export function backoff(attempt: number): number {
  return Math.min(8_000, 500 * 2 ** (attempt - 1));
}

/**
 * Calls IAM. All its calls may be repeated: a token too many does no harm. So
 * a lost connection, 429 and 5xx are tried again, up to four times and one
 * minute, and never after the last caller has left. Throws
 * `CredentialsError`: `refused` for another status, `unreachable` in the end;
 * `TimeoutError` when no caller waits any longer.
 */
export async function callIam(
  call: IamCall,
  world: { endpoint: string; send: Send; clock: Clock; log: Log; region?: string },
): Promise<IamAnswer> {
  const { endpoint, send, clock, log } = world;
  const { waiter } = call;
  const url = endpoint + call.path;
  const started = clock.now();
  const what = `${call.method} ${url.replace(/\?.*/, "")}`;
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);

  for (let attempt = 1; ; attempt++) {
    let failure: string;
    let systemCode: string | undefined;
    let waitMs = backoff(attempt);
    let worthRepeating = true;
    const leftMs = Math.min(DEADLINE_MS - (clock.now() - started), waiter.remaining());
    if (isOver(waiter)) throw outOfTime(`${call.purpose}: ${what}`);
    waiter.noteRequest?.();
    waiter.noteCall?.(`waiting for the answer of IAM to ${what}`);
    try {
      const answer = await send({
        method: call.method,
        url,
        headers: { "Content-Type": "application/json", ...call.headers() },
        ...(body !== undefined && { body }),
        timeoutMs: Math.max(1, Math.min(ANSWER_TIMEOUT_MS, leftMs)),
        signal: waiter.signal,
      });
      if (answer.status >= 200 && answer.status < 300) return read(answer, what, call);
      failure = `${what} answered ${describe(answer, call.secrets)}`;
      if (answer.status < 500 && answer.status !== 429) {
        const verdict = answer.status === 401 ? " is not accepted" : "";
        throw new CredentialsError("refused", `${call.purpose}${verdict}: ${failure}`, {
          status: answer.status,
          next: adviceFor(answer.status, failure, call.advice),
        });
      }
      waitMs = Math.max(waitMs, retryAfterMs(answer, clock));
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      failure = `no usable answer from IAM: ${error.failed}: ${cleanForeignText(error.why, revealed(call.secrets))}`;
      systemCode = error.systemCode;
      worthRepeating = error.code !== "HWD1403" && error.code !== "HWD1404";
    }
    if (isOver(waiter)) throw outOfTime(`${call.purpose}: ${what}`);
    const spent = clock.now() - started;
    if (!worthRepeating || attempt === TRIES || spent + waitMs > DEADLINE_MS) {
      const tries = `${attempt} ${attempt === 1 ? "try" : "tries"} in ${Math.round(spent / 1000)} s`;
      throw new CredentialsError("unreachable", `${call.purpose}: ${failure} (${tries})`, {
        ...(systemCode !== undefined && { systemCode }),
        ...(isUnknownHost(systemCode) &&
          world.region !== undefined && {
            next: `Check ${world.region}, then the network, the proxy and HW_AUTH_URL, and run again`,
          }),
      });
    }
    waiter.note(failure);
    log.debug(`${failure}; next try in ${waitMs} ms`);
    await clock.sleep(Math.min(waitMs, waiter.remaining()), waiter.signal);
  }
}

function isUnknownHost(systemCode: string | undefined): boolean {
  return systemCode === "ENOTFOUND" || systemCode === "EAI_AGAIN";
}

function read(answer: HttpResponse, what: string, call: IamCall): IamAnswer {
  const json = parse(answer.text);
  if (json) return { headers: answer.headers, json };
  throw new CredentialsError(
    "unreachable",
    `${call.purpose}: ${what} answered ${answer.status} with something that is not a JSON object`,
    {
      status: answer.status,
      next: "Check that HW_AUTH_URL is the address of IAM and that no proxy answers in its place",
    },
  );
}

/** Status, code, message and request id, in both forms that IAM has. */
function describe(answer: HttpResponse, secrets: readonly Secret[]): string {
  const json = parse(answer.text) ?? {};
  const error = typeof json.error === "object" && json.error !== null ? { ...json.error } : json;
  const field = (...names: string[]) =>
    names
      .map((name) => error[name])
      .filter((value) => typeof value === "string" || typeof value === "number")
      .map((value) => clean(String(value)))[0];
  const clean = (text: string, maxLength?: number) => cleanForeignText(text, revealed(secrets), maxLength);
  const code = field("error_code", "code");
  const message = field("error_msg", "message");
  const id = answer.headers["x-iam-trace-id"] ?? answer.headers["x-request-id"];
  return [
    String(answer.status),
    code !== undefined && code !== String(answer.status) ? ` ${code}` : "",
    message === undefined ? "" : `: ${message}`,
    id === undefined ? "" : ` (request id ${clean(id, 100)})`,
  ].join("");
}

function adviceFor(status: number, failure: string, more?: string): string {
  if (status === 401) {
    const cause = /signature/i.test(failure)
      ? "The signature is not accepted: the secret key does not belong to the access key, or the key was deleted. "
      : "";
    const also = more === undefined ? "" : `. ${more}`;
    return `${cause}Check that these credentials are right, still valid and of this cloud, and this machine's clock${also}`;
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
