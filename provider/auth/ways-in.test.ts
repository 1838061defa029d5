import { inspect } from "node:util";

import { CredentialsError } from "./errors";
import { sessionsIn, type Expected } from "./testing/world";

/** A time of the day on which the tests' clock starts. */
const at = (time: string) => `2026-01-02T${time}.000000Z`;
const issued = at("03:04:05");

const region = { HW_REGION_NAME: "cn-north-4" };
const user = {
  ...region,
  HW_USER_NAME: "ann",
  HW_USER_PASSWORD: "marked password ",
  HW_DOMAIN_NAME: "acme",
};
const ci = { ...region, HW_ASSUME_ROLE_IDP_ID: "gitlab", HW_ASSUME_ROLE_ID_TOKEN_FILE: "~/token" };
const agency = { HW_ASSUME_ROLE_AGENCY_NAME: "ops", HW_ASSUME_ROLE_DOMAIN_NAME: "customer" };

const get = { method: "GET", url: "https://workspace.cn-north-4.myhuaweicloud.com/v2/p1", headers: {} };

const password = { user: { name: "ann", password: "marked password ", domain: { name: "acme" } } };
const passwordBody = (scope: unknown) => ({
  auth: { identity: { methods: ["password"], password }, scope },
});
const tokenAnswer = (token: string, projectId?: string, expires = at("23:00:00")) => ({
  status: 201,
  headers: { "x-subject-token": token },
  json: {
    token: {
      expires_at: expires,
      issued_at: issued,
      ...(projectId !== undefined && { project: { id: projectId, name: "cn-north-4" } }),
    },
  },
});
const keysAnswer = (name: string, expires = at("04:04:05")) => ({
  status: 201,
  json: {
    credential: {
      access: `AK${name}`,
      secret: `marked-secret-${name}`,
      securitytoken: `marked-security-token-${name}`,
      expires_at: expires,
    },
  },
});
const assume = (more: Partial<Expected> = {}): Expected => ({
  request: "POST /v3.0/OS-CREDENTIAL/securitytokens",
  body: {
    auth: {
      identity: {
        methods: ["assume_role"],
        assume_role: { agency_name: "ops", domain_name: "customer", duration_seconds: 3600 },
      },
    },
  },
  answer: keysAnswer("ops"),
  ...more,
});
const exchange = (idToken: string): Expected => ({
  request: "POST /v3.0/OS-AUTH/id-token/tokens",
  headers: { "X-Idp-Id": "gitlab" },
  body: { auth: { id_token: { id: idToken } } },
  answer: tokenAnswer("marked-unscoped"),
});
const keysForToken = (name: string, expires?: string): Expected => ({
  request: "POST /v3.0/OS-CREDENTIAL/securitytokens",
  body: {
    auth: { identity: { methods: ["token"], token: { id: "marked-unscoped", duration_seconds: 3600 } } },
  },
  answer: keysAnswer(name, expires),
});
const projects = (headers: Record<string, string> = {}): Expected => ({
  request: "GET /v3/projects?name=cn-north-4",
  headers,
  answer: { json: { projects: [{ id: "p1", name: "cn-north-4" }] } },
});

