import type { WorkspaceClient } from "../api/client";
import { type Desktop, listDesktops, MAX_DESKTOPS_PER_CALL } from "../api/desktops";
import { isSameId } from "../api/response";
import type { Volume } from "../api/volumes";
import type { Clock } from "../host";
import { mergeWaiters, type Waiter } from "../operation";

/** A list that gives no answer within this time, in ms, is given up: each desktop can be read by itself. */
const LIST_TIMEOUT_MS = 10_000;

/** What is proved of a desktop at one moment. */
export type DesktopSnapshot =
  /** It is proved that the desktop, and with it each of its disks, is gone. */
  | {
      gone: true;
      desktopId: string;
      /** What the service said, for messages. */
      said: string;
      /** The service shows it as deleted: no other place has it. */
      deleted?: true;
    }
  /** `volumes` holds its data disks only. A disk that is missing here may still exist: see `proveGone`. */
  | ShownDesktop;

/** A desktop that the service shows. */
export interface ShownDesktop {
  gone: false;
  desktop: Desktop;
  volumes: readonly Volume[];
  /** When the answer was there, by the clock. */
  at: number;
}

/** The disk as the snapshot shows it, with its id as it is asked for; undefined where it does not. */
export function findVolume(snapshot: DesktopSnapshot, volumeId: string): Volume | undefined {
  if (snapshot.gone) return undefined;
  const volume = snapshot.volumes.find((one) => isSameId(one.volumeId, volumeId));
  return volume === undefined || volume.volumeId === volumeId ? volume : { ...volume, volumeId };
}

interface Asker {
  desktopId: string;
  waiter: Waiter;
  resolve: (listed: Desktop | undefined) => void;
}

/**
 * Reads that arrive in the same moment share one list call for up to a hundred
 * desktops. Nothing is kept for later.
 */
export class SharedReads {
  #askers: Asker[] = [];

  constructor(
    private readonly client: WorkspaceClient,
    private readonly window: { close(): Promise<void> },
  ) {}

  /**
   * ListDesktopsDetail for all who ask now. Undefined where the list does not
   * prove anything about this desktop, or where only one is asked for: then
   * read it by itself. Never throws.
   */
  listed(desktopId: string, waiter: Waiter): Promise<Desktop | undefined> {
    return new Promise((resolve) => {
      this.#askers.push({ desktopId, waiter, resolve });
      if (this.#askers.length === 1) void this.#listSoon();
    });
  }

  async #listSoon(): Promise<void> {
    await this.window.close();
    const askers = this.#askers;
    this.#askers = [];
    const ids = [...new Set(askers.map(({ desktopId }) => desktopId))];
    for (let at = 0; at < ids.length; at += MAX_DESKTOPS_PER_CALL) {
      const chunk = ids.slice(at, at + MAX_DESKTOPS_PER_CALL);
      void this.#list(
        chunk,
        askers.filter(({ desktopId }) => chunk.includes(desktopId)),
      );
    }
  }

  async #list(ids: readonly string[], askers: readonly Asker[]): Promise<void> {
    let found: ReadonlyMap<string, Desktop> = new Map();
    if (ids.length > 1) {
      const waiter = mergeWaiters(askers.map((asker) => asker.waiter));
      try {
        ({ found } = await listDesktops(
          this.client,
          ids,
          limited(waiter, LIST_TIMEOUT_MS, this.client.clock),
        ));
      } catch (error) {
        this.client.log.debug(`the list of desktops failed, each is read by itself: ${String(error)}`);
      } finally {
        waiter.release();
      }
    }
    for (const { desktopId, resolve } of askers) resolve(found.get(desktopId));
  }
}

/**
 * The same waiter for calls that are worth this time only, in ms: there is
 * another way to learn it. What counts is the service's time, from the first
 * request on: many of our own calls may wait for their turn before it.
 */
export function limited(waiter: Waiter, ms: number, clock: Clock): Waiter {
  let until: number | undefined;
  return {
    remaining: () => Math.max(0, Math.min(waiter.remaining(), (until ?? clock.now() + ms) - clock.now())),
    signal: waiter.signal,
    note: (seen) => {
      waiter.note(seen);
    },
    noteCall: (call) => {
      waiter.noteCall?.(call);
    },
    noteRequest: () => {
      until ??= clock.now() + ms;
      waiter.noteRequest?.();
    },
    halted: () => waiter.halted?.(),
  };
}
