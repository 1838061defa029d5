import { Holdings } from "../desktop/holdings";
import { Projects } from "../desktop/project";
import type { Place } from "../desktop/service";
import { attachmentKind } from "../disk/attachmentKind";
import { Claims } from "../disk/claims";
import { desktopDisksKind } from "../disk/desktopDisksKind";
import { PartlyDoneError } from "../disk/partlyDone";
import type { ResourceKind } from "../disk/resourceKind";
import { Clients } from "../workspace/clients";
import type { Stage } from "./stage";

type Props = Record<string, unknown>;

/** What a run of the engine has of the provider: a process of its own, which knows nothing of runs before. */
export function newRun(on: Stage) {
  const { session } = on.client;
  const { region, projectId, endpoint } = session;
  const accounts = {
    check: () => [],
    effective: (place: Place) => ({ region, projectId, endpoint, ...place }),
    open: () => Promise.resolve(session),
  };
  const holdings = new Holdings();
  const projects = new Projects(new Clients(accounts, on.wires), { ...on.rooms, holdings });
  const { clock, log } = on;
  const parts = { projects, holdings, claims: new Claims(), clock, log, enterpriseProjectId: undefined };
  return { attachment: attachmentKind(parts), disks: desktopDisksKind(parts), parts };
}

/** How an operation of the engine ended. */
export interface Ended {
  did: "nothing" | "create" | "update" | "replace" | "delete" | "refresh" | "refused";
  error?: Error;
}

/** One resource as the engine goes about with it: what it keeps after each operation, and what it calls next. */
export class Life {
  id: string | undefined;
  state: Props = {};
  inputs: Props = {};
  /** The last operation left it half done: update is called even where diff finds nothing. */
  marked = false;

  constructor(private readonly on: Stage) {}

  /** `pulumi up` with these inputs. */
  async up(kind: ResourceKind, news: Props): Promise<Ended> {
    const problems = kind.check(this.inputs, news);
    if (problems.length > 0) {
      return refused(problems.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
    }
    if (this.id === undefined) return this.#make(kind, news, "create");
    let difference;
    try {
      difference = kind.diff(this.id, this.state, news);
    } catch (error) {
      return refused((error as Error).message);
    }
    if (difference.replaces.length > 0) {
      const { id, state } = this;
      const made = await this.#make(kind, news, "replace");
      if (made.error === undefined) await this.#call(() => kind.delete(id, state));
      return made;
    }
    if (!difference.changes && !this.marked) {
      this.inputs = news;
      return { did: "nothing" };
    }
    return this.#change(kind, this.id, news);
  }

  /** `pulumi refresh`. */
  async refresh(kind: ResourceKind): Promise<Ended> {
    const found = await this.#call(() => kind.read(this.id ?? "", this.state));
    if (found === undefined) {
      this.id = undefined;
      this.state = this.inputs = {};
    } else {
      this.state = kept(found.outs);
      if (found.inputs !== undefined) this.inputs = kept(found.inputs);
    }
    this.marked = false;
    return { did: "refresh" };
  }

  /** `pulumi destroy`, or the resource is gone from the program. */
  async destroy(kind: ResourceKind): Promise<Ended> {
    try {
      await this.#call(() => kind.delete(this.id ?? "", this.state));
    } catch (error) {
      return { did: "delete", error: error as Error };
    }
    this.id = undefined;
    this.state = this.inputs = {};
    return { did: "delete" };
  }

  async #make(kind: ResourceKind, news: Props, did: "create" | "replace"): Promise<Ended> {
    try {
      const { id, outs } = await this.#call(() => kind.create(news));
      this.#keep(id, outs, news, false);
      return { did };
    } catch (error) {
      if (error instanceof PartlyDoneError) this.#keep(error.id, error.properties, news, true);
      return { did, error: error as Error };
    }
  }

  async #change(kind: ResourceKind, id: string, news: Props): Promise<Ended> {
    try {
      this.#keep(id, await this.#call(() => kind.update(id, this.state, news)), news, false);
      return { did: "update" };
    } catch (error) {
      if (error instanceof PartlyDoneError) this.#keep(error.id, error.properties, news, true);
      return { did: "update", error: error as Error };
    }
  }

  #keep(id: string, outs: object, news: Props, marked: boolean): void {
    Object.assign(this, { id, state: kept(outs), inputs: news, marked });
  }

  async #call<T>(run: () => Promise<T>): Promise<T> {
    this.on.quiet.noteArrival();
    return this.on.time.until(run());
  }
}

function refused(message: string): Ended {
  return { did: "refused", error: new Error(message) };
}

const UNDEFINED = "(undefined)";

/** What comes back out of the engine's state. It can store no undefined, and fails where it finds one. */
function kept(outs: object): Props {
  const stored = JSON.stringify(outs, (_key, value: unknown) => (value === undefined ? UNDEFINED : value));
  expect(stored).not.toContain(UNDEFINED);
  return JSON.parse(stored) as Props;
}
