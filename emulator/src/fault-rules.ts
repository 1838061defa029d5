import type { Clock } from "./clock";
import { catalogue, concerns } from "./fault-catalogue";
import type { AnswerFault, EventFault, Fault, JobFault, OrderedFault, ViewFault } from "./faults";
import { forgetful, type Keeper } from "./keeper";
import { seededRandom, type SeededRandom } from "./random";

/** A request, as far as faults look at it. */
export interface Ask {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  readonly operation: string | undefined;
  /** Ids of the desktops that it is about; looked up only when a fault wants to know. */
  readonly desktopIds: () => ReadonlySet<string>;
  /** Ids of the volumes that it names. */
  readonly volumeIds: () => ReadonlySet<string>;
}

/** The faults that strike one request. */
export interface Struck {
  readonly events: readonly EventFault[];
  readonly answer: AnswerFault | undefined;
  readonly views: readonly ViewFault[];
}

interface Rule {
  readonly id: string;
  readonly fault: Fault;
  readonly path: readonly string[] | undefined;
  readonly random: SeededRandom;
  /** Emulator time. */
  readonly until: number;
  seen: number;
  struck: number;
}

/** The faults in a state file. */
export interface StoredFaults {
  last_id: number;
  rules: {
    id: string;
    fault: Fault;
    random: number;
    /** JSON has no Infinity: null is for good. */
    until: number | null;
    seen: number;
    struck: number;
  }[];
}

export const nothingStruck: Struck = { events: [], answer: undefined, views: [] };

/** Above this number, faults that are over are forgotten, oldest first. */
const maxKept = 1000;

/** The faults that have been ordered, in the order in which they were. */
export class FaultRules {
  private rules: Rule[] = [];
  private lastId = 0;

  constructor(
    private readonly clock: Clock,
    private readonly keeper: Keeper = forgetful,
  ) {}

  add(fault: Fault): OrderedFault {
    this.lastId += 1;
    const rule: Rule = {
      id: String(this.lastId),
      fault: structuredClone(fault),
      path: fault.match?.path?.split("*"),
      random: seededRandom(fault.seed ?? 1),
      until: fault.for_ms === undefined ? Infinity : this.clock.now() + fault.for_ms,
      seen: 0,
      struck: 0,
    };
    this.rules.push(rule);
    if (this.rules.length > maxKept) this.dropOldestOver();
    this.note();
    return this.view(rule);
  }

  list(): OrderedFault[] {
    return this.rules.map((rule) => this.view(rule));
  }

  /** False where there is no such fault. */
  remove(id: string): boolean {
    const before = this.rules.length;
    this.rules = this.rules.filter((rule) => rule.id !== id);
    this.note();
    return this.rules.length < before;
  }

  clear(): void {
    this.rules = [];
    this.note();
  }

  stored(): StoredFaults {
    const rules = this.rules.map(({ id, fault, random, until, seen, struck }) => {
      return { id, fault, random: random.state(), until: until === Infinity ? null : until, seen, struck };
    });
    return { last_id: this.lastId, rules };
  }

  restore({ last_id, rules }: StoredFaults): void {
    this.lastId = last_id;
    this.rules = rules.map(({ id, fault, random, until, seen, struck }) => ({
      id,
      fault,
      path: fault.match?.path?.split("*"),
      random: seededRandom(random),
      until: until ?? Infinity,
      seen,
      struck,
    }));
  }

  /** Counts a request, and says what it is struck by. */
  strike(ask: Ask): Struck {
    if (this.rules.length === 0) return nothingStruck;
    const events: EventFault[] = [];
    const views: ViewFault[] = [];
    let answer: AnswerFault | undefined;
    for (const rule of this.rules) {
      const { fault } = rule;
      const kind = catalogue[fault.fault].kind;
      if (kind === "job" || (kind === "answer" && answer)) continue;
      if (!this.strikes(rule, ask)) continue;
      if (kind === "event") events.push(fault as EventFault);
      else if (kind === "view") views.push(fault as ViewFault);
      else answer = fault as AnswerFault;
    }
    return { events, answer, views };
  }

  /** Counts a request that begins a job, and says what the job is struck by. */
  strikeJob(ask: Ask): JobFault[] {
    return this.rules
      .filter((rule) => catalogue[rule.fault.fault].kind === "job" && this.strikes(rule, ask))
      .map((rule) => rule.fault as JobFault);
  }

  private dropOldestOver(): void {
    const index = this.rules.findIndex((rule) => this.isOver(rule));
    if (index !== -1) this.rules.splice(index, 1);
  }

  private strikes(rule: Rule, ask: Ask): boolean {
    if (this.isOver(rule) || !matches(rule, ask)) return false;
    rule.seen += 1;
    this.note();
    if (rule.seen < (rule.fault.nth ?? 1)) return false;
    const { probability } = rule.fault;
    if (probability !== undefined && rule.random() >= probability) return false;
    rule.struck += 1;
    return true;
  }

  private isOver({ fault, struck, until }: Rule): boolean {
    return struck >= mostStrikes(fault) || this.clock.now() >= until;
  }

  private note(): void {
    this.keeper.note("faults", "", () => this.stored());
  }

  private view(rule: Rule): OrderedFault {
    return { ...structuredClone(rule.fault), id: rule.id, struck: rule.struck, over: this.isOver(rule) };
  }
}

function mostStrikes({ times, for_ms }: Fault): number {
  if (times === "always") return Infinity;
  return times ?? (for_ms === undefined ? 1 : Infinity);
}

function matches({ fault, path }: Rule, ask: Ask): boolean {
  if (!concerns(fault, ask.operation)) return false;
  // It is about a volume of its own; whoever does not name it is not asked.
  if (fault.fault === "refuse-batch" && !ask.volumeIds().has(fault.volume_id)) return false;
  const { match } = fault;
  if (!match) return true;
  if (match.method !== undefined && match.method !== ask.method) return false;
  if (match.operation !== undefined && match.operation !== ask.operation) return false;
  if (path && !fits(path, ask.path)) return false;
  return match.desktop_id === undefined || ask.desktopIds().has(match.desktop_id);
}

/** Whether a path has these parts in this order, with anything between them. */
function fits(parts: readonly string[], path: string): boolean {
  const [first = "", ...rest] = parts;
  if (rest.length === 0) return path === first;
  const last = rest.pop() ?? "";
  if (!path.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = path.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return path.length - last.length >= at && path.endsWith(last);
}
