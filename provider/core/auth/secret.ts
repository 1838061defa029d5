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

/** The values of secrets, to clean a text of others with. */
export function revealed(secrets: readonly Secret[]): string[] {
  return secrets.map((secret) => secret.reveal()).filter((value) => value !== "");
}