describe("user and password", () => {
  test("get a token for the region's project, which the token then names", async () => {
    const { sessions, script } = sessionsIn(
      { env: user },
      {
        request: "POST /v3/auth/tokens",
        body: passwordBody({ project: { name: "cn-north-4" } }),
        answer: tokenAnswer("marked-token", "p1"),
      },
    );
    const session = await sessions.open({});
    expect(session.projectId).toBe("p1");
    expect(await session.authorize(get)).toEqual({ "X-Auth-Token": "marked-token" });
    expect(script.seen[0]?.url).toBe("https://iam.cn-north-4.myhuaweicloud.com/v3/auth/tokens");
    script.end();
  });

  test("get a token for a project that is named or given by id; the account may be given by id", async () => {
    const named = sessionsIn(
      { env: { ...user, HW_PROJECT_NAME: "cn-north-4_dev" } },
      {
        request: "POST /v3/auth/tokens",
        body: passwordBody({ project: { name: "cn-north-4_dev" } }),
        answer: tokenAnswer("t", "p2"),
      },
    );
    expect(await named.sessions.open({})).toMatchObject({ projectId: "p2" });

    const byId = sessionsIn(
      { env: { ...user, HW_DOMAIN_NAME: "", HW_DOMAIN_ID: "d1" } },
      {
        request: "POST /v3/auth/tokens",
        body: {
          auth: {
            identity: {
              methods: ["password"],
              password: { user: { name: "ann", password: "marked password ", domain: { id: "d1" } } },
            },
            scope: { project: { id: "p3" } },
          },
        },
        answer: tokenAnswer("t", "p3"),
      },
    );
    expect(await byId.sessions.open({ projectId: "p3" })).toMatchObject({ projectId: "p3" });
  });

  test("a token that comes for another project is an error that names both", async () => {
    const { sessions } = sessionsIn(
      { env: user },
      { request: "POST /v3/auth/tokens", answer: tokenAnswer("t", "p9") },
    );
    await expect(sessions.open({ projectId: "p1" })).rejects.toMatchObject({
      reason: "project",
      message: expect.stringMatching(/is for project p9, but project p1 is wanted/) as string,
    });
  });

  test("a wrong password is asked about once, however many disks there are", async () => {
    const { sessions, script } = sessionsIn(
      { env: user },
      {
        request: "POST /v3/auth/tokens",
        answer: {
          status: 401,
          headers: { "x-iam-trace-id": "trace-1" },
          json: { error: { code: 401, title: "Unauthorized", message: "wrong: marked password " } },
        },
      },
    );
    const all = await Promise.allSettled([sessions.open({}), sessions.open({}), sessions.open({})]);
    await expect(sessions.open({})).rejects.toMatchObject({ reason: "refused", status: 401 });
    for (const one of all) {
      expect(one).toMatchObject({
        status: "rejected",
        reason: expect.objectContaining({
          message:
            "user and password (HW_USER_NAME, HW_USER_PASSWORD, HW_DOMAIN_NAME from the environment): " +
            "POST https://iam.cn-north-4.myhuaweicloud.com/v3/auth/tokens answered 401: wrong: [secret] " +
            "(request id trace-1). Check that these credentials are right, still valid and of this cloud, " +
            "and this machine's clock",
        }) as unknown,
      });
    }
    script.end();
  });
});

describe("a given token", () => {
  const env = { ...region, HW_AUTH_TOKEN: "marked-token" };
  const describeToken = (projectId?: string): Expected => ({
    request: "GET /v3/auth/tokens",
    headers: { "X-Auth-Token": "marked-token", "X-Subject-Token": "marked-token" },
    answer: { ...tokenAnswer("ignored", projectId), status: 200 },
  });

  test("tells its project", async () => {
    const { sessions, script } = sessionsIn({ env }, describeToken("p1"));
    const session = await sessions.open({});
    expect(session.projectId).toBe("p1");
    expect(await session.authorize(get)).toEqual({ "X-Auth-Token": "marked-token" });
    script.end();
  });

  test("for another project than the wanted one is an error that names both", async () => {
    const { sessions } = sessionsIn({ env }, describeToken("p2"));
    await expect(sessions.open({ projectId: "p1" })).rejects.toThrow(/project p2, but project p1 is wanted/);
  });

  test("for no project is an error", async () => {
    const { sessions } = sessionsIn(
      { env },
      { request: "GET /v3/auth/tokens", answer: { json: { token: { domain: { name: "acme" } } } } },
    );
    await expect(sessions.open({ projectId: "p1" })).rejects.toThrow(
      /belongs to the account acme as a whole/,
    );
  });

  test.each([[403], [404], [405]])("is used although IAM answers %d about it", async (status) => {
    const { sessions } = sessionsIn({ env }, { request: "GET /v3/auth/tokens", answer: { status } });
    expect(await sessions.open({ projectId: "p1" })).toMatchObject({ projectId: "p1" });
  });

  test("with an address of the Workspace API alone, no other IAM is told the token", async () => {
    const place = { projectId: "p1", endpoint: "http://127.0.0.1:1" };
    const { sessions, script } = sessionsIn({ env });
    const session = await sessions.open(place);
    expect(await session.renew()).toBe(false);
    script.end();
  });

  test("that IAM refuses is an error", async () => {
    const { sessions } = sessionsIn({ env }, { request: "GET /v3/auth/tokens", answer: { status: 401 } });
    await expect(sessions.open({ projectId: "p1" })).rejects.toMatchObject({ reason: "refused" });
  });
});

