import { type Answer, isObject, number, text, wrongShape } from "./answer";
import type { WorkspaceClient } from "./client";
import { compact } from "./compact";
import type { Patience } from "./patience";

/** A volume as the service tells it. What it left out is unknown and absent here. */
export interface Volume {
  /** What every volume call takes. */
  volumeId: string;
  /** Kind of disk, such as `SSD`. */
  type?: string;
  /** Size in GB. */
  size?: number;
  /** Where the desktop sees it, such as `/dev/vdb`. */
  device?: string;
  /** Name that the service gave it. */
  displayName?: string;
  /** When it was made, as the service writes it. */
  createTime?: string;
  /** Its id in bills. */
  billResourceId?: string;
  /** What its kind is called in bills. */
  resourceSpecCode?: string;
  /** Key that encrypts it, if one does. */
  kmsId?: string;
  /** Operations a second. */
  iops?: number;
  /** MiB a second. */
  throughput?: number;
}

/** A desktop as the service shows it at one moment. */
export interface Desktop {
  desktopId: string;
  computerName: string;
  /** `ACTIVE`, `SHUTOFF`, …; `DELETED` for one that is gone. */
  status: string;
  /** Name of the task that runs on it, if one does. */
  taskStatus?: string;
  rootVolumeId?: string;
  /** Absent where the answer had no list of data volumes: such an answer proves nothing about any of them. */
  dataVolumes?: Volume[];
  /** The service's time of day when it told this, ms since 1970. */
  serverTime: number | undefined;
}

/** Most ids that one list call takes. */
export const DESKTOPS_A_CALL = 100;

/**
 * ShowDesktopDetail: GET /v2/{project_id}/desktops/{desktop_id}. Throws
 * `ApiError`: for a desktop that is unknown as the service says it (see
 * `saysUnknown`), and for an answer of another shape.
 */
export async function showDesktop(
  client: WorkspaceClient,
  desktopId: string,
  patience: Patience,
): Promise<Desktop> {
  const answer = await client.read(`/desktops/${encodeURIComponent(desktopId)}`, {}, patience);
  // One documented example shows the desktop as an array of one.
  const shown: unknown = Array.isArray(answer.body.desktop)
    ? (answer.body.desktop as unknown[])[0]
    : answer.body.desktop;
  const desktop = parseDesktop(answer, shown);
  if (desktop.desktopId !== desktopId) throw wrongShape(answer, `it shows desktop ${desktop.desktopId}`);
  return desktop;
}

/**
 * ListDesktopsDetail: GET /v2/{project_id}/desktops/detail for up to 100 ids,
 * read to its end, each page asked for `tries` times at most. A desktop that is
 * missing here may still exist: ask for it singly. Throws `ApiError`.
 */
export async function listDesktops(
  client: WorkspaceClient,
  desktopIds: readonly string[],
  patience: Patience,
  tries = Infinity,
): Promise<Desktop[]> {
  const query = { desktop_id: desktopIds.join(","), limit: DESKTOPS_A_CALL };
  return listAll(client, "/desktops/detail", query, "desktops", parseDesktop, patience, tries);
}

/**
 * Reads a list page by page, by what came back and not by what was asked for,
 * until its `total_count` is reached or a page is empty.
 */
export async function listAll<T>(
  client: WorkspaceClient,
  path: string,
  query: Record<string, string | number>,
  field: string,
  parse: (answer: Answer, item: unknown) => T,
  patience: Patience,
  tries = Infinity,
): Promise<T[]> {
  const all: T[] = [];
  for (;;) {
    const answer = await client.read(path, { ...query, offset: all.length }, patience, tries);
    const page = answer.body[field];
    if (!Array.isArray(page)) throw wrongShape(answer, `it has no list "${field}"`);
    all.push(...page.map((item: unknown) => parse(answer, item)));
    const total = number(answer.body.total_count);
    if (page.length === 0 || total === undefined || all.length >= total) return all;
  }
}

/** A desktop as it stands in an answer. Throws `ApiError` where it has no id. */
export function parseDesktop(answer: Answer, value: unknown): Desktop {
  const desktopId = isObject(value) ? text(value.desktop_id) : undefined;
  if (!isObject(value) || desktopId === undefined) throw wrongShape(answer, "it shows no desktop with an id");
  const root = isObject(value.root_volume) ? text(value.root_volume.volume_id) : undefined;
  const taskStatus = text(value.task_status);
  const volumes = value.data_volumes;
  return {
    desktopId,
    computerName: text(value.computer_name) ?? desktopId,
    status: text(value.status) ?? "",
    ...(taskStatus === undefined || taskStatus === "" ? {} : { taskStatus }),
    ...(root === undefined ? {} : { rootVolumeId: root }),
    ...(Array.isArray(volumes)
      ? { dataVolumes: volumes.map((item: unknown) => parseVolume(answer, item)) }
      : {}),
    serverTime: answer.serverTime,
  };
}

function parseVolume(answer: Answer, value: unknown): Volume {
  const volumeId = isObject(value) ? text(value.volume_id) : undefined;
  if (!isObject(value) || volumeId === undefined || volumeId === "") {
    throw wrongShape(answer, "it shows a data volume without volume_id");
  }
  return compact({
    volumeId,
    type: text(value.type),
    size: number(value.size),
    device: text(value.device),
    displayName: text(value.display_name),
    createTime: text(value.create_time),
    billResourceId: text(value.bill_resource_id),
    resourceSpecCode: text(value.resource_spec_code),
    kmsId: text(value.kms_id),
    iops: number(value.iops),
    throughput: number(value.throughput),
  });
}
