import { setMaxListeners } from "node:events";
import type { WorkspaceClient } from "../api/client";
import { type Desktop, listDesktops, MAX_DESKTOPS_PER_CALL } from "../api/desktops";
import { isThrottled } from "../api/retry";
import { isOver, limited, mergeWaiters, overriding, type Waiter } from "../operation";

/** A list that gives no answer within this time, in ms, is given up: each desktop can be read by itself. */
const LIST_TIMEOUT_MS = 10_000;
/** A list that is refused for speed is sent so often: one call for each desktop is worse. */
const TRIES = 3;
/** Nobody waits for a list for more than this part of the time that is left: it may not be the last call. */
const PATIENCE = 0.25;

interface Asker {
  desktopId: string;
  waiter: Waiter;
  resolve: (listed: Desktop | undefined) => void;
}

/**
 * Reads that are asked for in the same moment share one list call for up to a
 * hundred desktops. Nothing is kept for later: each read starts after it was
 * asked for.
 */
export class SharedReads {
  #askers: Asker[] = [];
  /** When the last lists have left: until then, who comes waits with them, and goes in the next ones. */
  #haveLeft: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly client: WorkspaceClient,
    private readonly window: { close(): Promise<void> },
  ) {}

  /**
   * ListDesktopsDetail for all who ask now. Undefined where the list does not
   * prove anything about this desktop, where only one is asked for, or where
   * the list takes too long for this caller: then read it by itself. Never throws.
   */
  listed(desktopId: string, waiter: Waiter): Promise<Desktop | undefined> {
    return new Promise((resolve) => {
      const leave = () => {
        resolve(undefined);
      };
      if (waiter.signal.aborted) {
        leave();
        return;
      }
      waiter.signal.addEventListener("abort", leave, { once: true });
      const settle = (listed: Desktop | undefined) => {
        waiter.signal.removeEventListener("abort", leave);
        resolve(listed);
      };
      this.#askers.push({ desktopId, waiter, resolve: settle });
      if (this.#askers.length === 1) void this.#listSoon();
    });
  }

  async #listSoon(): Promise<void> {
    await this.window.close();
    await this.#haveLeft;
    const askers = this.#askers.filter(({ waiter }) => !waiter.signal.aborted);
    this.#askers = [];
    const ids = [...new Set(askers.map(({ desktopId }) => desktopId))];
    const left: Promise<void>[] = [];
    for (let at = 0; at < ids.length; at += MAX_DESKTOPS_PER_CALL) {
      const chunk = new Set(ids.slice(at, at + MAX_DESKTOPS_PER_CALL));
      const its = askers.filter(({ desktopId }) => chunk.has(desktopId));
      left.push(
        new Promise((resolve) => {
          void this.#list([...chunk], its, resolve).finally(resolve);
        }),
      );
    }
    this.#haveLeft = Promise.all(left);
  }

  async #list(ids: readonly string[], askers: readonly Asker[], left: () => void): Promise<void> {
    let found: ReadonlyMap<string, Desktop> = new Map();
    let timers = new AbortController();
    const group = mergeWaiters(askers.map(({ waiter }) => waiter));
    const noteLeft = () => {
      timers.abort("left again");
      timers = new AbortController();
      setMaxListeners(0, timers.signal);
      for (const asker of askers) this.#giveUpInTime(asker, timers.signal);
      left();
    };
    try {
      if (ids.length > 1) found = await this.#read(ids, group, noteLeft);
    } finally {
      for (const { desktopId, resolve } of askers) resolve(found.get(desktopId));
      timers.abort("answered");
      group.release();
    }
  }

  /** What the list shows; nothing where it fails. */
  async #read(
    ids: readonly string[],
    group: Waiter,
    left: () => void,
  ): Promise<ReadonlyMap<string, Desktop>> {
    const { client } = this;
    const waiter = overriding(group, { noteRequest: left });
    for (let tries = 1; ; tries += 1) {
      try {
        const limit = limited(waiter, LIST_TIMEOUT_MS, client.clock);
        return (await listDesktops(client, ids, limit, { atMost: 1 })).found;
      } catch (error) {
        if (isThrottled(error) && tries < TRIES && !isOver(waiter)) continue;
        client.log.debug(`the list of desktops failed, each is read by itself: ${String(error)}`);
        return new Map();
      }
    }
  }

  /** From the moment when the request has left: before, a read of its own would wait for its turn as well. */
  #giveUpInTime({ waiter, resolve }: Asker, over: AbortSignal): void {
    const { clock, parts } = this.client;
    void clock.sleep(Math.min(LIST_TIMEOUT_MS, PATIENCE * waiter.remaining()), over).then(() => {
      // While the service takes no request, one for this desktop would fare no better.
      if (!over.aborted && parts.limiter.pauseMs === 0) resolve(undefined);
    });
  }
}
