import { forgetful, type Keeper } from "./keeper";

/** Who made something happen. */
export type Origin =
  | {
      readonly who: "request";
      readonly request_id: string;
      /** The request's header X-Emulator-Label. */
      readonly label: string | null;
      readonly operation: string;
      /** 0 for the request itself, 1 for what a repeating gateway made of it. */
      readonly copy: number;
    }
  | { readonly who: "second-actor" }
  | { readonly who: "fault" }
  | { readonly who: "admin" };

export type HistoryWhat =
  | "job-started"
  | "job-ended"
  | "volume-added"
  | "volume-removed"
  | "volume-expanded"
  | "volume-tuned"
  | "desktop-deleted";

/** Something that really happened, whatever any answer says. */
export interface HistoryEvent {
  /** Emulator time in ms since 1970. */
  readonly at: number;
  readonly what: HistoryWhat;
  readonly desktop_id: string;
  readonly volume_id?: string;
  readonly type?: string;
  /** GB */
  readonly size?: number;
  readonly job_id?: string;
  readonly job_type?: string;
  /** How a job ended; others than `job-ended` have none. */
  readonly result?: "succeeded" | "failed";
  readonly by: Origin;
}

/** More events than this are not kept: the oldest go. */
const maxKept = 200_000;

/** Everything that happened since the start or the last reset. */
export class History {
  constructor(private readonly keeper: Keeper = forgetful) {}

  /** Ids of the disks that the second actor has added. */
  readonly secondActorsVolumes = new Set<string>();
  private events: HistoryEvent[] = [];

  add(event: HistoryEvent): void {
    this.keep(event);
    this.keeper.noteEvent(event);
  }

  /** Takes over what a state file has. */
  restore(events: readonly HistoryEvent[]): void {
    for (const event of events) this.keep(event);
  }

  /** The latest, in the order in which they were added. */
  latest(): readonly HistoryEvent[] {
    return this.events.slice(-maxKept);
  }

  /** Oldest first. */
  list(): HistoryEvent[] {
    return structuredClone(this.events.slice(-maxKept).sort((one, other) => one.at - other.at));
  }

  clear(): void {
    this.secondActorsVolumes.clear();
    this.events = [];
  }

  private keep(event: HistoryEvent): void {
    const { what, by, volume_id } = event;
    if (what === "volume-added" && by.who === "second-actor" && volume_id !== undefined)
      this.secondActorsVolumes.add(volume_id);
    this.events.push(event);
    if (this.events.length > 2 * maxKept) this.events = this.events.slice(-maxKept);
  }
}
