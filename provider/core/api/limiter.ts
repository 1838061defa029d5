import type { Clock } from "../host";

/** Requests a second that the whole process starts with, unless a setting says otherwise. */
export const REQUESTS_PER_SECOND = 20;
/** Even a gateway that refuses everything is asked this often a second. */
const SLOWEST = 0.5;
/** How much of the full rate comes back for each second without a refusal. */
const RECOVERY_PER_SECOND = 0.05;

/**
 * Rate limit in front of the API: at most so many requests a second for the
 * whole process, with one second's worth at once. Half as many after each
 * refusal (429), and slowly back up. Limits how often we ask, never how many wait.
 */
export class Limiter {
  #rate: number;
  #tokens: number;
  #at: number;
  #slowedAt = -Infinity;
  #line: Promise<void> = Promise.resolve();

  /** @param fullRate requests a second */
  constructor(
    private readonly clock: Clock,
    private readonly fullRate: number = REQUESTS_PER_SECOND,
  ) {
    this.#rate = fullRate;
    this.#tokens = Math.max(1, fullRate);
    this.#at = clock.now();
  }

  /**
   * Resolves when the next request may be sent; first come, first served.
   * A caller that has left by then (`signal`) uses up no turn.
   */
  take(signal?: AbortSignal): Promise<void> {
    const turn = this.#line.then(() => this.#wait(signal));
    this.#line = turn;
    return turn;
  }

  /** The gateway refused a request as one too many. What was refused within the same second counts once. */
  slowDown(): void {
    this.#refill();
    if (this.#at - this.#slowedAt < 1000) return;
    this.#slowedAt = this.#at;
    this.#rate = Math.max(SLOWEST, this.#rate / 2);
    this.#tokens = Math.min(this.#tokens, 0);
  }

  async #wait(signal?: AbortSignal): Promise<void> {
    this.#refill();
    while (this.#tokens < 1) {
      if (signal?.aborted) return;
      await this.clock.sleep(Math.ceil(((1 - this.#tokens) / this.#rate) * 1000), signal);
      this.#refill();
    }
    if (signal?.aborted !== true) this.#tokens -= 1;
  }

  #refill(): void {
    const now = this.clock.now();
    const seconds = (now - this.#at) / 1000;
    this.#at = now;
    this.#tokens = Math.min(Math.max(1, this.#rate), this.#tokens + seconds * this.#rate);
    this.#rate = Math.min(this.fullRate, this.#rate + seconds * this.fullRate * RECOVERY_PER_SECOND);
  }
}
