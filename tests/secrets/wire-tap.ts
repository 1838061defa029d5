/** Stands between a client and the emulator, and knows every secret that passes. */
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A listening tap. What was on the wire is in `secrets`. */
export class WireTap {
  /** Tokens, keys and signatures that were sent or given out. */
  readonly secrets = new Set<string>();
  /**
   * While set, every request is answered with this status and a page that
   * repeats the request, as a careless proxy does.
   */
  echo: number | undefined;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(target: string): Promise<WireTap> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const tap = new WireTap(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on("request", (asked: IncomingMessage, answer: ServerResponse) => {
      tap.pass(asked, answer, target).catch(() => answer.destroy());
    });
    return tap;
  }

  async close(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async pass(asked: IncomingMessage, answer: ServerResponse, target: string): Promise<void> {
    const { method = "GET", headers, url = "" } = asked;
    const body = await textOf(asked);
    this.note(headers["x-auth-token"], headers["x-subject-token"], headers["x-security-token"]);
    const signed = /Access=([^,]+),.*Signature=(\w+)/.exec(headers.authorization ?? "");
    this.note(signed?.[1], signed?.[2]);
    if (this.echo !== undefined) {
      const shown = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
      answer.writeHead(this.echo, { "Content-Type": "text/html" });
      answer.end(`${shown.reverse().join(" ")} ${body}`);
      return;
    }
    // The host is signed, so it stays what the client has asked.
    const passed = request(`${target}${url}`, { method, headers, agent: false });
    passed.end(body);
    const [reply] = (await once(passed, "response")) as [IncomingMessage];
    const text = await textOf(reply);
    this.note(reply.headers["x-subject-token"], ...keysIn(text));
    answer.writeHead(reply.statusCode ?? 500, {
      ...reply.headers,
      "content-length": Buffer.byteLength(text),
    });
    answer.end(text);
  }

  private note(...found: unknown[]): void {
    for (const value of found) if (typeof value === "string" && value !== "") this.secrets.add(value);
  }
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Temporary keys in an answer of IAM. */
function keysIn(text: string): string[] {
  if (!text.includes('"credential"')) return [];
  const { credential } = JSON.parse(text) as { credential: Record<string, string> };
  return [credential.access ?? "", credential.secret ?? "", credential.securitytoken ?? ""];
}
