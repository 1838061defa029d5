import { refused, type Delivery } from "./fault-answers";
import type { RepeatedAnswer } from "./faults";
import type { Random } from "./random";
import { codes, gatewayCodes } from "./refusals";

/** What a gateway makes of one request that changes something. */
export interface Repeat {
  /** Whether the service gets it twice, once, or once and late. */
  readonly reaches: "twice" | "once" | "late";
  /** How long after the request the second, or the late one, reaches the service, in ms. */
  readonly afterMs: number;
  readonly sees: RepeatedAnswer;
}

/** A gateway holds a request back no longer than this, in ms. */
export const maxLateMs = 30_000;

/** In the dialect repeating-gateway, so many changes of a hundred are repeated. */
const repeatedPercent = 25;

const reaches = ["twice", "once", "late"] as const;
/** "last": what the service answers to the last copy, such as its refusal of a desktop that the first one keeps busy. */
export const repeatedAnswers = [302, 408, 409, 429, 503, 504, "cut", "last"] as const;

/** What the dialect repeating-gateway does with the next change; undefined: nothing. */
export function drawRepeat(random: Random): Repeat | undefined {
  if (random() * 100 >= repeatedPercent) return undefined;
  const drawn = oneOf(reaches, random);
  const sees = oneOf(repeatedAnswers, random);
  const later = Math.floor(random() * (maxLateMs + 1));
  // A second copy comes at once, and is refused by a busy desktop, or long after, and may be carried out.
  const isTwiceAtOnce = drawn === "twice" && random() < 0.5;
  // Nobody waits half a minute for the answer to a copy.
  const atOnce = drawn === "once" || sees === "last" || isTwiceAtOnce;
  return { reaches: drawn, afterMs: atOnce ? 0 : later, sees };
}

function oneOf<const T extends readonly [unknown, ...unknown[]]>(items: T, random: Random): T[number] {
  return items[Math.floor(random() * items.length)] ?? items[0];
}

/** What the gateway itself answers to a request that was repeated. */
export function repeatedAnswer(sees: Exclude<RepeatedAnswer, "last">, requestId: string): Delivery {
  switch (sees) {
    case "cut":
      return { kind: "cut" };
    case 302:
      return {
        kind: "send",
        answer: { status: 302, headers: { Location: "/_emulator/elsewhere" }, text: "" },
      };
    case 409:
      return refused(requestId, 409, codes.conflict, "The desktop is being changed by another operation.");
    case 429:
      return refused(requestId, 429, gatewayCodes.throttled, "The throttling threshold has been reached", {
        "Retry-After": "1",
      });
    case 408:
    case 503:
    case 504:
      return {
        kind: "send",
        answer: {
          status: sees,
          headers: { "Content-Type": "text/html; charset=utf-8" },
          text: `<html><body><h1>${sees}</h1></body></html>`,
        },
      };
  }
}
