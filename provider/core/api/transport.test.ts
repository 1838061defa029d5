import http from "node:http";
import net from "node:net";
import { inspect } from "node:util";
import zlib from "node:zlib";

import { ConnectionError } from "../errors";
import type { HttpRequest } from "../host";
import { createTransport, type TransportOptions } from "./transport";

const opened: net.Server[] = [];

afterEach(async () => {
  await Promise.all(
    opened.splice(0).map(
      (server) =>
        new Promise((resolve) => {
          if (server instanceof http.Server) server.closeAllConnections();
          server.close(resolve);
        }),
    ),
  );
});

/** Listens on a free port of this machine until the end of the test. */
async function listen(server: net.Server): Promise<string> {
  opened.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
}

const serve = (handler: http.RequestListener) => listen(http.createServer(handler));

/** A server that does as it likes with each connection, after the first bytes have come. */
const serveRaw = (onRequest: (socket: net.Socket) => void) =>
  listen(
    net.createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => {
        onRequest(socket);
      });
    }),
  );

async function send(url: string, request: Partial<HttpRequest> = {}, options: TransportOptions = {}) {
  return createTransport(options)({ method: "GET", url, headers: {}, timeoutMs: 5_000, ...request });
}

async function failure(...args: Parameters<typeof send>): Promise<ConnectionError> {
  const error: unknown = await send(...args).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConnectionError)) throw new Error(`no ConnectionError but ${inspect(error)}`);
  return error;
}

describe("what goes over the wire", () => {
  test("method, path, query, headers and body as they were given", async () => {
    const seen: { line: string; headers: http.IncomingHttpHeaders; body: string }[] = [];
    const url = await serve((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += String(chunk)));
      request.on("end", () => {
        seen.push({ line: `${request.method ?? ""} ${request.url ?? ""}`, headers: request.headers, body });
        response.end();
      });
    });
    const headers = { "Content-Type": "application/json", "X-Auth-Token": "t" };
    await send(`${url}/v2/p/desktops?tag=a%3Db%2Cc&name=%E6%A1%8C%20x`, {
      method: "POST",
      headers,
      body: '{"a": "ü"}',
    });
    await send(`${url}/v2/p`, { headers });
    expect(seen).toMatchObject([
      {
        line: "POST /v2/p/desktops?tag=a%3Db%2Cc&name=%E6%A1%8C%20x",
        headers: { "content-type": "application/json", "x-auth-token": "t" },
        body: '{"a": "ü"}',
      },
      { line: "GET /v2/p", body: "" },
    ]);
    expect(seen[0]?.headers["user-agent"]).toMatch(/^pulumi-huaweicloud-workspace\/\d+\.\d+\.\d+\S*$/);
  });

  test("a connection that is kept collects no listeners: Node would warn of a leak", async () => {
    const url = await serve((_, response) => response.end("{}"));
    const once = jest.spyOn(net.Socket.prototype, "once");
    try {
      const transport = createTransport();
      for (let sent = 0; sent < 5; sent += 1) {
        await transport({ method: "GET", url, headers: {}, timeoutMs: 5_000 });
        // The connection is free for the next request only after its end has been seen.
        await new Promise(setImmediate);
      }
      const events = once.mock.calls.map(([event]): string => event);
      expect(events.filter((event) => event === "lookup")).toHaveLength(1);
    } finally {
      once.mockRestore();
    }
  });

  test("reads share a connection, a request that asks for a fresh one does not", async () => {
    const ports: (number | undefined)[] = [];
    const url = await serve((request, response) => {
      ports.push(request.socket.remotePort);
      response.end("{}");
    });
    const transport = createTransport();
    const request = (freshConnection: boolean) =>
      transport({ method: "GET", url, headers: {}, timeoutMs: 5_000, freshConnection });
    for (const fresh of [false, false, true, true, false]) {
      await request(fresh);
      // The connection is free for the next request only after its end has been seen.
      await new Promise(setImmediate);
    }
    const [first, second, third, fourth, fifth] = ports;
    expect([second, fifth]).toEqual([first, first]);
    expect(new Set([first, third, fourth]).size).toBe(3);
  });
});

