import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { overview } from "./overview";
import type { State } from "./state";

/** The page's files, and where they are served. */
const files = [
  { url: "/", name: "index.html", type: "text/html; charset=utf-8" },
  { url: "/_emulator/page/page.css", name: "page.css", type: "text/css; charset=utf-8" },
  { url: "/_emulator/page/page.js", name: "page.js", type: "text/javascript; charset=utf-8" },
] as const;

/** It needs no other host, and no other site may show it in a frame. */
const policy =
  "default-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** The page that shows what is going on: the files as they are, and what they show. */
export function registerPage(app: FastifyInstance, state: State): void {
  for (const { url, name, type } of files) {
    const text = readFileSync(join(__dirname, "..", "page", name), "utf8");
    app.get(url, (_request, reply) =>
      reply.headers({ "Content-Security-Policy": policy, "Cache-Control": "no-store" }).type(type).send(text),
    );
  }
  app.get("/_emulator/overview", () => overview(state));
}
