import type { HistoryEvent } from "huaweicloud-workspace-emulator";
import type { HistoryRecord } from "./record";

/** The life of one data disk, as it really was. */
export interface Life {
  readonly volumeId: string;
  readonly desktop: string;
  readonly type: string;
  /** GB, when it was added. */
  readonly size: number;
  readonly addedAt: number;
  /** Infinity while it exists. */
  removedAt: number;
  /** Undefined for a disk that was there from the start. */
  readonly added?: HistoryEvent;
  removed?: HistoryEvent;
}

/** What really happened to every data disk. */
export class Truth {
  readonly #lives = new Map<string, Life>();

  constructor({ initial, events }: Pick<HistoryRecord, "initial" | "events">) {
    for (const { volumeId, desktop, type, size } of initial)
      this.#lives.set(volumeId, { volumeId, desktop, type, size, addedAt: 0, removedAt: Infinity });
    for (const event of events) this.#note(event);
  }

  all(): readonly Life[] {
    return [...this.#lives.values()];
  }

  life(volumeId: string): Life | undefined {
    return this.#lives.get(volumeId);
  }

  existsAt(volumeId: string, at: number): boolean {
    const life = this.#lives.get(volumeId);
    return life !== undefined && life.addedAt <= at && at < life.removedAt;
  }

  /** The largest number of data disks that a desktop had at any time in between. */
  mostOn(desktop: string, from: number, to: number): number {
    const here = [...this.#lives.values()].filter((life) => life.desktop === desktop);
    const moments = [from, ...here.map(({ addedAt }) => addedAt).filter((at) => at > from && at <= to)];
    return Math.max(
      ...moments.map((at) => here.filter(({ addedAt, removedAt }) => addedAt <= at && at < removedAt).length),
    );
  }

  #note(event: HistoryEvent): void {
    const { what, at, desktop_id: desktop, volume_id: volumeId } = event;
    if (what === "desktop-deleted") {
      for (const life of this.#lives.values()) if (life.desktop === desktop) end(life, event);
      return;
    }
    if (volumeId === undefined) return;
    if (what === "volume-added") {
      const { type = "", size = 0 } = event;
      const life = { volumeId, desktop, type, size, addedAt: at, removedAt: Infinity, added: event };
      this.#lives.set(volumeId, life);
    }
    const life = this.#lives.get(volumeId);
    if (what === "volume-removed" && life !== undefined) end(life, event);
  }
}

function end(life: Life, event: HistoryEvent): void {
  if (life.removedAt !== Infinity) return;
  life.removedAt = event.at;
  life.removed = event;
}
