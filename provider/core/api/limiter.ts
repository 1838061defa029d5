import type { Clock } from "../host";
import {
  afterAccepted,
  afterRefused,
  afterSeconds,
  burst,
  perSecond,
  type Rate,
  REQUESTS_PER_SECOND,
  unknownRate,
} from "./rate";

/** After a refusal, two requests are apart by the interval and up to this part of it more or less. */
const UNEVEN = 0.05;
/** A line that is shorter than this, in seconds, is not worth the refusal of an add, which is then looked for about as long. */
const CAREFUL_S = 60;

/**
 * Rate limit in front of the API, for the whole process: first come, first
 * served, at a rate that `rate.ts` learns from refusals. Limits how often we
 * ask, never how many wait.
 */
export class Limiter {
  readonly #line: { pass: () => void; isCostly: boolean }[] = [];
  /** Requests in the line whose refusal would be costly. */
  #costly = 0;
  #rate: Rate;
  #tokens: number;
  #at: number;
  /** No request leaves before this time, by the clock. */
  #notBefore = -Infinity;
  /** When the refusal was noticed that the rate knows of: older requests say nothing new. */
  #refusedAt = -Infinity;
  #running = false;
  #wake = new AbortController();

  constructor(
    private readonly clock: Clock,
    /** Requests a second at most. */
    most: number = REQUESTS_PER_SECOND,
    private readonly random: () => number = Math.random,
  ) {
    this.#rate = unknownRate(most);
    this.#tokens = burst(this.#rate);
    this.#at = clock.now();
  }

  /** Requests a second at the moment. */
  get perSecond(): number {
    return perSecond(this.#rate);
  }

  /** For how long the service wants no request, in ms. */
  get pauseMs(): number {
    return Math.max(0, this.#notBefore - this.clock.now());
  }

  /**
   * Resolves when the next request may leave, or at once when `signal` fires: then no turn is used up.
   * `isCostly`: a refusal holds up the run.
   */
  take(signal?: AbortSignal, isCostly = false): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const leave = () => {
        this.#leaveLine(this.#line.indexOf(waiting));
        // Nobody waits: a timer for nobody would keep the process alive.
        if (this.#line.length === 0) this.#wake.abort();
        resolve();
      };
      const pass = () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const waiting = { pass, isCostly };
      signal?.addEventListener("abort", leave, { once: true });
      this.#line.push(waiting);
      if (isCostly) this.#costly += 1;
      if (!this.#running) void this.#run();
    });
  }

  /** A request that left at this time, by the clock, got through to the service. */
  accepted(leftAt: number): void {
    if (leftAt > this.#refusedAt) this.#rate = afterAccepted(this.#rate, this.#isCareful);
  }

  /** A request that left at this time was refused as one too many. What was under way together counts once. */
  refused(leftAt: number, retryAfterMs?: number): void {
    const now = this.clock.now();
    const isNews = leftAt > this.#refusedAt;
    if (isNews) {
      this.#refill();
      const { rate, pauseMs } = afterRefused(this.#rate, retryAfterMs, this.random);
      this.#rate = rate;
      this.#refusedAt = now;
      this.#holdUntil(now + pauseMs);
    } else if (retryAfterMs !== undefined) this.#holdUntil(now + retryAfterMs);
  }

  /** A faster rate would save less time than the refusal of one of those that wait. */
  get #isCareful(): boolean {
    return this.#costly > 0 && this.#line.length < CAREFUL_S * this.perSecond;
  }

  #leaveLine(at: number) {
    const [waiting] = this.#line.splice(at, 1);
    if (waiting?.isCostly === true) this.#costly -= 1;
    return waiting;
  }

  #holdUntil(time: number): void {
    this.#notBefore = Math.max(this.#notBefore, time);
    this.#tokens = 1;
    this.#at = this.#notBefore;
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#line.length > 0) {
      const wait = this.#waitMs();
      if (wait > 0) {
        this.#wake = new AbortController();
        await this.clock.sleep(wait, this.#wake.signal);
      } else {
        const uneven = this.#refusedAt > -Infinity ? UNEVEN * (2 * this.random() - 1) : 0;
        this.#tokens -= 1 + uneven;
        this.#leaveLine(0)?.pass();
      }
    }
    this.#running = false;
  }

  #waitMs(): number {
    if (this.pauseMs > 0) return Math.ceil(this.pauseMs);
    this.#refill();
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) / this.perSecond) * 1000);
  }

  #refill(): void {
    const now = this.clock.now();
    if (now <= this.#at) return;
    const seconds = (now - this.#at) / 1000;
    this.#at = now;
    this.#tokens = Math.min(burst(this.#rate), this.#tokens + seconds * this.perSecond);
    this.#rate = afterSeconds(this.#rate, seconds);
  }
}
