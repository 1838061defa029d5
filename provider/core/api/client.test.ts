import {
  bareSession,
  broken,
  clientAnswering,
  type Exchange,
  refusal,
  type Reply,
  scripted,
  waiter,
} from "../../../testing/scripted";
import { CredentialsError, isApiError, TimeoutError } from "../errors";

const reset = broken("unknown");
const refused = broken("no");
const GET = "GET /things";
const POST = "POST /things";
const PERMISSION = "workspace:volumes:add";

/** Reads with these replies, one after another; tells what came and when. */
async function read(replies: readonly Reply[], { ms = 60_000, renewals = 0, maxRetries = Infinity } = {}) {
  const exchanges = replies.map((reply): Exchange => [GET, reply]);
  const world = scripted(exchanges, { session: bareSession(renewals), maxRetries });
  const who = waiter(world.time, ms);
  const outcome = await world.time.until(
    world.client.read("/things", {}, who).then(
      ({ body }) => ({ body, error: undefined }),
      (error: unknown) => ({ body: undefined, error: error as Error }),
    ),
  );
  world.end();
  return { ...outcome, at: world.clock.now(), who, seen: world.seen };
}

// The pauses after a 429 are spread at random; the bounds here are those of the middle.
beforeEach(() => jest.spyOn(Math, "random").mockReturnValue(0.5));
afterEach(() => jest.restoreAllMocks());

describe("a read", () => {
  test.each<[string, Reply]>([
    ["a reset", reset],
    ["a refused connection", refused],
    ["429", { status: 429 }],
    ["500", { status: 500 }],
    ["502 with HTML", { status: 502, text: "<html>" }],
    ["503", { status: 503 }],
    ["504", { status: 504 }],
    ["408", { status: 408 }],
    ["409", { status: 409 }],
    ["half a JSON", { text: '{"a' }],
    ["a page of HTML", { text: "<html>" }],
  ])("is asked again after %s", async (_, reply) => {
    const { body, at, who } = await read([reply, reply, { json: { a: 1 } }]);
    expect(body).toEqual({ a: 1 });
    expect(at).toBeGreaterThanOrEqual(750);
    expect(at).toBeLessThanOrEqual(2500);
    expect(who.noted).toHaveLength(2);
    expect(who.noted[1]).toMatch(/\(sent 2 times\)$/);
  });

  test.each([400, 402, 403, 404, 405, 302])("is not asked again after %d", async (status) => {
    const { error, at } = await read([{ status }]);
    expect(isApiError(error) && error.status).toBe(status);
    expect(at).toBe(0);
  });

  test("is asked again for as long as a caller waits", async () => {
    const world = clientAnswering(() => ({ status: 503 }));
    const reading = world.client.read("/things", {}, waiter(world.time, 600_000));
    await expect(world.time.until(reading)).rejects.toThrow(TimeoutError);
    expect(world.clock.now()).toBe(600_000);
    expect(world.seen.length).toBeGreaterThan(20);
    expect(world.seen.length).toBeLessThan(50);
  });

  test("that cannot be read three times running is given up", async () => {
    const { error } = await read([{ text: "{" }, { text: "[]" }, { text: "" }]);
    expect(isApiError(error) && error.status).toBe(200);
  });

  test.each([0, 2])("is asked again %d times at most where that is set", async (maxRetries) => {
    const { error } = await read(
      Array.from({ length: maxRetries + 1 }, () => ({ status: 500 })),
      { maxRetries },
    );
    expect(isApiError(error) && error.status).toBe(500);
  });

  test("comes back when the service asked it to", async () => {
    const { at } = await read([{ status: 429, headers: { "retry-after": "7" } }, {}]);
    expect(at).toBeGreaterThanOrEqual(7000);
    expect(at).toBeLessThanOrEqual(7500);
  });

  test.each(["0", "Fri, 02 Jan 2026 03:00:00 GMT", "5 apples"])(
    "Retry-After %s is no reason to hurry",
    async (value) => {
      const { at } = await read([{ status: 503, headers: { "retry-after": value } }, {}]);
      expect(at).toBeGreaterThanOrEqual(250);
      expect(at).toBeLessThanOrEqual(500);
    },
  );

  test("waits no longer than somebody waits, whatever the service asked for", async () => {
    const { error, at, who } = await read([{ status: 429, headers: { "retry-after": "3600" } }], {
      ms: 5000,
    });
    expect(error).toBeInstanceOf(TimeoutError);
    expect(at).toBe(5000);
    expect(who.noted[0]).toMatch(/answered 429/);
  });

  test("has as long as somebody waits, and a minute at most, for its answer", async () => {
    const slow = await read([{ afterMs: 1000 }], { ms: 10_000 });
    expect(slow.seen[0]?.request.timeoutMs).toBe(10_000);
    const patient = await read([{}], { ms: 600_000 });
    expect(patient.seen[0]?.request.timeoutMs).toBe(60_000);
  });

  test("names itself to who waits for its answer", async () => {
    const world = scripted([[GET, {}]]);
    const called: string[] = [];
    const who = { ...waiter(world.time, 1000), noteCall: (what: string) => called.push(what) };
    await world.client.read("/things", {}, who);
    expect(called).toEqual(["waiting for the answer to GET /v2/p/things"]);
  });

  test("that nobody waits for any more is not sent", async () => {
    const world = scripted([]);
    const who = waiter(world.time, 1000);
    who.leave();
    await expect(world.client.read("/things", {}, who)).rejects.toThrow(
      /GET \/things: no time was left\. The request was not sent/,
    );
    world.end();
  });

  test("sends its query and its credentials, and no body", async () => {
    const world = scripted([["GET /things?a=1%2C2&b=x%20y", {}]]);
    await world.client.read("/things", { a: "1,2", b: "x y", c: undefined }, waiter(world.time, 1000));
    expect(world.seen[0]?.request).toMatchObject({
      headers: { "X-Auth-Token": "token 0" },
      freshConnection: false,
    });
    expect(world.seen[0]?.request.body).toBeUndefined();
    world.end();
  });
});

