import type { Environment } from "../host";
import { CredentialsError } from "../errors";
import { forever, sessionsIn, type Expected } from "../../../testing/authWorld";

const region = { HW_REGION_NAME: "cn-north-4" };
const keys = { ...region, HW_ACCESS_KEY: "AKID", HW_SECRET_KEY: "marked-secret" };
const read = {
  method: "GET",
  url: "https://workspace.cn-north-4.myhuaweicloud.com/v2/p1/desktops/d",
  headers: { "Content-Type": "application/json" },
};
const lookUp = (name: string, id: string): Expected => ({
  request: `GET /v3/projects?name=${name}`,
  answer: { json: { projects: [{ id, name }] } },
});

describe("with an access key", () => {
  test("a given project needs no call", async () => {
    const { sessions, script } = sessionsIn({ env: { ...keys, HW_PROJECT_ID: "p1" } });
    const session = await sessions.open({}, forever);
    expect(session).toMatchObject({
      region: "cn-north-4",
      endpoint: "https://workspace.cn-north-4.myhuaweicloud.com",
      projectId: "p1",
    });
    const headers = await session.authorize(read, forever);
    expect(headers).toMatchObject({ "X-Project-Id": "p1", "X-Sdk-Date": "20260102T030405Z" });
    expect(headers.Authorization).toMatch(
      /^SDK-HMAC-SHA256 Access=AKID, SignedHeaders=host;x-project-id;x-sdk-date, Signature=[0-9a-f]{64}$/,
    );
    script.end();
  });

  test("the type of a body is signed, a security token is sent and signed", async () => {
    const { sessions } = sessionsIn({ env: { ...keys, HW_PROJECT_ID: "p1", HW_SECURITY_TOKEN: "sts" } });
    const session = await sessions.open({}, forever);
    const headers = await session.authorize({ ...read, method: "POST", body: "{}" }, forever);
    expect(headers["X-Security-Token"]).toBe("sts");
    expect(headers.Authorization).toContain(
      "SignedHeaders=content-type;host;x-project-id;x-sdk-date;x-security-token,",
    );
  });

  test("the project is looked up once, whoever asks, under the region's name", async () => {
    const { sessions, script } = sessionsIn({ env: keys }, lookUp("cn-north-4", "p1"));
    expect(sessions.effective({}).projectId).toBeUndefined();
    const [first, second] = await Promise.all([
      sessions.open({}, forever),
      sessions.open({ region: "cn-north-4" }, forever),
    ]);
    expect(first.projectId).toBe("p1");
    expect(second).toBe(first);
    expect(sessions.effective({}).projectId).toBe("p1");
    expect(script.seen[0]?.headers.Authorization).toContain("SDK-HMAC-SHA256 Access=AKID");
    script.end();
  });

  test("the place that is recorded in state is the same one, and needs no login of its own", async () => {
    const { sessions, script } = sessionsIn({ env: keys }, lookUp("cn-north-4", "p1"));
    const session = await sessions.open({}, forever);
    const { region: recorded, projectId, endpoint } = session;
    expect(await sessions.open({ region: recorded, projectId, endpoint }, forever)).toBe(session);
    expect(await sessions.open({ projectId: "p2" }, forever)).not.toBe(session);
    script.end();
  });

  test("a refused look-up is not asked again, one that found nobody there is", async () => {
    const refused: Expected = {
      request: "GET /v3/projects?name=cn-north-4",
      answer: { status: 403, json: { error: { code: 403, message: "no permission" } } },
    };
    const { sessions, script } = sessionsIn({ env: keys }, refused);
    await expect(sessions.open({}, forever)).rejects.toThrow(/403: no permission/);
    await expect(sessions.open({}, forever)).rejects.toThrow(CredentialsError);
    script.end();

    const down: Expected = { ...refused, answer: { status: 503 } };
    const other = sessionsIn({ env: keys }, down, down, down, down, lookUp("cn-north-4", "p1"));
    await expect(other.sessions.open({}, forever)).rejects.toMatchObject({ reason: "unreachable" });
    expect(other.clock.slept).toEqual([500, 1000, 2000]);
    await expect(other.sessions.open({}, forever)).resolves.toMatchObject({ projectId: "p1" });
    other.script.end();
  });
});

describe("before any call", () => {
  test.each([
    ["no region", {}, /region/],
    [
      "no credentials",
      region,
      /no credentials\. Set one of these.*\n- access key: huaweicloud-workspace:accessKey or HW_ACCESS_KEY/,
    ],
    [
      "a key without its secret",
      { ...region, HW_ACCESS_KEY: "AKID" },
      /HW_ACCESS_KEY is set in the environment, HW_SECRET_KEY is missing/,
    ],
    [
      "a secret without its key",
      { ...region, HW_SECRET_KEY: "x" },
      /HW_SECRET_KEY is set in the environment, HW_ACCESS_KEY is missing/,
    ],
    [
      "a password without its user",
      { ...region, OS_PASSWORD: "x" },
      /OS_PASSWORD is set .*, HW_USER_NAME and HW_DOMAIN_NAME are missing/,
    ],
  ])("%s is a problem", async (_, env, reason) => {
    const { sessions, script } = sessionsIn({ env });
    expect(
      sessions
        .check({})
        .map((problem) => problem.reason)
        .join("\n"),
    ).toMatch(reason);
    await expect(sessions.open({}, forever)).rejects.toThrow(CredentialsError);
    script.end();
  });

  test("nothing is wrong with a whole set", () => {
    expect(sessionsIn({ env: keys }).sessions.check({})).toEqual([]);
  });
});

