import { defaultAccount, type AccountSpec } from "./accounts";
import { ask, Client, codeOf, sdkDate, sign, type Reply, type SignOptions } from "./testing/client";
import { d1, running } from "./testing/running";

const [project] = defaultAccount.projects;
const list = `/v2/${project?.id ?? ""}/desktops/detail`;
const key = { access: "EMULATORACCESSKEY001", secret: "EmulatorSecretKeyForTestsOnly00000000001" };
const minute = 60_000;

function outcome(reply: Reply): [number, unknown] {
  return [reply.status, codeOf(reply)];
}

describe("access keys", () => {
  test.each<[string, SignOptions, number, unknown]>([
    ["the right secret", {}, 200, undefined],
    ["a wrong secret", { secret: "wrong" }, 401, "APIGW.0301"],
    ["an unknown key", { access: "NOBODY" }, 401, "APIGW.0301"],
    ["a date 14 minutes ago", { date: sdkDate(Date.now() - 14 * minute) }, 200, undefined],
    ["a date 16 minutes ago", { date: sdkDate(Date.now() - 16 * minute) }, 401, "APIGW.0301"],
    ["a date in 16 minutes", { date: sdkDate(Date.now() + 16 * minute) }, 401, "APIGW.0301"],
    ["a date that is none", { date: "yesterday" }, 401, "APIGW.0301"],
    ["a security token that it does not have", { securityToken: "x" }, 401, "APIGW.0301"],
  ])("%s", async (_, options, status, code) => {
    const { client } = await running();
    expect(outcome(await client.raw("GET", list, undefined, options))).toEqual([status, code]);
  });

  test("a query and a body are covered by the signature", async () => {
    const { emulator } = await running();
    const headers = sign(emulator, "GET", `${list}?limit=1`, undefined, key);
    expect((await ask(emulator, "GET", `${list}?limit=1`, { headers })).status).toBe(200);
    expect((await ask(emulator, "GET", `${list}?limit=2`, { headers })).status).toBe(401);

    const path = `/v2/${project?.id ?? ""}/desktops/${d1}/volumes`;
    const small = { volumes: [{ type: "SAS", size: 10 }] };
    const large = { volumes: [{ type: "SAS", size: 20 }] };
    const signed = sign(emulator, "POST", path, small, key);
    expect((await ask(emulator, "POST", path, { headers: signed, body: large })).status).toBe(401);
    expect((await ask(emulator, "POST", path, { headers: signed, body: small })).status).toBe(200);
  });

  test("a header that is signed cannot be changed, nor the date left unsigned", async () => {
    const { emulator } = await running();
    const headers = sign(emulator, "GET", list, undefined, key);
    const later = { ...headers, "x-sdk-date": sdkDate(Date.now() + 5000) };
    expect((await ask(emulator, "GET", list, { headers: later })).status).toBe(401);
    const authorization = (headers.authorization ?? "").replace("host;x-sdk-date", "host");
    const reply = await ask(emulator, "GET", list, { headers: { ...headers, authorization } });
    expect(reply.json?.error_msg).toContain("X-Sdk-Date is not signed");
  });

  test("a service whose time of day is off refuses what is signed on time", async () => {
    const { emulator, client } = await running({ skewMs: 20 * minute });
    const reply = await client.call("GET", "/desktops/detail");
    expect(reply.status).toBe(401);
    // The date that it shows tells the client how to sign.
    const date = sdkDate(Date.parse(reply.headers.get("date") ?? ""));
    expect((await client.call("GET", "/desktops/detail", undefined, { date })).status).toBe(200);
    emulator.moveClock({ skew_ms: 0 });
    expect((await client.call("GET", "/desktops/detail")).status).toBe(200);
  });

  test("moving emulator time leaves signatures alone", async () => {
    const { emulator, client } = await running();
    emulator.advance(60 * minute);
    expect((await client.call("GET", "/desktops/detail")).status).toBe(200);
  });

  test.each([
    ["nothing", {}],
    ["another scheme", { authorization: "Basic abc" }],
    [
      "a signature without a date",
      {
        authorization: `SDK-HMAC-SHA256 Access=${key.access}, SignedHeaders=host, Signature=${"0".repeat(64)}`,
      },
    ],
    ["an unknown token", { "x-auth-token": "nope" }],
  ])("%s is not enough", async (_, headers) => {
    const { emulator } = await running();
    expect(outcome(await ask(emulator, "GET", list, { headers }))).toEqual([401, "APIGW.0301"]);
  });
});

describe("several accounts", () => {
  const acme: AccountSpec = {
    domain_name: "acme",
    access_keys: [
      { access: "ACMEKEY", secret: "acme-secret" },
      { access: "ACMENARROW", secret: "narrow-secret", projects: ["acme-2"] },
    ],
    projects: [
      { region: "cn-north-4", id: "acme-1", desktops: [{ desktop_id: "shared-name" }] },
      { region: "eu-west-101", id: "acme-2", desktops: [{ desktop_id: "other" }] },
    ],
  };

  test("a project's desktops are unknown in every other one", async () => {
    const { emulator } = await running({ accounts: [defaultAccount, acme] });
    const at = (projectId: string): Client => new Client(emulator, emulator.envFor(projectId));
    expect((await at("acme-1").call("GET", "/desktops/shared-name")).status).toBe(200);
    expect(outcome(await at("acme-2").call("GET", "/desktops/shared-name"))).toEqual([404, "WKS.00010404"]);
    expect((await at("acme-2").call("GET", "/desktops/detail")).json).toMatchObject({ total_count: 1 });
    expect(emulator.envFor("acme-2")).toMatchObject({
      HW_REGION_NAME: "eu-west-101",
      HW_PROJECT_ID: "acme-2",
    });
    expect(emulator.requests().map(({ account }) => account)).toEqual(["acme", "acme", "acme"]);
  });

  test.each([
    ["a project of another account", key, "acme-1"],
    ["a project that there is not", key, "nowhere"],
    ["a project that the key is not for", { access: "ACMENARROW", secret: "narrow-secret" }, "acme-1"],
  ])("%s is closed", async (_, credentials, projectId) => {
    const { emulator, client } = await running({ accounts: [defaultAccount, acme] });
    const reply = await client.raw("GET", `/v2/${projectId}/desktops/detail`, undefined, credentials);
    expect(outcome(reply)).toEqual([403, "APIGW.0302"]);
    expect(emulator.requests()).toMatchObject([{ status: 403 }]);
  });

  test.each([
    ["an account twice", [acme, acme]],
    ["a project twice", [acme, { ...acme, domain_name: "b", access_keys: [] }]],
    ["an unknown field", [{ ...acme, regions: [] }]],
    ["no account", []],
  ])("%s cannot be started with", async (_, accounts) => {
    await expect(running({ accounts })).rejects.toThrow();
  });
});
