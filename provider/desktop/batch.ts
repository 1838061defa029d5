import type { Asked, VolumeRequest } from "./asked";
import { type Patience, TimeoutError } from "./service";

/**
 * Requests that go together. It is patient for as long as the most patient of
 * those that still wait; one whose own deadline passes leaves without stopping
 * the others.
 */
export class Batch<R extends VolumeRequest = VolumeRequest> implements Patience {
  readonly signal: AbortSignal;
  readonly #nobody = new AbortController();

  constructor(
    private readonly members: readonly Asked<R>[],
    /** Is told what is seen, for whoever watches. */
    private readonly show: (seen: string) => void = () => undefined,
  ) {
    this.signal = this.#nobody.signal;
    const left = () => {
      if (this.live.length === 0) this.#nobody.abort();
    };
    for (const member of members) member.over.addEventListener("abort", left);
    left();
  }

  /** Those that still wait for an outcome. */
  get live(): Asked<R>[] {
    return this.members.filter((member) => !member.settled);
  }

  remaining(): number {
    return Math.max(0, ...this.live.map((member) => member.operation.remaining()));
  }

  /** What is being done is shown, but does not cover what was seen before: a new attempt says nothing new. */
  noteDoing(doing: string): void {
    for (const member of this.live) member.operation.noteDoing(doing);
    this.show(doing);
  }

  note(seen: string): void {
    for (const member of this.live) member.operation.note(seen);
    this.show(seen);
  }

  noteSent(what: string): void {
    for (const member of this.live) member.operation.noteSent(what);
  }

  /** What was noted as sent was surely not carried out. */
  noteNothingSent(): void {
    for (const member of this.live) member.operation.noteSent(undefined);
  }

  /** Fails all that still wait. A time-out is each one's own: only its operation knows what was seen and sent. */
  fail(error: Error): void {
    for (const member of this.live) {
      member.fail(error instanceof TimeoutError ? member.operation.timeoutError() : error);
    }
  }
}
