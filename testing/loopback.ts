import http from "node:http";
import { ConnectionError } from "../provider/core/errors";
import type { HttpResponse, Send } from "../provider/core/host";

/** Sends over plain HTTP with nothing in between; time-outs are the caller's matter. `end` closes its connections. */
export function loopback(): { send: Send; end: () => void } {
  const kept = new http.Agent({ keepAlive: true });
  const fresh = new http.Agent({ keepAlive: false });
  const send: Send = (request) =>
    new Promise<HttpResponse>((resolve, reject) => {
      const fail = (error: Error & { code?: string }) => {
        const systemCode = error.code ?? "UNKNOWN";
        const reached = systemCode === "ECONNREFUSED" ? "no" : "unknown";
        reject(
          new ConnectionError({
            request: `${request.method} ${request.url}`,
            why: error.message,
            reached,
            systemCode,
          }),
        );
      };
      const { method, headers, body, freshConnection } = request;
      const agent = freshConnection ? fresh : kept;
      const asked = http.request(request.url, { method, headers, agent }, (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (part: string) => (text += part));
        answer.on("error", fail);
        answer.on("end", () => {
          const told = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
          resolve({
            status: answer.statusCode ?? 0,
            headers: Object.fromEntries(told) as Record<string, string>,
            text,
          });
        });
      });
      asked.on("error", fail);
      asked.end(body);
    });
  const end = () => {
    kept.destroy();
    fresh.destroy();
  };
  return { send, end };
}
