/**
 * Each method of signing in against the emulator, over real HTTP: once right and once wrong.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";

import { startEmulator, type Emulator } from "huaweicloud-workspace-emulator";

import { createTransport } from "../../provider/core/api/transport";
import type { Place } from "../../provider/core/auth/place";
import { type Session, Sessions } from "../../provider/core/auth/sessions";
import { CredentialsError } from "../../provider/core/errors";
import { type HttpResponse, systemClock } from "../../provider/core/host";
import { forever } from "../../testing/authWorld";

const accounts = [
  {
    domain_name: "acme",
    users: [{ name: "ann", password: "Marked-Password-1" }],
    access_keys: [{ access: "ACMEACCESSKEY0000001", secret: "marked-secret-0000000000000000000000001" }],
    identity_providers: [{ id: "gitlab", id_tokens: ["marked-id-token"] }],
    projects: [
      { region: "cn-north-4", id: "acme0000000000000000000000000001", desktops: [{ desktop_id: "desk-1" }] },
      { region: "eu-west-101", id: "acme0000000000000000000000000002", desktops: [{ desktop_id: "desk-2" }] },
    ],
  },
  {
    domain_name: "customer",
    agencies: [{ name: "ops", trusted_domains: ["acme"] }],
    projects: [
      { region: "cn-north-4", id: "cust0000000000000000000000000001", desktops: [{ desktop_id: "desk-3" }] },
    ],
  },
];
const acme = "acme0000000000000000000000000001";
const customer = "cust0000000000000000000000000001";

let emulator: Emulator;
let directory: string;
let lines: string[];

beforeAll(async () => {
  emulator = await startEmulator({ accounts, clock: "manual" });
  directory = mkdtempSync(join(tmpdir(), "sign-in-"));
});
afterAll(async () => {
  await emulator.close();
  rmSync(directory, { recursive: true });
});
beforeEach(() => {
  lines = [];
});

const note = (line: string) => void lines.push(line);
const log = { debug: note, info: note, warn: note };
const send = createTransport({ insecure: false, env: {} });

function sessionsWith(env: NodeJS.ProcessEnv, config: Record<string, string> = {}): Sessions {
  const address = { HW_WORKSPACE_ENDPOINT: emulator.url, HW_AUTH_URL: `${emulator.url}/v3` };
  const sources = {
    env: { HW_REGION_NAME: "cn-north-4", ...address, ...env },
    config: (key: string) => config[key],
    homeDir: directory,
    readFile: (path: string) => readFileSync(path, "utf8"),
  };
  return new Sessions(sources, send, systemClock, log);
}

function show(session: Session, desktop: string): Promise<HttpResponse> {
  const url = `${session.endpoint}/v2/${session.projectId}/desktops/${desktop}`;
  return session
    .authorize({ method: "GET", url, headers: {} }, forever)
    .then((headers) => send({ method: "GET", url, headers, timeoutMs: 5_000 }));
}

const key = {
  HW_ACCESS_KEY: "ACMEACCESSKEY0000001",
  HW_SECRET_KEY: "marked-secret-0000000000000000000000001",
};
const user = { HW_USER_NAME: "ann", HW_USER_PASSWORD: "Marked-Password-1", HW_DOMAIN_NAME: "acme" };
const agency = { HW_ASSUME_ROLE_AGENCY_NAME: "ops", HW_ASSUME_ROLE_DOMAIN_NAME: "customer" };
const ci = { HW_ASSUME_ROLE_IDP_ID: "gitlab", HW_ASSUME_ROLE_ID_TOKEN: "marked-id-token" };

/** A token as somebody else would get it. */
async function token(): Promise<string> {
  const session = await sessionsWith(user).open({}, forever);
  const headers = await session.authorize({ method: "GET", url: session.endpoint, headers: {} }, forever);
  return headers["X-Auth-Token"] ?? "";
}

