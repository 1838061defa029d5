import { type Desktop, listDesktops, MAX_DESKTOPS_PER_CALL } from "../api/desktops";
import type { WorkspaceClient } from "../api/client";
import { mergeWaiters, type Waiter } from "../operation";
import type { BatchingWindow } from "./batchingWindow";
import { limited } from "./limited";

/** A list that gives no answer within this time, in ms, is given up: each desktop can be read by itself. */
const LIST_TIMEOUT_MS = 10_000;

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
    private readonly window: Pick<BatchingWindow, "close">,
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
