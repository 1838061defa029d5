import type { Volume, VolumeSpec } from "../api/volumes";
import { type ErrorParts, OutcomeUnknownError } from "../errors";
import type { Holder } from "./ownership";

/** A change to one data disk of a desktop. */
export type VolumeRequest =
  | {
      kind: "add";
      spec: VolumeSpec;
      enterpriseProjectId?: string | undefined;
      /** Who will hold the disk. Default: named after the resource of the operation. */
      holder?: Holder;
      /** An add of an earlier run whose disk is not known: it is looked for before anything is sent. */
      pending?: PendingAdd;
      /** Only looks for the disk of `pending` and never sends; the result is undefined where nothing was added. */
      resumeOnly?: boolean;
    }
  | {
      kind: "delete";
      volumeId: string;
      /** When the disk was created, as the service writes it: proves faster that a missing disk is gone. */
      createTime?: string | undefined;
      /** Asked right before the request leaves: why the disk must not be deleted after all. Others may have spoken since it was queued. */
      veto?: (() => Error | undefined) | undefined;
    }
  | { kind: "grow"; volumeId: string; /** GB */ size: number }
  | {
      kind: "qos";
      volumeId: string;
      /** Operations a second */ iops: number;
      /** MiB/s */ throughput: number;
    };

export type RequestOf<K extends VolumeRequest["kind"]> = Extract<VolumeRequest, { kind: K }>;

/**
 * An add that was sent and whose disk is not known yet: plain JSON, kept in
 * state. The next run looks for its disk before it adds another one.
 */
export interface PendingAdd {
  /** The job that was accepted; absent where the answer to the request was lost. */
  jobId?: string;
  /** The service itself said that it did not take the add: what began meanwhile may be another client's. */
  refused?: true;
  /** The service did not say what time it was: `sentAt` is by our clock, which proves nothing. */
  untimed?: true;
  /** Which disks the desktop had before is not known: `beforeIds` may lack some. */
  beforeUnknown?: true;
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
