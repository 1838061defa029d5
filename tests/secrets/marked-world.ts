/** A cloud in which every secret is marked, and each way into it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "huaweicloud-workspace-emulator";
import type { Emulator } from "huaweicloud-workspace-emulator";
import { newToken } from "../auth/token";
import { WireTap } from "./wire-tap";

const projectId = "acme0000000000000000000000000001";
const desktops = Array.from({ length: 12 }, (_, index) => ({ desktop_id: `desk-${index + 1}` }));

/** What is written down in this world and must be seen nowhere else. */
const marked = {
  accessKey: "MARKEDACCESSKEY00001",
  secretKey: "marked-secret-key/+=with \\ and quotes".replace(/ /g, ""),
  password: 'Marked Password "1" with / and + ',
  idToken: "marked.identity.token-of-ci",
};

const accounts = [
  {
    domain_name: "acme",
    users: [{ name: "ann", password: marked.password }],
    access_keys: [{ access: marked.accessKey, secret: marked.secretKey }],
    identity_providers: [{ id: "gitlab", id_tokens: [marked.idToken] }],
    projects: [{ region: "cn-north-4", id: projectId, desktops }],
  },
  {
    domain_name: "customer",
    agencies: [{ name: "ops", trusted_domains: ["acme"] }],
    projects: [{ region: "cn-north-4", desktops: [{ desktop_id: "desk-of-customer" }] }],
  },
];

/** One way in: settings that open the world, and the same with a secret that is wrong. */
export interface WayIn {
  readonly env: NodeJS.ProcessEnv;
  /** Stack configuration, all of it secret. */
  readonly config?: Readonly<Record<string, string>>;
  readonly wrong: { readonly env?: NodeJS.ProcessEnv; readonly config?: Readonly<Record<string, string>> };
  /** A desktop that this way may work on, and no other test does. */
  readonly desktop: string;
  /** What the debug line says of it. */
  readonly source: string;
}

export class MarkedWorld {
  private constructor(
    readonly emulator: Emulator,
    readonly tap: WireTap,
    /** Files of credentials are in here, and nothing that is searched. */
    private readonly folder: string,
    readonly ways: Readonly<Record<string, WayIn>>,
  ) {}

  static async open(): Promise<MarkedWorld> {
    const emulator = await startEmulator({ accounts, jobTimeMs: 1_500 });
    const tap = await WireTap.open(emulator.url);
    const folder = mkdtempSync(join(tmpdir(), "marked-"));
    return new MarkedWorld(emulator, tap, folder, await waysInto(tap, folder));
  }

  /** All that must be seen nowhere: what is written down, what was wrong, and what went over the wire. */
  get secrets(): string[] {
    return [...Object.values(marked), wrongSecret, ...this.tap.secrets].map((secret) => secret.trim());
  }

  async close(): Promise<void> {
    await this.tap.close();
    await this.emulator.close();
    rmSync(this.folder, { recursive: true });
  }
}

const wrongSecret = "marked-but-wrong-0000001";

