import { defaultAccount, type AccountSpec } from "./accounts";
import type { Emulator } from "./emulator";
import { ask, codeOf, type Reply } from "./testing/client";
import { running } from "./testing/running";

const projectId = "e0000000000000000000000000000001";
const list = `/v2/${projectId}/desktops/detail`;
const scope = { project: { name: "cn-north-4" } };

function passwordBody(
  part: { password?: string; user?: string; domain?: string; scope?: object } = {},
): object {
  const { password = "Emulator-Password-1", user = "emulator", domain = "emulator" } = part;
  const identity = {
    methods: ["password"],
    password: { user: { name: user, password, domain: { name: domain } } },
  };
  return { auth: { identity, ...(part.scope && { scope: part.scope }) } };
}

function passwordOf(domain: object): object {
  const user = { name: "emulator", password: "Emulator-Password-1", domain };
  return { auth: { identity: { methods: ["password"], password: { user } }, scope } };
}

function tokens(emulator: Emulator, body: object): Promise<Reply> {
  return ask(emulator, "POST", "/v3/auth/tokens", { body });
}

async function scopedToken(emulator: Emulator): Promise<string> {
  const reply = await tokens(emulator, passwordBody({ scope }));
  return reply.headers.get("x-subject-token") ?? "";
}

function lists(emulator: Emulator, token: string, path = list): Promise<Reply> {
  return ask(emulator, "GET", path, { headers: { "x-auth-token": token } });
}

describe("tokens", () => {
  test.each([
    ["the project's name", scope],
    ["the project's id", { project: { id: projectId } }],
  ])("a password gives one, scoped by %s", async (_, by) => {
    const { emulator } = await running();
    const reply = await tokens(emulator, passwordBody({ scope: by }));
    expect(reply.status).toBe(201);
    expect(reply.json?.token).toMatchObject({
      methods: ["password"],
      user: { name: "emulator", domain: { name: "emulator" } },
      project: { id: projectId, name: "cn-north-4" },
      expires_at: new Date(emulator.clock().now + 24 * 3_600_000).toISOString(),
    });
    expect((await lists(emulator, reply.headers.get("x-subject-token") ?? "")).status).toBe(200);
  });

  test.each([
    ["a wrong password", passwordBody({ password: "x" }), 401],
    ["an unknown user", passwordBody({ user: "x" }), 401],
    ["an unknown account", passwordBody({ domain: "x" }), 401],
    ["an account without id and name", passwordOf({}), 400],
    ["an unknown project", passwordBody({ scope: { project: { name: "x" } } }), 401],
    ["another account's domain", passwordBody({ scope: { domain: { name: "x" } } }), 401],
    ["no identity", { auth: {} }, 400],
    ["an unknown method", { auth: { identity: { methods: ["totp"] } } }, 400],
    ["a method without its part", { auth: { identity: { methods: ["password"] } } }, 400],
    ["a token that is none", { auth: { identity: { methods: ["token"], token: { id: "x" } } } }, 401],
  ])("%s gives none", async (_, body, status) => {
    const { emulator } = await running();
    const reply = await tokens(emulator, body);
    expect(reply.status).toBe(status);
    expect(reply.json?.error).toMatchObject({ code: status });
    expect(reply.headers.get("x-subject-token")).toBeNull();
  });

  test("the account may be named by its id", async () => {
    const { emulator } = await running();
    const reply = await tokens(emulator, passwordOf({ id: "e0000000000000000000000000000000" }));
    expect([reply.status, reply.json?.token]).toMatchObject([201, { project: { id: projectId } }]);
  });

  test("an unscoped one opens no project, and can be scoped to one", async () => {
    const { emulator } = await running();
    const unscoped = (await tokens(emulator, passwordBody())).headers.get("x-subject-token") ?? "";
    const refused = await lists(emulator, unscoped);
    expect([refused.status, codeOf(refused)]).toEqual([403, "APIGW.0302"]);
    const identity = { methods: ["token"], token: { id: unscoped } };
    const scoped = await tokens(emulator, { auth: { identity, scope } });
    expect((await lists(emulator, scoped.headers.get("x-subject-token") ?? "")).status).toBe(200);
  });

  test("one for a domain says so, and opens no project", async () => {
    const { emulator } = await running();
    const reply = await tokens(emulator, passwordBody({ scope: { domain: { name: "emulator" } } }));
    expect(reply.json?.token).toMatchObject({ domain: { name: "emulator" } });
    expect((await lists(emulator, reply.headers.get("x-subject-token") ?? "")).status).toBe(403);
  });

  test("one for a project opens no other", async () => {
    const accounts: AccountSpec[] = [
      { ...defaultAccount, projects: [...defaultAccount.projects, { region: "eu-west-101", id: "second" }] },
    ];
    const { emulator } = await running({ accounts });
    const token = await scopedToken(emulator);
    expect((await lists(emulator, token, "/v2/second/desktops/detail")).status).toBe(403);
  });

  test("one ends with its time, and so does one that was made from it", async () => {
    const { emulator } = await running({ tokenLifetimeMs: 60_000 });
    const token = await scopedToken(emulator);
    emulator.advance(30_000);
    const identity = { methods: ["token"], token: { id: token } };
    const second =
      (await tokens(emulator, { auth: { identity, scope } })).headers.get("x-subject-token") ?? "";
    emulator.advance(29_999);
    expect((await lists(emulator, second)).status).toBe(200);
    emulator.advance(1);
    for (const old of [token, second]) {
      const reply = await lists(emulator, old);
      expect([reply.status, codeOf(reply)]).toEqual([401, "APIGW.0307"]);
    }
    expect((await tokens(emulator, { auth: { identity, scope } })).status).toBe(401);
  });

  test("an identity token gives one", async () => {
    const { emulator } = await running();
    const exchange = (provider: string | undefined, id: string): Promise<Reply> =>
      ask(emulator, "POST", "/v3.0/OS-AUTH/id-token/tokens", {
        headers: provider === undefined ? {} : { "X-Idp-Id": provider },
        body: { auth: { id_token: { id } } },
      });
    const reply = await exchange("emulator-idp", "emulator-id-token");
    expect([reply.status, reply.json?.token]).toMatchObject([201, { methods: ["mapped"], catalog: [] }]);
    const unscoped = reply.headers.get("x-subject-token") ?? "";
    expect((await lists(emulator, unscoped)).status).toBe(403);
    const identity = { methods: ["token"], token: { id: unscoped } };
    const scoped =
      (await tokens(emulator, { auth: { identity, scope } })).headers.get("x-subject-token") ?? "";
    expect((await lists(emulator, scoped)).status).toBe(200);

    expect((await exchange("emulator-idp", "forged")).status).toBe(401);
    expect((await exchange("nobody", "emulator-id-token")).status).toBe(401);
    expect((await exchange(undefined, "emulator-id-token")).status).toBe(400);
  });
});

