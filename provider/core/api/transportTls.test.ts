import { generateKeyPairSync, sign, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type http from "node:http";
import https from "node:https";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ConnectionError } from "../errors";
import type { HttpRequest } from "../host";
import { createTransport } from "./transport";

/** DER, as far as one certificate needs it. */
function der(tag: number, ...parts: (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
const sequence = (...parts: Buffer[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));

/** A certificate that signs itself, for one host name and a day around now. */
function certificateFor(host: string): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(oid("2a8648ce3d040302")); // ecdsa-with-SHA256
  const name = sequence(der(0x31, sequence(oid("550403"), der(0x0c, host)))); // commonName
  const day = 24 * 3600_000;
  const time = (ms: number) => der(0x18, new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, ""));
  const extensions = sequence(
    sequence(
      oid("551d13"),
      der(0x01, Buffer.from([0xff])),
      der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
    ),
    sequence(oid("551d11"), der(0x04, sequence(der(0x82, host)))),
  );
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    sequence(time(Date.now() - day), time(Date.now() + day)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, extensions),
  );
  const signature = sign("sha256", body, privateKey);
  const certificate = sequence(body, algorithm, der(0x03, Buffer.from([0]), signature));
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: new X509Certificate(certificate).toString(),
  };
}

const host = "workspace.example.test";
const { key, cert } = certificateFor("workspace.example.test");
const local = certificateFor("localhost");
const other = certificateFor("other.example.test");

