import type { Emulator } from "./emulator";
import { ask, codeOf, type Reply } from "./testing/client";
import { running } from "./testing/running";

async function scoped(emulator: Emulator): Promise<{ made: Reply; token: string }> {
  const user = { name: "emulator", password: "Emulator-Password-1", domain: { name: "emulator" } };
  const identity = { methods: ["password"], password: { user } };
  const body = { auth: { identity, scope: { project: { name: "cn-north-4" } } } };
  const made = await ask(emulator, "POST", "/v3/auth/tokens", { body });
  return { made, token: made.headers.get("x-subject-token") ?? "" };
}

async function scopedToken(emulator: Emulator): Promise<string> {
  return (await scoped(emulator)).token;
}

describe("a token that is asked about", () => {
  const about = (emulator: Emulator, subject: string, token = subject): Promise<Reply> =>
    ask(emulator, "GET", "/v3/auth/tokens", {
      headers: { "X-Auth-Token": token, "X-Subject-Token": subject },
    });

  test("tells whose it is, for which project and until when", async () => {
    const { emulator } = await running();
    const { made, token } = await scoped(emulator);
    emulator.advance(1000);
    const reply = await about(emulator, token);
    expect([reply.status, reply.headers.get("x-subject-token")]).toEqual([200, token]);
    expect(reply.json).toEqual(made.json);
    expect(reply.json?.token).toMatchObject({ project: { id: "e0000000000000000000000000000001" } });
  });

  test("tells it to the holder of another one, too", async () => {
    const { emulator } = await running();
    const [subject, token] = [await scopedToken(emulator), await scopedToken(emulator)];
    expect((await about(emulator, subject, token)).status).toBe(200);
  });

  test.each<[string, (emulator: Emulator, token: string) => string]>([
    ["an unknown one", () => "x"],
    ["one that was revoked", (emulator, token) => (emulator.revokeTokens(token), token)],
  ])("%s is not found", async (_, subject) => {
    const { emulator } = await running();
    const [old, token] = [await scopedToken(emulator), await scopedToken(emulator)];
    const reply = await about(emulator, subject(emulator, old), token);
    expect([reply.status, reply.json?.error]).toMatchObject([404, { code: 404 }]);
  });

  test("one that has ended is not found, and asks for nothing itself", async () => {
    const { emulator } = await running({ tokenLifetimeMs: 60_000 });
    const old = await scopedToken(emulator);
    emulator.advance(60_000);
    expect((await about(emulator, old, await scopedToken(emulator))).status).toBe(404);
    const reply = await about(emulator, old);
    expect([reply.status, codeOf(reply)]).toEqual([401, "APIGW.0307"]);
  });

  test("nothing, or by nobody, there is no answer", async () => {
    const { emulator } = await running();
    const token = await scopedToken(emulator);
    const nothing = await ask(emulator, "GET", "/v3/auth/tokens", { headers: { "X-Auth-Token": token } });
    const nobody = await ask(emulator, "GET", "/v3/auth/tokens", { headers: { "X-Subject-Token": token } });
    expect([nothing.status, nobody.status]).toEqual([400, 401]);
  });
});
