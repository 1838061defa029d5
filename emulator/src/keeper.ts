import type { HistoryEvent } from "./history";
import type { StateFile } from "./state-file";

/** What a state file has records of. */
export type Kind =
  | "world"
  | "clock"
  | "dialects"
  | "faults"
  | "draws"
  | "second-actor"
  | "token"
  | "key"
  | "desktop"
  | "leaving"
  | "job"
  | "event";

/** A record: what there is of this kind under this key; null: nothing any more. Events have no key and add up. */
export type Entry = readonly [kind: Kind, key: string, value: unknown];

/** Takes note of what changes. */
export interface Keeper {
  /**
   * Something has changed.
   * @param value what there is now, asked for when it is written; undefined: nothing any more
   */
  note(kind: Kind, key: string, value: () => unknown): void;
  noteEvent(event: HistoryEvent): void;
  /** Everything is new. */
  noteAll(): void;
  /** Resolves once everything that was noted is on disk; rejects when that has failed. */
  saved(): Promise<void>;
  /** Writes what is left, and lets go of the file. */
  close(): Promise<void>;
}

/** Keeps nothing: for an emulator without a state file. */
export const forgetful: Keeper = {
  note: () => undefined,
  noteEvent: () => undefined,
  noteAll: () => undefined,
  saved: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** The file is written anew when it has grown to so many times what the world needs … */
const growth = 4;
/** … and is longer than this, in bytes. */
const smallBytes = 4 * 1024 * 1024;

/** Keeps a world in a file. Changes that come while another write is under way are written together. */
export class FileKeeper implements Keeper {
  private readonly changed = new Map<string, readonly [Kind, string, () => unknown]>();
  private events: HistoryEvent[] = [];
  private isAllNew = false;
  private scheduled: NodeJS.Immediate | undefined;
  /** Nothing is written before the first call of `saved`: a world that cannot be started leaves no file. */
  private hasBegun = false;
  /** The write that is under way, or the last one. */
  private current: Promise<void> = Promise.resolve();
  /** The write that begins when that one has ended. */
  private next: Promise<void> | undefined;
  private hasFailed = false;
  /** How long the file was when it had the world and nothing else, in bytes. */
  private compactBytes = 0;

  /**
   * @param everything all records of the world as it is
   * @param onLost called once, when a write has failed
   */
  constructor(
    private readonly file: StateFile,
    private readonly everything: () => Iterable<Entry>,
    private readonly onLost: (error: Error) => void,
  ) {}

  note(kind: Kind, key: string, value: () => unknown): void {
    this.changed.set(`${kind} ${key}`, [kind, key, value]);
    this.schedule();
  }

  noteEvent(event: HistoryEvent): void {
    this.events.push(event);
    this.schedule();
  }

  noteAll(): void {
    this.isAllNew = true;
    this.schedule();
  }

  saved(): Promise<void> {
    this.hasBegun = true;
    // What was noted before is in the write that is under way: an answer may show it.
    if (!this.isDirty) return this.current;
    this.next ??= this.current.then(() => {
      this.next = undefined;
      this.current = this.write();
      return this.current;
    });
    return this.next;
  }

  async close(): Promise<void> {
    clearImmediate(this.scheduled);
    try {
      await this.saved();
    } finally {
      await this.file.close();
    }
  }

  private get isDirty(): boolean {
    return this.isAllNew || this.changed.size > 0 || this.events.length > 0;
  }

  /** What no answer waits for, such as a change by the second actor, is written too. */
  private schedule(): void {
    if (!this.hasBegun) return;
    this.scheduled ??= setImmediate(() => {
      this.scheduled = undefined;
      // onLost has been told.
      this.saved().catch(() => undefined);
    });
  }

  private async write(): Promise<void> {
    const { length } = this.file;
    const isLong = length > smallBytes && length > growth * this.compactBytes;
    const entries = this.isAllNew || isLong ? undefined : this.pending();
    const all = entries ? undefined : [...this.everything()];
    this.isAllNew = false;
    this.changed.clear();
    this.events = [];
    try {
      if (entries) await this.file.append(entries);
      else await this.rewrite(all ?? []);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const lost = new Error(
        `The state file ${this.file.path} could not be written: ${why}. It has every change that was ` +
          "answered. Make it writable, and start the emulator with it again.",
        { cause: error },
      );
      if (!this.hasFailed) this.onLost(lost);
      this.hasFailed = true;
      throw lost;
    }
  }

  private async rewrite(entries: readonly Entry[]): Promise<void> {
    await this.file.rewrite(entries);
    this.compactBytes = this.file.length;
  }

  private pending(): Entry[] {
    const changed = [...this.changed.values()].map(([kind, key, value]): Entry => [
      kind,
      key,
      value() ?? null,
    ]);
    return [...changed, ...this.events.map((event): Entry => ["event", "", event])];
  }
}
