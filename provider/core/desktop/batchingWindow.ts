import type { Clock } from "../host";

/**
 * The engine sends deletes in random order, a hundred of them over half a
 * second. A fixed wait for each desktop cuts them into many small batches;
 * "no request has reached the process for this long" gave exactly one batch for
 * each desktop. In ms.
 */
export const PAUSE_MS = 50;
/**
 * With a large state, or on a busy machine, the engine needs longer from one
 * request to the next, because it writes its state before each. A pause is this
 * many times as long as the usual gap.
 */
export const PAUSE_IN_GAPS = 5;
/**
 * However slow the engine is, this long without a request is a pause. A program
 * that goes on registering resources that do not change delays the changes
 * before them for no longer. In ms.
 */
export const LONGEST_PAUSE_MS = 1_000;
/** A stream of changes that never pauses delays the first of them for no longer than this, in ms. */
export const LONGEST_STREAM_MS = 300_000;

/** Tells when the engine has, for the moment, handed over everything that it had to ask for. */
export class BatchingWindow {
  #lastArrival: number;
  #lastChange: number;
  /** The usual time between requests that follow each other, in ms. */
  #gap = 0;

  constructor(private readonly clock: Clock) {
    this.#lastArrival = clock.now();
    this.#lastChange = this.#lastArrival;
  }

  /** A request has reached the process. `joins`: it may go into a batch: a change or a read, not a check or a diff. */
  noteArrival(joins = true): void {
    const now = this.clock.now();
    const gap = now - this.#lastArrival;
    // What comes after a pause begins a new stream. A slow stream is believed sooner than a fast one.
    const weight = gap > this.#gap ? 1 / 2 : 1 / 8;
    this.#gap = gap > LONGEST_PAUSE_MS ? 0 : this.#gap + (gap - this.#gap) * weight;
    this.#lastArrival = now;
    if (joins) this.#lastChange = now;
  }

  /** Resolves at the next pause of the engine, or when the longest wait for one is over. */
  async close(): Promise<void> {
    const latest = this.clock.now() + LONGEST_STREAM_MS;
    for (;;) {
      const now = this.clock.now();
      const pause = Math.min(Math.max(PAUSE_MS, PAUSE_IN_GAPS * this.#gap), LONGEST_PAUSE_MS);
      const at = Math.min(this.#lastArrival + pause, this.#lastChange + LONGEST_PAUSE_MS, latest);
      if (now >= at) return;
      await this.clock.sleep(at - now);
    }
  }
}
