import type { Environment } from "../host";
import {
  forever,
  HandClock,
  Lines,
  Script,
  sources,
  type Expected,
  sessionsIn,
} from "../../../testing/authWorld";
import { ConnectionError } from "../errors";
import { Sessions } from "./sessions";

const region = { HW_REGION_NAME: "cn-north-4", HW_PROJECT_ID: "p1" };
const user = { ...region, HW_USER_NAME: "ann", HW_USER_PASSWORD: "pw", HW_DOMAIN_NAME: "acme" };
const get = { method: "GET", url: "https://workspace.cn-north-4.myhuaweicloud.com/v2/p1", headers: {} };

function world(env: Environment, clock = new HandClock(), files: Record<string, string> = {}) {
  const script = new Script();
  const log = new Lines();
  const sessions = new Sessions(sources({ env, files }), script.send, clock, log);
  /** IAM's next answer: a token that is good for so many ms from then on. */
  const token = (name: string, lifetimeMs: number) => (): Expected => ({
    request: "POST /v3/auth/tokens",
    answer: {
      status: 201,
      headers: { "x-subject-token": name, date: clock.serverDate().toUTCString() },
      json: {
        token: {
          issued_at: clock.serverDate().toISOString(),
          expires_at: new Date(clock.serverDate().getTime() + lifetimeMs).toISOString(),
          project: { id: "p1" },
        },
      },
    },
  });
  return { sessions, script, clock, log, token };
}

const hour = 3600_000;

describe("before its end", () => {
  test.each([
    ["of a day, a minute", 24 * hour, 24 * hour - 60_000],
    ["of two seconds, the last fifth", 2_000, 1_600],
  ])("a token is renewed: for one %s before", async (_, lifetime, renewedFrom) => {
    const { sessions, script, clock, token } = world(user);
    script.then(token("first", lifetime));
    const session = await sessions.open({}, forever);
    clock.advance(renewedFrom - 1);
    expect(await session.authorize(get, forever)).toEqual({ "X-Auth-Token": "first" });
    script.then(token("second", lifetime));
    clock.advance(1);
    expect(await session.authorize(get, forever)).toEqual({ "X-Auth-Token": "second" });
    expect(await session.authorize(get, forever)).toEqual({ "X-Auth-Token": "second" });
    script.end();
  });

  test("one request renews for all who wait", async () => {
    const { sessions, script, clock, token } = world(user);
    script.then(token("first", hour));
    const session = await sessions.open({}, forever);
    clock.advance(hour);
    script.then(token("second", hour));
    const all = await Promise.all(Array.from({ length: 50 }, () => session.authorize(get, forever)));
    expect(new Set(all.map((headers) => headers["X-Auth-Token"]))).toEqual(new Set(["second"]));
    script.end();
  });

  test("an operation of an hour with tokens of two seconds never meets an old one", async () => {
    const { sessions, script, clock, token } = world(user);
    let issuedAt = 0;
    let count = 0;
    const next = (): Expected => {
      issuedAt = clock.now();
      script.then(next);
      return token(`t${++count}`, 2_000)();
    };
    script.then(next);
    const session = await sessions.open({}, forever);
    for (let i = 0; i < 3600; i++) {
      clock.advance(1_000);
      const { "X-Auth-Token": used } = await session.authorize(get, forever);
      expect(used).toBe(`t${count}`);
      expect(clock.now() - issuedAt).toBeLessThan(2_000);
    }
  });

  test.each([
    ["three hours behind", -3 * hour],
    ["three hours ahead", 3 * hour],
  ])("a clock of this machine that is %s makes no difference", async (_, wrongBy) => {
    const { sessions, script, clock, token } = world(user, new HandClock(undefined, wrongBy));
    script.then(token("first", hour));
    const session = await sessions.open({}, forever);
    clock.advance(hour - 61_000);
    expect(await session.authorize(get, forever)).toEqual({ "X-Auth-Token": "first" });
    script.then(token("second", hour));
    clock.advance(2_000);
    expect(await session.authorize(get, forever)).toEqual({ "X-Auth-Token": "second" });
  });

  test("a renewal that fails does no harm while the token is good, and is tried again", async () => {
    const { sessions, script, clock, token, log } = world(user);
    script.then(token("first", hour));
    const session = await sessions.open({}, forever);
    clock.advance(hour - 50_000);
    const down: Expected = { request: "POST /v3/auth/tokens", answer: { status: 503 } };
    script.then(down, down, down, down);
    expect(await session.authorize(get, forever)).toEqual({ "X-Auth-Token": "first" });
    expect(log.lines.join()).toMatch(
      /renewal failed; the present credentials are valid until 2026-01-02T04:04:05.000Z/,
    );
    expect(await session.authorize(get, forever)).toEqual({ "X-Auth-Token": "first" });
    script.end();
    clock.advance(6_000);
    script.then(token("second", hour));
    expect(await session.authorize(get, forever)).toEqual({ "X-Auth-Token": "second" });
    script.end();
  });

  test("a renewal that fails after the end is an error that says what ended", async () => {
    const { sessions, script, clock, token } = world(user);
    script.then(token("first", hour));
    const session = await sessions.open({}, forever);
    clock.advance(hour);
    script.then({
      request: "POST /v3/auth/tokens",
      answer: { status: 401, json: { error_msg: "no longer" } },
    });
    await expect(session.authorize(get, forever)).rejects.toMatchObject({
      reason: "expired",
      message: expect.stringMatching(
        /user and password \(HW_USER_NAME.*\) ended at 2026-01-02T04:04:05.000Z. It could not be renewed: .*401: no longer/,
      ) as string,
    });
    script.end();
  });
});

