import type { FastifyInstance } from "fastify";
import type { ClockMode } from "./clock";
import { desktopRecord, type DesktopRecord, type DesktopSpec } from "./desktops";
import { catalogue, faultSchema, isFaultName, volumeSpecSchema } from "./fault-catalogue";
import type { EventFault, Fault, OrderedFault } from "./faults";
import { Refusal } from "./refusals";
import type { RequestLogView } from "./request-log";
import type { State } from "./state";
import { happen, refuseImpossible } from "./world-events";

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

const text = { type: "string", minLength: 1, maxLength: 255 };

const desktopSchema = {
  type: "object",
  additionalProperties: false,
  required: ["desktop_id"],
  properties: {
    desktop_id: text,
    project_id: text,
    computer_name: text,
    status: text,
    availability_zone: text,
    enterprise_project_id: text,
    tags: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["key", "value"],
        properties: { key: text, value: { type: "string", maxLength: 255 } },
      },
    },
    user_name: { type: "string", nullable: true },
    pool_id: { type: "string", nullable: true },
    product_id: text,
    created: text,
    metadata: { type: "object", additionalProperties: { type: "string" } },
    root_volume: volumeSpecSchema,
    data_volumes: { type: "array", maxItems: 10, items: volumeSpecSchema },
  },
};

const desktopsSchema = {
  type: "object",
  additionalProperties: false,
  required: ["desktops"],
  properties: { desktops: { type: "array", items: desktopSchema } },
};

const clockSchema = {
  type: "object",
  additionalProperties: false,
  minProperties: 1,
  properties: {
    mode: { enum: ["real", "manual"] },
    advance_ms: { type: "integer", minimum: 0 },
    skew_ms: { type: "integer" },
  },
};

/** What the admin side can do; whatever it is given is checked first. */
export class Admin {
  private readonly validators = new Map<object, Validate>();

  constructor(
    private readonly app: FastifyInstance,
    private readonly state: State,
  ) {}

  addDesktops(body: unknown): void {
    this.check(desktopsSchema, body);
    this.state.putDesktops((body as { desktops: DesktopSpec[] }).desktops);
  }

  desktops(): DesktopRecord[] {
    return this.state.projects.flatMap((project) => project.settledDesktops().map(desktopRecord));
  }

  requests(): RequestLogView {
    return this.state.log.view();
  }

  reset(): void {
    this.state.reset();
  }

  /** Takes one fault, or `{faults: […]}`; all or none. */
  addFaults(body: unknown): OrderedFault[] {
    const many = typeof body === "object" && body !== null && "faults" in body ? body.faults : [body];
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
    if (catalogue[name].kind === "event") refuseImpossible(fault as EventFault, this.state);
    return fault;
  }

  /** An event without any condition is not waited for: it happens at once. */
  private order(fault: Fault): OrderedFault {
    const { match, nth, probability, for_ms, times } = fault;
    const conditions = [match, nth, probability, for_ms, times];
    if (catalogue[fault.fault].kind !== "event" || conditions.some((condition) => condition !== undefined)) {
      return this.state.rules.add(fault);
    }
    happen(fault as EventFault, this.state);
    return { ...structuredClone(fault), id: "at-once", struck: 1, over: true };
  }

  private check(schema: object, value: unknown): void {
    const validate = this.validators.get(schema) ?? compile(this.app, schema);
    this.validators.set(schema, validate);
    const problem = validate(value);
    if (problem !== undefined) throw badOrder(problem);
  }
}

/** Says what is wrong with a value, or nothing. */
export type Validate = (value: unknown) => string | undefined;

/** Compiles a schema with the validator that the server itself uses. */
export function compile(app: FastifyInstance, schema: object): Validate {
  const { validatorCompiler } = app;
  if (!validatorCompiler) throw new Error("The server is not ready");
  const validate = validatorCompiler({ schema, method: "POST", url: "", httpPart: "body" });
  return (value) => {
    const result = validate(value) as unknown;
    if (result === true) return undefined;
    return (validate.errors ?? [])
      .map(({ instancePath, message, params }) =>
        [instancePath, message, detail(params)].filter((part) => part !== undefined && part !== "").join(" "),
      )
      .join("; ");
  };
}

function detail(params: Record<string, unknown>): string | undefined {
  const { additionalProperty, allowedValues } = params;
  if (typeof additionalProperty === "string") return `(${additionalProperty})`;
  if (Array.isArray(allowedValues)) return `(${allowedValues.join(", ")})`;
  return undefined;
}

function badOrder(message: string): Refusal {
  return new Refusal(400, "EMULATOR.0400", message);
}
