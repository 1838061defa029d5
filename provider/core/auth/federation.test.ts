import { forever, sessionsIn } from "../../../testing/authWorld";
import {
  at,
  region,
  user,
  ci,
  agency,
  get,
  passwordBody,
  tokenAnswer,
  assume,
  exchange,
  keysForToken,
  projects,
} from "../../../testing/iamAnswers";

describe("a CI system's identity token", () => {
  test("is read from its file, changed for a token and that for temporary keys", async () => {
    const { sessions, script } = sessionsIn(
      { env: ci, files: { "/home/me/token": "marked-id-token\n" } },
      exchange("marked-id-token"),
      keysForToken("1"),
      projects({ "X-Security-Token": "marked-security-token-1" }),
    );
    const session = await sessions.open({}, forever);
    expect(session.projectId).toBe("p1");
    const headers = await session.authorize(get, forever);
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
    await one.sessions.open({ projectId: "p1" }, forever);
    one.script.end();

    const sdk = { ...region, HUAWEICLOUD_SDK_IDP_ID: "gitlab", HUAWEICLOUD_SDK_ID_TOKEN_FILE: "/t" };
    const two = sessionsIn(
      { env: sdk, files: { "/t": "marked-id" } },
      exchange("marked-id"),
      keysForToken("1"),
    );
    await two.sessions.open({ projectId: "p1" }, forever);
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
      await expect(sessions.open({}, forever)).rejects.toThrow(/identity token file/);
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
    const session = await sessions.open({ projectId: "p1" }, forever);
    files["/home/me/token"] = "marked-second";
    clock.advance(3600_000 - 61_000);
    expect((await session.authorize(get, forever)).Authorization).toContain("Access=AK1,");
    clock.advance(2_000);
    expect((await session.authorize(get, forever)).Authorization).toContain("Access=AK2,");
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
    const session = await sessions.open({}, forever);
    expect((await session.authorize(get, forever)).Authorization).toEqual(signedBy("AKops"));
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
    await sessions.open({ projectId: "p1" }, forever);
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
    await sessions.open({ projectId: "p1" }, forever);
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
    await sessions.open({ projectId: "p1" }, forever);
    script.end();
  });

  test.each([
    [
      "an account",
      { HW_ASSUME_ROLE_AGENCY_NAME: "ops" },
      /HW_ASSUME_ROLE_AGENCY_NAME is set .*, HW_ASSUME_ROLE_DOMAIN_NAME is missing/,
    ],
    [
      "a name",
      { HW_ASSUME_ROLE_DOMAIN_ID: "d" },
      /HW_ASSUME_ROLE_DOMAIN_ID is set .*, HW_ASSUME_ROLE_AGENCY_NAME is missing/,
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
