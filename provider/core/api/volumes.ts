import { ApiError, ConnectionError, type CoreError, CredentialsError } from "../errors";
import type { Waiter } from "../operation";
import { KNOWN_TYPES } from "../schema";
import type { WorkspaceClient } from "./client";
import {
  type Answer,
  compact,
  id,
  isObject,
  list,
  missing,
  number,
  readTimes,
  text,
  type Times,
} from "./response";
import { classifyFailedWrite } from "./retry";

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

/** Properties of a new data disk. */
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

/** A kind of disk that can be bought. */
export interface VolumeType {
  /** What a disk's `type` is set to. */
  type: string;
  /** What it is called in bills. */
  resourceSpecCode?: string;
  /** Whether it is on sale, in the service's words. */
  status?: string;
  /** Operations a second: the lowest or usual value. */
  iops?: number;
  /** MiB a second: the lowest or usual value. */
  throughput?: number;
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
 * - `unknown`: it may have been carried out: no answer, 3xx, 408, 5xx, a success without a job, a status that no code of the service explains.
 * - `not now`: the desktop is busy or the service throttles: 409 in any form, 429. A gateway that repeats may have carried it out all the same.
 * - `refused`: refused for good by the service, with its code, or for lack of a permission.
 * - `never sent`: no connection was opened, or IAM gave no credentials yet.
 * An order that has to be paid is `refused` with `HWD1310`: sending again would make another one.
 */
export type Sent =
  | { outcome: "accepted"; jobId: string; requestId: string; at: ServerWindow }
  | { outcome: "unknown" | "not now" | "refused" | "never sent"; error: CoreError; at: ServerWindow };

/** Most disks that one add or batch-delete takes, and that one desktop holds. */
export const MAX_VOLUMES_PER_CALL = 10;

/** A volume as it stands in an answer. Throws `ApiError` where it has no id. */
export function parseVolume(answer: Answer, value: unknown): Volume {
  const volumeId = isObject(value) ? id(value.volume_id) : undefined;
  if (!isObject(value) || volumeId === undefined) {
    throw missing(answer, "it shows a data volume without volume_id");
  }
  const word = (field: unknown) => {
    const written = text(field);
    return written === undefined || written === "" ? undefined : answer.clean(written);
  };
  return compact({
    volumeId,
    type: typeOf(word(value.type)),
    size: number(value.size),
    iops: number(value.iops),
    throughput: number(value.throughput),
    kmsId: word(value.kms_id),
    device: word(value.device),
    displayName: word(value.display_name),
    billResourceId: word(value.bill_resource_id),
    resourceSpecCode: word(value.resource_spec_code),
    createTime: word(value.create_time),
    createdAt: readTimes(value.create_time),
  });
}

/** A type as programs write it: another spelling of a known one is no other kind of disk. */
function typeOf(written: string | undefined): string | undefined {
  const upper = written?.toUpperCase();
  return KNOWN_TYPES.find((type) => type === upper) ?? written;
}

/** ListVolumeProducts: GET /v2/{project_id}/volume/products. Throws `ApiError`. */
export async function listVolumeTypes(
  client: WorkspaceClient,
  availabilityZone: string | undefined,
  waiter: Waiter,
): Promise<VolumeType[]> {
  const answer = await client.read("/volume/products", { availability_zone: availabilityZone }, waiter);
  const products = list(answer.body.volumes);
  if (products === undefined) throw missing(answer, 'it has no list "volumes"');
  return products.map((item) => {
    const type = isObject(item) ? id(item.volume_type) : undefined;
    if (!isObject(item) || type === undefined)
      throw missing(answer, "it shows a product without volume_type");
    const status = text(item.status);
    return compact({
      type,
      resourceSpecCode: id(item.resource_spec_code),
      status: status === undefined ? undefined : answer.clean(status),
      iops: number(item.iops),
      throughput: number(item.throughput),
    });
  });
}

/** An add names no disk, and may not be sent twice. */
const ADD_PERMISSION = "workspace:volumes:add";

/**
 * AddDesktopVolumes: POST /v2/{project_id}/desktops/{desktop_id}/volumes with
 * 1..10 disks. Sent once: there is no idempotency token. Throws `TimeoutError`
 * and `StoppedError` where nothing was sent because no caller waits any longer, and
 * `CredentialsError` where there will be no credentials.
 */
export async function addVolumes(
  client: WorkspaceClient,
  desktopId: string,
  specs: readonly VolumeSpec[],
  enterpriseProjectId: string | undefined,
  waiter: Waiter,
): Promise<Sent> {
  const volumes = specs.map(({ type, size, iops, throughput, kmsId }) =>
    compact({ type, size, iops, throughput, kms_id: kmsId }),
  );
  const body = compact({ volumes, enterprise_project_id: enterpriseProjectId });
  const path = `/desktops/${encodeURIComponent(desktopId)}/volumes`;
  return change(client, "POST", path, body, ADD_PERMISSION, waiter);
}

/**
 * DeleteDesktopVolumes: POST
 * /v2/{project_id}/desktops/{desktop_id}/volumes/batch-delete with 1..10 ids.
 * What it deletes cannot be restored. Throws as `addVolumes`.
 */
export async function deleteVolumes(
  client: WorkspaceClient,
  desktopId: string,
  volumeIds: readonly string[],
  waiter: Waiter,
): Promise<Sent> {
  const path = `/desktops/${encodeURIComponent(desktopId)}/volumes/batch-delete`;
  return change(client, "POST", path, { volume_ids: volumeIds }, "workspace:volumes:delete", waiter);
}

/** ExpandVolumes: POST /v2/{project_id}/volumes/expand; sizes in GB. Throws as `addVolumes`. */
export async function expandVolumes(
  client: WorkspaceClient,
  desktopId: string,
  volumes: readonly { volumeId: string; size: number }[],
  waiter: Waiter,
): Promise<Sent> {
  const expansion = volumes.map(({ volumeId, size }) => ({
    desktop_id: desktopId,
    volume_id: volumeId,
    new_size: size,
  }));
  const body = { desktop_volumes_expansion: expansion };
  return change(client, "POST", "/volumes/expand", body, "workspace:volumes:batchExpand", waiter);
}

/**
 * BatchModifyQosVolumes: PUT /v2/{project_id}/volumes/batch-modify-qos;
 * throughput in MiB/s. Throws as `addVolumes`.
 */
export async function tuneVolumes(
  client: WorkspaceClient,
  volumeIds: readonly string[],
  qos: { iops: number; throughput: number },
  waiter: Waiter,
): Promise<Sent> {
  const body = { volume_ids: volumeIds, qos: { iops: qos.iops, throughput: qos.throughput } };
  return change(client, "PUT", "/volumes/batch-modify-qos", body, "workspace:volumes:modifyQos", waiter);
}

async function change(
  client: WorkspaceClient,
  method: "POST" | "PUT",
  path: string,
  body: unknown,
  permission: string,
  waiter: Waiter,
): Promise<Sent> {
  const isAdd = permission === ADD_PERMISSION;
  const sentAt = client.clock.now();
  const window = (serverTime: number | undefined): ServerWindow => ({
    sentAt,
    answeredAt: client.clock.now(),
    serverTime,
  });
  try {
    const answer = await client.write(method, path, body, waiter, permission, { isCostly: isAdd });
    return { outcome: "accepted", ...acceptedJob(answer), at: window(answer.serverTime) };
  } catch (error) {
    const lastsForever = error instanceof CredentialsError && error.reason !== "unreachable";
    if (lastsForever || !isFailure(error)) throw error;
    const serverTime = error instanceof ApiError ? error.serverTime : undefined;
    const outcome = classifyFailedWrite(error, { namesDisks: !isAdd });
    return { outcome, error, at: window(serverTime) };
  }
}

function isFailure(error: unknown): error is ApiError | ConnectionError | CredentialsError {
  return error instanceof ApiError || error instanceof ConnectionError || error instanceof CredentialsError;
}

function acceptedJob(answer: Answer): { jobId: string; requestId: string } {
  const jobId = id(answer.body.job_id);
  if (jobId !== undefined) return { jobId, requestId: answer.requestId };
  const orderId = id(answer.body.order_id);
  if (orderId === undefined) throw missing(answer, "it has no job_id");
  const { requestId, method, path, serverTime } = answer;
  throw new ApiError({
    code: "HWD1310",
    status: 402,
    serviceCode: "ORDER",
    reason:
      `the service made order ${orderId} and started no job: this desktop is billed yearly/monthly, ` +
      "so its disks are bought by an order that has to be paid",
    requestId,
    method,
    path,
    serverTime,
  });
}