describe("a CI system's identity token", () => {
  test("is read from its file, changed for a token and that for temporary keys", async () => {
    const { sessions, script } = sessionsIn(
      { env: ci, files: { "/home/me/token": "marked-id-token\n" } },
      exchange("marked-id-token"),
      keysForToken("1"),
      projects({ "X-Security-Token": "marked-security-token-1" }),
    );
    const session = await sessions.open({});
    expect(session.projectId).toBe("p1");
    const headers = await session.authorize(get);
    expect(headers).toMatchObject({
      "X-Project-Id": "p1",
      "X-Security-Token": "marked-security-token-1",
      Authorization: expect.stringMatching(/^SDK-HMAC-SHA256 Access=AK1, /) as string,
    });
    script.end();
  });

  test("may be given itself, and the SDK's names are taken too", async () => {
    const direct = { ...ci, HW_ASSUME_ROLE_ID_TOKEN_FILE: "", HW_ASSUME_ROLE_ID_TOKEN: "marked-direct" };
    const one = sessionsIn({ env: direct }, exchange("marked-direct"), keysForToken("1"));
    await one.sessions.open({ projectId: "p1" });
    one.script.end();

    const sdk = { ...region, HUAWEICLOUD_SDK_IDP_ID: "gitlab", HUAWEICLOUD_SDK_ID_TOKEN_FILE: "/t" };
    const two = sessionsIn(
      { env: sdk, files: { "/t": "marked-id" } },
      exchange("marked-id"),
      keysForToken("1"),
    );
    await two.sessions.open({ projectId: "p1" });
    two.script.end();
  });

  test("in a file that is missing or empty is a problem before any call", async () => {
    for (const files of [{}, { "/home/me/token": " \n" }]) {
      const { sessions, script } = sessionsIn({ env: ci, files });
      expect(sessions.check({})).toEqual([
        {
          property: "",
          reason: expect.stringMatching(
            /identity token file \/home\/me\/token (is empty|cannot be read)/,
          ) as string,
        },
      ]);
      await expect(sessions.open({})).rejects.toThrow(/identity token file/);
      script.end();
    }
  });

  test("is renewed from the file as it is then", async () => {
    const files = { "/home/me/token": "marked-first" };
    const { sessions, script, clock } = sessionsIn(
      { env: ci, files },
      exchange("marked-first"),
      keysForToken("1"),
      exchange("marked-second"),
      keysForToken("2", at("05:04:05")),
    );
    const session = await sessions.open({ projectId: "p1" });
    files["/home/me/token"] = "marked-second";
    clock.advance(3600_000 - 61_000);
    expect((await session.authorize(get)).Authorization).toContain("Access=AK1,");
    clock.advance(2_000);
    expect((await session.authorize(get)).Authorization).toContain("Access=AK2,");
    script.end();
  });
});

