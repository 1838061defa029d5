import { MAX_VOLUMES_PER_CALL, type Volume, type VolumeSpec } from "../api/volumes";
import { CoreError, CredentialsError, TimeoutError } from "../errors";
import type { Clock } from "../host";
import type { OperationContext } from "../operation";
import type { Attempt, Member } from "./batch";
import { toPendingAdd } from "./findJob";
import { canTellApart } from "./matchVolumes";
import { type PendingAdd, UnfinishedAddError, type VolumeRequest } from "./volumeRequest";

/**
 * The engine sends deletes in random order, a hundred of them over half a
 * second. A fixed wait for each desktop cuts them into many small batches;
 * "no request has reached the process for this long" gave exactly one batch for
 * each desktop. In ms.
 */
export const PAUSE_MS = 50;
/**
 * With a large state, or on a busy machine, the engine needs longer from one
 * request to the next, because it writes its state before each. A pause is this
 * many times as long as the usual gap.
 */
export const PAUSE_IN_GAPS = 5;
/**
 * However slow the engine is, this long without a request is a pause. A program
 * that goes on registering resources that do not change delays the changes
 * before them for no longer. In ms.
 */
export const LONGEST_PAUSE_MS = 1_000;
/** A stream of changes that never pauses delays the first of them for no longer than this, in ms. */
export const LONGEST_STREAM_MS = 300_000;
/** Nobody is overtaken more often than this. */
const OVERTAKEN_AT_MOST = 3;
/** An add that was sent ends so long before its deadline, in ms, or a tenth of its time where that is less. */
const BEFORE_DEADLINE_MS = 2_000;
/** Without a reason each abort would make an error of its own with a stack trace. */
const SETTLED = "settled";

/** Tells when the engine has, for the moment, handed over everything that it had to ask for. */
export class BatchingWindow {
  #lastArrival: number;
  #lastChange: number;
  /** The usual time between requests that follow each other, in ms. */
  #gap = 0;

  constructor(private readonly clock: Clock) {
    this.#lastArrival = clock.now();
    this.#lastChange = this.#lastArrival;
  }

  /** A request has reached the process. `joins`: it may go into a batch: a change or a read, not a check or a diff. */
  noteArrival(joins = true): void {
    const now = this.clock.now();
    const gap = now - this.#lastArrival;
    // What comes after a pause begins a new stream. A slow stream is believed sooner than a fast one.
    const weight = gap > this.#gap ? 1 / 2 : 1 / 8;
    this.#gap = gap > LONGEST_PAUSE_MS ? 0 : this.#gap + (gap - this.#gap) * weight;
    this.#lastArrival = now;
    if (joins) this.#lastChange = now;
  }

