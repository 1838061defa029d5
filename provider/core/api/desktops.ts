import { type ApiError, isApiError } from "../errors";
import type { Waiter } from "../operation";
import type { Query, WorkspaceClient } from "./client";
import {
  AMBIGUOUS_CODES,
  type Answer,
  compact,
  id,
  idKey,
  isObject,
  isSameId,
  isServiceCode,
  list,
  missing,
  number,
  readTimes,
  text,
  type Times,
  UNKNOWN_DESKTOP_CODES,
} from "./response";
import { parseVolume, type Volume } from "./volumes";

/** A desktop as the service shows it at one moment. */
export interface Desktop {
  gone: false;
  desktopId: string;
  /** Its name; its id where the answer has none. */
  computerName: string;
  /** The service's own word, such as `ACTIVE` or `SHUTOFF`; for messages. Empty while a desktop is being removed. */
  status: string;
  /** Whether it runs; undefined where the word is unknown or absent. */
  runs: boolean | undefined;
  /** The task that runs on it, in the service's words; absent when it is idle or the answer does not say. */
  task?: string;
  /** Absent where the answer does not tell the system disk: then a data volume without a device may be it. */
  rootVolumeId?: string;
  /** Every reading of the time when its root volume was created, where the answer has it. */
  rootCreatedAt?: Times;
  /** Its data disks, in no order; the root volume is never among them. */
  volumes: readonly Volume[];
  /** False: the answer had no list of data volumes. Then `volumes` is empty, and proves no absence by itself. */
  listed: boolean;
  /** The service's time of day with this answer, ms since 1970. */
  serverTime: number | undefined;
}

/** The service says that the desktop is not there. */
export interface Gone {
  gone: true;
  desktopId: string;
  /**
   * `proved`: status DELETED, or the service's own code for this very object.
   * `needs list`: codes that may mean something else (WKS.0001, WKS.0202); they
   * count only together with complete lists, asked for this id, that do not have it.
   */
  certainty: "proved" | "needs list";
  /** The answer in words, for messages. */
  said: string;
  /** The service shows it as deleted: no other place has it. */
  deleted?: true;
  /** The refusal, where it was one. */
  error?: ApiError;
  serverTime: number | undefined;
}

/** What a list showed of the desktops that were asked for. */
interface DesktopList {
  found: ReadonlyMap<string, Desktop>;
  /** Ids that the list shows with status DELETED. */
  deleted: ReadonlySet<string>;
  /** Whether the list was read to its end and adds up: only then does a desktop that is missing count as missing. */
  complete: boolean;
}

/** A desktop as a look-up shows it. */
export interface DesktopFacts {
  desktop: Desktop;
  availabilityZone?: string;
  /** The enterprise project that it is billed to. */
  enterpriseProjectId?: string;
  /** The pool that it belongs to. */
  poolId?: string;
  /** The user that it belongs to. */
  userName?: string;
  /** Its tags by key; empty if it has none. */
  tags: ReadonlyMap<string, string>;
}

/** Which desktops are meant; all that is given must hold. */
interface DesktopFilter {
  desktopId?: string;
  computerName?: string;
  tags?: Readonly<Record<string, string>>;
  poolId?: string;
  userName?: string;
  status?: string;
  enterpriseProjectId?: string;
}

/** Most ids that one list call takes, and most desktops in one answer. */
export const MAX_DESKTOPS_PER_CALL = 100;

/**
 * ShowDesktopDetail: GET /v2/{project_id}/desktops/{desktop_id}. Throws
 * `ApiError` for everything that says nothing about the desktop: a bare 404,
 * HTML, codes of the gateway or of other objects, 401, 403, another shape.
 */
export async function showDesktop(
  client: WorkspaceClient,
  desktopId: string,
  waiter: Waiter,
): Promise<Desktop | Gone> {
  try {
    const answer = await client.read(`/desktops/${encodeURIComponent(desktopId)}`, {}, waiter);
    // One documented example shows the desktop as an array of one.
    const { desktop: shown } = answer.body;
    const desktop = parseDesktop(answer, list(shown)?.[0] ?? shown);
    if (!isSameId(desktop.desktopId, desktopId))
      throw missing(answer, `it shows desktop ${desktop.desktopId}`);
    if (!isDeleted(desktop)) return { ...desktop, desktopId };
    const said = `the desktop was deleted: the service shows it with status ${desktop.status}`;
    return { gone: true, desktopId, certainty: "proved", said, deleted: true, serverTime: answer.serverTime };
  } catch (error) {
    const certainty = isApiError(error) ? certaintyOf(error) : undefined;
    if (!isApiError(error) || certainty === undefined) throw error;
    return { gone: true, desktopId, certainty, said: error.why, error, serverTime: error.serverTime };
  }
}

