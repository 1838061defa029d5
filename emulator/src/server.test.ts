import { createConnection } from "node:net";
import { createServer } from "node:http";
import type { Emulator } from "./index";
import { startEmulator } from "./index";
import { ask, codeOf, sign } from "./testing/client";
import { d1, running } from "./testing/running";

/** Sends bytes as they are, and gives what comes back until the connection ends or so many ms are over. */
function sendRaw(emulator: Emulator, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(emulator.url);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const done = (): void => {
      resolve(Buffer.concat(chunks).toString("latin1"));
    };
    const socket = createConnection(Number(port), hostname, () => socket.end(bytes));
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", done);
    socket.on("close", done);
  });
}

async function stillAlive(emulator: Emulator): Promise<void> {
  expect((await ask(emulator, "GET", "/_emulator/clock")).status).toBe(200);
}

describe("what is no proper request is answered or closed, and does no harm", () => {
  test.each([
    ["noise", Buffer.from(Array.from({ length: 2000 }, (_, index) => (index * 7) % 256))],
    ["a TLS greeting", Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03])],
    ["half a request", "GET /v2/p/quotas HTTP/1.1\r\nHost: x"],
    ["a header that is too long", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(1_100_000)}\r\n\r\n`],
    [
      "a body shorter than promised",
      "POST /v2/p/volumes HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{}",
    ],
    ["a method that is none", "FETCH / HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na"],
    ["a path with bytes", "GET /\x80\xff HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["no request at all", ""],
  ])("%s", async (_, bytes) => {
    const { emulator } = await running();
    const answer = await sendRaw(emulator, bytes);
    if (answer !== "") expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    await stillAlive(emulator);
  });

  test.each([
    ["/%", 400],
    ["/%zz/%c0%af", 400],
    [`/v2/${"x".repeat(5000)}/quotas`, 400],
    ["/v2//quotas", 401],
    ["/v2/../../etc/passwd", 404],
    ["//v2/p/quotas", 404],
    ["/v2/p/quotas?%zz=%zz&__proto__=1&constructor[prototype]=1", 401],
    ["/__proto__", 404],
    ["/v2/__proto__/desktops/constructor", 401],
    ["/v4/nothing", 404],
  ])("the path %s", async (path, status) => {
    const { emulator } = await running();
    const answer = await sendRaw(emulator, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer.split("\r\n")[0]).toContain(` ${String(status)} `);
    expect(answer).toMatch(/x-request-id: /i);
    expect(answer).toContain('"error_code":"APIGW.');
    await stillAlive(emulator);
  });

  test.each(["DELETE", "PATCH", "HEAD", "OPTIONS"])("the method %s is not there", async (method) => {
    const { emulator } = await running();
    expect((await ask(emulator, method, `/v2/${emulator.env.HW_PROJECT_ID}/quotas`)).status).toBe(404);
  });

  test("an unknown path is the gateway's 404", async () => {
    const { emulator } = await running();
    const reply = await ask(emulator, "GET", "/v2/p/nothing");
    expect([reply.status, codeOf(reply)]).toEqual([404, "APIGW.0101"]);
    expect(Object.keys(reply.json ?? {}).sort()).toEqual(["error_code", "error_msg", "request_id"]);
  });

  test("a body of more than 1 MB is refused, one of almost 1 MB is read", async () => {
    const { client } = await running();
    const volumes = (bytes: number): object => ({
      volumes: [{ type: "SAS", size: 10, kms_id: "x".repeat(bytes) }],
    });
    const tooLarge = await client.call("POST", `/desktops/${d1}/volumes`, volumes(1024 * 1024));
    expect([tooLarge.status, codeOf(tooLarge)]).toEqual([413, "APIGW.0201"]);
    const large = await client.call("POST", `/desktops/${d1}/volumes`, volumes(1024 * 1024 - 1000));
    expect([large.status, codeOf(large)]).toEqual([400, "WKS.0400"]);
  });

  test.each([
    ["JSON of 100,000 levels", "[".repeat(100_000)],
    ["JSON of 100,000 closed levels", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
    ["objects of 65 levels", `${'{"a":'.repeat(65)}1${"}".repeat(65)}`],
    ["no JSON", "volumes=1"],
    ["half a JSON", '{"volumes": ['],
    ["a text", '"volumes"'],
    ["bytes that are no text", "\xff\xfe\x00"],
  ])("a body with %s", async (_, text) => {
    const { emulator } = await running();
    const path = `/v2/${emulator.env.HW_PROJECT_ID}/volumes`;
    const body = Buffer.from(text, "latin1");
    const response = await fetch(`${emulator.url}${path}`, { method: "POST", body });
    expect([400, 401]).toContain(response.status);
    await stillAlive(emulator);
    JSON.stringify(emulator.requests());
  });

  test.each([
    [64, "Incorrect IAM authentication information"],
    [65, "The body is nested too deeply."],
  ])("%i levels are read, or not", async (levels, message) => {
    const { emulator } = await running();
    const body = `${"[".repeat(levels)}${"]".repeat(levels)}`;
    const path = `/v2/${emulator.env.HW_PROJECT_ID}/volumes`;
    const response = await fetch(`${emulator.url}${path}`, { method: "POST", body });
    expect(await response.text()).toContain(message);
  });

  test("brackets within a text are no levels", async () => {
    const { client } = await running();
    const body = { volumes: [{ type: "SAS", size: 10, kms_id: '[{\\"'.repeat(50) }] };
    expect((await client.call("POST", `/desktops/${d1}/volumes`, body)).status).toBe(200);
  });

  test("names that mean something to JavaScript change nothing", async () => {
    const { emulator } = await running();
    const path = `/v2/${emulator.env.HW_PROJECT_ID}/desktops/${d1}/volumes`;
    const text =
      '{"__proto__": {"volumes": [{"type": "SAS", "size": 10}]}, "constructor": {"prototype": {"a": 1}}}';
    const key = { access: emulator.env.HW_ACCESS_KEY, secret: emulator.env.HW_SECRET_KEY };
    const headers = sign(emulator, "POST", path, JSON.parse(text), key);
    const reply = await fetch(`${emulator.url}${path}`, { method: "POST", headers, body: text });
    expect([400, 401]).toContain(reply.status);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
    JSON.stringify(emulator.requests());
  });

  test.each(["application/json;charset=UTF-8", "text/plain", "application/x-www-form-urlencoded"])(
    "a body is read as JSON, whatever its type: %s",
    async (type) => {
      const { emulator } = await running();
      const path = `/v2/${emulator.env.HW_PROJECT_ID}/desktops/${d1}/volumes`;
      const body = { volumes: [{ type: "SAS", size: 10 }] };
      const key = { access: emulator.env.HW_ACCESS_KEY, secret: emulator.env.HW_SECRET_KEY };
      const headers = { ...sign(emulator, "POST", path, body, key), "content-type": type };
      const response = await fetch(`${emulator.url}${path}`, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
      });
      expect(response.status).toBe(200);
    },
  );
});

describe("starting and stopping", () => {
  test("it listens on the loopback address, on a port of its own", async () => {
    const { emulator } = await running();
    expect(emulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(emulator.env).toEqual({
      HW_REGION_NAME: "cn-north-4",
      HW_ACCESS_KEY: "EMULATORACCESSKEY001",
      HW_SECRET_KEY: "EmulatorSecretKeyForTestsOnly00000000001",
      HW_PROJECT_ID: "e0000000000000000000000000000001",
      HW_WORKSPACE_ENDPOINT: emulator.url,
      HW_AUTH_URL: `${emulator.url}/v3`,
    });
  });

  test("a port that is taken is an error", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = typeof address === "object" && address ? address.port : 0;
    await expect(startEmulator({ port })).rejects.toThrow("EADDRINUSE");
    await new Promise((resolve) => other.close(resolve));
  });

  test("closing cuts connections that wait, and can be done twice", async () => {
    const { emulator } = await running();
    const { hostname, port } = new URL(emulator.url);
    const socket = createConnection(Number(port), hostname);
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.write("POST /v2/p/volumes HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
    const ended = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined);
    await stillAlive(emulator);
    await emulator.close();
    await ended;
    await emulator.close();
  });
});
