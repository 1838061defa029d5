import { forever, sessionsIn, type Expected } from "../../../testing/authWorld";
import { region, user, get, passwordBody, tokenAnswer } from "../../../testing/iamAnswers";

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
    const session = await sessions.open({}, forever);
    expect(session.projectId).toBe("p1");
    expect(await session.authorize(get, forever)).toEqual({ "X-Auth-Token": "marked-token" });
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
    expect(await named.sessions.open({}, forever)).toMatchObject({ projectId: "p2" });

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
    expect(await byId.sessions.open({ projectId: "p3" }, forever)).toMatchObject({ projectId: "p3" });
  });

  test("a token that comes for another project is an error that names both", async () => {
    const { sessions } = sessionsIn(
      { env: user },
      { request: "POST /v3/auth/tokens", answer: tokenAnswer("t", "p9") },
    );
    await expect(sessions.open({ projectId: "p1" }, forever)).rejects.toMatchObject({
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
    const all = await Promise.allSettled([
      sessions.open({}, forever),
      sessions.open({}, forever),
      sessions.open({}, forever),
    ]);
    await expect(sessions.open({}, forever)).rejects.toMatchObject({ reason: "refused", status: 401 });
    for (const one of all) {
      expect(one).toMatchObject({
        status: "rejected",
        reason: expect.objectContaining({
          message:
            "Signing in: user and password (HW_USER_NAME, HW_USER_PASSWORD, HW_DOMAIN_NAME from the environment) is not accepted: " +
            "POST https://iam.cn-north-4.myhuaweicloud.com/v3/auth/tokens answered 401: wrong: [secret] " +
            "(request id trace-1). The request was not sent. Check that these credentials are right, still valid and of this cloud, " +
            "and this machine's clock. [HWD1202]",
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
    const session = await sessions.open({}, forever);
    expect(session.projectId).toBe("p1");
    expect(await session.authorize(get, forever)).toEqual({ "X-Auth-Token": "marked-token" });
    script.end();
  });

  test("for another project than the wanted one is an error that names both", async () => {
    const { sessions } = sessionsIn({ env }, describeToken("p2"));
    await expect(sessions.open({ projectId: "p1" }, forever)).rejects.toThrow(
      /project p2, but project p1 is wanted/,
    );
  });

  test.each<[string, object, RegExp]>([
    [
      "an account",
      { domain: { name: "acme" } },
      /is for no project \(it is for the account acme as a whole\)/,
    ],
    ["nothing", { user: { name: "ann" } }, /is for no project \(it is unscoped\)/],
  ])("for %s is an error", async (_, told, message) => {
    const { sessions } = sessionsIn(
      { env },
      { request: "GET /v3/auth/tokens", answer: { json: { token: told } } },
    );
    await expect(sessions.open({ projectId: "p1" }, forever)).rejects.toThrow(message);
  });

  test.each([[403], [404], [405]])("is used although IAM answers %d about it", async (status) => {
    const { sessions } = sessionsIn({ env }, { request: "GET /v3/auth/tokens", answer: { status } });
    expect(await sessions.open({ projectId: "p1" }, forever)).toMatchObject({ projectId: "p1" });
  });

  test("with an address of the Workspace API alone, no other IAM is told the token", async () => {
    const place = { projectId: "p1", endpoint: "http://127.0.0.1:1" };
    const { sessions, script } = sessionsIn({ env });
    const session = await sessions.open(place, forever);
    expect(await session.renew("", forever)).toBe(false);
    script.end();
  });

  test("that IAM refuses is an error", async () => {
    const { sessions } = sessionsIn({ env }, { request: "GET /v3/auth/tokens", answer: { status: 401 } });
    await expect(sessions.open({ projectId: "p1" }, forever)).rejects.toMatchObject({ reason: "refused" });
  });
});
