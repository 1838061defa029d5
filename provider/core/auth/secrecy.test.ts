import { inspect } from "node:util";

import { CredentialsError } from "../errors";
import { cleanForeignText } from "../foreignText";
import { forever, sessionsIn, type Expected } from "../../../testing/authWorld";
import { at, issued, get, region, user, ci, agency } from "../../../testing/iamAnswers";

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
      const session: unknown = await sessions.open({}, forever).catch((error: unknown) => error);
      const shown = [session, sessions, log.lines, sessions.check({}), sessions.effective({})];
      expect(inspect(shown, { depth: 20, showHidden: true })).not.toContain("marked");
      expect(JSON.stringify([session, String(session)])).not.toContain("marked");
      expect(log.lines.join()).toMatch(/^credentials: /);
      // A key needs no login, and where IAM knows no project the error is about that.
      expect(session instanceof CredentialsError).toBe(status !== 200);
    }
  });

  test("when the service repeats it, before and after a renewal", async () => {
    const { sessions, clock } = sessionsIn(
      { env: { ...ci, ...agency }, files: { "/home/me/token": "marked" } },
      ...Array.from({ length: 9 }, () => echo(200)),
    );
    const session = await sessions.open({}, forever);
    const seen = [await session.authorize(get, forever)];
    clock.advance(24 * 3600_000);
    seen.push(await session.authorize(get, forever));
    for (const headers of seen) {
      const repeated = cleanForeignText(JSON.stringify(headers), session.secrets(), 5000);
      for (const part of ["AK2", "marked", /Signature=[0-9a-f]/]) expect(repeated).not.toMatch(part);
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
