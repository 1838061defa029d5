import { text, wrongShape, type Answer } from "./answer";
import type { WorkspaceClient } from "./client";
import { ApiError } from "./errors";
import type { Patience } from "./patience";

/** Most disks that one add or batch-delete takes, and that one desktop holds. */
export const VOLUMES_A_CALL = 10;

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

/** A change that the service has taken on. It is a job: nothing has happened yet. */
export interface AcceptedJob {
  jobId: string;
  requestId: string;
}

/**
 * AddDesktopVolumes: POST /v2/{project_id}/desktops/{desktop_id}/volumes with
 * 1..10 disks. There is no idempotency token: see `verdict`. Throws `ApiError`,
 * `ConnectionError`.
 */
export async function addDesktopVolumes(
  client: WorkspaceClient,
  desktopId: string,
  specs: readonly VolumeSpec[],
  enterpriseProjectId: string | undefined,
  patience: Patience,
): Promise<AcceptedJob> {
  const volumes = specs.map(({ type, size, iops, throughput, kmsId }) => ({
    type,
    size,
    ...(iops === undefined ? {} : { iops }),
    ...(throughput === undefined ? {} : { throughput }),
    ...(kmsId === undefined ? {} : { kms_id: kmsId }),
  }));
  const body = {
    volumes,
    ...(enterpriseProjectId === undefined ? {} : { enterprise_project_id: enterpriseProjectId }),
  };
  return accepted(
    await client.write("POST", `/desktops/${encodeURIComponent(desktopId)}/volumes`, body, patience),
  );
}

/**
 * DeleteDesktopVolumes: POST
 * /v2/{project_id}/desktops/{desktop_id}/volumes/batch-delete with 1..10 ids.
 * What it deletes cannot be restored. Throws `ApiError`, `ConnectionError`.
 */
export async function deleteDesktopVolumes(
  client: WorkspaceClient,
  desktopId: string,
  volumeIds: readonly string[],
  patience: Patience,
): Promise<AcceptedJob> {
  const path = `/desktops/${encodeURIComponent(desktopId)}/volumes/batch-delete`;
  return accepted(await client.write("POST", path, { volume_ids: volumeIds }, patience));
}

/** ExpandVolumes: POST /v2/{project_id}/volumes/expand; sizes in GB. Throws `ApiError`, `ConnectionError`. */
export async function expandVolumes(
  client: WorkspaceClient,
  desktopId: string,
  volumes: readonly { volumeId: string; size: number }[],
  patience: Patience,
): Promise<AcceptedJob> {
  const expansion = volumes.map(({ volumeId, size }) => ({
    desktop_id: desktopId,
    volume_id: volumeId,
    new_size: size,
  }));
  return accepted(
    await client.write("POST", "/volumes/expand", { desktop_volumes_expansion: expansion }, patience),
  );
}

/**
 * BatchModifyQosVolumes: PUT /v2/{project_id}/volumes/batch-modify-qos;
 * throughput in MiB/s. Throws `ApiError`, `ConnectionError`.
 */
export async function modifyVolumesQos(
  client: WorkspaceClient,
  volumeIds: readonly string[],
  qos: { iops: number; throughput: number },
  patience: Patience,
): Promise<AcceptedJob> {
  const body = { volume_ids: volumeIds, qos: { iops: qos.iops, throughput: qos.throughput } };
  return accepted(await client.write("PUT", "/volumes/batch-modify-qos", body, patience));
}

function accepted(answer: Answer): AcceptedJob {
  const jobId = text(answer.body.job_id);
  if (jobId !== undefined && jobId !== "") return { jobId, requestId: answer.requestId };
  const order = text(answer.body.order_id);
  if (order === undefined) throw wrongShape(answer, "it has no job_id");
  // A yearly/monthly desktop: the service made an order that somebody has to pay, and started nothing.
  throw new ApiError({
    status: 402,
    code: "ORDER",
    reason:
      `the service made order ${order} and started no job: this desktop is billed yearly/monthly, so its disks are ` +
      `bought by an order that somebody must pay or cancel in the billing centre; then run refresh`,
    requestId: answer.requestId,
    method: answer.method,
    path: answer.path,
  });
}
