import { createHash } from "node:crypto";
import type { DesktopSpec } from "./desktops";
import type { Project } from "./project";

export interface UserSpec {
  name: string;
  password: string;
  /** Ids of the only projects that the user may work in. Default: all of the account. */
  projects?: string[];
}

export interface AccessKeySpec {
  access: string;
  secret: string;
  /** Ids of the only projects that the key may work in. Default: all of the account. */
  projects?: string[];
}

export interface IdentityProviderSpec {
  /** What clients send as X-Idp-Id. */
  id: string;
  /** The identity tokens that it vouches for. */
  id_tokens: string[];
}

export interface AgencySpec {
  name: string;
  /** Names of the accounts that may assume it. Default: every account. */
  trusted_domains?: string[];
}

export interface ProjectSpec {
  region: string;
  /** Default: made from domain and project name, 32 hexadecimal digits. */
  id?: string;
  /** Default: the region's name. */
  name?: string;
  desktops?: DesktopSpec[];
}

/** An account (IAM calls it a domain) with who may use it and what it has. */
export interface AccountSpec {
  domain_name: string;
  /** Default: made from the name, 32 hexadecimal digits. */
  domain_id?: string;
  users?: UserSpec[];
  access_keys?: AccessKeySpec[];
  identity_providers?: IdentityProviderSpec[];
  agencies?: AgencySpec[];
  projects: ProjectSpec[];
}

/** The account that is there when nothing else is asked for. */
export const defaultAccount: AccountSpec = {
  domain_name: "emulator",
  domain_id: "e0000000000000000000000000000000",
  users: [{ name: "emulator", password: "Emulator-Password-1" }],
  access_keys: [{ access: "EMULATORACCESSKEY001", secret: "EmulatorSecretKeyForTestsOnly00000000001" }],
  identity_providers: [{ id: "emulator-idp", id_tokens: ["emulator-id-token"] }],
  agencies: [{ name: "emulator-agency" }],
  projects: [{ id: "e0000000000000000000000000000001", region: "cn-north-4" }],
};

/** An account at work. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly spec: AccountSpec;
  readonly projects: readonly Project[];
}

/** Who asks, and what they may work in. */
export interface Caller {
  readonly account: Account;
  readonly user: { readonly id: string; readonly name: string };
  /** Ids of the projects that are open to them; undefined: all of the account. */
  readonly allowed: ReadonlySet<string> | undefined;
  /** What they are bound to for this request: a token's project; undefined: nothing (access keys). */
  readonly scope: Scope | undefined;
}

/** What a token is good for. */
export type Scope = { readonly project: Project } | "domain" | "nothing";

/** The projects that the caller may work in. */
export function openProjects({ account, allowed }: Pick<Caller, "account" | "allowed">): readonly Project[] {
  return allowed ? account.projects.filter((project) => allowed.has(project.id)) : account.projects;
}

/** The id that a thing without one gets: always the same for the same name. */
export function derivedId(...names: string[]): string {
  return createHash("sha256").update(names.join("\n")).digest("hex").slice(0, 32);
}

export function allowedProjects(ids: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return ids && new Set(ids);
}