describe("an agency", () => {
  const signedBy = (accessKey: string) => expect.stringContaining(`Access=${accessKey},`) as string;

  test("is assumed with an access key; its keys find the project", async () => {
    const { sessions, script } = sessionsIn(
      { env: { ...region, ...agency, HW_ACCESS_KEY: "AKID", HW_SECRET_KEY: "marked" } },
      assume({ headers: { Authorization: signedBy("AKID") } }),
      projects({ Authorization: signedBy("AKops"), "X-Security-Token": "marked-security-token-ops" }),
    );
    const session = await sessions.open({});
    expect((await session.authorize(get)).Authorization).toEqual(signedBy("AKops"));
    script.end();
  });

  test("is assumed with a given token, an account by id, for the time that is set", async () => {
    const env = {
      ...region,
      HW_AUTH_TOKEN: "marked-token",
      HW_ASSUME_ROLE_AGENCY_NAME: "ops",
      HW_ASSUME_ROLE_DOMAIN_ID: "d7",
      HW_ASSUME_ROLE_DURATION: "900",
    };
    const { sessions, script } = sessionsIn(
      { env },
      assume({
        headers: { "X-Auth-Token": "marked-token" },
        body: {
          auth: {
            identity: {
              methods: ["assume_role"],
              assume_role: { agency_name: "ops", domain_id: "d7", duration_seconds: 900 },
            },
          },
        },
      }),
    );
    await sessions.open({ projectId: "p1" });
    script.end();
  });

  test("is assumed with a password, whose token is for the user's own account", async () => {
    const { sessions, script } = sessionsIn(
      { env: { ...user, ...agency } },
      {
        request: "POST /v3/auth/tokens",
        body: passwordBody({ domain: { name: "acme" } }),
        answer: tokenAnswer("marked-token"),
      },
      assume({ headers: { "X-Auth-Token": "marked-token" } }),
    );
    await sessions.open({ projectId: "p1" });
    script.end();
  });

  test("is assumed with an identity token, and named in the stack configuration", async () => {
    const { sessions, script } = sessionsIn(
      {
        env: ci,
        config: { agencyName: "ops", agencyDomainName: "customer" },
        files: { "/home/me/token": "marked-id" },
      },
      exchange("marked-id"),
      keysForToken("1"),
      assume({ headers: { Authorization: signedBy("AK1"), "X-Security-Token": "marked-security-token-1" } }),
    );
    await sessions.open({ projectId: "p1" });
    script.end();
  });

  test.each([
    [
      "an account",
      { HW_ASSUME_ROLE_AGENCY_NAME: "ops" },
      /HW_ASSUME_ROLE_AGENCY_NAME is set .* without HW_ASSUME_ROLE_DOMAIN_NAME/,
    ],
    [
      "a name",
      { HW_ASSUME_ROLE_DOMAIN_ID: "d" },
      /HW_ASSUME_ROLE_DOMAIN_ID is set .* without HW_ASSUME_ROLE_AGENCY_NAME/,
    ],
    [
      "a sensible time",
      { ...agency, HW_ASSUME_ROLE_DURATION: "1h" },
      /HW_ASSUME_ROLE_DURATION must be a whole number/,
    ],
  ])("without %s is a problem", (_, env, reason) => {
    const { sessions } = sessionsIn({ env: { ...user, ...env } });
    expect(sessions.check({})).toEqual([{ property: "", reason: expect.stringMatching(reason) as string }]);
  });
});

describe("nothing secret shows", () => {
  const worlds: [string, Parameters<typeof sessionsIn>[0]][] = [
    [
      "a key",
      { env: { ...region, HW_ACCESS_KEY: "AK", HW_SECRET_KEY: "marked", HW_SECURITY_TOKEN: "marked" } },
    ],
    ["a token", { env: { ...region, HW_AUTH_TOKEN: "marked" } }],
    ["a password", { env: user }],
    ["an identity token", { env: ci, files: { "/home/me/token": "marked" } }],
    ["an agency", { env: { ...user, ...agency } }],
    ["the stack configuration", { env: region, config: { accessKey: "AK", secretKey: "marked" } }],
  ];

  test.each(worlds)("of %s, when all goes well and when IAM repeats it", async (_, world) => {
    for (const status of [200, 401, 500]) {
      const answers = Array.from({ length: 9 }, () => echo(status));
      const { sessions, log } = sessionsIn(world, ...answers);
      const session: unknown = await sessions.open({}).catch((error: unknown) => error);
      const shown = [session, sessions, log.lines, sessions.check({}), sessions.effective({})];
      expect(inspect(shown, { depth: 20, showHidden: true })).not.toContain("marked");
      expect(JSON.stringify([session, String(session)])).not.toContain("marked");
      expect(log.lines.join()).toMatch(/^credentials: /);
      // A key needs no login, and where IAM knows no project the error is about that.
      expect(session instanceof CredentialsError).toBe(status !== 200);
    }
  });

  /** An IAM that answers everything and, in its errors, repeats what it was sent. */
  function echo(status: number): Expected {
    const good = {
      token: { expires_at: at("23:00:00"), issued_at: issued, project: { id: "p1" } },
      credential: {
        access: "AK2",
        secret: "marked-s",
        securitytoken: "marked-t",
        expires_at: at("23:00:00"),
      },
      projects: [{ id: "p1", name: "cn-north-4" }],
    };
    return {
      request: "*",
      answer: ({ headers, body }) => ({
        status,
        headers: { "x-subject-token": "marked-new" },
        json:
          status === 200
            ? good
            : { error_code: "IAM.1", error_msg: `you sent ${Object.values(headers).join()} ${body ?? ""}` },
      }),
    };
  }
});