/** What a refusal says about the desktop that was asked for; undefined: nothing. Codes decide, not words. */
function certaintyOf({ status, serviceCode }: ApiError): Gone["certainty"] | undefined {
  if (status === 401 || status === 403 || !isServiceCode(serviceCode)) return undefined;
  if (UNKNOWN_DESKTOP_CODES.includes(serviceCode)) return "proved";
  // Any other code may be about the tenant, a project or a right, and then lists lack the desktop as well.
  return AMBIGUOUS_CODES.includes(serviceCode) ? "needs list" : undefined;
}

/**
 * ListDesktopsDetail: GET /v2/{project_id}/desktops/detail for up to 100 ids,
 * read to its end. Several ids are joined with commas and, where that is not
 * understood, repeated; for proof of absence ask for one id. `atMost`: how
 * often each page is asked for. Throws `ApiError`.
 */
export async function listDesktops(
  client: WorkspaceClient,
  desktopIds: readonly string[],
  waiter: Waiter,
  { atMost = Infinity } = {},
): Promise<DesktopList> {
  const asked = new Map(desktopIds.map((desktopId) => [idKey(desktopId), desktopId]));
  const ids = [...asked.values()];
  const joined = { desktop_id: ids.join(",") };
  const repeated = { desktop_id: ids };
  const forms: Query[] =
    ids.length < 2 ? [joined] : client.learnt.repeatedIds ? [repeated, joined] : [joined, repeated];
  const found = new Map<string, Desktop>();
  const deleted = new Set<string>();
  let complete = false;
  for (const form of forms) {
    const read = await listed(client, form, waiter, atMost);
    const shown = read.desktops.flatMap((desktop) => {
      const desktopId = asked.get(idKey(desktop.desktopId));
      return desktopId === undefined ? [] : [{ ...desktop, desktopId }];
    });
    for (const desktop of shown) {
      if (isDeleted(desktop)) deleted.add(desktop.desktopId);
      else found.set(desktop.desktopId, desktop);
    }
    complete ||= read.complete;
    // One that finds several of them understands several; the others are then really missing.
    const isUnderstood = shown.length > 1 || found.size + deleted.size === ids.length;
    if (isUnderstood && ids.length > 1) {
      // A filter that is ignored finds all there are: right, but long. The other form may be better.
      const isIgnored = shown.length < read.desktops.length;
      client.learnt.repeatedIds = isIgnored ? form === joined : form === repeated;
    }
    if (isUnderstood) return { found, deleted, complete: read.complete };
  }
  return { found, deleted, complete };
}

/**
 * ListDesktopsDetail with its filters, for look-ups. Throws `ApiError`; also
 * for a list that does not add up to its `total_count`: a program that makes
 * disks for a list would delete the disks of the desktops that are missing.
 */
export async function listDesktopFacts(
  client: WorkspaceClient,
  filter: DesktopFilter,
  waiter: Waiter,
): Promise<DesktopFacts[]> {
  const tags = Object.entries(filter.tags ?? {}).map(([key, value]) => `${key}=${value}`);
  const query = {
    desktop_id: filter.desktopId,
    computer_name: filter.computerName,
    tag: tags.length === 0 ? undefined : tags.join(","),
    pool_id: filter.poolId,
    user_name: filter.userName,
    status: filter.status,
    enterprise_project_id: filter.enterpriseProjectId,
  };
  const { facts, complete, total = facts.length, last } = await listed(client, query, waiter);
  if (!complete || facts.length !== total) {
    throw missing(last, `its pages name ${facts.length} desktops, its total_count is ${total}`);
  }
  return facts.filter(({ desktop }) => !isDeleted(desktop));
}

async function listed(client: WorkspaceClient, query: Query, waiter: Waiter, atMost = Infinity) {
  const { items, ...pages } = await readPages(
    client,
    {
      path: "/desktops/detail",
      query: { ...query, limit: MAX_DESKTOPS_PER_CALL },
      field: "desktops",
      atMost,
    },
    ({ answer, value }) => desktopIdOf(answer, value),
    waiter,
  );
  const facts = items.map(({ answer, value }) => parseFacts(answer, value));
  return { facts, desktops: facts.map(({ desktop }) => desktop), ...pages };
}

function desktopIdOf(answer: Answer, value: unknown): string {
  const desktopId = isObject(value) ? id(value.desktop_id) : undefined;
  if (desktopId === undefined) throw missing(answer, "it shows no desktop with an id");
  return desktopId;
}

