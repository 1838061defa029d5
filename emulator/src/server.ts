import { randomBytes } from "node:crypto";
import Fastify, { type FastifyError, type FastifyInstance } from "fastify";
import type { Admin } from "./admin";
import { registerAdmin } from "./admin-api";
import { operations } from "./contract";
import { greet } from "./course";
import { readError, refuse } from "./delivery";
import { registerPage } from "./page";
import { parseBody, parseQuery } from "./parsing";
import { gatewayCodes, Refusal, unknownApi } from "./refusals";
import { route } from "./route";
import type { State } from "./state";
import { described, type Validation } from "./validation";

const bodyLimit = 1024 * 1024;

/** Puts the emulator's state behind HTTP. */
export function buildServer(state: State, admin: Admin, validation: Validation): FastifyInstance {
  const app = Fastify({
    bodyLimit,
    // A hundred ids of 255 characters are a documented query, and each character may take twelve bytes.
    http: { maxHeaderSize: 1024 * 1024 },
    routerOptions: { maxParamLength: 4096, ignoreTrailingSlash: true, querystringParser: parseQuery },
    exposeHeadRoutes: false,
    schemaErrorFormatter: (errors, place) => new Error(described(errors, place)),
    forceCloseConnections: true,
    // A client that is told to come back later keeps its connection for that long.
    keepAliveTimeout: 72_000,
    genReqId: () => randomBytes(16).toString("hex"),
    frameworkErrors: (_error, request, reply) => {
      greet(state, request, reply);
      refuse(state, request, reply, new Refusal(400, gatewayCodes.badRequest, "The path is malformed."));
    },
  });
  app.decorateRequest("entry", undefined);
  app.decorateRequest("course", undefined);
  app.decorateRequest("rawBody", undefined);

  app.setValidatorCompiler(({ schema }: { schema: object }) => validation.compiled(schema));

  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (request, body, done) => {
    const bytes = Buffer.from(body);
    request.rawBody = bytes;
    try {
      done(null, parseBody(bytes));
    } catch (error) {
      done(error as Error);
    }
  });

  app.addHook("onRequest", (request, reply, done) => {
    greet(state, request, reply);
    done();
  });
  if (state.isKept) {
    // An answer shows what there is, and that is to be there after the next start too.
    app.addHook("onSend", async (request) => {
      await state.saved().catch(() => {
        // Nobody may take for done what is lost with the process.
        request.raw.socket.destroy();
      });
    });
  }
  app.setNotFoundHandler((request, reply) => {
    refuse(state, request, reply, unknownApi());
  });
  app.setErrorHandler((error: FastifyError | Refusal, request, reply) => {
    refuse(
      state,
      request,
      reply,
      error instanceof Refusal ? error : readError(error, request.course?.operation),
    );
  });

  for (const operation of operations) {
    route(app, state, operation, operation.url);
    // A base address that ends in /v3 gets paths put behind it that begin with /v3 themselves.
    if (operation.isIam) route(app, state, operation, `/v3${operation.url}`);
  }
  registerAdmin(app, admin);
  registerPage(app, state);
  return app;
}