describe("a session's key", () => {
  const open = async (env: Environment, place = {}) =>
    (await sessionsIn({ env: { ...region, HW_PROJECT_ID: "p1", ...env } }).sessions.open(place, forever)).key;
  const ann = { HW_ACCESS_KEY: "AKANN", HW_SECRET_KEY: "marked-a" };

  test("is the same for the same account, project and endpoint, however they were named", async () => {
    const key = await open(ann);
    expect(await open(ann, { projectId: "p1", region: "cn-north-4" })).toBe(key);
    expect(await open({ ...ann, HW_SECRET_KEY: "marked-rotated" })).toBe(key);
    const { sessions } = sessionsIn({ env: { ...region, ...ann } }, lookUp("cn-north-4", "p1"));
    expect((await sessions.open({}, forever)).key).toBe(key);
    expect(key).not.toMatch(/marked|AKANN/);
  });

  test("is another for another account, project or endpoint", async () => {
    const keys = [
      await open(ann),
      await open({ ...ann, HW_ACCESS_KEY: "AKBOB" }),
      await open({ HW_AUTH_TOKEN: "T" }, { endpoint: "https://workspace.test" }),
      await open(ann, { projectId: "p2" }),
      await open(ann, { endpoint: "https://workspace.test" }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});

test("a place that was recorded is used as it is, whatever settings say now", async () => {
  const recorded = {
    region: "cn-south-1",
    projectId: "p-recorded",
    endpoint: "https://workspace.cn-south-1.myhuaweicloud.com",
  };
  const world = { env: { ...keys, HW_PROJECT_ID: "p-now", HW_WORKSPACE_ENDPOINT: "https://now.test" } };
  const { sessions, script } = sessionsIn(world);
  expect(sessions.effective(recorded)).toMatchObject(recorded);
  expect(await sessions.open(recorded, forever)).toMatchObject(recorded);
  script.end();
});

test("what is in force is known without a call", () => {
  const { sessions, script } = sessionsIn({ env: { ...keys, HW_PROJECT_ID: "p1" } });
  expect(sessions.effective({})).toEqual({
    region: "cn-north-4",
    projectId: "p1",
    endpoint: "https://workspace.cn-north-4.myhuaweicloud.com",
    iamEndpoint: "https://iam.cn-north-4.myhuaweicloud.com",
  });
  expect(sessionsIn({}).sessions.effective({})).toEqual({});
  script.end();
});

describe("of many disks in one place", () => {
  const file = "/home/me/.hcloud/config.json";
  const profile = (secretAccessKey: string) =>
    JSON.stringify({
      current: "me",
      profiles: [
        {
          name: "me",
          mode: "AKSK",
          accessKeyId: "AKID",
          secretAccessKey,
          region: "cn-north-4",
          projectId: "p1",
        },
      ],
    });

  test("only the first one looks for credentials", async () => {
    const files = { [file]: profile("s1") };
    const { sessions } = sessionsIn({ files });
    expect(sessions.check({})).toEqual([]);
    const session = await sessions.open({}, forever);

    files[file] = "no longer readable";
    expect(sessions.check({})).toEqual([]);
    expect(await sessions.open({}, forever)).toBe(session);
    expect(sessions.check({ projectId: "p2" })).not.toEqual([]);
  });

  test("what was wrong is looked for again", () => {
    const files: Record<string, string> = {};
    const { sessions } = sessionsIn({ files });
    expect(sessions.check({})).not.toEqual([]);
    files[file] = profile("s1");
    expect(sessions.check({})).toEqual([]);
  });

  test("so is what nobody could be reached with", async () => {
    const project = "GET /v3/projects?name=cn-north-4";
    const down: Expected = { request: project, answer: { status: 503 } };
    const files = { [file]: profile("s1").replace(',"projectId":"p1"', "") };
    const { sessions, script } = sessionsIn({ files }, down, down, down, down, lookUp("cn-north-4", "p1"));
    await expect(sessions.open({}, forever)).rejects.toMatchObject({ reason: "unreachable" });
    files[file] = files[file].replace("AKID", "AKID2");
    const session = await sessions.open({}, forever);
    expect(script.seen.at(-1)?.headers.Authorization).toContain("Access=AKID2");
    const anew = sessionsIn({ files }, lookUp("cn-north-4", "p1"));
    expect(session.key).toBe((await anew.sessions.open({}, forever)).key);
  });
});
