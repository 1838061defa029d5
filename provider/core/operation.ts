import { setMaxListeners } from "node:events";
import { type CoreError, StoppedError, TimeoutError } from "./errors";
import type { Call, Clock, Progress } from "./host";

/** How long a caller waits for calls to the service, and what it learns meanwhile. */
export interface Waiter {
  /** Milliseconds until the caller stops waiting. */
  remaining(): number;
  /** Fires when no caller waits any longer. */
  readonly signal: AbortSignal;
  /** What was seen last, in words: told by the timeout error. */
  note(seen: string): void;
  /** Which answer is waited for; of use only to a timeout error that has nothing seen to tell. */
  noteCall?(call: string): void;
  /** A request leaves, after its wait for a turn. */
  noteRequest?(): void;
  /** Why nothing that changes something may be sent any more; else undefined. */
  halted?(): Error | undefined;
  /** A change has to leave within this time, in ms. Default: what remains. */
  leavesWithin?(): number;
}

/** Whether the caller has stopped waiting. */
export function isOver(waiter: Waiter): boolean {
  return waiter.signal.aborted || waiter.remaining() <= 0;
}

/** What an operation is about, in words for its errors. */
export interface OperationFacts {
  /** What failed where it fails: `Deleting disk v of desktop d`. */
  title: string;
  /** When its time began, by the clock. Default: now. */
  since?: number;
}

/**
 * One call of the engine, from its arrival to its result: one deadline, one
 * signal, what was sent, and what was seen last.
 */
export class OperationContext implements Waiter {
  /** Fires at the deadline, when the engine cancels the call, and when the operation is finished. */
  readonly signal: AbortSignal;
  /** When its time began, by the clock. */
  readonly since: number;
  readonly #over = new AbortController();
  readonly #timer = new AbortController();
  readonly #cancelled: () => void;
  #title: string;
  #doing = "waiting for its turn";
  #seen: string | undefined;
  #seenAt: number;
  #sent: string | undefined;

  constructor(
    readonly call: Call,
    facts: OperationFacts,
    private readonly clock: Clock,
  ) {
    this.#title = facts.title;
    this.signal = this.#over.signal;
    setMaxListeners(0, this.signal);
    this.since = facts.since ?? clock.now();
    this.#seenAt = clock.now();
    this.#cancelled = () => {
      this.#over.abort(OVER);
    };
    if (call.signal?.aborted) this.#over.abort(OVER);
    call.signal?.addEventListener("abort", this.#cancelled, { once: true });
    void clock.sleep(this.remaining(), this.#timer.signal).then(() => {
      if (!this.#timer.signal.aborted) this.#over.abort(OVER);
    });
  }

  /** `Deleting disk v of desktop d`; a create gets a better one as soon as the disk has an id. */
  get title(): string {
    return this.#title;
  }
  set title(title: string) {
    this.#title = title;
  }

  /** Whole seconds since it began. */
  get seconds(): number {
    return Math.round((this.clock.now() - this.since) / 1000);
  }

  /** Milliseconds until the deadline. */
  remaining(): number {
    return Math.max(0, this.since + this.call.timeoutMs - this.clock.now());
  }

  /** Why nothing new may be sent any more; else undefined. */
  halted(): Error | undefined {
    return this.call.halted();
  }

