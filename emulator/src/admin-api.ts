import type { FastifyInstance } from "fastify";
import type { Admin } from "./admin";
import { contractText } from "./contract";
import { Refusal } from "./refusals";

/** A world of a thousand desktops has to fit. */
const bodyLimit = 64 * 1024 * 1024;

/** The admin side over HTTP, below /_emulator/. */
export function registerAdmin(app: FastifyInstance, admin: Admin): void {
  app.get("/_emulator/openapi.yaml", (_request, reply) => reply.type("application/yaml").send(contractText));

  app.get("/_emulator/desktops", () => ({ desktops: admin.desktops() }));
  app.post("/_emulator/desktops", { bodyLimit }, ({ body }) => ({ desktops: admin.addDesktops(body) }));

  app.get("/_emulator/requests", () => admin.requests());
  app.post("/_emulator/reset", (_request, reply) => {
    admin.reset();
    return reply.code(204).send();
  });

  app.get("/_emulator/faults", () => ({ faults: admin.faults() }));
  app.post("/_emulator/faults", ({ body }) => ({ faults: admin.addFaults(body) }));
  app.delete("/_emulator/faults", (_request, reply) => {
    admin.clearFaults();
    return reply.code(204).send();
  });
  app.delete<{ Params: { id: string } }>("/_emulator/faults/:id", ({ params }, reply) => {
    if (!admin.removeFault(params.id))
      throw new Refusal(404, "EMULATOR.0404", `There is no fault ${params.id}.`);
    return reply.code(204).send();
  });

  app.get("/_emulator/dialects", () => ({ dialects: admin.dialects(), drawn: admin.drawn() }));
  app.post("/_emulator/dialects", ({ body }) => ({
    dialects: admin.setDialects(body),
    drawn: admin.drawn(),
  }));

  app.post("/_emulator/second-actor", ({ body }, reply) => {
    admin.setSecondActor(body);
    return reply.code(204).send();
  });
  app.delete("/_emulator/second-actor", (_request, reply) => {
    admin.setSecondActor(null);
    return reply.code(204).send();
  });

  app.get("/_emulator/history", () => ({ history: admin.history() }));

  app.get("/_emulator/clock", () => admin.clock());
  app.post("/_emulator/clock", ({ body }) => admin.moveClock(body));
}
