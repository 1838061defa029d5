import type { ServerResponse } from "node:http";
import type { AnswerFault } from "./faults";
import type { DialectName } from "./dialects";
import { codes, gatewayCodes, Refusal, spokenRefusal } from "./refusals";

/** An answer as it goes over the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What is to happen on the connection in place of a plain answer. */
export type Delivery =
  | { readonly kind: "send"; readonly answer: WireAnswer }
  | { readonly kind: "send-later"; readonly answer: WireAnswer; readonly delayMs: number }
  | { readonly kind: "send-part"; readonly answer: WireAnswer; readonly keepBytes: number }
  | { readonly kind: "cut" }
  | { readonly kind: "silence" };

const json = { "Content-Type": "application/json" };

/** A refusal in the shape of the service and of its gateway. */
export function refused(
  requestId: string,
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Delivery {
  const text = JSON.stringify({ error_code: code, error_msg: message, request_id: requestId });
  return { kind: "send", answer: { status, headers: { ...json, ...headers }, text } };
}

/** How a request ends whose work is not done because of a fault; undefined where the fault lets it be done. */
export function insteadOfWork(
  fault: AnswerFault,
  requestId: string,
  dialects: { has(name: DialectName): boolean },
): Delivery | undefined {
  /** One that the service itself would give; an ordered status stays as it is. */
  const ofService = (refusal: Refusal, isOrdered: boolean): Delivery => {
    const { status, code, message } = isOrdered ? refusal : spokenRefusal(refusal, dialects);
    return refused(requestId, status, code, message);
  };
  switch (fault.fault) {
    case "respond":
      return fault.work === "done" ? undefined : { kind: "send", answer: ordered(fault) };
    case "throttle":
      return refused(requestId, 429, gatewayCodes.throttled, "The throttling threshold has been reached", {
        "Retry-After": String(fault.retry_after_s ?? 1),
      });
    case "conflict": {
      const seen = conflicts[fault.as ?? "409"];
      return ofService(
        new Refusal(fault.status ?? seen.status, fault.code ?? seen.code, fault.message ?? seen.message),
        fault.status !== undefined,
      );
    }
    case "refuse-batch":
      return ofService(
        new Refusal(
          fault.status ?? 404,
          fault.code ?? codes.unknownVolume,
          fault.message ?? `The volume ${fault.volume_id} does not exist.`,
        ),
        fault.status !== undefined,
      );
    case "redirect":
      return {
        kind: "send",
        answer: {
          status: fault.status ?? 302,
          headers: { Location: fault.location ?? "/_emulator/elsewhere" },
          text: "",
        },
      };
    case "wrong-project":
      return { kind: "send", answer: { status: 404, headers: {}, text: "" } };
    case "order-instead-of-job":
      return {
        kind: "send",
        answer: {
          status: 200,
          headers: json,
          text: JSON.stringify({ order_id: fault.order_id ?? "CS2601010304ABCDE" }),
        },
      };
    case "cut-before-work":
      return { kind: "cut" };
    case "no-answer":
      return fault.work === "done" ? undefined : { kind: "silence" };
    case "slow":
    case "cut-after-work":
    case "truncated":
    case "not-json":
    case "repeat":
      return undefined;
  }
}

/** How a request ends whose work is done, but whose answer a fault spoils. */
export function spoiled(fault: AnswerFault, answer: WireAnswer): Delivery {
  switch (fault.fault) {
    case "respond":
      return { kind: "send", answer: ordered(fault) };
    case "slow":
      return { kind: "send-later", answer, delayMs: fault.delay_ms };
    case "cut-after-work":
      return { kind: "cut" };
    case "no-answer":
      return { kind: "silence" };
    case "truncated": {
      const keepBytes = Math.min(
        fault.keep_bytes ?? Math.floor(answer.text.length / 2),
        Math.max(answer.text.length - 1, 0),
      );
      if (fault.length === "kept") {
        return { kind: "send", answer: { ...answer, text: answer.text.slice(0, keepBytes) } };
      }
      return { kind: "send-part", answer, keepBytes };
    }
    case "not-json":
      return {
        kind: "send",
        answer: {
          status: fault.status ?? 200,
          headers: { "Content-Type": fault.content_type ?? "text/html; charset=utf-8" },
          text: fault.body ?? "<html><body><h1>Welcome</h1></body></html>",
        },
      };
    default:
      return { kind: "send", answer };
  }
}

/** Sends the head as if all would come, then a part of the body, then cuts the connection. */
export function sendPart(raw: ServerResponse, answer: WireAnswer, keepBytes: number): void {
  const whole = Buffer.from(answer.text);
  raw.writeHead(answer.status, { ...answer.headers, "Content-Length": whole.length });
  raw.write(whole.subarray(0, keepBytes), () => {
    raw.destroy();
  });
}

const conflicts = {
  "409": { status: 409, code: codes.conflict, message: "The desktop is being changed by another operation." },
  "disks-being-added": {
    status: 400,
    code: codes.disksBeingAdded,
    message: "This operation cannot be performed because disks are being added.",
  },
  "instance-status": {
    status: 409,
    code: codes.busy,
    message: "The current instance status is ADD_VOLUME and deny operation.",
  },
};

function ordered(fault: AnswerFault & { fault: "respond" }): WireAnswer {
  const { status, body, headers = {} } = fault;
  if (body === undefined) return { status, headers, text: "" };
  if (typeof body === "string")
    return { status, headers: { "Content-Type": "text/plain", ...headers }, text: body };
  return { status, headers: { ...json, ...headers }, text: JSON.stringify(body) };
}
