import { addDisks } from "./adding";
import { Asked, type VolumeOutcome, type VolumeRequest } from "./asked";
import { changeDisks } from "./changing";
import type { AbsoluteRequest } from "./changes";
import type { Desk } from "./desk";
import type { Operation } from "./operation";
import { mergeKey, nextBatch } from "./order";
import type { Quiet } from "./quiet";

/**
 * The queue of one desktop. A desktop does one volume job at a time: what is
 * asked for while a job runs waits, and everything of the same kind that waits
 * goes together in the next one.
 */
export class DesktopQueue {
  readonly #waiting: Asked[] = [];
  #working = false;

  constructor(
    readonly desk: Desk,
    private readonly quiet: Quiet,
  ) {}

  /** Puts a request in the queue; the outcome is what the desktop shows in the end, or why it does not. */
  submit(request: VolumeRequest, operation: Operation): Promise<VolumeOutcome> {
    const asked = new Asked(request, operation);
    if (asked.settled) return asked.outcome;
    this.#waiting.push(asked);
    asked.over.addEventListener("abort", () => {
      this.#remove(asked);
    });
    if (!this.#working) void this.#work();
    return asked.outcome;
  }

  #remove(asked: Asked): void {
    const at = this.#waiting.indexOf(asked);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  async #work(): Promise<void> {
    this.#working = true;
    await this.quiet.settled();
    for (;;) {
      const batch = nextBatch(this.#waiting);
      const first = batch[0];
      if (first === undefined) break;
      const firstAt = this.#waiting.indexOf(first);
      for (const overtaken of this.#waiting.slice(0, firstAt)) overtaken.overtaken += 1;
      for (const asked of batch) this.#remove(asked);
      await carryOut(this.desk, batch);
    }
    this.#working = false;
  }
}

/** Every member of the batch has its outcome when this resolves; it never throws. */
async function carryOut(desk: Desk, batch: readonly Asked[]): Promise<void> {
  if (mergeKey(batch[0]?.request ?? { kind: "delete", volumeId: "" }).startsWith("add")) {
    await addDisks(desk, batch as readonly Asked<Extract<VolumeRequest, { kind: "add" }>>[]);
  } else {
    await changeDisks(desk, batch as readonly Asked<AbsoluteRequest>[]);
  }
}