function parseDesktop(answer: Answer, value: unknown): Desktop {
  const desktopId = desktopIdOf(answer, value);
  const shown = isObject(value) ? value : {};
  const word = (field: unknown) => answer.clean(text(field) ?? "");
  const volumes = list(shown.data_volumes);
  if (volumes === undefined && shown.data_volumes !== undefined && shown.data_volumes !== null)
    throw missing(answer, "its data_volumes is no list");
  const all = (volumes ?? []).map((item) => parseVolume(answer, item));
  const rootVolumeId = isObject(shown.root_volume)
    ? id(shown.root_volume.volume_id)
    : // A desktop starts from its first disk. Where a root volume shows, data disks of another bus may be first, too.
      all.find(({ device }) => FIRST_DEVICE.test(device ?? ""))?.volumeId;
  const rootCreatedAt = isObject(shown.root_volume) ? readTimes(shown.root_volume.create_time) : [];
  const task = word(shown.task_status);
  const status = word(shown.status);
  return {
    ...compact({ task: task === "" ? undefined : task, rootVolumeId }),
    ...(rootCreatedAt.length > 0 && { rootCreatedAt }),
    gone: false,
    desktopId,
    computerName: word(shown.computer_name) || desktopId,
    status,
    runs: RUNS[status.toUpperCase()],
    volumes: all.filter(({ volumeId }) => !isSameId(volumeId, rootVolumeId)),
    listed: volumes !== undefined,
    serverTime: answer.serverTime,
  };
}

/** Where a desktop sees its first disk. */
const FIRST_DEVICE = /^\/dev\/(?:v|s|h|xv)da$/;

/** Whether a desktop with this status runs. */
const RUNS: Readonly<Partial<Record<string, boolean>>> = {
  ACTIVE: true,
  SHUTOFF: false,
  STOPPED: false,
  HIBERNATED: false,
  SUSPENDED: false,
  ERROR: false,
  DELETED: false,
};

function isDeleted({ status }: Desktop): boolean {
  return status.toUpperCase() === "DELETED";
}

function parseFacts(answer: Answer, value: unknown): DesktopFacts {
  const desktop = parseDesktop(answer, value);
  const shown = isObject(value) ? value : {};
  const word = (field: unknown) => {
    const written = text(field);
    return written === undefined ? undefined : answer.clean(written);
  };
  return compact({
    desktop,
    availabilityZone: word(shown.availability_zone),
    enterpriseProjectId: word(shown.enterprise_project_id),
    poolId: word(shown.pool_id),
    userName: word(shown.user_name),
    tags: new Map(
      (list(shown.tags) ?? [])
        .filter(isObject)
        .map((tag): [string, string] => [word(tag.key) ?? "", word(tag.value) ?? ""])
        .filter(([key]) => key !== ""),
    ),
  });
}

/** A list that has not ended after so many pages never will. */
const MAX_PAGES = 500;

/** One item of a list, with the answer that it came in. */
interface Item {
  answer: Answer;
  value: unknown;
}

/** A list as far as it could be read. */
interface Pages {
  items: readonly Item[];
  /** Whether it was read to its end and adds up: nothing that is missing was skipped. */
  complete: boolean;
  /** Its `total_count`, where the last answer had one. */
  total: number | undefined;
  /** The last answer, also where it had no items. */
  last: Answer;
}

/**
 * Reads a list page by page, by what came back and not by what was asked for,
 * until its `total_count` is reached, a page is empty, or a page brings nothing
 * new. `keyOf` tells items apart: a service that ignores `offset` repeats them.
 * A list that is empty may be absent. Throws `ApiError`.
 */
async function readPages(
  client: WorkspaceClient,
  request: { path: string; query: Query; field: string; atMost?: number },
  keyOf: (item: Item) => string,
  waiter: Waiter,
): Promise<Pages> {
  const { path, query, field, atMost = Infinity } = request;
  const items = new Map<string, Item>();
  let offset = 0;
  for (let pages = 1; ; pages++) {
    const answer = await client.read(path, { ...query, offset }, waiter, { atMost });
    const total = number(answer.body.total_count);
    const page = list(answer.body[field]) ?? (total === undefined ? undefined : []);
    if (page === undefined) throw missing(answer, `it has no list "${field}"`);
    const known = items.size;
    for (const value of page) items.set(keyOf({ answer, value }), { answer, value });
    offset += page.length;
    const ended = total === undefined ? page.length === 0 : offset >= total;
    if (ended || page.length === 0 || items.size === known || pages === MAX_PAGES) {
      const complete = ended && items.size >= (total ?? 0);
      return { items: [...items.values()], complete, total, last: answer };
    }
  }
}
