import { BlockList, isIP } from "node:net";
import type { Environment } from "../host";

/** The proxy that a request goes through. */
export interface Proxy {
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