describe("the right credentials show the desktop", () => {
  test.each<[string, NodeJS.ProcessEnv, string, string]>([
    ["an access key", key, acme, "desk-1"],
    ["an access key with a given project", { ...key, HW_PROJECT_ID: acme }, acme, "desk-1"],
    ["user and password", user, acme, "desk-1"],
    [
      "user and password in another region",
      { ...user, HW_REGION_NAME: "eu-west-101" },
      "acme0000000000000000000000000002",
      "desk-2",
    ],
    ["an identity token", ci, acme, "desk-1"],
    ["an agency with an access key", { ...key, ...agency }, customer, "desk-3"],
    ["an agency with user and password", { ...user, ...agency }, customer, "desk-3"],
    ["an agency with an identity token", { ...ci, ...agency }, customer, "desk-3"],
  ])("%s", async (_, env, projectId, desktop) => {
    const session = await sessionsWith(env).open({}, forever);
    expect(session.projectId).toBe(projectId);
    const answer = await show(session, desktop);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain(desktop);
    expect(inspect([session, lines], { depth: 9, showHidden: true })).not.toMatch(/marked/i);
  });

  test("a given token", async () => {
    const session = await sessionsWith({ HW_AUTH_TOKEN: await token() }).open({}, forever);
    expect(session.projectId).toBe(acme);
    expect((await show(session, "desk-1")).status).toBe(200);
  });

  test("temporary keys that somebody else got", async () => {
    const answer = await send({
      method: "POST",
      url: `${emulator.url}/v3.0/OS-CREDENTIAL/securitytokens`,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ auth: { identity: { methods: ["token"], token: { id: await token() } } } }),
      timeoutMs: 5_000,
    });
    const { credential } = JSON.parse(answer.text) as { credential: Record<string, string> };
    const env = {
      HW_ACCESS_KEY: credential.access,
      HW_SECRET_KEY: credential.secret,
      HW_SECURITY_TOKEN: credential.securitytoken,
    };
    expect((await show(await sessionsWith(env).open({}, forever), "desk-1")).status).toBe(200);
    await expect(sessionsWith({ ...env, HW_SECURITY_TOKEN: "" }).open({}, forever)).rejects.toThrow(
      CredentialsError,
    );
  });

  test("a profile of the hcloud command line, beside other credentials in the environment", async () => {
    const file = join(directory, "config.json");
    const profile = {
      name: "acme",
      mode: "AKSK",
      accessKeyId: key.HW_ACCESS_KEY,
      secretAccessKey: key.HW_SECRET_KEY,
      region: "eu-west-101",
    };
    writeFileSync(file, JSON.stringify({ current: "other", profiles: [{ name: "other" }, profile] }));
    const sessions = sessionsWith({ HW_SHARED_CONFIG_FILE: file, HW_AUTH_TOKEN: "marked" });
    const session = await sessions.open({ profile: "acme" }, forever);
    expect((await show(session, "desk-2")).status).toBe(200);
  });

  test("secret stack configuration", async () => {
    const config = { accessKey: key.HW_ACCESS_KEY, secretKey: key.HW_SECRET_KEY };
    expect((await show(await sessionsWith({}, config).open({}, forever), "desk-1")).status).toBe(200);
  });
});

