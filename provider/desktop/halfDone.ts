import type { Volume } from "./service";

/** The disk exists and its id is known, but its job is not over: kept in state, so that it is not bought again. */
export class HalfDoneError extends Error {
  override readonly name = "HalfDoneError";
  constructor(
    message: string,
    readonly volume: Volume,
  ) {
    super(message);
  }
}