  /** Resolves at the next pause of the engine, or when the longest wait for one is over. */
  async close(): Promise<void> {
    const latest = this.clock.now() + LONGEST_STREAM_MS;
    for (;;) {
      const now = this.clock.now();
      const pause = Math.min(Math.max(PAUSE_MS, PAUSE_IN_GAPS * this.#gap), LONGEST_PAUSE_MS);
      const at = Math.min(this.#lastArrival + pause, this.#lastChange + LONGEST_PAUSE_MS, latest);
      if (now >= at) return;
      await this.clock.sleep(at - now);
    }
  }
}

/**
 * The queue of one desktop: idle -> collecting -> running -> idle. A desktop
 * runs one volume job at a time: what arrives while a job runs waits, and all
 * of the same kind that waits goes together in the next call.
 */
export class DesktopQueue {
  readonly #pending: PendingRequest[] = [];
  #state: "idle" | "collecting" | "running" = "idle";
  /** While an add waits out a refusal: what the others do meanwhile. */
  #meanwhile: { others: Promise<void> | undefined } | undefined;

  /** @param run gives every member of a batch its outcome and never throws */
  constructor(
    private readonly window: Pick<BatchingWindow, "close">,
    private readonly run: (batch: readonly PendingRequest[]) => Promise<void>,
  ) {}

  /** Puts a request into the queue; resolves or rejects with its own outcome. */
  submit(request: PendingRequest): Promise<Volume | undefined> {
    if (request.settled) return request.result;
    this.#pending.push(request);
    request.signal.addEventListener("abort", () => {
      const at = this.#pending.indexOf(request);
      if (at >= 0) this.#pending.splice(at, 1);
    });
    if (this.#state === "idle") void this.#drain();
    this.#letOthers();
    return request.result;
  }

  /** While a refused add waits for this, deletes, growths and QoS updates have the desktop; the last of them ends first. */
  async giveWay<T>(wait: () => Promise<T>): Promise<T> {
    const meanwhile = { others: undefined as Promise<void> | undefined };
    this.#meanwhile = meanwhile;
    this.#letOthers();
    try {
      return await wait();
    } finally {
      this.#meanwhile = undefined;
      await meanwhile.others;
    }
  }

  /** The disks that waiting requests look for and that are of the same earlier request as this one's. */
  alsoLookedFor(request: VolumeRequest): readonly VolumeSpec[] {
    const key = mergeKey(request);
    return this.#pending.flatMap(({ request: other }) =>
      other.kind === "add" && other.pending !== undefined && mergeKey(other) === key ? [other.spec] : [],
    );
  }

  async #drain(): Promise<void> {
    this.#state = "collecting";
    await this.window.close();
    this.#state = "running";
    for (let batch = takeBatch(this.#pending); batch.length > 0; batch = takeBatch(this.#pending)) {
      await this.run(batch);
    }
    this.#state = "idle";
  }

  #letOthers(): void {
    const meanwhile = this.#meanwhile;
    if (meanwhile === undefined || meanwhile.others !== undefined || !this.#pending.some(isOther)) return;
    meanwhile.others = this.#drainOthers().finally(() => {
      meanwhile.others = undefined;
      this.#letOthers();
    });
  }

  async #drainOthers(): Promise<void> {
    await this.window.close();
    while (this.#meanwhile !== undefined) {
      const batch = takeBatch(this.#pending, isOther);
      if (batch.length === 0) return;
      await this.run(batch);
    }
  }
}

function isOther({ request }: PendingRequest): boolean {
  return request.kind !== "add";
}

/** What may go in one call: the same kind of change with the same common values. */
function mergeKey(request: VolumeRequest): string {
  switch (request.kind) {
    case "add": {
      const { pending, enterpriseProjectId } = request;
      if (pending !== undefined)
        return `resume ${JSON.stringify([pending.jobId, pending.sentAt, pending.beforeIds])}`;
      return `add ${enterpriseProjectId ?? ""}`;
    }
    case "qos":
      return `qos ${request.iops} ${request.throughput}`;
    default:
      return request.kind;
  }
}

/**
 * Takes out of the queue what goes next: adds of earlier runs first, because
 * their disks count; then deletes, so that a full desktop has room again; else
 * first come, first served. Whoever was overtaken three times is overtaken no
 * more. Everything that may go in the same call goes along, up to ten; but no
 * two new disks that might not be told apart afterwards.
 */
export function takeBatch(
  pending: PendingRequest[],
  mayGo: (request: PendingRequest) => boolean = () => true,
): PendingRequest[] {
  const waiting = pending.filter(mayGo);
  const first =
    waiting.find(({ request }) => request.kind === "add" && request.pending !== undefined) ??
    waiting.find(({ overtaken }) => overtaken >= OVERTAKEN_AT_MOST) ??
    waiting.find(({ request }) => request.kind === "delete") ??
    waiting[0];
  if (first === undefined) return [];
  for (const overtaken of waiting.slice(0, waiting.indexOf(first))) overtaken.overtaken += 1;
  const batch: PendingRequest[] = [];
  for (const one of waiting) {
    if (batch.length === MAX_VOLUMES_PER_CALL) break;
    if (mergeKey(one.request) !== mergeKey(first.request)) continue;
    if (batch.every((other) => mayGoTogether(other.request, one.request))) batch.push(one);
  }
  for (const one of batch) pending.splice(pending.indexOf(one), 1);
  return batch;
}

function mayGoTogether(one: VolumeRequest, other: VolumeRequest): boolean {
  if (one.kind !== "add" || other.kind !== "add") return true;
  return one.pending !== undefined || canTellApart(one.spec, other.spec);
}

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

  noteCall(call: string): void {
    this.operation.noteCall(call);
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
    this.#candidates = [];
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

  /** What the state must keep has to be there before the operation's own timeout error; so nothing is sent after this. */
  async #endBeforeDeadline(clock: Clock): Promise<void> {
    const left = this.operation.remaining();
    const margin = Math.min(BEFORE_DEADLINE_MS, left / 10);
    await clock.sleep(left - margin, this.signal);
    if (this.settled) return;
    // A look that fails, or takes too long, changes nothing.
    const look = this.#lastLook?.().catch(() => undefined);
    if (look !== undefined) await Promise.race([look, clock.sleep(margin / 2, this.signal)]);
    this.fail(this.operation.timeoutError());
  }

  #unfinished(error: Error, pending: PendingAdd): UnfinishedAddError {
    const shown = this.#candidates.map(({ volumeId }) => volumeId).join(", ");
    const run = error instanceof CredentialsError ? "Set new credentials, then run" : "Run";
    const sent = pending.jobId === undefined ? "A request to add the disk" : `Job ${pending.jobId}`;
    const what =
      pending.refused === true
        ? "The service refused the request, and it is not certain yet that no copy of it was carried out"
        : `${sent} was sent`;
    return new UnfinishedAddError(
      {
        code: error instanceof TimeoutError ? "HWD1502" : "HWD1503",
        failed: this.operation.title,
        why: error instanceof CoreError ? error.why : error.message,
        now:
          `${what}; a disk may still appear on desktop ${this.desktopId}` +
          (shown === "" ? "" : `, which shows new disks: ${shown}`),
        next: `${run} "pulumi up" again: it looks for this disk before it adds another one`,
        cause: error,
      },
      { desktopId: this.desktopId, pending, candidates: this.#candidates.map(({ volumeId }) => volumeId) },
    );
  }
}
