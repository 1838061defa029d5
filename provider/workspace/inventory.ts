import { type Answer, isObject, number, text, wrongShape } from "./answer";
import type { WorkspaceClient } from "./client";
import { compact } from "./compact";
import { type Desktop, parseDesktop, type Volume } from "./desktops";
import type { Patience } from "./patience";

/** A desktop as a look-up tells it. */
export interface DesktopFacts {
  /** What a disk's `desktopId` is set to. */
  desktopId: string;
  /** Its name, as the service writes it. */
  computerName: string;
  /** `ACTIVE`, `SHUTOFF`, … */
  status: string;
  /** Where it runs. */
  availabilityZone?: string;
  /** The enterprise project that it is billed to. */
  enterpriseProjectId?: string;
  /** The pool that it belongs to. */
  poolId?: string;
  /** The user that it belongs to. */
  userName?: string;
  /** Its tags by key; empty if it has none. */
  tags: Record<string, string>;
  /** Id of the system disk, which is no data disk. */
  rootVolumeId?: string;
  /** Its data disks at the moment, whoever made them. */
  dataVolumes: Volume[];
}

/** Which desktops are meant; all that is given must hold. */
export interface DesktopFilter {
  desktopIds?: string[];
  computerName?: string;
  tags?: Record<string, string>;
  poolId?: string;
  userName?: string;
  status?: string;
  enterpriseProjectId?: string;
}

/** A kind of disk that can be bought. */
export interface VolumeType {
  /** What a disk's `type` is set to. */
  type: string;
  /** What it is called in bills. */
  resourceSpecCode?: string;
  /** Whether it is on sale, as the service says it. */
  status?: string;
  /** Operations a second: the lowest or usual value, as the service says it. */
  iops?: number;
  /** MiB a second: the lowest or usual value, as the service says it. */
  throughput?: number;
}

/**
 * ListDesktopsDetail with its filters, read to the end. Throws `ApiError`; and
 * for a list that does not add up to its `total_count`: a program that makes
 * disks for a list would delete the disks of the desktops that are missing.
 */
export async function listDesktopFacts(
  client: WorkspaceClient,
  filter: DesktopFilter,
  patience: Patience,
): Promise<DesktopFacts[]> {
  const query = {
    desktop_id: filter.desktopIds?.join(","),
    computer_name: filter.computerName,
    tag:
      filter.tags &&
      Object.entries(filter.tags)
        .map(([key, value]) => `${key}=${value}`)
        .join(","),
    pool_id: filter.poolId,
    user_name: filter.userName,
    status: filter.status,
    enterprise_project_id: filter.enterpriseProjectId,
    limit: 100,
  };
  const found = new Map<string, DesktopFacts>();
  for (let offset = 0; ;) {
    const answer = await client.read("/desktops/detail", { ...query, offset }, patience);
    const page = answer.body.desktops;
    const total = number(answer.body.total_count);
    if (!Array.isArray(page)) throw wrongShape(answer, 'it has no list "desktops"');
    if (total === undefined) throw wrongShape(answer, "it has no total_count, so it may be incomplete");
    for (const item of page as unknown[]) {
      const desktop = factsOf(answer, item);
      found.set(desktop.desktopId, desktop);
    }
    offset += page.length;
    if (page.length === 0 || offset >= total) {
      if (found.size !== total) {
        throw wrongShape(answer, `its pages name ${found.size} desktops, its total_count is ${total}`);
      }
      return [...found.values()];
    }
  }
}

/** ListVolumeProducts: GET /v2/{project_id}/volume/products. Throws `ApiError`. */
export async function listVolumeTypes(
  client: WorkspaceClient,
  availabilityZone: string | undefined,
  patience: Patience,
): Promise<VolumeType[]> {
  const answer = await client.read("/volume/products", { availability_zone: availabilityZone }, patience);
  const { volumes } = answer.body;
  if (!Array.isArray(volumes)) throw wrongShape(answer, 'it has no list "volumes"');
  return (volumes as unknown[]).map((item) => {
    const type = isObject(item) ? text(item.volume_type) : undefined;
    if (!isObject(item) || type === undefined)
      throw wrongShape(answer, "it shows a product without volume_type");
    return compact({
      type,
      resourceSpecCode: text(item.resource_spec_code),
      status: text(item.status),
      iops: number(item.iops),
      throughput: number(item.throughput),
    });
  });
}

function factsOf(answer: Answer, item: unknown): DesktopFacts {
  const desktop: Desktop = parseDesktop(answer, item);
  const told = isObject(item) ? item : {};
  if (desktop.dataVolumes === undefined) {
    throw wrongShape(answer, `it shows desktop ${desktop.desktopId} without data_volumes`);
  }
  return compact({
    desktopId: desktop.desktopId,
    computerName: desktop.computerName,
    status: desktop.status,
    availabilityZone: text(told.availability_zone),
    enterpriseProjectId: text(told.enterprise_project_id),
    poolId: text(told.pool_id),
    userName: text(told.user_name),
    tags: tagsOf(told.tags),
    rootVolumeId: desktop.rootVolumeId,
    dataVolumes: desktop.dataVolumes,
  });
}

function tagsOf(tags: unknown): Record<string, string> {
  if (!Array.isArray(tags)) return {};
  return Object.fromEntries(
    (tags as unknown[])
      .filter(isObject)
      .map((tag): [string, string] => [text(tag.key) ?? "", text(tag.value) ?? ""])
      .filter(([key]) => key !== ""),
  );
}