  /** Throws where nothing new may be sent: the engine has exited or cancelled, or the deadline has passed. */
  throwIfHalted(): void {
    const why = this.#stopped();
    if (why !== undefined) {
      const cause = this.call.halted();
      throw new StoppedError({ code: "HWD1506", failed: this.#title, why, now: this.now, cause });
    }
    if (this.signal.aborted || this.remaining() === 0) throw this.timeoutError();
  }

  /** What is being done now; of use only to a timeout error that has nothing seen to tell. */
  noteDoing(doing: string): void {
    this.#doing = doing;
  }

  note(seen: string): void {
    this.#seen = seen;
    this.#seenAt = this.clock.now();
  }

  noteCall(call: string): void {
    this.#doing = call;
  }

  /** A request that changes something has been sent; `what` names it or its job. Undefined: it was surely not carried out. */
  noteSent(what: string | undefined): void {
    this.#sent = what;
  }

  /** Shows a line to the user while the operation goes on. */
  report(progress: Progress): void {
    this.call.report?.(progress);
  }

  /** What is waited for or, where the deadline comes first, a `TimeoutError`. */
  async inTime<T>(waited: Promise<T>): Promise<T> {
    let leave: () => void = () => undefined;
    const over = new Promise<never>((_, reject) => {
      leave = () => {
        reject(this.#endError());
      };
      if (this.signal.aborted) leave();
      else this.signal.addEventListener("abort", leave, { once: true });
    });
    try {
      return await Promise.race([waited, over]);
    } catch (error) {
      // A call that ran out of time says only which request; this says what the whole operation was about.
      throw error instanceof TimeoutError ? this.timeoutError() : error;
    } finally {
      this.signal.removeEventListener("abort", leave);
      waited.catch(() => undefined);
    }
  }

  /** The error for the deadline, or for a cancellation: what was tried, what was seen last, what was sent. */
  timeoutError(): CoreError {
    const stopped = this.#stopped();
    const after = `timed out after ${formatDuration(this.call.timeoutMs)} (limit set by ${this.call.timeoutSetBy})`;
    const ago = Math.round((this.clock.now() - this.#seenAt) / 1000);
    const seen = this.#seen === undefined ? `nothing was seen yet, it was ${this.#doing}` : this.#seen;
    return new TimeoutError({
      code: stopped !== undefined ? "HWD1506" : this.#sent === undefined ? "HWD1501" : "HWD1502",
      failed: this.#title,
      why: `${stopped ?? after}; last seen ${ago} s ago: ${seen}`,
      now: this.now,
    });
  }

  /** The operation has ended: stops its timer and fires its signal, so that no request leaves for it any more. */
  finish(): void {
    this.#timer.abort(OVER);
    this.call.signal?.removeEventListener("abort", this.#cancelled);
    this.#over.abort(OVER);
  }

  /** Why the operation is stopped before its deadline. */
  #stopped(): string | undefined {
    const reason = this.call.halted();
    if (reason !== undefined) return reason.message;
    return this.call.signal?.aborted === true ? "the engine cancelled the operation" : undefined;
  }

  #endError(): CoreError {
    try {
      this.throwIfHalted();
    } catch (error) {
      if (error instanceof StoppedError) return error;
    }
    return this.timeoutError();
  }

  /** What is true now, for errors: whether a change was sent. */
  get now(): string {
    return this.#sent === undefined
      ? "No change was sent to the service"
      : `${this.#sent} was sent and may still finish`;
  }
}

/** Without a reason each abort would make an error of its own with a stack trace. */
const OVER = "over";

/** Runs `work` as one operation and finishes it in any case. */
export async function runOperation<T>(
  call: Call,
  facts: OperationFacts,
  clock: Clock,
  work: (operation: OperationContext) => Promise<T>,
): Promise<T> {
  const operation = new OperationContext(call, facts, clock);
  try {
    operation.throwIfHalted();
    return await operation.inTime(work(operation));
  } finally {
    operation.finish();
  }
}

/**
 * Several callers that wait for the same: as long as the most patient of them,
 * over when the last one has left. Call `release` when the shared work is done.
 */
export function mergeWaiters(all: readonly Waiter[]): Waiter & { release(): void } {
  const group = new WaiterGroup();
  for (const waiter of all) group.join(waiter);
  return group;
}

/** The callers that wait for one piece of shared work; more may join while it runs. */
export class WaiterGroup implements Waiter {
  readonly #waiters = new Map<Waiter, () => void>();
  readonly #over = new AbortController();
  /** Which answer is waited for, for those that join meanwhile. */
  #call: string | undefined;
  readonly signal: AbortSignal = this.#over.signal;

  constructor() {
    setMaxListeners(0, this.signal);
  }

  /** Adds a caller. `left` is called when its signal fires first. */
  join(waiter: Waiter, left?: () => void): void {
    const leave = () => {
      this.#waiters.delete(waiter);
      if (this.#waiters.size === 0) this.#over.abort(OVER);
      left?.();
    };
    if (waiter.signal.aborted) {
      leave();
      return;
    }
    this.#waiters.set(waiter, leave);
    if (this.#call !== undefined) waiter.noteCall?.(this.#call);
    waiter.signal.addEventListener("abort", leave, { once: true });
  }

  remaining(): number {
    return Math.max(0, ...[...this.#waiters.keys()].map((waiter) => waiter.remaining()));
  }

  /** A change is for all of them: it leaves in the time of the least patient. */
  leavesWithin(): number {
    const waiters = [...this.#waiters.keys()];
    return Math.min(...waiters.map((waiter) => waiter.leavesWithin?.() ?? waiter.remaining()));
  }

  note(seen: string): void {
    for (const waiter of this.#waiters.keys()) waiter.note(seen);
  }

  noteCall(call: string): void {
    this.#call = call;
    for (const waiter of this.#waiters.keys()) waiter.noteCall?.(call);
  }

  halted(): Error | undefined {
    const reasons = [...this.#waiters.keys()].map((waiter) => waiter.halted?.());
    return reasons.includes(undefined) ? undefined : reasons[0];
  }

  /** The work is done: stops listening to the callers. */
  release(): void {
    for (const [waiter, leave] of this.#waiters) waiter.signal.removeEventListener("abort", leave);
    this.#waiters.clear();
  }
}

/**
 * One piece of work at a time, shared by all callers that come while it runs. It
 * has as long as the most patient caller, and its signal fires when the last one
 * has left. A caller that leaves early gets a `TimeoutError`.
 */
export class SharedWork<T> {
  #current: { group: WaiterGroup; result: Promise<T> } | undefined;

  constructor(private readonly work: (waiter: Waiter) => Promise<T>) {}

  /** Whether the work is going on. */
  get running(): boolean {
    return this.#current !== undefined;
  }

  /** Joins the work that is going on, or starts it. `purpose` names it in the timeout error. */
  join(waiter: Waiter, purpose: string): Promise<T> {
    if (waiter.signal.aborted) return Promise.reject(outOfTime(purpose));
    const current = this.#current?.group.signal.aborted === false ? this.#current : this.#start();
    return new Promise<T>((resolve, reject) => {
      current.group.join(waiter, () => {
        reject(outOfTime(purpose));
      });
      current.result.then(resolve, reject);
    });
  }

  #start(): { group: WaiterGroup; result: Promise<T> } {
    const group = new WaiterGroup();
    // The work begins in the next turn: by then its first waiter has joined.
    const result = Promise.resolve().then(() => this.work(group));
    const started = { group, result };
    this.#current = started;
    const end = () => {
      group.release();
      if (this.#current === started) this.#current = undefined;
    };
    result.then(end, end);
    return started;
  }
}

/**
 * The same waiter for calls that are worth this time only, in ms: there is
 * another way to learn it. What counts is the service's time, from the first
 * request on: many of our own calls may wait for their turn before it.
 */
export function limited(waiter: Waiter, ms: number, clock: Clock): Waiter {
  let until: number | undefined;
  return overriding(waiter, {
    remaining: () => Math.max(0, Math.min(waiter.remaining(), (until ?? clock.now() + ms) - clock.now())),
    noteRequest: () => {
      until ??= clock.now() + ms;
      waiter.noteRequest?.();
    },
  });
}

/** The same waiter, except for what is given. */
export function overriding(waiter: Waiter, own: Partial<Waiter>): Waiter {
  return {
    remaining: () => waiter.remaining(),
    signal: waiter.signal,
    note: (seen) => {
      waiter.note(seen);
    },
    noteCall: (call) => {
      waiter.noteCall?.(call);
    },
    noteRequest: () => {
      waiter.noteRequest?.();
    },
    halted: () => waiter.halted?.(),
    leavesWithin: () => waiter.leavesWithin?.() ?? waiter.remaining(),
    ...own,
  };
}

/** The error of a call that was not sent because no caller waits for it any longer. */
export function outOfTime(request: string): TimeoutError {
  return new TimeoutError({
    code: "HWD1501",
    failed: request,
    why: "no time was left",
    now: "The request was not sent",
  });
}

/** `30m`, `1h30m`, `90s`, `2.5s` */
export function formatDuration(ms: number): string {
  if (ms < 60_000 || ms % 60_000 !== 0) return `${ms / 1000}s`;
  const [hours, minutes] = [Math.floor(ms / 3_600_000), (ms % 3_600_000) / 60_000];
  return `${hours > 0 ? `${hours}h` : ""}${minutes > 0 ? `${minutes}m` : ""}`;
}