describe("wrong credentials are an error that names their source and shows no value", () => {
  test.each<[string, NodeJS.ProcessEnv, Place, RegExp]>([
    [
      "a secret",
      { ...key, HW_SECRET_KEY: "marked" },
      {},
      /^Signing in: access key \(HW_ACCESS_KEY, HW_SECRET_KEY from the environment\) is not accepted: GET .*\/v3\/projects answered 401/,
    ],
    [
      "a password",
      { ...user, HW_USER_PASSWORD: "marked" },
      {},
      /^Signing in: user and password \(.*\) is not accepted: POST .*\/v3\/auth\/tokens answered 401/,
    ],
    [
      "a token",
      { HW_AUTH_TOKEN: "marked" },
      {},
      /^Signing in: token \(HW_AUTH_TOKEN from the environment\) is not accepted: .* answered 401/,
    ],
    [
      "an identity token",
      { ...ci, HW_ASSUME_ROLE_ID_TOKEN: "marked" },
      {},
      /^Signing in: identity token \(.*\) is not accepted: POST .*\/v3\.0\/OS-AUTH\/id-token\/tokens answered 40/,
    ],
    [
      "an agency",
      { ...key, ...agency, HW_ASSUME_ROLE_AGENCY_NAME: "none" },
      {},
      /agency "none": POST .*\/v3\.0\/OS-CREDENTIAL\/securitytokens answered 40/,
    ],
    ["a region", { ...key, HW_REGION_NAME: "cn-south-1" }, {}, /has no project named "cn-south-1"/],
    [
      "another account's project",
      user,
      { projectId: customer },
      /^Signing in: user and password .* answered 40/,
    ],
  ])("%s", async (_, env, place, message) => {
    const error: unknown = await sessionsWith(env)
      .open(place, forever)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CredentialsError);
    expect((error as Error).message).toMatch(message);
    expect(inspect([error, lines], { depth: 9, showHidden: true })).not.toMatch(/marked/i);
  });

  test("a given token of another project: the error names both projects", async () => {
    const env = { HW_AUTH_TOKEN: await token(), HW_PROJECT_ID: "acme0000000000000000000000000002" };
    const error: unknown = await sessionsWith(env)
      .open({}, forever)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "CredentialsError", reason: "project" });
    expect((error as Error).message).toMatch(
      /^Signing in: token \(HW_AUTH_TOKEN from the environment\) is for project acme0+1, but project acme0+2 is wanted/,
    );
  });

  test("a given token of no project", async () => {
    const answer = await send({
      method: "POST",
      url: `${emulator.url}/v3.0/OS-AUTH/id-token/tokens`,
      headers: { "Content-Type": "application/json", "X-Idp-Id": "gitlab" },
      body: JSON.stringify({ auth: { id_token: { id: "marked-id-token" } } }),
      timeoutMs: 5_000,
    });
    const env = { HW_AUTH_TOKEN: answer.headers["x-subject-token"], HW_PROJECT_ID: acme };
    await expect(sessionsWith(env).open({}, forever)).rejects.toMatchObject({
      reason: "project",
      message: expect.stringMatching(/is for no project/) as string,
    });
  });

  test("a secret, where no login was needed: the first call shows it, and IAM confirms", async () => {
    const session = await sessionsWith({ ...key, HW_SECRET_KEY: "marked", HW_PROJECT_ID: acme }).open(
      {},
      forever,
    );
    expect((await show(session, "desk-1")).status).toBe(401);
    await expect(session.renew("the service answered 401", forever)).rejects.toMatchObject({
      reason: "refused",
    });
  });
});

describe("what ends is renewed", () => {
  test("a token that was revoked is renewed once for all, and the call goes through", async () => {
    const session = await sessionsWith(user).open({}, forever);
    emulator.revokeTokens();
    const before = emulator.requests().length;
    expect((await show(session, "desk-1")).status).toBe(401);
    expect(
      await Promise.all([
        session.renew("the service answered 401", forever),
        session.renew("the service answered 401", forever),
        session.renew("the service answered 401", forever),
      ]),
    ).toEqual([true, true, true]);
    expect((await show(session, "desk-1")).status).toBe(200);
    const logins = emulator
      .requests()
      .slice(before)
      .filter(({ path }) => path === "/v3/auth/tokens");
    expect(logins).toHaveLength(1);
  });

  test("a given token that was revoked is an error", async () => {
    const session = await sessionsWith({ HW_AUTH_TOKEN: await token() }).open({}, forever);
    emulator.revokeTokens();
    expect((await show(session, "desk-1")).status).toBe(401);
    await expect(session.renew("the service answered 401", forever)).rejects.toMatchObject({
      reason: "expired",
    });
  });

  test.each([
    ["user and password", user],
    ["an identity token", ci],
    ["an agency", { ...key, ...agency }],
  ])("what %s gave is renewed after its end", async (_, env) => {
    const session = await sessionsWith(env).open({}, forever);
    const desktop = session.projectId === customer ? "desk-3" : "desk-1";
    emulator.advance(25 * 3600_000);
    const { status } = await show(session, desktop);
    if (status === 401) expect(await session.renew("the service answered 401", forever)).toBe(true);
    expect((await show(session, desktop)).status).toBe(200);
  });

  test("work that outlives many tokens goes on", async () => {
    const hasty = await startEmulator({ accounts, tokenLifetimeMs: 400 });
    try {
      const address = { HW_WORKSPACE_ENDPOINT: hasty.url, HW_AUTH_URL: hasty.url };
      const session = await sessionsWith({ ...user, ...address }).open({}, forever);
      const until = Date.now() + 1_500;
      while (Date.now() < until) {
        let { status } = await show(session, "desk-1");
        // As the client does: on a busy machine a token may end on its way.
        if (status === 401 && (await session.renew("the service answered 401", forever)))
          ({ status } = await show(session, "desk-1"));
        expect(status).toBe(200);
      }
      const logins = hasty.requests().filter(({ path }) => path === "/v3/auth/tokens").length;
      expect(logins).toBeGreaterThanOrEqual(3);
      expect(logins).toBeLessThanOrEqual(8);
    } finally {
      await hasty.close();
    }
  });
});
