import { inspect } from "node:util";
import { createHash, createHmac } from "node:crypto";
import type { Clock } from "../host";

/** A secret value that shows itself nowhere but where it is asked for by name. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself: for a header or a body, never for a message. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [inspect.custom](): string {
    return "[secret]";
  }
}

/** The values of secrets, to clean a text of others with. */
export function revealed(secrets: readonly Secret[]): string[] {
  return secrets.map((secret) => secret.reveal()).filter((value) => value !== "");
}

/** What authorises requests: a token, or a key that signs them. */
export type RequestCredentials =
  | { kind: "token"; token: Secret }
  | { kind: "key"; accessKey: string; secretKey: Secret; securityToken?: Secret };

/** Request credentials and how long they are valid. */
export interface Grant {
  credentials: RequestCredentials;
  /** Undefined where it is not known. */
  expiry?: Expiry;
  /** Known for tokens: the project that they are scoped to. */
  projectId?: string;
}

/** When a grant ends. */
export interface Expiry {
  /** The service's time of day, for messages. */
  at: Date;
  /** The same on this process's monotonic clock, in ms. */
  end: number;
  /** From being granted to the end, in ms. */
  lifetimeMs: number;
}

/**
 * When a grant ends. For one that was just made, its life is counted from now
 * by what the service says, so that a local clock that is wrong makes no grant
 * end too late or too early.
 */
export function expiryOf(
  granted: { expiresAt: unknown; issuedAt?: unknown; justMade: boolean },
  clock: Clock,
  serviceDate: string | undefined,
): Expiry | undefined {
  const end = dateOf(granted.expiresAt);
  if (end === undefined) return undefined;
  const local = clock.date().getTime();
  const serviceTime = dateOf(serviceDate);
  // The header has whole seconds only: better than the local clock only where they really differ.
  const now = serviceTime !== undefined && Math.abs(serviceTime - local) > 5_000 ? serviceTime : local;
  const issued = dateOf(granted.issuedAt) ?? now;
  // Made just now and over already: its clock and ours disagree beyond repair, so only a 401 can say.
  if (granted.justMade && end <= issued) return undefined;
  const remainingMs = end - (granted.justMade ? issued : now);
  return { at: new Date(end), end: clock.now() + remainingMs, lifetimeMs: end - issued };
}

function dateOf(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * The headers that authorise a request. A signature covers what this client
 * alone decides: the type of the body, the project, the security token.
 */
export function headersFor(
  credentials: RequestCredentials,
  request: SignableRequest,
  date: Date,
  projectId?: string,
): Record<string, string> {
  if (credentials.kind === "token") return { "X-Auth-Token": credentials.token.reveal() };
  const type = Object.entries(request.headers).find(([name]) => name.toLowerCase() === "content-type");
  const own = {
    ...(projectId !== undefined && { "X-Project-Id": projectId }),
    ...(credentials.securityToken && { "X-Security-Token": credentials.securityToken.reveal() }),
  };
  const covered = { ...(type && request.body !== undefined && { "Content-Type": type[1] }), ...own };
  const key = { accessKey: credentials.accessKey, secretKey: credentials.secretKey.reveal() };
  return { ...own, ...sign({ ...request, headers: covered }, key, date) };
}

/** All of the credentials that must not be shown; the access key's id counts too. */
export function secretsOf(credentials: RequestCredentials): Secret[] {
  if (credentials.kind === "token") return [credentials.token];
  const { accessKey, secretKey, securityToken } = credentials;
  return [new Secret(accessKey), secretKey, ...(securityToken ? [securityToken] : [])];
}

/** A request as far as its signature covers it. */
export interface SignableRequest {
  method: string;
  /** Absolute, with the query. */
  url: string;
  /** The headers to cover. Nothing on the way may change them. */
  headers: Readonly<Record<string, string>>;
  /** JSON text; absent where there is none. */
  body?: string;
}

/**
 * Signs a request with an access key: Huawei Cloud's `SDK-HMAC-SHA256`.
 *
 * Returns the two headers that make it signed, `X-Sdk-Date` and
 * `Authorization`. The `Host` header is covered as HTTP clients send it: with
 * the port where it is not the scheme's own. A signature is good for 15
 * minutes around `date`.
 */
export function sign(
  request: SignableRequest,
  key: { accessKey: string; secretKey: string },
  date: Date,
): { "X-Sdk-Date": string; Authorization: string } {
  const url = new URL(request.url);
  const timestamp = date.toISOString().replace(/[-:]|\.\d+/g, "");

  const headers = Object.entries({ ...request.headers, Host: url.host, "X-Sdk-Date": timestamp })
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .sort(([a], [b]) => bytewise(a, b));
  const signedHeaders = headers.map(([name]) => name).join(";");

  const canonicalRequest = [
    request.method.toUpperCase(),
    canonicalPath(url.pathname),
    canonicalQuery(url.searchParams),
    ...headers.map(([name, value]) => `${name}:${value}`),
    "",
    signedHeaders,
    sha256(request.body ?? ""),
  ].join("\n");
  const stringToSign = ["SDK-HMAC-SHA256", timestamp, sha256(canonicalRequest)].join("\n");
  const signature = createHmac("sha256", key.secretKey).update(stringToSign).digest("hex");

  return {
    "X-Sdk-Date": timestamp,
    Authorization: `SDK-HMAC-SHA256 Access=${key.accessKey}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  };
}

/** Every segment encoded anew, and always a slash at the end, whether the path has one or not. */
function canonicalPath(pathname: string): string {
  const path = pathname.split("/").map((segment) => encode(decodeURIComponent(segment)));
  return path.join("/").replace(/\/?$/, "/");
}

/** Sorted by name, then value, before they are encoded. */
function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .sort(([nameA, valueA], [nameB, valueB]) => bytewise(nameA, nameB) || bytewise(valueA, valueB))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join("&");
}

/** RFC 3986: everything but letters, digits and `-._~`; `encodeURIComponent` leaves five more. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The order of the UTF-8 bytes; JavaScript's own order differs beyond the basic plane. */
function bytewise(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
