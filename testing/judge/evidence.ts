import type { HistoryRecord, OperationRecord, ProcessRecord, RequestRecord } from "./record";
import { Truth } from "./truth";

/** A record, and what follows from it. */
export class Evidence {
  readonly truth: Truth;
  readonly #requests: ReadonlyMap<string, RequestRecord>;
  readonly #processes: ReadonlyMap<string, ProcessRecord>;

  constructor(readonly record: HistoryRecord) {
    this.truth = new Truth(record);
    this.#requests = new Map(record.requests.map((request) => [request.label, request]));
    this.#processes = new Map(record.processes.map((process) => [process.id, process]));
  }

  request(label: string | null): RequestRecord | undefined {
    return label === null ? undefined : this.#requests.get(label);
  }

  stackOf(process: string): string {
    return this.#processes.get(process)?.stack ?? "";
  }

  operationsOf(process: string): readonly OperationRecord[] {
    return this.record.operations.filter((operation) => operation.process === process);
  }

  /** Whether a stack has named the disk to adopt it, at any time. */
  isAdopted(stack: string, volumeId: string): boolean {
    return this.record.operations.some(
      (operation) =>
        operation.stack === stack && operation.news.some((disk) => disk.existingVolumeId === volumeId),
    );
  }
}
