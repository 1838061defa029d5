import type { Volume } from "../api/volumes";
import type { VolumeSpec } from "../api/volumes";
import { type ErrorParts, OutcomeUnknownError } from "../errors";

/**
 * An add that was sent and whose disk is not known yet: plain JSON, kept in
 * state. The next run looks for its disk before it adds another one.
 */
export interface PendingAdd {
  /** The job that was accepted; absent where the answer to the request was lost. */
  jobId?: string;
  /** When the request was sent, by the service's time of day where it is known: ISO 8601. */
  sentAt: string;
  /** How long after `sentAt` its answer, or the failure, was there, in ms. */
  tookMs: number;
  /** Ids of the disks that the desktop had before the request. */
  beforeIds: string[];
  /** The disk that is looked for. */
  spec: VolumeSpec;
  /** All disks of the same request, this one too: as many must have appeared. */
  request: VolumeSpec[];
  /**
   * Disks that an error has named as ones that may be meant, where nothing
   * tells: whoever wants one adopts it. The next run takes none of them.
   */
  named?: string[];
}

/** An add failed after it was sent. `volume`: its disk is known, keep it. `pending`: it is not, look for it in the next run. */
export class UnfinishedAddError extends OutcomeUnknownError {
  readonly volume: Volume | undefined;
  readonly pending: PendingAdd | undefined;

  constructor(
    parts: ErrorParts,
    facts: {
      desktopId: string;
      volume?: Volume | undefined;
      pending?: PendingAdd | undefined;
      candidates?: readonly string[];
    },
  ) {
    const { desktopId, volume, pending, candidates = [] } = facts;
    const jobId = pending?.jobId;
    super(parts, {
      desktopId,
      beforeIds: pending?.beforeIds ?? [],
      candidates,
      ...(jobId === undefined ? {} : { jobId }),
    });
    this.volume = volume;
    this.pending = pending;
  }
}
