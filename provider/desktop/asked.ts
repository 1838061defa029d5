import type { Operation } from "./operation";
import type { Volume, VolumeSpec } from "./service";

/** A change to one data disk of a desktop. */
export type VolumeRequest =
  | { kind: "delete"; volumeId: string }
  | { kind: "add"; spec: VolumeSpec; enterpriseProjectId: string | undefined }
  | { kind: "grow"; volumeId: string; size: number }
  | { kind: "qos"; volumeId: string; iops: number; throughput: number };

/** The disk as it is now; nothing for one that was deleted. */
export type VolumeOutcome = Volume | undefined;

/** One request that waits for its turn or is being carried out: gets one outcome, and its own deadline. */
export class Asked<R extends VolumeRequest = VolumeRequest> {
  readonly outcome: Promise<VolumeOutcome>;
  /** How many batches of others went first though they came later. */
  overtaken = 0;
  #settle!: { resolve: (outcome: VolumeOutcome) => void; reject: (error: Error) => void };
  readonly #over = new AbortController();

  constructor(
    readonly request: R,
    readonly operation: Operation,
  ) {
    this.outcome = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    const timeIsOver = () => {
      this.fail(operation.timeoutError());
    };
    // A signal that has fired already does not fire again: this one would wait for ever behind others.
    if (operation.signal.aborted) timeIsOver();
    else operation.signal.addEventListener("abort", timeIsOver);
  }

  get settled(): boolean {
    return this.#over.signal.aborted;
  }

  /** Fires when there is an outcome. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  succeed(volume: VolumeOutcome): void {
    if (this.settled) return;
    this.#settle.resolve(volume);
    this.#end();
  }

  fail(error: Error): void {
    if (this.settled) return;
    this.#settle.reject(error);
    this.#end();
  }

  #end(): void {
    this.operation.finish();
    this.#over.abort();
  }
}
