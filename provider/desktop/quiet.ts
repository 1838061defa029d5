import type { Clock } from "../clock";

/**
 * The engine hands out deletes in random order, a hundred of them over half a
 * second: a fixed wait for each desktop cuts them into many small batches,
 * while "nothing has reached the process for this long" gave exactly one batch
 * a desktop. In ms.
 */
export const QUIET_MS = 50;
/**
 * With a large state, or on a busy machine, the engine needs longer from one
 * request to the next, because it writes its state before each: a pause is one
 * that is this many times as long as the usual gap.
 */
export const QUIET_GAPS = 5;
/**
 * However slow the engine is, this long without a request is a pause; and a
 * program that goes on registering resources, of which none is a change any
 * more, holds up the changes before it for no longer. In ms.
 */
export const QUIET_AT_MOST_MS = 1_000;
/** A stream of changes that never pauses: so long is the first of them held up, and no longer. In ms. */
export const STREAM_AT_MOST_MS = 300_000;

/** Tells when the engine has, for the moment, handed over everything it had to ask for. */
export class Quiet {
  #lastArrival: number;
  #lastChange: number;
  /** The usual time between requests that follow each other, in ms. */
  #gap = 0;

  constructor(private readonly clock: Clock) {
    this.#lastArrival = clock.now();
    this.#lastChange = this.#lastArrival;
  }

  /**
   * A request has reached the process. `joins`: it is one that may go together
   * with others: a change or a read, not a check or a diff.
   */
  noteArrival(joins = true): void {
    const now = this.clock.now();
    const gap = now - this.#lastArrival;
    // What comes after a pause begins a new stream. A slow one is believed sooner than a fast one.
    const weight = gap > this.#gap ? 1 / 2 : 1 / 8;
    this.#gap = gap > QUIET_AT_MOST_MS ? 0 : this.#gap + (gap - this.#gap) * weight;
    this.#lastArrival = now;
    if (joins) this.#lastChange = now;
  }

  /** Resolves at the next pause of the engine, or when the time to wait for one is over. */
  async settled(): Promise<void> {
    const latest = this.clock.now() + STREAM_AT_MOST_MS;
    for (;;) {
      const now = this.clock.now();
      const pause = Math.min(Math.max(QUIET_MS, QUIET_GAPS * this.#gap), QUIET_AT_MOST_MS);
      const at = Math.min(this.#lastArrival + pause, this.#lastChange + QUIET_AT_MOST_MS, latest);
      if (now >= at) return;
      await this.clock.sleep(at - now);
    }
  }
}
