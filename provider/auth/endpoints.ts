/** A base address or what is wrong with it. */
export type Address = { url: string } | { wrong: string };

/** The cloud's own domain: the European cloud (`eu-west-101`, …) has another one. */
export function cloudOf(region: string): string {
  return region.startsWith("eu-west-1") ? "myhuaweicloud.eu" : "myhuaweicloud.com";
}

/**
 * A base address as settings give it: without a slash at the end. Plain http
 * goes to this machine only, unless allowed.
 */
export function baseAddress(text: string, allowHttp: boolean): Address {
  const url = parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return { wrong: `is no https:// address` };
  if (url.username || url.password) return { wrong: "must not contain a user or password" };
  if (url.search || url.hash) return { wrong: "must not contain a query or fragment" };
  if (url.protocol === "http:" && !allowHttp && !isLoopback(url.hostname)) {
    return {
      wrong:
        "is plain http to another machine, which would show credentials to anybody on the way; use https " +
        "(HW_WORKSPACE_ALLOW_HTTP=true allows it)",
    };
  }
  return { url: url.origin + url.pathname.replace(/\/+$/, "") };
}

/** The base address of IAM: people set it with and without the version. */
export function iamAddress(text: string, allowHttp: boolean): Address {
  return baseAddress(text.replace(/\/v3(\.0)?\/*$/, ""), allowHttp);
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
