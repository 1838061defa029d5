import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import type { Operation } from "./contract";
import { iamRefusal } from "./directory";
import { sendPart, spoiled, type Delivery, type WireAnswer } from "./fault-answers";
import { codes, gatewayCodes, Refusal, spokenRefusal } from "./refusals";
import type { State } from "./state";

export function refuse(state: State, request: FastifyRequest, reply: FastifyReply, refusal: Refusal): void {
  // The admin side speaks no dialect: requests to it are in no log either.
  const spoken = request.entry ? spokenRefusal(refusal, state.dialects) : refusal;
  const { status, code, message, from, headers } = spoken;
  const body =
    from === "iam"
      ? { error: { code: status, message, title: iamTitles[status] ?? "Error" } }
      : { error_code: code, error_msg: message, request_id: request.id };
  const answer = {
    status,
    headers: { "Content-Type": "application/json", ...headers },
    text: JSON.stringify(body),
  };
  void finish(state, request, reply, answer);
}

const iamTitles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  501: "Not Implemented",
};

export function readError(error: FastifyError, operation: Operation | undefined): Refusal {
  const { statusCode = 500, message } = error;
  if (statusCode === 413) return new Refusal(413, gatewayCodes.badRequest, "Request entity too large");
  if (statusCode >= 500) {
    return new Refusal(500, codes.internal, `The emulator has made a mistake: ${error.stack ?? message}`);
  }
  if (operation?.isIam) return iamRefusal(400, message);
  return new Refusal(400, codes.invalidParameter, message);
}

/** Sends an answer, or what the fault that has struck the request makes of it. */
export async function finish(
  state: State,
  request: FastifyRequest,
  reply: FastifyReply,
  answer: WireAnswer,
): Promise<void> {
  const fault = request.course?.struck.answer;
  await deliver(state, request, reply, fault ? spoiled(fault, answer) : { kind: "send", answer });
}

export async function deliver(
  state: State,
  request: FastifyRequest,
  reply: FastifyReply,
  delivery: Delivery,
): Promise<void> {
  const note = (status: number | null): void => {
    if (!request.entry) return;
    request.entry.request.status = status;
    state.noteAnswer(request.entry.request);
  };
  switch (delivery.kind) {
    case "cut":
      note(null);
      reply.hijack();
      request.raw.socket.destroy();
      return;
    case "silence":
      note(null);
      reply.hijack();
      return;
    case "send-part": {
      note(delivery.answer.status);
      const { answer, keepBytes } = delivery;
      const headers = { ...reply.getHeaders(), ...answer.headers } as Record<string, string>;
      reply.hijack();
      await state.saved();
      sendPart(reply.raw, { ...answer, headers }, keepBytes);
      return;
    }
    case "send-later":
      if (!(await state.clock.sleep(delivery.delayMs))) {
        reply.hijack();
        return;
      }
      break;
    case "send":
      break;
  }
  const { status, headers, text } = delivery.answer;
  note(status);
  void reply.code(status).headers(headers).send(text);
}
