import type { Clock } from "../clock";
import { Secret } from "./secret";
import { sign, type SignableRequest } from "./signer";

/** What goes onto requests: a token, or a key that signs them. */
export type Pass =
  | { kind: "token"; token: Secret }
  | { kind: "key"; accessKey: string; secretKey: Secret; securityToken?: Secret };

/** A pass and how long it is good for. */
export interface Grant {
  pass: Pass;
  /** Undefined where nobody said. */
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
  const told = dateOf(serviceDate);
  // The header has whole seconds only: better than the local clock only where they really differ.
  const now = told !== undefined && Math.abs(told - local) > 5_000 ? told : local;
  const issued = dateOf(granted.issuedAt) ?? now;
  // Made just now and over already: its clock and ours disagree beyond repair, so a 401 has to tell.
  if (granted.justMade && end <= issued) return undefined;
  const remainingMs = end - (granted.justMade ? issued : now);
  return { at: new Date(end), end: clock.now() + remainingMs, lifetimeMs: end - issued };
}

function dateOf(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}

/** How long before its end a grant is renewed, in ms: a minute, for short ones a fifth of their life. */
export function renewalMarginMs(expiry: Expiry): number {
  return Math.min(60_000, expiry.lifetimeMs * 0.2);
}

/**
 * The headers that put a pass onto a request. A signature covers what this
 * client alone decides: the type of the body, the project, the security token.
 */
export function headersFor(
  pass: Pass,
  request: SignableRequest,
  date: Date,
  projectId?: string,
): Record<string, string> {
  if (pass.kind === "token") return { "X-Auth-Token": pass.token.reveal() };
  const type = Object.entries(request.headers).find(([name]) => name.toLowerCase() === "content-type");
  const own = {
    ...(projectId !== undefined && { "X-Project-Id": projectId }),
    ...(pass.securityToken && { "X-Security-Token": pass.securityToken.reveal() }),
  };
  const covered = { ...(type && request.body !== undefined && { "Content-Type": type[1] }), ...own };
  const key = { accessKey: pass.accessKey, secretKey: pass.secretKey.reveal() };
  return { ...own, ...sign({ ...request, headers: covered }, key, date) };
}

/** All of a pass that must not be shown; the access key's id is half of a way in. */
export function secretsOf(pass: Pass): Secret[] {
  if (pass.kind === "token") return [pass.token];
  const { accessKey, secretKey, securityToken } = pass;
  return [new Secret(accessKey), secretKey, ...(securityToken ? [securityToken] : [])];
}

/** Whether two passes are the same. */
export function samePass(a: Pass, b: Pass): boolean {
  const values = (pass: Pass) => [pass.kind, ...secretsOf(pass).map((secret) => secret.reveal())];
  return values(a).join("\n") === values(b).join("\n");
}
