import type { Clock } from "../provider/core/host";

interface Sleeper {
  due: number;
  wake: () => void;
}

/**
 * A clock that goes on only when the test says so. It starts at a whole second,
 * and goes to whoever wakes next, one sleeper at a time, so that what happens
 * at the same moment happens in the order in which it was asked for.
 */
export class VirtualClock implements Clock {
  /** Goes up whenever somebody falls asleep or is woken early: a sign of life. */
  activity = 0;
  /** How far the time of day is off, in ms. */
  wrongBy = 0;
  #ms = 0;
  readonly #sleepers = new Set<Sleeper>();
  readonly #followers: ((ms: number) => void)[] = [];

  constructor(private readonly start = new Date("2026-01-02T03:04:05Z")) {}

  now(): number {
    return this.#ms;
  }

  date(): Date {
    return new Date(this.start.getTime() + this.#ms + this.wrongBy);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.activity += 1;
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      // Whole milliseconds, as timers have them: time passes in every sleep that is one.
      const sleeper = { due: this.#ms + Math.ceil(Math.max(0, ms)), wake };
      this.#sleepers.add(sleeper);
      this.activity += 1;
      signal?.addEventListener("abort", wake);
    });
  }

  /** How many are asleep. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  /** Is told by how many ms the clock has moved. */
  follow(follower: (ms: number) => void): void {
    this.#followers.push(follower);
  }

  /** Goes on to the next one who sleeps, and wakes it; false where nobody sleeps, or not until `latest`. */
  step(latest = Infinity): boolean {
    let next: Sleeper | undefined;
    for (const sleeper of this.#sleepers) if (next === undefined || sleeper.due < next.due) next = sleeper;
    if (next === undefined || next.due > latest) return false;
    this.advance(Math.max(0, next.due - this.#ms));
    next.wake();
    return true;
  }

  /** Moves the hands and wakes nobody. */
  advance(ms: number): void {
    this.#ms += ms;
    if (ms > 0) for (const follower of this.#followers) follower(ms);
  }
}
