import { MAX_VOLUMES_PER_CALL, type Volume } from "../api/volumes";
import type { BatchingWindow } from "./batchingWindow";
import { canTellApart } from "./matchVolumes";
import type { PendingRequest } from "./pendingRequest";
import type { VolumeRequest } from "./volumeRequest";

/** Nobody is overtaken more often than this. */
const OVERTAKEN_AT_MOST = 3;

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
export function takeBatch(pending: PendingRequest[]): PendingRequest[] {
  const first =
    pending.find(({ request }) => request.kind === "add" && request.pending !== undefined) ??
    pending.find(({ overtaken }) => overtaken >= OVERTAKEN_AT_MOST) ??
    pending.find(({ request }) => request.kind === "delete") ??
    pending[0];
  if (first === undefined) return [];
  for (const overtaken of pending.slice(0, pending.indexOf(first))) overtaken.overtaken += 1;
  const batch: PendingRequest[] = [];
  for (const one of pending) {
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

/**
 * The queue of one desktop: idle -> collecting -> running -> idle. A desktop
 * runs one volume job at a time: what arrives while a job runs waits, and all
 * of the same kind that waits goes together in the next call.
 */
export class DesktopQueue {
  readonly #pending: PendingRequest[] = [];
  #state: "idle" | "collecting" | "running" = "idle";

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
    return request.result;
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
}