describe("after a 401", () => {
  test("one request renews for all who ask, late ones too", async () => {
    const { sessions, script, clock, token } = world(user);
    script.then(token("first", hour));
    const session = await sessions.open({}, forever);
    clock.advance(60_000);
    script.then(token("second", hour));
    expect(await Promise.all(Array.from({ length: 20 }, () => session.renew("", forever)))).toEqual(
      Array.from({ length: 20 }, () => true),
    );
    clock.advance(500);
    expect(await session.renew("", forever)).toBe(true);
    expect(await session.authorize(get, forever)).toEqual({ "X-Auth-Token": "second" });
    script.end();
    clock.advance(60_000);
    script.then(token("third", hour));
    expect(await session.renew("", forever)).toBe(true);
    expect(await session.authorize(get, forever)).toEqual({ "X-Auth-Token": "third" });
    script.end();
  });

  test("the first token is renewed at once, however young", async () => {
    const { sessions, script, token } = world(user);
    script.then(token("first", hour));
    const session = await sessions.open({}, forever);
    script.then(token("second", hour));
    expect(await session.renew("", forever)).toBe(true);
    expect(await session.authorize(get, forever)).toEqual({ "X-Auth-Token": "second" });
  });

  test("a key that IAM still takes was refused for something else: not worth repeating", async () => {
    const { sessions, script } = world({ ...region, HW_ACCESS_KEY: "AK", HW_SECRET_KEY: "SK" });
    const session = await sessions.open({}, forever);
    script.then({ request: "GET /v3/projects?name=cn-north-4", answer: { status: 403 } });
    expect(await session.renew("", forever)).toBe(false);
    script.end();
  });

  test("a key that IAM refuses too is wrong, not expired, and the error says what to check", async () => {
    const { sessions, script } = world({ ...region, HW_ACCESS_KEY: "AK", HW_SECRET_KEY: "SK" });
    const session = await sessions.open({}, forever);
    script.then({ request: "GET /v3/projects?name=cn-north-4", answer: { status: 401 } });
    await expect(session.renew("the service said no", forever)).rejects.toThrow(
      /^Signing in: access key \(.*\) is not accepted \(the service said no\)\. The request was not sent\. Most often the secret key does not belong to the access key.* \[HWD1202\]$/,
    );
    script.end();
  });

  test("temporary keys that IAM refuses too have ended, for all who ask", async () => {
    const env = { ...region, HW_ACCESS_KEY: "AK", HW_SECRET_KEY: "SK", HW_SECURITY_TOKEN: "ST" };
    const { sessions, script } = world(env);
    const session = await sessions.open({}, forever);
    script.then({ request: "GET /v3/projects?name=cn-north-4", answer: { status: 401 } });
    const all = await Promise.allSettled([
      session.renew("the service said no", forever),
      session.renew("", forever),
    ]);
    for (const one of all) {
      expect(one).toMatchObject({
        reason: {
          reason: "expired",
          message: expect.stringMatching(
            /temporary access key \(HW_ACCESS_KEY, HW_SECRET_KEY, HW_SECURITY_TOKEN from the environment\) is not accepted \(the service said no\)\. It cannot be renewed from here/,
          ) as string,
        },
      });
    }
    script.end();
  });

  test("a profile that has been written anew gives new keys", async () => {
    const profile = (key: string) =>
      JSON.stringify({
        current: "a",
        profiles: [{ name: "a", accessKeyId: key, secretAccessKey: "SK", securityToken: "ST" }],
      });
    const files = { "/home/me/.hcloud/config.json": profile("AKOLD") };
    const { sessions, script } = world(region, new HandClock(), files);
    const session = await sessions.open({}, forever);
    expect((await session.authorize(get, forever)).Authorization).toContain("Access=AKOLD,");
    files["/home/me/.hcloud/config.json"] = profile("AKNEW");
    expect(await session.renew("", forever)).toBe(true);
    expect((await session.authorize(get, forever)).Authorization).toContain("Access=AKNEW,");
    script.end();
  });

  test("a renewal that was refused is not asked for again by everybody who waits", async () => {
    const { sessions, script, clock, token } = world(user);
    script.then(token("first", hour));
    const session = await sessions.open({}, forever);
    clock.advance(60_000);
    script.then({ request: "POST /v3/auth/tokens", answer: { status: 401 } });
    for (let asker = 1; asker <= 3; asker += 1) {
      await expect(session.renew("", forever)).rejects.toMatchObject({ reason: "expired" });
    }
    clock.advance(6_000);
    script.then(token("second", hour));
    expect(await session.renew("", forever)).toBe(true);
    script.end();
  });

  test("keys of the stack configuration: the error tells of the configuration of the last up", async () => {
    const { sessions, script } = sessionsIn(
      { env: { ...region, HW_PROJECT_ID: "p1" }, config: { accessKey: "AK", secretKey: "SK" } },
      { request: "GET /v3/projects?name=cn-north-4", answer: { status: 401 } },
    );
    const session = await sessions.open({}, forever);
    await expect(session.renew("", forever)).rejects.toThrow(
      /stack configuration of the last up.*environment, which always wins/,
    );
    script.end();
  });

  test("IAM cannot be reached: the error says so and nothing is taken for ended", async () => {
    const { sessions, script, clock, token } = world(user);
    script.then(token("first", hour));
    const session = await sessions.open({}, forever);
    clock.advance(60_000);
    const fails = new ConnectionError({
      request: "POST https://iam",
      why: "connect ECONNREFUSED",
      reached: "no",
      systemCode: "ECONNREFUSED",
    });
    script.then(...Array.from({ length: 4 }, () => ({ request: "POST /v3/auth/tokens", fails })));
    await expect(session.renew("", forever)).rejects.toMatchObject({ reason: "unreachable" });
    script.then(token("second", hour));
    expect(await session.renew("", forever)).toBe(true);
  });
});

