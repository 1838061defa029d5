import type { Clock } from "./host";

/** No line of progress is longer, in characters. */
export const LINE_LENGTH = 100;
/** The pace is that of the last minute, kept by the second. */
const PACE_S = 60;

/** Counts the changes to disks of one run, for a line about all of them. */
export class Tally {
  #begun = 0;
  #done = 0;
  #failed = 0;
  #jobs = 0;
  /** Changes that go on, by desktop; a desktop whose changes have ended keeps a 0. */
  readonly #open = new Map<string, number>();
  /** Desktops with changes that go on. */
  #busy = 0;
  readonly #doneIn = new Map<number, number>();
  #since: number | undefined;

  constructor(private readonly clock: Clock) {}

  /** A change to a disk begins; call the result when it has ended. */
  begin(desktopId: string): (outcome: "done" | "failed") => void {
    this.#since ??= this.clock.now();
    this.#begun += 1;
    this.#count(desktopId, 1);
    return (outcome) => {
      this.#count(desktopId, -1);
      if (outcome === "failed") this.#failed += 1;
      else this.#noteDone();
    };
  }

  /** Counts a job of this run for as long as it is waited for. */
  async duringJob<T>(job: Promise<T>): Promise<T> {
    this.#jobs += 1;
    try {
      return await job;
    } finally {
      this.#jobs -= 1;
    }
  }

  /**
   * `412 of 1000 disks done on 100 desktops, 10 jobs running, 320 disks/min`.
   * Undefined while changes go on for at most one desktop.
   */
  get line(): string | undefined {
    if (this.#busy < 2) return undefined;
    const failed = this.#failed === 0 ? "" : `, ${this.#failed} failed,`;
    const jobs = this.#jobs === 1 ? "1 job" : `${this.#jobs} jobs`;
    return (
      `${this.#done} of ${this.#begun} disks done${failed} on ${this.#open.size} desktops, ` +
      `${jobs} running, ${this.#pace()} disks/min`
    );
  }

  #count(desktopId: string, change: 1 | -1): void {
    const before = this.#open.get(desktopId) ?? 0;
    const now = before + change;
    this.#open.set(desktopId, now);
    this.#busy += Math.sign(now) - Math.sign(before);
  }

  #noteDone(): void {
    this.#done += 1;
    const second = this.#second();
    this.#doneIn.set(second, (this.#doneIn.get(second) ?? 0) + 1);
    for (const old of this.#doneIn.keys()) if (old <= second - PACE_S) this.#doneIn.delete(old);
  }

  /** Disks a minute, over the last minute or since the first change. */
  #pace(): number {
    const now = this.#second();
    const recent = [...this.#doneIn].filter(([second]) => second > now - PACE_S);
    const done = recent.reduce((sum, [, count]) => sum + count, 0);
    const seconds = (this.clock.now() - (this.#since ?? 0)) / 1000;
    return Math.round((60 * done) / Math.min(PACE_S, Math.max(1, seconds)));
  }

  #second(): number {
    return Math.floor(this.clock.now() / 1000);
  }
}

/** A line of progress that fits. */
export function cut(line: string): string {
  return line.length <= LINE_LENGTH ? line : `${line.slice(0, LINE_LENGTH - 1)}…`;
}
