import { inspect } from "node:util";

/** A secret value that shows itself nowhere but where it is asked for by name. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself: for a header or a body, never for a message. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [inspect.custom](): string {
    return "[secret]";
  }
}

/**
 * A text that others wrote, without the secrets that they may have repeated in
 * it, as they are or as JSON, and without signatures, with which a request can
 * be sent a second time.
 */
export function redact(text: string, secrets: readonly Secret[]): string {
  return secrets
    .map((secret) => secret.reveal())
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1)])
    .filter((value) => value !== "")
    .sort((a, b) => b.length - a.length)
    .reduce((clean, value) => clean.replaceAll(value, "[secret]"), text)
    .replace(/\bSignature=[0-9a-f]{16,}/gi, "Signature=[secret]");
}