describe("a given token", () => {
  const env = { ...region, HW_AUTH_TOKEN: "T" };
  const described = (answer: NonNullable<Expected["answer"]>): Expected => ({
    request: "GET /v3/auth/tokens",
    answer,
  });
  const good = described({
    json: {
      token: { issued_at: "2026-01-01T04:00:00Z", expires_at: "2026-01-02T04:00:00Z", project: { id: "p1" } },
    },
  });

  test("is used to its very end, then the error says when that was", async () => {
    const { sessions, script, clock } = world(env);
    script.then(good);
    const session = await sessions.open({}, forever);
    clock.advance(55 * 60_000 + 54_000);
    expect(await session.authorize(get, forever)).toEqual({ "X-Auth-Token": "T" });
    clock.advance(1_000);
    script.then(described({ status: 401 }));
    await expect(session.authorize(get, forever)).rejects.toThrow(
      /token \(HW_AUTH_TOKEN from the environment\) ended at 2026-01-02T04:00:00.000Z\. It could not be renewed/,
    );
    script.end();
  });

  test("that was revoked has ended; one that IAM still takes was refused for something else", async () => {
    const { sessions, script } = world(env);
    script.then(good);
    const session = await sessions.open({}, forever);
    script.then(good, { request: "GET /v3/projects?name=cn-north-4" });
    expect(await session.renew("", forever)).toBe(false);
    script.then(described({ status: 401 }));
    await expect(session.renew("", forever)).rejects.toMatchObject({
      reason: "expired",
      message: expect.stringMatching(
        /would be valid until 2026-01-02T04:00:00.000Z, but is no longer accepted/,
      ) as string,
    });
    script.end();
  });
});
