import type { Volume } from "../api/volumes";
import { CoreError, TimeoutError } from "../errors";
import type { Clock } from "../host";
import type { OperationContext } from "../operation";
import { type Attempt, type Member, toPendingAdd } from "./attempt";
import { type PendingAdd, UnfinishedAddError } from "./pendingAdd";
import type { VolumeRequest } from "./volumeRequest";

/** An add that was sent ends so long before its deadline, in ms, or a tenth of its time where that is less. */
const BEFORE_DEADLINE_MS = 2_000;
/** Without a reason each abort would make an error of its own with a stack trace. */
const SETTLED = "settled";

/** One request that waits for its turn or is being carried out: one outcome, and its own deadline. */
export class PendingRequest<R extends VolumeRequest = VolumeRequest> implements Member {
  readonly result: Promise<Volume | undefined>;
  /** Fires when there is an outcome. */
  readonly signal: AbortSignal;
  /** How many batches of later requests went first. */
  overtaken = 0;
  /** The attempt that may have been carried out for it, while its outcome is not known. */
  #attempt: Attempt | undefined;
  /** An attempt of an earlier run whose outcome is not known. */
  #earlier: PendingAdd | undefined;
  /** Disks that may be its own, as the last snapshot shows them. */
  #candidates: readonly Volume[] = [];
  #lastLook: (() => Promise<void>) | undefined;
  readonly #settled = new AbortController();
  #resolve!: (volume: Volume | undefined) => void;
  #reject!: (error: Error) => void;

  constructor(
    readonly request: R,
    readonly operation: OperationContext,
    private readonly desktopId: string,
    clock: Clock,
  ) {
    if (request.kind === "add") this.#earlier = request.pending;
    this.signal = this.#settled.signal;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const timeIsOver = () => {
      this.fail(operation.timeoutError());
    };
    // A signal that has fired already does not fire again.
    if (operation.signal.aborted) timeIsOver();
    else operation.signal.addEventListener("abort", timeIsOver, { once: true });
    this.signal.addEventListener("abort", () => {
      operation.signal.removeEventListener("abort", timeIsOver);
    });
    if (request.kind === "add") void this.#endBeforeDeadline(clock);
  }

  get settled(): boolean {
    return this.signal.aborted;
  }

  remaining(): number {
    return this.settled ? 0 : this.operation.remaining();
  }

  note(seen: string): void {
    this.operation.note(seen);
  }

  halted(): Error | undefined {
    return this.operation.halted();
  }

  succeed(volume: Volume | undefined): void {
    if (this.settled) return;
    this.#resolve(volume);
    this.#settled.abort(SETTLED);
  }

  /** A `TimeoutError` becomes that of its own operation; an add that may have added a disk says so. */
  fail(error: Error): void {
    if (this.settled) return;
    const own = error instanceof TimeoutError ? this.operation.timeoutError() : error;
    const { pending } = this;
    const known = own instanceof UnfinishedAddError || pending === undefined;
    this.#reject(known ? own : this.#unfinished(own, pending));
    this.#settled.abort(SETTLED);
  }

  /** A request is sent for it. */
  noteAttempt(attempt: Attempt, what: string): void {
    this.#attempt = attempt;
    this.operation.noteSent(what);
  }

  /** What a snapshot shows that may be its own, while nothing is proved. */
  noteCandidates(candidates: readonly Volume[]): void {
    this.#candidates = candidates;
  }

  /** What is tried a little before the deadline. */
  noteLastLook(look: () => Promise<void>): void {
    this.#lastLook = look;
  }

  /** It is proved that nothing was done for it so far. */
  noteNothingDone(): void {
    this.#attempt = undefined;
    this.#earlier = undefined;
    this.operation.noteSent(undefined);
  }

  /** What the state keeps of an add whose disk may have been added and is not known. */
  get pending(): PendingAdd | undefined {
    const { request } = this;
    if (request.kind !== "add") return undefined;
    if (this.#attempt === undefined) return this.#earlier;
    const pending = toPendingAdd(this.#attempt, request.spec);
    const named = this.#earlier?.named;
    return named === undefined ? pending : { ...pending, named };
  }

  /** What the state must keep has to be there before the operation's own timeout error. */
  async #endBeforeDeadline(clock: Clock): Promise<void> {
    const left = this.operation.remaining();
    const margin = Math.min(BEFORE_DEADLINE_MS, left / 10);
    await clock.sleep(left - margin, this.signal);
    if (this.settled || this.pending === undefined) return;
    // A look that fails, or takes too long, changes nothing.
    const look = this.#lastLook?.().catch(() => undefined);
    if (look !== undefined) await Promise.race([look, clock.sleep(margin / 2, this.signal)]);
    this.fail(this.operation.timeoutError());
  }

  #unfinished(error: Error, pending: PendingAdd): UnfinishedAddError {
    const shown = this.#candidates.map(({ volumeId }) => volumeId).join(", ");
    const what = pending.jobId === undefined ? "A request to add the disk" : `Job ${pending.jobId}`;
    return new UnfinishedAddError(
      {
        code: error instanceof TimeoutError ? "HWD1502" : "HWD1503",
        failed: this.operation.title,
        why: error instanceof CoreError ? error.why : error.message,
        now:
          `${what} was sent; a disk may still appear on desktop ${this.desktopId}` +
          (shown === "" ? "" : `, which shows new disks: ${shown}`),
        next: `Run "pulumi up" again: it looks for this disk before it adds another one`,
        cause: error,
      },
      { desktopId: this.desktopId, pending, candidates: this.#candidates.map(({ volumeId }) => volumeId) },
    );
  }
}
