import { randomBytes } from "node:crypto";
import {
  allowedProjects,
  derivedId,
  openProjects,
  type Account,
  type AccessKeySpec,
  type Caller,
  type Scope,
} from "./accounts";
import type { Clock } from "./clock";
import type { Entry, Keeper } from "./keeper";
import { Refusal } from "./refusals";

/** What a client asks a token to be good for. */
export interface AskedScope {
  project?: { id?: string; name?: string };
  domain?: { id?: string; name?: string };
}

/** An account as clients name it: by one of the two. */
export interface AskedDomain {
  id?: string | undefined;
  name?: string | undefined;
}

export interface Token {
  readonly id: string;
  readonly methods: readonly string[];
  readonly caller: Caller & { readonly scope: Scope };
  readonly issuedAt: number;
  readonly expiresAt: number;
  revoked: boolean;
}

/** An access key that signs requests, for good or for a time. */
export interface AccessKey {
  readonly access: string;
  readonly secret: string;
  readonly caller: Caller;
  readonly securityToken: string | undefined;
  /** Emulator time in ms; Infinity for a permanent one. */
  readonly expiresAt: number;
}

/** Who holds a token or a temporary key, in a state file. */
interface StoredCaller {
  account: string;
  user: { id: string; name: string };
  allowed?: string[];
  scope?: { project: string } | "domain" | "nothing";
}

/** A token in a state file. */
export interface StoredToken {
  id: string;
  methods: readonly string[];
  caller: StoredCaller;
  issued_at: number;
  expires_at: number;
  revoked: boolean;
}

/** A temporary key in a state file. */
export interface StoredKey {
  access: string;
  secret: string;
  caller: StoredCaller;
  security_token?: string;
  expires_at: number;
}

/** More tokens, or temporary keys, than this are not kept: the oldest goes. */
const maxIssued = 10_000;

/** IAM's memory: who there is, and which tokens and temporary keys are about. */
export class Directory {
  private readonly tokens = new Map<string, Token>();
  private readonly keys = new Map<string, AccessKey>();
  private readonly temporaryKeys = new Map<string, AccessKey>();

  /** @param tokenLifetimeMs how long tokens are good for */
  constructor(
    readonly accounts: readonly Account[],
    private readonly clock: Clock,
    private readonly tokenLifetimeMs: number,
    private readonly keeper: Keeper,
  ) {
    for (const account of accounts) {
      for (const key of account.spec.access_keys ?? []) this.addKey(account, key);
    }
  }

  token(id: string): Token | undefined {
    return this.tokens.get(id);
  }

  key(access: string): AccessKey | undefined {
    return this.keys.get(access) ?? this.temporaryKeys.get(access);
  }

  isOver(expiresAt: number): boolean {
    return this.clock.now() >= expiresAt;
  }

  /** Makes the named tokens, or all of them, worthless at once. */
  revokeTokens(id?: string): void {
    for (const token of this.tokens.values()) {
      if (token.revoked || (id !== undefined && token.id !== id)) continue;
      token.revoked = true;
      this.noteToken(token.id);
    }
  }

  /** Tokens and temporary keys as they go to a state file. */
  *stored(): Generator<Entry> {
    for (const token of this.tokens.values()) yield ["token", token.id, storedToken(token)];
    for (const key of this.temporaryKeys.values()) yield ["key", key.access, storedKey(key)];
  }

  restore(tokens: readonly StoredToken[], keys: readonly StoredKey[]): void {
    for (const { id, methods, caller, issued_at: issuedAt, expires_at: expiresAt, revoked } of tokens) {
      const { scope = "nothing", ...holder } = this.callerOf(caller);
      this.tokens.set(id, { id, methods, caller: { ...holder, scope }, issuedAt, expiresAt, revoked });
    }
    for (const { access, secret, caller, security_token: securityToken, expires_at: expiresAt } of keys)
      this.temporaryKeys.set(access, {
        access,
        secret,
        caller: this.callerOf(caller),
        securityToken,
        expiresAt,
      });
  }

