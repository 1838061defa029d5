import type { ApiError } from "../errors";
import type { Waiter } from "../operation";
import type { WorkspaceClient } from "./client";
import type { Volume } from "./volumes";

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
  rootVolumeId?: string;
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
   * `needs list`: codes that may mean something else (WKS.0001, WKS.0202 …);
   * they count only together with complete lists, asked for this id, that do not have it.
   */
  certainty: "proved" | "needs list";
  /** The answer in words, for messages. */
  said: string;
  /** The refusal, where it was one. */
  error?: ApiError;
  serverTime: number | undefined;
}

/**
 * ShowDesktopDetail: GET /v2/{project_id}/desktops/{desktop_id}. Throws
 * `ApiError` for everything that says nothing about the desktop: a bare 404,
 * HTML, codes of the gateway or of other objects, 401, 403, another shape.
 */
export function showDesktop(
  _client: WorkspaceClient,
  _desktopId: string,
  _waiter: Waiter,
): Promise<Desktop | Gone> {
  throw new Error("not written yet");
}

/** What a list showed of the desktops that were asked for. */
export interface DesktopList {
  found: ReadonlyMap<string, Desktop>;
  /** Ids that the list shows with status DELETED. */
  deleted: ReadonlySet<string>;
  /** Whether the list was read to its end and adds up: only then does a desktop that is missing count as missing. */
  complete: boolean;
}

/**
 * ListDesktopsDetail: GET /v2/{project_id}/desktops/detail for up to 100 ids,
 * read to its end. For proof of absence ask for one id: several may have to be
 * asked for in two ways. Throws `ApiError`.
 */
export function listDesktops(
  _client: WorkspaceClient,
  _desktopIds: readonly string[],
  _waiter: Waiter,
): Promise<DesktopList> {
  throw new Error("not written yet");
}