describe("temporary keys", () => {
  const path = "/v3.0/OS-CREDENTIAL/securitytokens";
  interface Credential {
    access: string;
    secret: string;
    securitytoken: string;
    expires_at: string;
  }

  test("a token gives some, which need their security token and end with their time", async () => {
    const { emulator, client } = await running();
    const identity = {
      methods: ["token"],
      token: { id: await scopedToken(emulator), duration_seconds: 1800 },
    };
    const reply = await ask(emulator, "POST", path, { body: { auth: { identity } } });
    expect(reply.status).toBe(201);
    const { access, secret, securitytoken, expires_at } = reply.json?.credential as Credential;
    expect(Date.parse(expires_at) - emulator.clock().now).toBe(1_800_000);

    const use = async (securityToken?: string): Promise<number> => {
      const options = { access, secret, ...(securityToken !== undefined && { securityToken }) };
      return (await client.raw("GET", list, undefined, options)).status;
    };
    expect(await use(securitytoken)).toBe(200);
    expect(await use()).toBe(401);
    expect(await use("other")).toBe(401);
    emulator.advance(1_800_000);
    expect(await use(securitytoken)).toBe(401);
  });

  test.each([
    ["not of a token that is none", { methods: ["token"], token: { id: "x" } }, 401],
    ["not for less than 15 minutes", { methods: ["token"], token: { id: "x", duration_seconds: 899 } }, 400],
    ["not for more than a day", { methods: ["token"], token: { id: "x", duration_seconds: 86_401 } }, 400],
    ["not without a token", { methods: ["token"] }, 400],
    ["not without an agency", { methods: ["assume_role"] }, 400],
  ])("%s", async (_, identity, status) => {
    const { emulator } = await running();
    expect((await ask(emulator, "POST", path, { body: { auth: { identity } } })).status).toBe(status);
  });

  test("an agency gives some, which act in the account that has made it", async () => {
    const lender: AccountSpec = {
      domain_name: "lender",
      domain_id: "lender-id",
      agencies: [
        { name: "workspace", trusted_domains: ["emulator"] },
        { name: "closed", trusted_domains: [] },
      ],
      projects: [{ region: "cn-north-4", id: "lent" }],
    };
    const { emulator, client } = await running({ accounts: [defaultAccount, lender] });
    const assume = (assume_role: object): Promise<Reply> =>
      client.raw("POST", path, { auth: { identity: { methods: ["assume_role"], assume_role } } });
    for (const domain of [{ domain_name: "lender" }, { domain_id: "lender-id" }]) {
      const reply = await assume({ agency_name: "workspace", ...domain });
      const { access, secret, securitytoken: securityToken } = reply.json?.credential as Credential;
      const there = await client.raw("GET", "/v2/lent/desktops/detail", undefined, {
        access,
        secret,
        securityToken,
      });
      const here = await client.raw("GET", list, undefined, { access, secret, securityToken });
      expect([reply.status, there.status, here.status]).toEqual([201, 200, 403]);
    }
    expect((await assume({ agency_name: "workspace", domain_name: "emulator" })).status).toBe(404);
    expect((await assume({ agency_name: "closed", domain_name: "lender" })).status).toBe(403);
    expect((await assume({ agency_name: "workspace" })).status).toBe(400);
    const nobody = {
      methods: ["assume_role"],
      assume_role: { agency_name: "workspace", domain_name: "lender" },
    };
    expect((await ask(emulator, "POST", path, { body: { auth: { identity: nobody } } })).status).toBe(401);
  });
});

