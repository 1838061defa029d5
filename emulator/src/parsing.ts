import { invalidParameter } from "./refusals";

/** Deeper JSON than this is refused: nothing in the API comes near it. */
const maxDepth = 64;

/** Reads a body as JSON; undefined where there is none. */
export function parseBody(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined;
  if (isTooDeep(bytes)) throw invalidParameter("The body is nested too deeply.");
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8")) as unknown;
  } catch {
    throw invalidParameter("The body is not valid JSON.");
  }
}

function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (inString) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return false;
}

/** Reads a query string. A name that comes more than once has all its values. */
export function parseQuery(query: string): Record<string, string | string[]> {
  const result: Record<string, string | string[]> = {};
  if (query === "") return result;
  for (const [name, value] of new URLSearchParams(query)) {
    const known = Object.hasOwn(result, name) ? result[name] : undefined;
    if (known === undefined) setOwn(result, name, value);
    else setOwn(result, name, Array.isArray(known) ? [...known, value] : [known, value]);
  }
  return result;
}

/** A plain assignment to `__proto__` would be something else. */
function setOwn(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
}