async function waysInto(tap: WireTap, folder: string): Promise<Record<string, WayIn>> {
  const base = {
    HW_REGION_NAME: "cn-north-4",
    HW_WORKSPACE_ENDPOINT: tap.url,
    HW_AUTH_URL: `${tap.url}/v3`,
  };
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const profile = (secretAccessKey: string): string => {
    const acme = { name: "acme", mode: "AKSK", accessKeyId: marked.accessKey, secretAccessKey };
    return JSON.stringify({ current: "acme", profiles: [{ ...acme, region: "cn-north-4" }] });
  };
  const key = { HW_ACCESS_KEY: marked.accessKey, HW_SECRET_KEY: marked.secretKey };
  const user = { HW_USER_NAME: "ann", HW_USER_PASSWORD: marked.password, HW_DOMAIN_NAME: "acme" };
  const ci = { HW_ASSUME_ROLE_IDP_ID: "gitlab" };
  const agency = { HW_ASSUME_ROLE_AGENCY_NAME: "ops", HW_ASSUME_ROLE_DOMAIN_NAME: "customer" };
  const { token } = await newToken(tap.url, projectId, {
    name: "ann",
    password: marked.password,
    domain: "acme",
  });
  const temporary = await keysFor(tap.url, token);

  const ways: Record<string, Omit<WayIn, "desktop"> & { desktop?: string }> = {
    "an access key": {
      env: key,
      wrong: { env: { HW_SECRET_KEY: wrongSecret } },
      source: "access key (HW_ACCESS_KEY, HW_SECRET_KEY from the environment)",
    },
    "temporary keys": {
      env: temporary,
      wrong: { env: { HW_SECURITY_TOKEN: wrongSecret } },
      source: "temporary access key (HW_ACCESS_KEY, HW_SECRET_KEY, HW_SECURITY_TOKEN from the environment)",
    },
    "a token": {
      env: { HW_AUTH_TOKEN: token },
      wrong: { env: { HW_AUTH_TOKEN: wrongSecret } },
      source: "token (HW_AUTH_TOKEN from the environment)",
    },
    "user and password": {
      env: user,
      wrong: { env: { HW_USER_PASSWORD: wrongSecret } },
      source: "user and password (HW_USER_NAME, HW_USER_PASSWORD, HW_DOMAIN_NAME from the environment)",
    },
    "an identity token": {
      env: { ...ci, HW_ASSUME_ROLE_ID_TOKEN: marked.idToken },
      wrong: { env: { HW_ASSUME_ROLE_ID_TOKEN: wrongSecret } },
      source: "identity token (HW_ASSUME_ROLE_IDP_ID, HW_ASSUME_ROLE_ID_TOKEN from the environment)",
    },
    "an identity token in a file": {
      env: { ...ci, HW_ASSUME_ROLE_ID_TOKEN_FILE: file("id-token", marked.idToken) },
      wrong: { env: { HW_ASSUME_ROLE_ID_TOKEN_FILE: file("wrong-id-token", wrongSecret) } },
      source: "identity token (HW_ASSUME_ROLE_IDP_ID, HW_ASSUME_ROLE_ID_TOKEN_FILE from the environment)",
    },
    "an agency": {
      env: { ...user, ...agency },
      wrong: { env: { HW_USER_PASSWORD: wrongSecret } },
      source:
        "user and password (HW_USER_NAME, HW_USER_PASSWORD, HW_DOMAIN_NAME from the environment), " +
        'agency "ops"',
      desktop: "desk-of-customer",
    },
    "a profile": {
      env: { HW_SHARED_CONFIG_FILE: file("config.json", profile(marked.secretKey)) },
      wrong: { env: { HW_SHARED_CONFIG_FILE: file("wrong-config.json", profile(wrongSecret)) } },
      source: `access key (accessKeyId, secretAccessKey from profile "acme" of ${join(folder, "config.json")})`,
    },
    "the stack configuration": {
      env: {},
      config: { accessKey: marked.accessKey, secretKey: marked.secretKey },
      wrong: { config: { secretKey: wrongSecret } },
      source:
        "access key (huaweicloud-workspace:accessKey, huaweicloud-workspace:secretKey from the stack configuration)",
    },
  };
  return Object.fromEntries(
    Object.entries(ways).map(([name, way], index) => [
      name,
      { desktop: `desk-${index + 1}`, ...way, env: { ...base, ...way.env } },
    ]),
  );
}

async function keysFor(url: string, id: string): Promise<NodeJS.ProcessEnv> {
  const identity = { methods: ["token"], token: { id, duration_seconds: 900 } };
  const answer = await fetch(`${url}/v3.0/OS-CREDENTIAL/securitytokens`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ auth: { identity } }),
  });
  if (!answer.ok) throw new Error(`${url} gave no temporary keys: ${answer.status}`);
  const { credential } = (await answer.json()) as { credential: Record<string, string> };
  return {
    HW_ACCESS_KEY: credential.access,
    HW_SECRET_KEY: credential.secret,
    HW_SECURITY_TOKEN: credential.securitytoken,
  };
}
