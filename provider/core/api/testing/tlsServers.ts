import type http from "node:http";
import https from "node:https";
import type net from "node:net";
import type { HttpRequest } from "../../host";
import { certificateFor } from "./certificate";

/** The name that `key` and `cert` are for. */
export const host = "workspace.example.test";
export const { key, cert } = certificateFor(host);
export const local = certificateFor("localhost");
export const other = certificateFor("other.example.test");

const opened: net.Server[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** Listens until the test ends: its port. */
export async function listen(server: net.Server): Promise<number> {
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
export async function serve(tls: { key: string; cert: string }) {
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

/** A read with a token. */
export const request = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: "GET",
  url,
  headers: { "X-Auth-Token": "marked" },
  timeoutMs: 5_000,
  ...more,
});