describe("projects and domains", () => {
  test.each(["/v3/projects", "/v3/v3/projects"])("%s?name= finds a region's project", async (path) => {
    const { client } = await running();
    const found = await client.raw("GET", `${path}?name=cn-north-4`);
    expect(found.json?.projects).toMatchObject([{ id: projectId, name: "cn-north-4" }]);
    expect((await client.raw("GET", `${path}?name=eu-west-101`)).json?.projects).toEqual([]);
    expect((await client.raw("GET", path)).json?.projects).toHaveLength(1);
  });

  test("an unscoped token is enough to find the project", async () => {
    const { emulator } = await running();
    const token = (await tokens(emulator, passwordBody())).headers.get("x-subject-token") ?? "";
    expect((await lists(emulator, token, "/v3/projects")).json?.projects).toHaveLength(1);
  });

  test("the account that asks is the only domain", async () => {
    const { client } = await running();
    const reply = await client.raw("GET", "/v3/auth/domains");
    expect(reply.json?.domains).toMatchObject([{ id: "e0000000000000000000000000000000", name: "emulator" }]);
  });

  test.each(["/v3/projects", "/v3/auth/domains"])("%s wants to know who asks", async (path) => {
    const { emulator, client } = await running();
    expect(codeOf(await ask(emulator, "GET", path))).toBe("APIGW.0301");
    expect(codeOf(await client.raw("GET", path, undefined, { secret: "wrong" }))).toBe("APIGW.0301");
  });

  test("every IAM path is there below a second /v3 too", async () => {
    const { emulator, client } = await running();
    const base = emulator.env.HW_AUTH_URL.replace(emulator.url, "");
    expect(base).toBe("/v3");
    expect((await ask(emulator, "POST", `${base}/v3/auth/tokens`, { body: passwordBody() })).status).toBe(
      201,
    );
    expect(
      (await ask(emulator, "POST", `${base}/v3.0/OS-CREDENTIAL/securitytokens`, { body: {} })).status,
    ).toBe(400);
    expect((await ask(emulator, "POST", `${base}/v3.0/OS-AUTH/id-token/tokens`, { body: {} })).status).toBe(
      400,
    );
    expect((await client.raw("GET", `${base}/v3/auth/domains`)).status).toBe(200);
  });
});

test("secrets of IAM never come into the log", async () => {
  const { emulator } = await running();
  const token = await scopedToken(emulator);
  await lists(emulator, token);
  const identity = { methods: ["token"], token: { id: token } };
  await ask(emulator, "POST", "/v3.0/OS-CREDENTIAL/securitytokens", { body: { auth: { identity } } });
  await ask(emulator, "POST", "/v3.0/OS-AUTH/id-token/tokens", {
    headers: { "X-Idp-Id": "emulator-idp" },
    body: { auth: { id_token: { id: "emulator-id-token" } } },
  });
  const log = JSON.stringify(emulator.requestLog());
  for (const secret of [token, "Emulator-Password-1", "emulator-id-token"]) expect(log).not.toContain(secret);
  expect(emulator.requests()).toHaveLength(4);
});