  passwordToken(domain: AskedDomain, name: string, password: string, scope: AskedScope | undefined): Token {
    const account = this.accountOf(domain);
    const user = account?.spec.users?.find((candidate) => candidate.name === name);
    if (!account || user?.password !== password) {
      throw iamRefusal(401, "The username or password is wrong.");
    }
    const caller = callerOf(account, name, user.projects);
    return this.issue(["password"], { ...caller, scope: scopeOf(caller, scope) });
  }

  /** A token for what the other one's holder may do, scoped anew. It ends when the other one ends. */
  rescopedToken(id: string, scope: AskedScope | undefined): Token {
    const token = this.validToken(id);
    return this.issue(["token"], { ...token.caller, scope: scopeOf(token.caller, scope) }, token.expiresAt);
  }

  federatedToken(providerId: string, idToken: string, scope: AskedScope | undefined): Token {
    for (const account of this.accounts) {
      const provider = account.spec.identity_providers?.find((candidate) => candidate.id === providerId);
      if (!provider) continue;
      if (!provider.id_tokens.includes(idToken)) break;
      const caller = callerOf(account, `FederationUser-${providerId}`, undefined);
      return this.issue(["mapped"], { ...caller, scope: scopeOf(caller, scope) });
    }
    throw iamRefusal(401, "The identity provider or the ID token is not valid.");
  }

  /** Temporary keys for whoever holds the token. */
  keysForToken(id: string, durationSeconds: number): AccessKey {
    const { caller } = this.validToken(id);
    return this.issueKeys({ ...caller, scope: undefined }, durationSeconds);
  }

  /** Temporary keys of an agency, which acts in the account that has made it. */
  keysForAgency(caller: Caller, agencyName: string, domain: AskedDomain, durationSeconds: number): AccessKey {
    const account = this.accountOf(domain);
    const agency = account?.spec.agencies?.find((candidate) => candidate.name === agencyName);
    if (!account || !agency) throw iamRefusal(404, `The agency ${agencyName} could not be found.`);
    if (agency.trusted_domains && !agency.trusted_domains.includes(caller.account.name)) {
      throw iamRefusal(403, `You are not authorized to assume the agency ${agencyName}.`);
    }
    return this.issueKeys(callerOf(account, agencyName, undefined), durationSeconds);
  }

  private accountOf(domain: AskedDomain): Account | undefined {
    return this.accounts.find(({ id, name }) =>
      domain.id === undefined ? name === domain.name : id === domain.id,
    );
  }

  /** The token that is asked about. */
  knownToken(id: string): Token {
    const token = this.standingToken(id);
    if (!token) throw iamRefusal(404, "The token could not be found, or has expired.");
    return token;
  }

  private validToken(id: string): Token {
    const token = this.standingToken(id);
    if (!token) throw iamRefusal(401, "The token is not valid, or has expired.");
    return token;
  }

  private standingToken(id: string): Token | undefined {
    const token = this.tokens.get(id);
    return token && !token.revoked && !this.isOver(token.expiresAt) ? token : undefined;
  }

  private issue(
    methods: readonly string[],
    caller: Caller & { readonly scope: Scope },
    latest = Infinity,
  ): Token {
    const issuedAt = this.clock.now();
    const token: Token = {
      id: `MII${randomBytes(96).toString("base64url")}`,
      methods,
      caller,
      issuedAt,
      expiresAt: Math.min(issuedAt + this.tokenLifetimeMs, latest),
      revoked: false,
    };
    const dropped = keepNewest(this.tokens, token.id, token);
    for (const changed of [token.id, ...dropped]) this.noteToken(changed);
    return token;
  }