const opened: net.Server[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listen(server: net.Server): Promise<number> {
  opened.push(server);
  const sockets = new Set<net.Socket>();
  server.on("connection", (socket: net.Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  // A test ends with its connections, kept alive or not.
  const close = server.close.bind(server);
  server.close = (callback) => {
    for (const socket of sockets) socket.destroy();
    return close(callback);
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as net.AddressInfo).port;
}

/** An HTTPS server that notes each request: its path, its host and its connection. */
async function serve(tls: { key: string; cert: string }) {
  const seen: { path: string; host: string; socket: unknown; token: unknown }[] = [];
  const port = await listen(
    https.createServer(tls, (request: http.IncomingMessage, response) => {
      const { url = "", headers, socket } = request;
      seen.push({ path: url, host: headers.host ?? "", socket, token: headers["x-auth-token"] });
      response.end('{"ok":true}');
    }),
  );
  return { seen, port };
}

const request = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: "GET",
  url,
  headers: { "X-Auth-Token": "marked" },
  timeoutMs: 5_000,
  ...more,
});

describe("TLS", () => {
  test("a certificate that nobody vouches for is refused before the request is sent", async () => {
    const { port, seen } = await serve(local);
    for (const method of ["GET", "POST"] as const) {
      const sent = createTransport()(
        request(`https://localhost:${port}/`, { method, ...(method === "POST" && { body: "{}" }) }),
      );
      await expect(sent).rejects.toMatchObject({
        reached: "no",
        systemCode: "DEPTH_ZERO_SELF_SIGNED_CERT",
        message: expect.stringMatching(/HW_CACERT/) as string,
      });
    }
    expect(seen).toEqual([]);
  });

  test("a certificate for another name is refused, trusted or not", async () => {
    const { port, seen } = await serve(other);
    const sent = createTransport({ ca: other.cert })(request(`https://localhost:${port}/`));
    await expect(sent).rejects.toMatchObject({ reached: "no", systemCode: "ERR_TLS_CERT_ALTNAME_INVALID" });
    expect(seen).toEqual([]);
  });

  test.each([
    ["a CA of one's own", { ca: local.cert }],
    ["no verification at all", { insecure: true }],
  ])("with %s the request goes through, on kept and on fresh connections", async (_, options) => {
    const { port, seen } = await serve(local);
    const transport = createTransport(options);
    for (const freshConnection of [false, false, true]) {
      expect(await transport(request(`https://localhost:${port}/`, { freshConnection }))).toMatchObject({
        status: 200,
      });
      await new Promise(setImmediate);
    }
    expect(seen[1]?.socket).toBe(seen[0]?.socket);
    expect(seen[2]?.socket).not.toBe(seen[0]?.socket);
  });

  test("a CA of one's own takes nothing away from those that Node was told of", async () => {
    const directory = mkdtempSync(join(tmpdir(), "transport-"));
    try {
      const extra = join(directory, "extra.pem");
      writeFileSync(extra, local.cert);
      const { port } = await serve(local);
      const transport = createTransport({ ca: other.cert, env: { NODE_EXTRA_CA_CERTS: extra } });
      expect(await transport(request(`https://localhost:${port}/`))).toMatchObject({ status: 200 });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe("through a proxy", () => {
  let env: Record<string, string> = {};

  /** A proxy that notes each CONNECT; `answer` gives its own answer instead of a tunnel. */
  async function proxy(target: number, answer?: (socket: net.Socket) => void) {
    const asked: string[] = [];
    const port = await listen(
      net.createServer((socket) => {
        socket.once("data", (bytes) => {
          asked.push(bytes.toString());
          if (answer) {
            answer(socket);
            return;
          }
          const onward = net.connect(target, "127.0.0.1", () => {
            socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
            socket.pipe(onward).pipe(socket);
          });
          onward.on("error", () => socket.destroy());
          socket.on("close", () => onward.destroy());
        });
      }),
    );
    return { asked, port };
  }

  test("the server is reached through a tunnel, which sees no header of ours", async () => {
    const server = await serve({ key, cert });
    const { port, asked } = await proxy(server.port);
    env = { HTTPS_PROXY: `http://user:pass@127.0.0.1:${port}` };
    const transport = createTransport({ env, ca: cert });
    for (const freshConnection of [false, true]) {
      expect(await transport(request(`https://${host}/v2/x?a=1`, { freshConnection }))).toMatchObject({
        status: 200,
        text: '{"ok":true}',
      });
    }
    expect(server.seen).toMatchObject([
      { path: "/v2/x?a=1", host, token: "marked" },
      { path: "/v2/x?a=1", host },
    ]);
    expect(asked).toHaveLength(2);
    expect(asked[0]).toMatch(new RegExp(`^CONNECT ${host}:443 HTTP/1.1\r\n`));
    expect(asked[0]).toContain(`Proxy-Authorization: Basic ${Buffer.from("user:pass").toString("base64")}`);
    expect(asked.join()).not.toContain("marked");
  });

  test("the server's certificate is verified inside the tunnel", async () => {
    const server = await serve(other);
    const { port } = await proxy(server.port);
    env = { HTTPS_PROXY: `http://127.0.0.1:${port}` };
    const sent = createTransport({ env, ca: other.cert })(
      request(`https://${host}/`, { method: "POST", body: "{}" }),
    );
    await expect(sent).rejects.toMatchObject({ reached: "no", systemCode: "ERR_TLS_CERT_ALTNAME_INVALID" });
    expect(server.seen).toEqual([]);
    const lenient = createTransport({ env, insecure: true })(request(`https://${host}/`));
    expect(await lenient).toMatchObject({ status: 200 });
  });

  test.each([
    [
      "wants a password",
      "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
      "EPROXY",
      /HTTP 407/,
    ],
    [
      "does not know the server",
      "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}",
      "EPROXY",
      /HTTP 404/,
    ],
  ])("a proxy that %s gives no answer of the server's", async (_, answer, code, message) => {
    const { port } = await proxy(0, (socket) => socket.end(answer));
    env = { HTTPS_PROXY: `http://127.0.0.1:${port}` };
    for (const method of ["GET", "POST"] as const) {
      const sent = createTransport({ env })(
        request(`https://${host}/`, { method, ...(method === "POST" && { body: "{}" }) }),
      );
      await expect(sent).rejects.toMatchObject({
        reached: "no",
        systemCode: code,
        message: expect.stringMatching(message) as string,
      });
    }
  });

  test.each<[string, (socket: net.Socket) => void]>([
    ["says nothing", () => undefined],
    ["hangs up", (socket) => socket.end()],
  ])("a proxy that %s costs no more than the time for connecting", async (_, answer) => {
    let left: Promise<unknown> = Promise.resolve();
    const { port } = await proxy(0, (socket) => {
      left = new Promise((resolve) => socket.once("close", resolve));
      answer(socket);
    });
    env = { HTTPS_PROXY: `http://127.0.0.1:${port}` };
    const sent = createTransport({ env, connectTimeoutMs: 60 })(request(`https://${host}/`));
    await expect(sent).rejects.toBeInstanceOf(ConnectionError);
    await expect(sent).rejects.toMatchObject({ reached: "no", systemCode: "EPROXY" });
    await left;
  });

  test("a proxy that is not there, and one that breaks the tunnel under a request", async () => {
    env = { HTTPS_PROXY: "http://user:marked@127.0.0.1:1" };
    const refused = createTransport({ env })(request(`https://${host}/`));
    await expect(refused).rejects.toMatchObject({ reached: "no", systemCode: "EPROXY", code: "HWD1404" });
    await expect(refused).rejects.toThrow("the proxy 127.0.0.1:1 (HTTPS_PROXY) refuses connections");

    const silent = await listen(https.createServer({ key, cert }, (request) => request.socket.destroy()));
    const { port } = await proxy(silent);
    env = { HTTPS_PROXY: `http://127.0.0.1:${port}` };
    await expect(createTransport({ env, ca: cert })(request(`https://${host}/`))).rejects.toMatchObject({
      reached: "unknown",
    });
  });

  test("this machine is reached without one, and so is what NO_PROXY names", async () => {
    const { port: closed, asked } = await proxy(0, (socket) => socket.end());
    env = { HTTPS_PROXY: `http://127.0.0.1:${closed}` };
    const { port } = await serve(local);
    expect(
      await createTransport({ env, ca: local.cert })(request(`https://localhost:${port}/`)),
    ).toMatchObject({
      status: 200,
    });
    env = { ...env, NO_PROXY: "invalid" };
    await expect(createTransport({ env })(request("https://nowhere.invalid/"))).rejects.toMatchObject({
      reached: "no",
    });
    expect(asked).toEqual([]);
  });

  test("a variable that names no HTTP proxy: nothing leaves, and its value is not shown", async () => {
    env = { HTTPS_PROXY: "socks5://user:marked@proxy.test" };
    const sent = createTransport({ env })(request(`https://${host}/`));
    await expect(sent).rejects.toMatchObject({ reached: "no", systemCode: "EPROXY" });
    await expect(sent).rejects.toThrow("HTTPS_PROXY is no address of an HTTP proxy");
    await expect(sent).rejects.not.toThrow("marked");
  });

  test("plain http goes through it too; what it answers itself is no answer of the server's", async () => {
    const { port } = await proxy(0, (socket) =>
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"),
    );
    env = { HTTP_PROXY: `http://127.0.0.1:${port}` };
    await expect(createTransport({ env })(request(`http://${host}/`))).rejects.toThrow(
      `the proxy 127.0.0.1:${port} (HTTP_PROXY) wants a password (HTTP 407)`,
    );
  });
});

describe("a request never leaves after its time", () => {
  /** A server that takes connections and begins to speak TLS after so many ms. */
  async function slowTls(ms: number) {
    const server = await serve(local);
    const port = await listen(
      net.createServer((socket) => {
        setTimeout(() => {
          const onward = net.connect(server.port, "127.0.0.1");
          onward.on("error", () => socket.destroy());
          socket.on("close", () => onward.destroy());
          socket.pipe(onward).pipe(socket);
        }, ms);
      }),
    );
    return { port, seen: server.seen };
  }

  test("the TLS handshake takes longer than there is to leave", async () => {
    const { port, seen } = await slowTls(150);
    const sent = createTransport({ ca: local.cert })(
      request(`https://localhost:${port}/`, { method: "POST", body: "{}", leaveWithinMs: 50 }),
    );
    await expect(sent).rejects.toMatchObject({ reached: "no", systemCode: "ETIMEDOUT" });
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(seen).toEqual([]);
  });

  test("everybody leaves during the TLS handshake", async () => {
    const { port, seen } = await slowTls(100);
    const over = new AbortController();
    const sent = createTransport({ ca: local.cert })(
      request(`https://localhost:${port}/`, { method: "POST", body: "{}", signal: over.signal }),
    );
    setTimeout(() => {
      over.abort();
    }, 30);
    await expect(sent).rejects.toMatchObject({ reached: "no", systemCode: "ABORTED" });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(seen).toEqual([]);
  });

  test("everybody has left before", async () => {
    const { port, seen } = await serve(local);
    const sent = createTransport({ ca: local.cert })(
      request(`https://localhost:${port}/`, { signal: AbortSignal.abort("over") }),
    );
    await expect(sent).rejects.toMatchObject({ reached: "no", systemCode: "ABORTED" });
    expect(seen).toEqual([]);
  });

  test("a change that has left is waited for; a read is not", async () => {
    const port = await listen(
      https.createServer(local, (_, response) => {
        setTimeout(() => response.end("{}"), 100);
      }),
    );
    const url = `https://localhost:${port}/`;
    const transport = createTransport({ ca: local.cert });
    const outcome = async (method: "GET" | "POST") => {
      const over = new AbortController();
      const sent = transport(request(url, { method, signal: over.signal }));
      setTimeout(() => {
        over.abort();
      }, 60);
      return sent.then(
        ({ status }) => status,
        (error: unknown) => (error instanceof ConnectionError ? error.systemCode : error),
      );
    };
    expect(await outcome("POST")).toBe(200);
    expect(await outcome("GET")).toBe("ABORTED");
  });
});
