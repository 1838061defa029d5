import type { Clock } from "../clock";

/**
 * The engine hands out deletes in random order, a hundred of them over half a
 * second: a fixed wait for each desktop cuts them into many small batches,
 * while "nothing has reached the process for this long" gave exactly one batch
 * a desktop. In ms.
 */
export const QUIET_MS = 50;
/** A stream of requests that never pauses must not hold up the first of them for longer. In ms. */
export const QUIET_AT_MOST_MS = 1_000;

/** Tells when the engine has, for the moment, handed over everything it had to ask for. */
export class Quiet {
  #lastArrival: number;

  constructor(private readonly clock: Clock) {
    this.#lastArrival = clock.now();
  }

  /** A request of any kind has reached the process. */
  noteArrival(): void {
    this.#lastArrival = this.clock.now();
  }

  /** Resolves when no request has arrived for `QUIET_MS`, after `QUIET_AT_MOST_MS` at the latest. */
  async settled(): Promise<void> {
    const latest = this.clock.now() + QUIET_AT_MOST_MS;
    for (;;) {
      const now = this.clock.now();
      const at = Math.min(this.#lastArrival + QUIET_MS, latest);
      if (now >= at) return;
      await this.clock.sleep(at - now);
    }
  }
}
