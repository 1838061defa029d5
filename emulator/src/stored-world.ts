import type { AccountSpec } from "./accounts";
import type { StoredClock } from "./clock";
import type { StoredKey, StoredToken } from "./directory";
import type { StoredFaults } from "./fault-rules";
import type { HistoryEvent } from "./history";
import type { Entry, Kind } from "./keeper";
import type { StoredDesktop, StoredJob, StoredLeaving } from "./project-records";
import type { StoredSecondActor } from "./second-actor";

/** What each kind of record has as its value. */
interface Values {
  world: { accounts: AccountSpec[]; seed: number };
  clock: StoredClock;
  /** As an order: what differs from the plain reading. */
  dialects: string[];
  faults: StoredFaults;
  /** How far the draws of job times and of the gateway have come. */
  draws: { jobs: number; gateway: number };
  "second-actor": StoredSecondActor;
  token: StoredToken;
  key: StoredKey;
  desktop: StoredDesktop;
  leaving: StoredLeaving;
  job: StoredJob;
}

/** What a state file has, as its records say one after the other. */
export class StoredWorld {
  readonly events: HistoryEvent[] = [];
  private readonly kinds = new Map<Kind, Map<string, unknown>>();

  add([kind, key, value]: Entry): void {
    if (kind === "event") {
      this.events.push(value as HistoryEvent);
      return;
    }
    const known = this.kinds.get(kind) ?? new Map<string, unknown>();
    this.kinds.set(kind, known);
    if (value === null) known.delete(key);
    else known.set(key, value);
  }

  /** The only value of a kind. */
  one<K extends keyof Values>(kind: K): Values[K] | undefined {
    return this.all(kind)[0];
  }

  /** All values of a kind, in the order in which they came. */
  all<K extends keyof Values>(kind: K): Values[K][] {
    return [...(this.kinds.get(kind)?.values() ?? [])] as Values[K][];
  }
}
