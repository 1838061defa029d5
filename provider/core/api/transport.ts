import http from "node:http";
import https from "node:https";
import { BlockList, isIP } from "node:net";
import tls from "node:tls";
import { readFileSync } from "node:fs";
import axios from "axios";
import { isAxiosError } from "axios";
import { version } from "../../version";
import { ConnectionError } from "../errors";
import type { Environment, HttpRequest, HttpResponse, Send } from "../host";

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
  /** Names proxies and `NODE_EXTRA_CA_CERTS`. Default: none. */
  env?: Environment;
}

/**
 * Sends requests with axios. Reads share kept-alive connections; a request
 * with `freshConnection` opens its own. Redirects are not followed (axios
 * would carry the token to the other host): a 3xx is an answer like any other.
 * Proxies are obeyed as `proxyFor` reads them.
 */
export function createTransport(options: TransportOptions = {}): Send {
  const { connectTimeoutMs = 10_000, maxAnswerBytes = 10 * 1024 * 1024, env = {} } = options;
  const trust = {
    rejectUnauthorized: !options.insecure,
    ...(options.ca !== undefined && { ca: [...trustedByNode(env), options.ca] }),
  };
  const agents = (keepAlive: boolean, more: { signal?: AbortSignal } = {}) => ({
    httpAgent: new http.Agent({ keepAlive }),
    httpsAgent: new https.Agent({ keepAlive, ...trust, ...more }),
  });
  const kept = agents(true);
  const fresh = agents(false);
  const userAgent = [`pulumi-huaweicloud-workspace/${version}`, options.userAgent ?? ""].join(" ").trim();

  return async (request) => {
    const proxy = proxyFor(request.url, env);
    const exchange = new Exchange(request, connectTimeoutMs, proxy);
    // axios opens a tunnel per request and has no hold on the connection to the proxy: an agent of the
    // request's own passes its signal on, so that a silent proxy is left when the time is up.
    const tunnelled = proxy !== undefined && request.url.startsWith("https:");
    try {
      if (proxy !== undefined && proxy.url === undefined)
        throw new Stopped("is no address of an HTTP proxy", "EPROXY");
      const answer = await axios.request<string>({
        method: request.method,
        url: request.url,
        headers: { "User-Agent": userAgent, ...request.headers },
        data: request.body,
        ...(tunnelled ? agents(false, { signal: exchange.signal }) : request.freshConnection ? fresh : kept),
        proxy: proxy?.url === undefined ? false : axiosProxy(proxy.url),
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

function axiosProxy({ protocol, hostname, port, username, password }: URL) {
  return {
    protocol,
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
    ...(username !== "" && {
      auth: { username: decodeURIComponent(username), password: decodeURIComponent(password) },
    }),
  };
}

/** Watches one request, to know how far it came and to stop it when it takes too long. */
class Exchange {
  /** False until bytes of the request can have left for the server. */
  #connected = false;
  /** Whether there is a connection on which the server itself can be reached: with a proxy, the tunnel. */
  #hasSocket = false;
  #answeredByProxy = false;
  #nameKnown: boolean;
  #timer: NodeJS.Timeout | undefined;
  #stopped: Stopped | undefined;
  readonly #since = performance.now();
  readonly #stop = new AbortController();
  readonly #host: string;
  /** Fires when the time is up, or no caller waits any longer. */
  readonly signal = this.#stop.signal;
  readonly #leave = () => {
    // What has left may have been carried out, so its answer is worth waiting for.
    if (this.#connected && this.asked.method !== "GET") return;
    this.#end(new Stopped("no caller waits for the answer any longer", "ABORTED"));
  };

  constructor(
    private readonly asked: HttpRequest,
    private readonly connectTimeoutMs: number,
    private readonly proxy: Proxy | undefined,
  ) {
    this.#host = new URL(asked.url).hostname;
    this.#nameKnown = proxy !== undefined || isIP(this.#host.replace(/^\[|\]$/g, "")) !== 0;
    if (asked.signal?.aborted) this.#leave();
    asked.signal?.addEventListener("abort", this.#leave, { once: true });
  }

  /** What axios calls to open the request (`transport`). */
  request(
    options: https.RequestOptions,
    onAnswer: (answer: http.IncomingMessage) => void,
  ): http.ClientRequest {
    const { timeoutMs, leaveWithinMs = timeoutMs } = this.asked;
    const request = (options.protocol === "https:" ? https : http).request(options, onAnswer);
    this.#limit(Math.min(this.connectTimeoutMs, leaveWithinMs), (ms) =>
      this.#nameKnown
        ? new Stopped(`no connection within ${seconds(ms)} s`, "ETIMEDOUT")
        : new Stopped(`the host name was not resolved within ${seconds(ms)} s`, "EAI_AGAIN"),
    );
    request.once("socket", (socket) => {
      const encrypted = socket instanceof tls.TLSSocket;
      // Through a proxy, a plain connection is all that an https request gets when there is no tunnel.
      this.#hasSocket = this.proxy === undefined || encrypted;
      const connected = () => {
        this.#connected = true;
        const elapsed = performance.now() - this.#since;
        this.#limit(
          Math.max(1, timeoutMs - elapsed),
          () => new Stopped(`no answer within ${seconds(timeoutMs)} s`, "ETIMEDOUT"),
        );
      };
      if (request.reusedSocket) {
        connected();
        return;
      }
      socket.once("lookup", (error: Error | null) => (this.#nameKnown ||= error === null));
      if (options.protocol === "https:" && !encrypted) this.#answeredByProxy = true;
      else socket.once(encrypted ? "secureConnect" : "connect", connected);
    });
    return request;
  }

  #limit(ms: number, error: (ms: number) => Stopped): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#end(error(ms));
    }, ms);
  }

  #end(why: Stopped): void {
    this.#stopped ??= why;
    this.#stop.abort();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.asked.signal?.removeEventListener("abort", this.#leave);
  }

  /** A proxy that opens no tunnel, or wants a password, answers in the server's place. */
  refuseAnswerOfProxy(status: number): void {
    if (this.#answeredByProxy) throw new Stopped(`opened no tunnel (HTTP ${status})`, "EPROXY");
    if (this.proxy !== undefined && status === 407)
      throw new Stopped("wants a password (HTTP 407)", "EPROXY");
  }

  /** The error to throw: the words that matter, and nothing of axios, whose errors carry the headers. */
  explain(error: unknown): ConnectionError {
    const { origin, pathname } = new URL(this.asked.url);
    const stopped = this.#stopped ?? (error instanceof Stopped ? error : undefined);
    const cause = stopped ?? (isAxiosError(error) && error.cause instanceof Error ? error.cause : error);
    const systemCode = codeOf(cause) ?? codeOf(error) ?? "UNKNOWN";
    const words = cause instanceof Error && cause.message ? cause.message : systemCode;
    const request = `${this.asked.method} ${origin}${pathname}`;
    if (
      this.proxy !== undefined &&
      systemCode !== "ABORTED" &&
      (systemCode === "EPROXY" || !this.#hasSocket)
    ) {
      const why = `${this.#proxyName(this.proxy)} ${proxyWords(systemCode, words)}`;
      return new ConnectionError({ request, why, reached: "no", systemCode: "EPROXY" });
    }
    const isUnknown = /^(ENOTFOUND|EAI_AGAIN)$/.test(systemCode);
    const why = isUnknown
      ? `the host name ${this.#host} is unknown (${stopped === undefined ? systemCode : words})`
      : `${words}${words.includes(systemCode) ? "" : ` (${systemCode})`}`;
    return new ConnectionError({ request, why, reached: this.#connected ? "unknown" : "no", systemCode });
  }

  /** Without the user and password that its address may have. */
  #proxyName({ url, setBy }: Proxy): string {
    return url === undefined ? setBy : `the proxy ${url.host} (${setBy})`;
  }
}

/** Milliseconds as seconds, to a tenth. */
function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

function proxyWords(systemCode: string, words: string): string {
  if (systemCode === "ECONNREFUSED") return "refuses connections";
  if (/^(ENOTFOUND|EAI_AGAIN)$/.test(systemCode)) return `is unknown (${systemCode})`;
  return systemCode === "EPROXY" ? words : `gives no connection: ${words}`;
}

/** Why a request was stopped by us. */
class Stopped extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** A list of one's own replaces Node's, so what Node trusts by itself has to be put beside it. */
function trustedByNode(env: Environment): readonly string[] {
  const extra = env.NODE_EXTRA_CA_CERTS;
  if (extra === undefined || extra === "") return tls.rootCertificates;
  try {
    return [...tls.rootCertificates, readFileSync(extra, "utf8")];
  } catch {
    // Node itself has warned about it at its start.
    return tls.rootCertificates;
  }
}

/** The proxy that a request goes through. */
interface Proxy {
  /** Undefined: the variable holds no address of an HTTP proxy. Then no request may leave. */
  url: URL | undefined;
  /** The environment variable that names it, for errors. */
  setBy: string;
}

/**
 * The proxy for a URL by `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and
 * `NO_PROXY`, read as Go programs read them (so that a setting for Terraform
 * holds here too): `corp.example` exempts that host and all below it,
 * `.corp.example` and `*.corp.example` only those below it; addresses, CIDR
 * blocks, ports and `*` are understood. This machine is always exempt.
 * Undefined: no proxy.
 */
export function proxyFor(url: string, env: Environment): Proxy | undefined {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const isTls = protocol === "https:";
  if (isLoopback(host)) return undefined;
  const exempt = firstSet(env, "NO_PROXY", "no_proxy")?.value ?? "";
  if (isExempt(host, port === "" ? (isTls ? "443" : "80") : port, exempt)) return undefined;
  const set = firstSet(
    env,
    ...(isTls ? ["HTTPS_PROXY", "https_proxy"] : ["HTTP_PROXY", "http_proxy"]),
    "ALL_PROXY",
    "all_proxy",
  );
  if (set === undefined) return undefined;
  return { url: parse(set.value), setBy: set.name };
}

function firstSet(env: Environment, ...names: string[]): { name: string; value: string } | undefined {
  for (const name of names) {
    const value = env[name]?.trim();
    if (value !== undefined && value !== "") return { name, value };
  }
  return undefined;
}

/** `proxy.corp.example:3128` means http. */
function parse(value: string): URL | undefined {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  return /^https?:\/\//i.test(url) && URL.canParse(url) ? new URL(url) : undefined;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function isExempt(host: string, port: string, list: string): boolean {
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => matches(entry, host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  const [, base = "", prefix] = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(entry) ?? [];
  if (prefix !== undefined) return isInBlock(host, base, Number(prefix));
  if (isIP(entry) !== 0) return entry === host;
  const [, bracketed, plain, ofPort] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? [];
  const name = bracketed ?? plain;
  if (name === undefined || (ofPort !== undefined && ofPort !== port)) return false;
  if (isIP(name) !== 0) return name === host;
  const domain = name.replace(/^\*(?=\.)/, "");
  return domain.startsWith(".") ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}

function isInBlock(host: string, base: string, prefix: number): boolean {
  const family = isIP(base);
  if (family === 0 || isIP(host) !== family || prefix > (family === 4 ? 32 : 128)) return false;
  const block = new BlockList();
  block.addSubnet(base, prefix, family === 4 ? "ipv4" : "ipv6");
  return block.check(host, family === 4 ? "ipv4" : "ipv6");
}
