/** How long somebody is willing to wait, and who wants to know what for. */
export interface Patience {
  /** Milliseconds until nobody waits any more. */
  remaining(): number;
  /** Fires when nobody waits any more. */
  readonly signal: AbortSignal;
  /** What is being done, or was seen last: told by the error of a deadline that passes. */
  note(seen: string): void;
}
