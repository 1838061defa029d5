import type { Api, WorkspaceClient } from "../api/client";
import { JobPoller } from "../api/jobPoller";
import { listJobs } from "../api/jobs";
import { idKey } from "../api/response";
import type { Volume } from "../api/volumes";
import type { Place } from "../auth/place";
import type { Problem } from "../errors";
import type { AuditRecord, Clock, Log } from "../host";
import type { OperationContext, Waiter } from "../operation";
import { Tally } from "../tally";
import { type DesktopParts, LiveDesktop } from "./liveDesktop";
import type { VolumeOwnership } from "./ownership";
import type { BatchingWindow } from "./queue";
import { SharedReads } from "./sharedReads";
import type { DesktopSnapshot } from "./snapshot";
import type { VolumeRequest } from "./volumeRequest";

/** Batches whose reads begin within this time, in ms, share them: the windows of all queues close together. */
const SAME_MOMENT_MS = 10;

/** What connections are made of. One of each for the whole core. */
export interface ConnectionParts {
  api: Api;
  clock: Clock;
  log: Log;
  window: BatchingWindow;
  ownership: VolumeOwnership;
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

/** Where jobs run at the moment. */
export interface BusyDesktops {
  desktopIds: ReadonlySet<string>;
  /** A job runs, and the list does not say on which desktop; or the list could not be read to its end. */
  others: boolean;
}

/** One project in one region with the credentials for it. */
export interface Connection {
  readonly place: ConnectedPlace;
  desktop(desktopId: string): ManagedDesktop;
  /** The desktops that a job runs on, whoever started it. Throws `ApiError`. */
  busyDesktops(operation: Waiter): Promise<BusyDesktops>;
}

/** All projects that a run works in: the same place gives the same connection. */
export class Connections {
  readonly #connections = new Map<WorkspaceClient, Connection>();
  readonly #tally: Tally;

  constructor(private readonly parts: ConnectionParts) {
    this.#tally = new Tally(parts.clock);
  }

  /** What is missing or malformed in the settings of a place, without a call. */
  check(place: Place): Problem[] {
    return this.parts.api.sessions.check(place);
  }

  /** What is in force for a place, as far as it is known without a call. */
  effective(place: Place): Omit<Place, "profile"> {
    return this.parts.api.sessions.effective(place);
  }

  /** Which settings region and project come from, such as `HW_REGION_NAME`. */
  setBy(place: Place): { region?: string; projectId?: string } {
    return this.parts.api.sessions.setBy(place);
  }

  /** Signs in where that is needed. Throws `CredentialsError`, `TimeoutError`. */
  async open(place: Place, waiter: Waiter): Promise<Connection> {
    const client = await this.parts.api.open(place, waiter);
    const connection = this.#connections.get(client) ?? connect(client, this.parts, this.#tally);
    this.#connections.set(client, connection);
    return connection;
  }
}

function connect(client: WorkspaceClient, all: ConnectionParts, tally: Tally): Connection {
  const { window, ownership } = all;
  const { region, projectId, endpoint } = client.session;
  const place = { region, projectId, endpoint };
  const parts: DesktopParts = {
    client,
    poller: new JobPoller(client),
    reads: new SharedReads(client, window),
    batchReads: new SharedReads(client, { close: () => client.clock.sleep(SAME_MOMENT_MS) }),
    window,
    ownership,
    tally,
    ownJobs: new Set(),
    audit: (record) => all.audit?.(record),
  };
  const desktops = new Map<string, ManagedDesktop>();
  return {
    place,
    desktop: (desktopId) => {
      const desktop = desktops.get(idKey(desktopId)) ?? manage(new LiveDesktop(desktopId, parts), place);
      desktops.set(idKey(desktopId), desktop);
      return desktop;
    },
    busyDesktops: async (waiter) => {
      const { jobs, complete } = await listJobs(client, { status: "running" }, waiter);
      const running = jobs.filter(({ state }) => state === "running");
      return {
        desktopIds: new Set(running.flatMap(({ desktopId }) => desktopId ?? [])),
        others: !complete || running.some(({ desktopId }) => desktopId === undefined),
      };
    },
  };
}

function manage(desktop: LiveDesktop, place: ConnectedPlace): ManagedDesktop {
  return {
    desktopId: desktop.desktopId,
    place,
    ownership: desktop.ownership,
    submit: (request, operation) => desktop.submit(request, operation),
    read: (waiter) => desktop.readForEngine(waiter),
    proveGone: (volumeId, waiter, createTime) => desktop.proveGone(volumeId, waiter, createTime),
  };
}