  private issueKeys(caller: Caller, durationSeconds: number): AccessKey {
    const key: AccessKey = {
      access: `HST${randomBytes(9).toString("hex").toUpperCase()}`,
      secret: randomBytes(30).toString("base64url"),
      caller,
      securityToken: randomBytes(96).toString("base64"),
      expiresAt: this.clock.now() + durationSeconds * 1000,
    };
    const dropped = keepNewest(this.temporaryKeys, key.access, key);
    for (const changed of [key.access, ...dropped]) this.noteKey(changed);
    return key;
  }

  private noteToken(id: string): void {
    this.keeper.note("token", id, () => {
      const token = this.tokens.get(id);
      return token && storedToken(token);
    });
  }

  private noteKey(access: string): void {
    this.keeper.note("key", access, () => {
      const key = this.temporaryKeys.get(access);
      return key && storedKey(key);
    });
  }

  private callerOf({ account: name, user, allowed, scope }: StoredCaller): Caller {
    const account = this.accounts.find((candidate) => candidate.name === name);
    if (!account) throw new Error(`There is no account ${name}`);
    return { account, user, allowed: allowedProjects(allowed), scope: readScope(account, scope) };
  }

  private addKey(account: Account, { access, secret, projects }: AccessKeySpec): void {
    const caller = callerOf(account, account.spec.users?.[0]?.name ?? account.name, projects);
    this.keys.set(access, { access, secret, caller, securityToken: undefined, expiresAt: Infinity });
  }
}

/** An answer in IAM's own shape. */
export function iamRefusal(status: number, message: string): Refusal {
  return new Refusal(status, "", message, { from: "iam" });
}

function callerOf(account: Account, userName: string, projects: string[] | undefined): Caller {
  return {
    account,
    user: { id: derivedId(account.id, userName), name: userName },
    allowed: allowedProjects(projects),
    scope: undefined,
  };
}

function scopeOf(caller: Caller, asked: AskedScope | undefined): Scope {
  if (asked?.project) {
    const { id, name } = asked.project;
    const project = openProjects(caller).find((candidate) =>
      id === undefined ? candidate.name === name : candidate.id === id,
    );
    if (!project)
      throw iamRefusal(401, `The project ${id ?? name ?? ""} could not be found, or is not yours.`);
    return { project };
  }
  if (asked?.domain) {
    const { id, name } = asked.domain;
    if (
      (id ?? caller.account.id) !== caller.account.id ||
      (name ?? caller.account.name) !== caller.account.name
    ) {
      throw iamRefusal(401, `The domain ${id ?? name ?? ""} could not be found, or is not yours.`);
    }
    return "domain";
  }
  return "nothing";
}

/** Returns what had to go for it. */
function keepNewest<T>(map: Map<string, T>, id: string, item: T): string[] {
  map.set(id, item);
  if (map.size <= maxIssued) return [];
  const [oldest] = map.keys();
  if (oldest === undefined) return [];
  map.delete(oldest);
  return [oldest];
}

function storedToken({ id, methods, caller, issuedAt, expiresAt, revoked }: Token): StoredToken {
  return {
    id,
    methods,
    caller: storedCaller(caller),
    issued_at: issuedAt,
    expires_at: expiresAt,
    revoked,
  };
}

function storedKey({ access, secret, caller, securityToken, expiresAt }: AccessKey): StoredKey {
  return {
    access,
    secret,
    caller: storedCaller(caller),
    ...(securityToken !== undefined && { security_token: securityToken }),
    expires_at: expiresAt,
  };
}

function storedCaller({ account, user, allowed, scope }: Caller): StoredCaller {
  return {
    account: account.name,
    user,
    ...(allowed && { allowed: [...allowed] }),
    ...(scope !== undefined && {
      scope: typeof scope === "object" ? { project: scope.project.id } : scope,
    }),
  };
}

function readScope({ projects }: Account, scope: StoredCaller["scope"]): Scope | undefined {
  if (typeof scope !== "object") return scope;
  const project = projects.find(({ id }) => id === scope.project);
  if (!project) throw new Error(`There is no project ${scope.project}`);
  return { project };
}