describe("a write", () => {
  const write = async (replies: readonly Reply[], { ms = 60_000, renewals = 0 } = {}) => {
    const exchanges = replies.map((reply): Exchange => [POST, reply]);
    const world = scripted(exchanges, { session: bareSession(renewals) });
    const error = await world.time.until(
      world.client.write("POST", "/things", { a: 1 }, waiter(world.time, ms), PERMISSION).then(
        () => undefined,
        (thrown: unknown) => thrown as Error,
      ),
    );
    world.end();
    return { error, seen: world.seen };
  };

  test.each<[string, Reply]>([
    ["a reset", reset],
    ["a refused connection", refused],
    ["429", { status: 429 }],
    ["409", { status: 409 }],
    ["400", { status: 400 }],
    ["403", { status: 403 }],
    ["500", { status: 500 }],
    ["502", { status: 502 }],
    ["503", { status: 503 }],
    ["half a JSON", { text: "{" }],
  ])("is sent once: %s is thrown as it is", async (_, reply) => {
    const { error } = await write([reply]);
    if (reply instanceof Error) expect(error).toBe(reply);
    else expect(isApiError(error) && error.status).toBe(reply.status ?? 200);
  });

  test("goes over a connection of its own, with its body", async () => {
    const { error, seen } = await write([{}]);
    expect(error).toBeUndefined();
    expect(seen[0]?.request).toMatchObject({ freshConnection: true, body: '{"a":1}' });
  });

  test("is not sent with less than a second left", async () => {
    const { error } = await write([], { ms: 900 });
    expect(error).toBeInstanceOf(TimeoutError);
  });

  test("is not sent when a login has taken the time that was left", async () => {
    const session = bareSession();
    const world = scripted([], { session });
    session.authorize = async () => {
      await world.clock.sleep(5_000);
      return {};
    };
    const writing = world.client.write("POST", "/things", {}, waiter(world.time, 5_500), PERMISSION);
    await expect(world.time.until(writing)).rejects.toThrow(TimeoutError);
    world.end();
  });

  test("is repeated once after 401 with renewed credentials", async () => {
    const { error, seen } = await write([refusal(401, "APIGW.0307"), {}], { renewals: 1 });
    expect(error).toBeUndefined();
    expect(seen.map(({ request }) => request.headers["X-Auth-Token"])).toEqual(["token 0", "token 1"]);
  });

  test("is not repeated again after a second 401", async () => {
    const ended = refusal(401, "APIGW.0307");
    const { error } = await write([ended, ended], { renewals: 5 });
    expect(isApiError(error) && error.status).toBe(401);
  });

  test.each<[string, Reply]>([
    ["empty", { status: 401, text: "" }],
    ["as HTML", { status: 401, text: "<html>" }],
  ])("is not repeated after a 401 that nobody signs, %s: it may have been carried out", async (_, reply) => {
    const { error } = await write([reply], { renewals: 5 });
    expect(isApiError(error) && error.status).toBe(401);
  });
});