describe("an answer", () => {
  test.each([200, 204, 404, 429, 500, 503])("of status %d is an answer", async (status) => {
    const url = await serve((_, response) => {
      response
        .writeHead(status, { "X-Request-Id": "r1" })
        .end(status === 204 ? "" : '{"n": 12345678901234567890}');
    });
    const answer = await send(url);
    expect(answer).toMatchObject({ status, headers: { "x-request-id": "r1" } });
    expect(answer.text).toBe(status === 204 ? "" : '{"n": 12345678901234567890}');
  });

  test("that points elsewhere is not followed: the token would go there", async () => {
    const paths: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      paths.push(request.url);
      response.writeHead(307, { Location: "/elsewhere" }).end();
    });
    expect(await send(url, { method: "POST", body: "{}" })).toMatchObject({
      status: 307,
      headers: { location: "/elsewhere" },
    });
    expect(paths).toEqual(["/"]);
  });

  test("may be compressed", async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { "Content-Encoding": "gzip" }).end(zlib.gzipSync('{"a":1}'));
    });
    expect((await send(url)).text).toBe('{"a":1}');
  });

  test("larger than allowed is refused, decompressed or not", async () => {
    const large = "x".repeat(2_000);
    const plain = await serve((_, response) => response.end(large));
    const packed = await serve((_, response) =>
      response.writeHead(200, { "Content-Encoding": "gzip" }).end(zlib.gzipSync(large)),
    );
    for (const url of [plain, packed]) {
      expect(await failure(url, {}, { maxAnswerBytes: 1_000 })).toMatchObject({ reached: "unknown" });
    }
    expect((await send(plain, {}, { maxAnswerBytes: 2_000 })).text).toBe(large);
  });
});

describe("the request surely did not arrive", () => {
  test("nothing listens", async () => {
    const url = await serve(() => undefined);
    const [server] = opened.splice(0);
    await new Promise((resolve) => server?.close(resolve));
    const error = await failure(url);
    expect(error).toMatchObject({ reached: "no", systemCode: "ECONNREFUSED" });
    expect(error.message).toMatch(
      /^GET http:\/\/127\.0\.0\.1:\d+\/: .*ECONNREFUSED.*\. The request was not sent\. Check the endpoint\. \[HWD1402\]$/,
    );
  });

  test("nobody knows the name", async () => {
    const error = await failure("http://nowhere.invalid/v2");
    expect(error.reached).toBe("no");
    expect(error.systemCode).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
    expect(error.message).toMatch(/the host name nowhere\.invalid is unknown.*\[HWD1401\]$/);
  });

  test("the other side takes the connection and never speaks TLS", async () => {
    const url = await serveRaw(() => undefined);
    expect(await failure(url.replace("http:", "https:"), {}, { connectTimeoutMs: 50 })).toMatchObject({
      reached: "no",
      systemCode: "ETIMEDOUT",
      message: expect.stringMatching(/no connection within 0.1 s/) as string,
    });
  });
});

describe("nobody knows whether the request was carried out", () => {
  test("the connection is reset", async () => {
    const url = await serveRaw((socket) => socket.resetAndDestroy());
    expect(await failure(url, { method: "POST", body: "{}" })).toMatchObject({
      reached: "unknown",
      systemCode: "ECONNRESET",
    });
  });

  test("the connection ends without an answer", async () => {
    const url = await serveRaw((socket) => socket.end());
    expect(await failure(url)).toMatchObject({ reached: "unknown" });
  });

  test("a kept-alive connection is closed under the request", async () => {
    let requests = 0;
    const url = await serve((request, response) => {
      if (++requests === 1) response.end("{}");
      else request.socket.destroy();
    });
    const transport = createTransport();
    const request: HttpRequest = { method: "GET", url, headers: {}, timeoutMs: 5_000 };
    await transport(request);
    await new Promise(setImmediate);
    await expect(transport(request)).rejects.toMatchObject({ reached: "unknown", systemCode: "ECONNRESET" });
  });

  test.each<[string, (response: http.ServerResponse) => void]>([
    ["no answer comes", () => undefined],
    ["the answer stops half-way", (response) => response.writeHead(200).write("{")],
    [
      "the answer only drips",
      (response) => {
        const timer = setInterval(() => response.write(" "), 10);
        response.on("close", () => {
          clearInterval(timer);
        });
      },
    ],
  ])("%s within its time", async (_, answer) => {
    const url = await serve((_, response) => {
      answer(response);
    });
    expect(await failure(url, { timeoutMs: 60 })).toMatchObject({
      reached: "unknown",
      systemCode: "ETIMEDOUT",
      message: expect.stringMatching(/no answer within 0.1 s/) as string,
    });
  });

  test.each([
    ["a body shorter than announced", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"],
    ["chunks without an end", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"],
    ["something that is not HTTP", "hello\r\n\r\n"],
  ])("%s", async (_, bytes) => {
    const url = await serveRaw((socket) => socket.end(bytes));
    expect(await failure(url)).toMatchObject({ reached: "unknown" });
  });
});

test("no error shows headers or body", async () => {
  const url = await serveRaw((socket) => socket.destroy());
  const error = await failure(url, {
    method: "POST",
    headers: { "X-Auth-Token": "marked-token", Authorization: "marked-signature" },
    body: '{"password":"marked-password"}',
  });
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain("marked");
  expect(error.cause).toBeUndefined();
});
