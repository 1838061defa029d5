import { createHash, createHmac } from "node:crypto";

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
