import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import tls from "node:tls";

import axios, { isAxiosError } from "axios";

import { ConnectionError, type HttpRequest, type HttpResponse, type Send } from "../auth/http";
import { version } from "../version";

/** How requests are sent; everything has a default. */
export interface TransportOptions {
  /** Accept any certificate. Default false. */
  insecure?: boolean;
  /** Certificates (PEM) to trust besides those that Node trusts. */
  ca?: string;
  /** How long a connection may take, name look-up, proxy and TLS included, in ms. Default 10,000. */
  connectTimeoutMs?: number;
  /** The largest answer to accept, decompressed, in bytes. Default 10 MiB. */
  maxAnswerBytes?: number;
  /** Added to `User-Agent`, such as `pulumi/3.245.0`. */
  userAgent?: string;
}

/**
 * Sends requests with axios. Reads share kept-alive connections; a request
 * with `freshConnection` opens its own. Redirects are not followed (axios
 * would carry the token to the other host): a 3xx is an answer like any other.
 * `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` are obeyed, except for loopback.
 */
export function createTransport(options: TransportOptions = {}): Send {
  const { connectTimeoutMs = 10_000, maxAnswerBytes = 10 * 1024 * 1024 } = options;
  const trust = {
    rejectUnauthorized: !options.insecure,
    ...(options.ca !== undefined && { ca: [...trustedByNode(), options.ca] }),
  };
  const agents = (keepAlive: boolean, more: { signal?: AbortSignal } = {}) => ({
    httpAgent: new http.Agent({ keepAlive }),
    httpsAgent: new https.Agent({ keepAlive, ...trust, ...more }),
  });
  const kept = agents(true);
  const fresh = agents(false);
  const userAgent = [
    `pulumi-huaweicloud-workspace/${version}`,
    `node/${process.versions.node}`,
    ...(options.userAgent === undefined ? [] : [options.userAgent]),
  ].join(" ");

  return async (request) => {
    const exchange = new Exchange(request, connectTimeoutMs);
    try {
      const answer = await axios.request<string>({
        method: request.method,
        url: request.url,
        headers: { "User-Agent": userAgent, ...request.headers },
        data: request.body,
        ...(mayNeedTunnel(request.url)
          ? agents(false, { signal: exchange.signal })
          : request.freshConnection
            ? fresh
            : kept),
        ...(isLoopback(request.url) && { proxy: false }),
        transport: exchange,
        signal: exchange.signal,
        maxRedirects: 0,
        maxContentLength: maxAnswerBytes,
        responseType: "text",
        transformRequest: [],
        transformResponse: [],
        validateStatus: () => true,
      });
      exchange.refuseAnswerOfProxy(answer.status);
      return {
        status: answer.status,
        headers: Object.fromEntries(
          Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
        ),
        text: answer.data,
      } satisfies HttpResponse;
    } catch (error) {
      throw exchange.explain(error);
    } finally {
      exchange.end();
    }
  };
}

/** Watches one request, to know how far it came and to stop it when it takes too long. */
class Exchange {
  /** False until bytes of the request can have left for the server. */
  #connected = false;
  #answeredByProxy = false;
  #timer: NodeJS.Timeout | undefined;
  #timeUp: TimeUp | undefined;
  readonly #stop = new AbortController();
  /** Fires when the time is up. */
  readonly signal = this.#stop.signal;

  constructor(
    private readonly asked: HttpRequest,
    private readonly connectTimeoutMs: number,
  ) {}

  /** What axios calls to open the request (`transport`). */
  request(
    options: https.RequestOptions,
    onAnswer: (answer: http.IncomingMessage) => void,
  ): http.ClientRequest {
    const request = (options.protocol === "https:" ? https : http).request(options, onAnswer);
    this.#limit(this.connectTimeoutMs, "no connection");
    request.once("socket", (socket) => {
      const connected = () => {
        this.#connected = true;
        this.#limit(this.asked.timeoutMs, "no answer");
      };
      const encrypted = socket instanceof tls.TLSSocket;
      if (request.reusedSocket) connected();
      else if (options.protocol === "https:" && !encrypted) this.#answeredByProxy = true;
      else socket.once(encrypted ? "secureConnect" : "connect", connected);
    });
    return request;
  }

  #limit(ms: number, what: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timeUp = new TimeUp(`${what} within ${ms / 1000} s`);
      this.#stop.abort();
    }, ms);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  /** A proxy that opens no tunnel answers in the server's place. */
  refuseAnswerOfProxy(status: number): void {
    if (this.#answeredByProxy) throw new ProxyRefused(`the proxy opened no tunnel (HTTP ${status})`);
  }

  /** The error to throw: the words that matter, and nothing of axios, whose errors carry the headers. */
  explain(error: unknown): ConnectionError {
    const url = new URL(this.asked.url);
    const cause = this.#timeUp ?? (isAxiosError(error) && error.cause instanceof Error ? error.cause : error);
    const code = codeOf(cause) ?? codeOf(error) ?? "UNKNOWN";
    const words = cause instanceof Error && cause.message ? cause.message : code;
    const hint = hints.find(([pattern]) => pattern.test(code))?.[1];
    return new ConnectionError(
      `${this.asked.method} ${url.origin}${url.pathname}: ${words}${words.includes(code) ? "" : ` (${code})`}${hint ? `: ${hint}` : ""}`,
      this.#connected ? "unknown" : "no",
      code,
    );
  }
}

class TimeUp extends Error {
  readonly code = "ETIMEDOUT";
}

class ProxyRefused extends Error {
  readonly code = "EPROXY";
}

const hints: [RegExp, string][] = [
  [/^(ENOTFOUND|EAI_AGAIN)$/, "the host name is not known; check region, endpoint and the network"],
  [/^ECONNREFUSED$/, "nothing listens there; check the endpoint"],
  [
    /CERT|ISSUER|SELF_SIGNED|ALTNAME/,
    "the server's certificate is not trusted; name its CA with HW_CACERT or NODE_EXTRA_CA_CERTS",
  ],
  [/^EPROXY$/, "check HTTPS_PROXY and NO_PROXY"],
];

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/**
 * axios opens a tunnel per request and has no hold on the connection to the
 * proxy: an agent of the request's own hands its signal down, so that a proxy
 * which says nothing is left when the time is up.
 */
function mayNeedTunnel(url: string): boolean {
  const named = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"].some((name) => process.env[name]);
  return named && url.startsWith("https:") && !isLoopback(url);
}

function isLoopback(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** A list of one's own replaces Node's, so what Node trusts by itself has to be put beside it. */
function trustedByNode(): readonly string[] {
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  if (extra === undefined || extra === "") return tls.rootCertificates;
  try {
    return [...tls.rootCertificates, readFileSync(extra, "utf8")];
  } catch {
    // Node itself has warned about it at its start.
    return tls.rootCertificates;
  }
}
