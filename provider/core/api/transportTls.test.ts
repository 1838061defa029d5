import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConnectionError } from "../errors";
import { listen, local, other, request, serve } from "./testing/tlsServers";
import { createTransport } from "./transport";

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
