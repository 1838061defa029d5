import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** The only algorithm that access keys sign with. */
const algorithm = "SDK-HMAC-SHA256";

const contentHash = "x-sdk-content-sha256";
const unsignedPayload = "UNSIGNED-PAYLOAD";

/** A request as it came in, as far as its signature covers it. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** The parts of an Authorization header. */
export interface Authorization {
  readonly accessKey: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** Undefined where the header is not one that an access key makes. */
export function parseAuthorization(header: string): Authorization | undefined {
  const match =
    /^SDK-HMAC-SHA256 +Access=([^,\s]+), *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/.exec(header);
  const [, accessKey, names, signature] = match ?? [];
  if (accessKey === undefined || names === undefined || signature === undefined) return undefined;
  return { accessKey, signedHeaders: names.split(";"), signature };
}

/** The signature that the request should carry. */
export function signatureOf(
  request: SignedRequest,
  signedHeaders: readonly string[],
  date: string,
  secretKey: string,
): string {
  const toSign = [algorithm, date, sha256(canonicalRequest(request, signedHeaders))].join("\n");
  return createHmac("sha256", secretKey).update(toSign).digest("hex");
}

/** Compares without telling by its time how much was right. */
export function sameSignature(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

/** The date of a header X-Sdk-Date in ms since 1970, or undefined where it is none. */
export function parseSdkDate(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  const time = Date.parse(
    `${String(year)}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}.000Z`,
  );
  return Number.isNaN(time) ? undefined : time;
}

function two(part: number | undefined): string {
  return String(part).padStart(2, "0");
}

function canonicalRequest(request: SignedRequest, signedHeaders: readonly string[]): string {
  const [path = "", query = ""] = splitOnce(request.url, "?");
  const lines = signedHeaders.map((name) => `${name}:${headerValue(request.headers[name])}\n`);
  return [
    request.method.toUpperCase(),
    canonicalPath(path),
    canonicalQuery(query),
    lines.join(""),
    signedHeaders.join(";"),
    signedHeaders.includes(contentHash) ? payloadHash(request) : sha256(request.body),
  ].join("\n");
}

/** Clients that do not want to read the whole body first say so, in a header that they sign. */
function payloadHash({ headers, body }: SignedRequest): string {
  return headers[contentHash] === unsignedPayload ? unsignedPayload : sha256(body);
}

function headerValue(value: string | string[] | undefined): string {
  // Node reads header bytes as Latin-1, clients sign what they mean: UTF-8.
  const text = Array.isArray(value) ? value.join(",") : (value ?? "");
  return Buffer.from(text, "latin1").toString("utf8").trim();
}

function canonicalPath(path: string): string {
  const encoded = path.split("/").map((segment) => encode(decode(segment)));
  const joined = encoded.join("/");
  return joined.endsWith("/") ? joined : `${joined}/`;
}

function canonicalQuery(query: string): string {
  if (query === "") return "";
  const pairs = query
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const [name = "", value = ""] = splitOnce(part, "=");
      return [decode(name.replaceAll("+", " ")), decode(value.replaceAll("+", " "))] as const;
    });
  pairs.sort(([a, b], [c, d]) => compare(a, c) || compare(b, d));
  return pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
