import type { Clock } from "../clock";
import { type Patience, TimeoutError } from "./service";

/** What an operation is about, in words for its errors. */
export interface OperationFacts {
  /** `adding`, `deleting`, `growing`, … */
  doing: string;
  /** `disk …` or, before it has an id, `a disk of SSD, 100 GB`. */
  disk: string;
  desktopId: string;
  /** For queueing, calls, waiting and retries together, in ms. */
  timeoutMs: number;
  /** What sets that time, for its error. Default: `customTimeouts sets it` */
  timeSetBy?: string;
  /** When that time began, by the clock. Default: now. */
  since?: number;
}

/**
 * One thing that the engine asked for, from its arrival to its result: its one
 * deadline, and what has been seen of it so far.
 */
export class Operation implements Patience {
  readonly signal: AbortSignal;
  readonly #over = new AbortController();
  readonly #done = new AbortController();
  readonly #startedAt: number;
  #doing = "waiting for its turn";
  #seen: string | undefined;
  #seenAt: number;
  #sent: string | undefined;

  constructor(
    private readonly clock: Clock,
    readonly facts: OperationFacts,
  ) {
    this.signal = this.#over.signal;
    this.#startedAt = facts.since ?? clock.now();
    this.#seenAt = clock.now();
    void clock.sleep(this.remaining(), this.#done.signal).then(() => {
      if (!this.#done.signal.aborted) this.#over.abort();
    });
  }

  /** When its time began, by the clock. */
  get since(): number {
    return this.#startedAt;
  }

  remaining(): number {
    return Math.max(0, this.#startedAt + this.facts.timeoutMs - this.clock.now());
  }

  /** What is being done for it now; of use only to an error that has nothing seen to tell. */
  noteDoing(doing: string): void {
    this.#doing = doing;
  }

  note(seen: string): void {
    this.#seen = seen;
    this.#seenAt = this.clock.now();
  }

  /** A request that changes something has gone out; `what` names it or its job. Nothing: it was surely not carried out. */
  noteSent(what: string | undefined): void {
    this.#sent = what;
  }

  /** What is waited for, or, where the deadline comes first, its error. */
  async inTime<T>(waited: Promise<T>): Promise<T> {
    const over = new Promise<never>((_, reject) => {
      const timeIsOver = () => {
        reject(this.timeoutError());
      };
      if (this.signal.aborted) timeIsOver();
      else this.signal.addEventListener("abort", timeIsOver, { once: true });
    });
    try {
      return await Promise.race([waited, over]);
    } catch (error) {
      throw error instanceof TimeoutError ? this.timeoutError() : error;
    }
  }

  /** Nobody waits any more; stops the clock. */
  finish(): void {
    this.#done.abort(NOBODY_WAITS);
  }

  /** `deleting disk … of desktop …` */
  get title(): string {
    return `${this.facts.doing} ${this.facts.disk} of desktop ${this.facts.desktopId}`;
  }

  /** Whole seconds since it began. */
  get seconds(): number {
    return Math.round((this.clock.now() - this.#startedAt) / 1000);
  }

  /** The error for its deadline: what was tried, what was seen last, what is true now. */
  timeoutError(): TimeoutError {
    const ago = Math.round((this.clock.now() - this.#seenAt) / 1000);
    const now =
      this.#sent === undefined
        ? "No change was sent to the service."
        : `${this.#sent} was sent and may still finish: run "pulumi refresh" and look at the desktop before you try again.`;
    return new TimeoutError(
      `its time of ${formatSeconds(this.facts.timeoutMs)} is over (${this.facts.timeSetBy ?? "customTimeouts sets it"}). ` +
        `Last seen, ${ago} s ago: ${this.#seen ?? `nothing yet, it was ${this.#doing}`}. ${now}`,
    );
  }
}

/** Without a reason, each would be an error of its own with a trace. */
const NOBODY_WAITS = "finished";

function formatSeconds(ms: number): string {
  return ms >= 60_000 && ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`;
}
