/** What the engine puts in the place of a value that is not known before something else has been made. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value is there and known. */
export function isKnown(value: unknown): boolean {
  return value !== undefined && value !== null && value !== UNKNOWN;
}

/** Whether a value is there, but not known yet. */
export function isUnknown(value: unknown): boolean {
  return value === UNKNOWN;
}
