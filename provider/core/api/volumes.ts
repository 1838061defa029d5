import type { CoreError } from "../errors";
import type { Waiter } from "../operation";
import type { WorkspaceClient } from "./client";
import type { Times } from "./times";

/** A volume as the service shows it. What it left out is unknown and absent here: never drift. */
export interface Volume {
  /** What every volume call takes. */
  volumeId: string;
  /** Kind of disk, such as `SSD`. */
  type?: string;
  /** Size in GB. */
  size?: number;
  /** Operations a second. */
  iops?: number;
  /** MiB a second. */
  throughput?: number;
  /** Key that encrypts it, if one does. */
  kmsId?: string;
  /** Where the desktop sees it, such as `/dev/vdb`. */
  device?: string;
  /** Name that the service gave it. */
  displayName?: string;
  /** Its id in bills. */
  billResourceId?: string;
  /** What its kind is called in bills. */
  resourceSpecCode?: string;
  /** When it was made, as the service writes it. */
  createTime?: string;
  /** Every reading of that time; none where it is absent or unreadable. */
  createdAt: Times;
}

/** Most disks that one add or batch-delete takes, and that one desktop holds. */
export const MAX_VOLUMES_PER_CALL = 10;

/** What a new data disk shall be. */
export interface VolumeSpec {
  /** `SAS`, `SSD`, `GPSSD`, `GPSSD2`, `ESSD`, … */
  type: string;
  /** GB, in steps of 10 */
  size: number;
  /** GPSSD2 only */
  iops?: number;
  /** MiB/s; GPSSD2 only */
  throughput?: number;
  /** Key that encrypts the disk. */
  kmsId?: string;
}

/** When a request that changes something was under way. */
export interface ServerWindow {
  /** By the clock, ms: when the request left at the earliest. */
  sentAt: number;
  /** By the clock, ms: when its answer was there or its failure known. */
  answeredAt: number;
  /** The service's time of day with the answer, ms since 1970; undefined where the answer was lost or had none. */
  serverTime: number | undefined;
}

/**
 * What came of a request that changes something.
 * - `accepted`: the service started a job.
 * - `unknown`: it may have been carried out: no answer, 3xx, 408, 5xx, a success without a job.
 * - `not now`: the desktop is busy or the service throttles: 409 in any form, 429. A gateway that repeats may have carried it out all the same.
 * - `refused`: refused for good by the service or for lack of a permission.
 * - `never sent`: no connection was opened, or IAM gave no credentials yet.
 * An order that has to be paid is `refused` with `HWD1310`: sending again would make another one.
 */
export type Sent =
  | { outcome: "accepted"; jobId: string; requestId: string; at: ServerWindow }
  | { outcome: "unknown" | "not now" | "refused" | "never sent"; error: CoreError; at: ServerWindow };

/**
 * AddDesktopVolumes: POST /v2/{project_id}/desktops/{desktop_id}/volumes with
 * 1..10 disks. Sent once. Throws `TimeoutError` and `StoppedError` where nothing was sent
 * because nobody waits any more, and `CredentialsError` where there will be no credentials.
 */
export function addVolumes(
  _client: WorkspaceClient,
  _desktopId: string,
  _specs: readonly VolumeSpec[],
  _enterpriseProjectId: string | undefined,
  _waiter: Waiter,
): Promise<Sent> {
  throw new Error("not written yet");
}

/**
 * DeleteDesktopVolumes: POST
 * /v2/{project_id}/desktops/{desktop_id}/volumes/batch-delete with 1..10 ids.
 * What it deletes cannot be restored. Throws as `addVolumes`.
 */
export function deleteVolumes(
  _client: WorkspaceClient,
  _desktopId: string,
  _volumeIds: readonly string[],
  _waiter: Waiter,
): Promise<Sent> {
  throw new Error("not written yet");
}

/** ExpandVolumes: POST /v2/{project_id}/volumes/expand; sizes in GB. Throws as `addVolumes`. */
export function expandVolumes(
  _client: WorkspaceClient,
  _desktopId: string,
  _volumes: readonly { volumeId: string; size: number }[],
  _waiter: Waiter,
): Promise<Sent> {
  throw new Error("not written yet");
}

/**
 * BatchModifyQosVolumes: PUT /v2/{project_id}/volumes/batch-modify-qos;
 * throughput in MiB/s. Throws as `addVolumes`.
 */
export function tuneVolumes(
  _client: WorkspaceClient,
  _volumeIds: readonly string[],
  _qos: { iops: number; throughput: number },
  _waiter: Waiter,
): Promise<Sent> {
  throw new Error("not written yet");
}

/** Whether a refusal may be about one disk of several, so that halves may succeed: the service's own 400, 404, 422 or 200. */
export function mayConcernOneDisk(_error: unknown): boolean {
  throw new Error("not written yet");
}
