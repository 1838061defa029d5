/**
 * Time as a parameter: everything that waits or measures is handed a clock, so
 * that tests move it by hand.
 */
export interface Clock {
  /** Milliseconds that only ever go forward; not a time of day. For deadlines and durations. */
  now(): number;
  /** The time of day, for what others must understand: signatures, expiry dates, the audit file. */
  date(): Date;
  /** Resolves after `ms` milliseconds, or at once when `signal` fires. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Node's timers take no more, about 24 days in ms, and fire at once where they are given more. */
const TIMER_AT_MOST_MS = 2 ** 31 - 1;

/**
 * The machine's own clock. Durations are monotonic: a wall clock that jumps
 * moves no deadline. A sleeper wakes after what has reached the process in the
 * meantime: where something kept the process busy for longer than a pause of
 * the engine, requests that wait at its door would else be taken for silence.
 */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(() => setImmediate(done), Math.min(Math.max(0, ms), TIMER_AT_MOST_MS));
      signal?.addEventListener("abort", done);
    }),
};
