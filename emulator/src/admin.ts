import type { ClockMode } from "./clock";
import { desktopRecord, type DesktopRecord, type DesktopSpec } from "./desktops";
import type { DialectName, DrawnByDialects } from "./dialects";
import { catalogue, faultSchema, isFaultName } from "./fault-catalogue";
import type { EventFault, Fault, FaultTiming, OrderedFault } from "./faults";
import type { HistoryEvent } from "./history";
import { Refusal } from "./refusals";
import type { RequestLogView } from "./request-log";
import type { SecondActorSpec } from "./second-actor";
import type { State } from "./state";
import type { Validation } from "./validation";
import { clockSchema, desktopsSchema, dialectsSchema, secondActorSchema } from "./world-schema";
import { happen, refuseImpossible, refuseNowhere } from "./world-events";

/** How the clock is to be moved. */
export interface ClockMove {
  mode?: ClockMode;
  advance_ms?: number;
  /** By how much the service's time of day is off, in ms. */
  skew_ms?: number;
}

export interface ClockView {
  mode: ClockMode;
  /** Emulator time in ms since 1970. */
  now: number;
  skew_ms: number;
}

/** What the admin side can do; whatever it is given is checked first. */
export class Admin {
  constructor(
    private readonly validation: Validation,
    private readonly state: State,
  ) {}

  /** Gives the desktops as they are then. */
  addDesktops(body: unknown): DesktopRecord[] {
    this.check(desktopsSchema, body);
    return this.state.putDesktops((body as { desktops: DesktopSpec[] }).desktops).map(desktopRecord);
  }

  desktops(): DesktopRecord[] {
    return this.state.projects.flatMap((project) => project.settledDesktops().map(desktopRecord));
  }

  requests(): RequestLogView {
    return this.state.log.view();
  }

  dialects(): DialectName[] {
    return this.state.dialects.list();
  }

  drawn(): DrawnByDialects {
    return this.state.dialects.drawn();
  }

  setDialects(body: unknown): DialectName[] {
    this.check(dialectsSchema, body);
    this.state.setDialects((body as { dialects: string[] }).dialects);
    return this.dialects();
  }

  /** Takes a description of the second actor; null sends it away. */
  setSecondActor(body: unknown): void {
    if (body !== null) this.check(secondActorSchema, body);
    this.state.setSecondActor((body as SecondActorSpec | null) ?? undefined);
  }

  history(): HistoryEvent[] {
    for (const project of this.state.projects) project.settledDesktops();
    return this.state.history.list();
  }

  reset(): void {
    this.state.reset();
  }

  /** Takes one fault, or `{faults: […]}`; all or none. */
  addFaults(body: unknown): OrderedFault[] {
    const many = isObject(body) && "faults" in body ? body.faults : [body];
    if (isObject(body) && "faults" in body && "fault" in body)
      throw badOrder("give one fault, or several in faults, not both");
    if (!Array.isArray(many)) throw badOrder("faults must be an array");
    const faults = many.map((item: unknown) => this.readFault(item));
    return faults.map((fault) => this.order(fault));
  }

  faults(): OrderedFault[] {
    return this.state.rules.list();
  }

  removeFault(id: string): boolean {
    return this.state.rules.remove(id);
  }

  clearFaults(): void {
    this.state.rules.clear();
  }

  clock(): ClockView {
    return { mode: this.state.clock.mode, now: this.state.clock.now(), skew_ms: this.state.skewMs };
  }

  moveClock(body: unknown): ClockView {
    this.check(clockSchema, body);
    const { mode, advance_ms, skew_ms } = body as ClockMove;
    if (mode) this.state.clock.setMode(mode);
    if (advance_ms !== undefined) this.state.clock.advance(advance_ms);
    if (skew_ms !== undefined) this.state.skewMs = skew_ms;
    this.state.noteClock();
    return this.clock();
  }

  private readFault(item: unknown): Fault {
    const name = typeof item === "object" && item !== null && "fault" in item ? item.fault : undefined;
    if (!isFaultName(name)) {
      const known = Object.keys(catalogue).join(", ");
      throw badOrder(
        `fault must be one of ${known}, not ${name === undefined ? "left out" : JSON.stringify(name)}`,
      );
    }
    this.check(faultSchema(name), item);
    const fault = item as Fault;
    if (isEvent(fault)) {
      if (isAtOnce(fault)) refuseImpossible(fault, this.state);
      else refuseNowhere(fault, this.state);
    }
    return fault;
  }

  private order(fault: Fault): OrderedFault {
    if (!isEvent(fault) || !isAtOnce(fault)) return this.state.rules.add(fault);
    happen(fault, this.state);
    return { ...structuredClone(fault), id: "at-once", struck: 1, over: true };
  }

  private check(schema: object, value: unknown): void {
    const problem = this.validation.problem(schema, value);
    if (problem !== undefined) throw badOrder(problem);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isEvent(fault: Fault): fault is FaultTiming & EventFault {
  return catalogue[fault.fault].kind === "event";
}

/** An event without any condition is not waited for. */
function isAtOnce({ match, nth, probability, for_ms, times }: FaultTiming): boolean {
  return [match, nth, probability, for_ms, times].every((condition) => condition === undefined);
}

function badOrder(message: string): Refusal {
  return new Refusal(400, "EMULATOR.0400", message);
}