describe("credentials", () => {
  test("a read renews them once, too", async () => {
    const { body } = await read([{ status: 401 }, { json: { a: 1 } }], { renewals: 1 });
    expect(body).toEqual({ a: 1 });
  });

  test("that cannot be renewed end it", async () => {
    const { error } = await read([{ status: 401 }]);
    expect(isApiError(error) && error.status).toBe(401);
  });

  test("the reason why they cannot be renewed is thrown as it is", async () => {
    const ended = new CredentialsError("refused", "they ended at noon");
    const session = { ...bareSession(), renew: () => Promise.reject(ended) };
    const world = scripted([[GET, { status: 401 }]], { session });
    await expect(world.client.read("/things", {}, waiter(world.time, 1000))).rejects.toBe(ended);
    world.end();
  });
});

describe("what the service repeats of the credentials", () => {
  test.each<[string, Reply]>([
    ["a refusal", { status: 403, json: { error_code: "APIGW.0302", error_msg: "not for token 0" } }],
    ["a page of a proxy", { status: 403, text: "<html>X-Auth-Token: token 0</html>" }],
    ["a success that is none", { status: 200, text: "hello token 0" }],
  ])("is in neither the error nor the log: %s", async (_, reply) => {
    const world = scripted([[POST, reply]]);
    const error: unknown = await world.client
      .write("POST", "/things", {}, waiter(world.time, 5000), PERMISSION)
      .catch((thrown: unknown) => thrown);
    expect((error as Error).message).toContain("[secret]");
    expect(`${String(error)} ${world.log.lines.join()}`).not.toContain("token 0");
  });
});

test("the log has a line for each request: what was asked, what came of it, in which time", async () => {
  const world = scripted([
    ["GET /things?id=a%2Cb", { afterMs: 70, headers: { "x-request-id": "r1" } }],
    [
      POST,
      { status: 409, json: { error_code: "WKS.1", error_msg: "busy" }, headers: { "x-request-id": "r2" } },
    ],
    [POST, reset],
  ]);
  const who = waiter(world.time, 5000);
  await world.time.until(world.client.read("/things", { id: "a,b" }, who));
  await expect(world.client.write("POST", "/things", {}, who, PERMISSION)).rejects.toThrow(/409/);
  await expect(world.client.write("POST", "/things", {}, who, PERMISSION)).rejects.toThrow(/ECONNRESET/);
  expect(world.log.lines).toEqual([
    "GET /v2/p/things?id=a,b answered 200 (request id r1), 70 ms",
    "POST /v2/p/things answered 409 WKS.1: busy (request id r2), 0 ms",
    "POST /v2/p/things got no answer (ECONNRESET, may have reached the service), 0 ms",
  ]);
});

test("a refusal for speed slows everybody down, also when it comes after a renewal", async () => {
  const world = scripted(
    [
      [POST, refusal(401, "APIGW.0307")],
      [POST, { status: 429 }],
    ],
    { session: bareSession(1) },
  );
  const refused = jest.spyOn(world.limiter, "refused");
  await expect(
    world.client.write("POST", "/things", {}, waiter(world.time, 5000), PERMISSION),
  ).rejects.toThrow(/429/);
  expect(refused).toHaveBeenCalledTimes(1);
});

test("a list in a query is a repeated parameter", async () => {
  const world = scripted([["GET /things?id=a&id=b%20c&n=1", {}]]);
  await world.client.read("/things", { id: ["a", "b c"], n: 1 }, waiter(world.time, 1000));
  world.end();
});
