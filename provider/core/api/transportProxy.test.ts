import https from "node:https";
import net from "node:net";
import { ConnectionError } from "../errors";
import { cert, host, key, listen, local, other, request, serve } from "./testing/tlsServers";
import { createTransport } from "./transport";

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
