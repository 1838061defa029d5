/**
 * Something is there, but the operation did not end well. The engine keeps id
 * and properties in state and shows the reasons; the next `up` calls update.
 */
export class PartlyDoneError extends Error {
  override readonly name = "PartlyDoneError";
  readonly reasons: string[];
  constructor(
    cause: Error,
    readonly id: string,
    readonly properties: Record<string, unknown>,
  ) {
    super(cause.message);
    this.reasons = [cause.message];
  }
}
