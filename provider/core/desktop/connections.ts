import type { Volume } from "../api/desktops";
import type { Limiter } from "../api/limiter";
import type { Place } from "../auth/place";
import type { Sessions } from "../auth/sessions";
import type { Problem } from "../errors";
import type { AuditRecord, Clock, Log, Send } from "../host";
import type { OperationContext, Waiter } from "../operation";
import type { BatchingWindow } from "./batchingWindow";
import type { VolumeOwnership } from "./ownership";
import type { DesktopSnapshot } from "./snapshot";
import type { VolumeRequest } from "./volumeRequest";

/** What connections are made of. One of each for the whole core. */
export interface ConnectionParts {
  sessions: Sessions;
  send: Send;
  clock: Clock;
  log: Log;
  limiter: Limiter;
  window: BatchingWindow;
  ownership: VolumeOwnership;
  /** How often a read is repeated at most. Default: for as long as somebody waits. */
  maxRetries?: number;
  audit?(record: AuditRecord): void;
}

/** Where disks are, as it is kept in state. */
export interface ConnectedPlace {
  region: string;
  projectId: string;
  endpoint: string;
}

/** One desktop: changes to its disks, one job at a time, and reads of it. */
export interface ManagedDesktop {
  readonly desktopId: string;
  readonly place: ConnectedPlace;
  readonly ownership: VolumeOwnership;
  /**
   * Carries out one change, together with others of its kind that wait. Add,
   * grow and qos return the disk as the desktop shows it, delete undefined.
   * Throws `CoreError`: `UnfinishedAddError` for an add that may have added a
   * disk, `JobFailedError`, `RefusedError`, `ApiError`, `TimeoutError`, `StoppedError`.
   */
  submit(request: VolumeRequest, operation: OperationContext): Promise<Volume | undefined>;
  /**
   * ShowDesktopDetail or, for several desktops in the same moment,
   * ListDesktopsDetail, after this call. `gone: true` is proof. Throws
   * `ApiError` for what proves nothing.
   */
  read(operation: Waiter): Promise<DesktopSnapshot>;
  /**
   * Whether a disk that a read does not show is gone. `gone`: at least three
   * complete answers over at least 15 s, of both kinds of read, do not have it,
   * or fewer after a delete job that is newer than the disk. Once for each
   * desktop, however many disks are asked for. `unproved`: the time is over or
   * the answers contradict each other.
   */
  proveGone(volumeId: string, operation: Waiter, createTime?: string): Promise<"there" | "gone" | "unproved">;
}

/** One project in one region with the credentials for it. */
export interface Connection {
  readonly place: ConnectedPlace;
  desktop(desktopId: string): ManagedDesktop;
  /** Ids of the desktops that a job runs on, whoever started it. Throws `ApiError`. */
  busyDesktops(operation: Waiter): Promise<Set<string>>;
}

/** All projects that a run works in: the same place gives the same connection. */
export class Connections {
  constructor(private readonly parts: ConnectionParts) {}

  /** What is missing or malformed in the settings of a place, without a call. */
  check(place: Place): Problem[] {
    return this.parts.sessions.check(place);
  }

  /** What is in force for a place, as far as it is known without a call. */
  effective(place: Place): Omit<Place, "profile"> {
    return this.parts.sessions.effective(place);
  }

  /** Which settings region and project come from, such as `HW_REGION_NAME`. */
  setBy(place: Place): { region?: string; projectId?: string } {
    return this.parts.sessions.setBy(place);
  }

  /** Signs in where that is needed. Throws `CredentialsError`, `TimeoutError`. */
  open(_place: Place, _waiter: Waiter): Promise<Connection> {
    throw new Error("not written yet");
  }
}
