import type { Operation, Schema } from "../src/contract";

/** An operation of the official definitions, as definitions.json has it. */
export interface OfficialOperation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly OfficialParameter[];
  readonly answers: Readonly<Record<string, Schema | null>>;
}

type OfficialParameter = Schema & {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "body";
  /** Of a parameter in the body. */
  readonly schema?: Schema;
};

/** What a definition says of one place, such as `body volumes[].size`. */
interface Fact {
  readonly isRequired: boolean;
  readonly type: string;
  /** Of a number, of the length of a text or list. */
  readonly min: number;
  readonly max: number;
  readonly values: readonly string[] | undefined;
  readonly steps: number | undefined;
  readonly pattern: string | undefined;
  readonly preset: unknown;
}

/** What a definition says, by place. */
export type Facts = ReadonlyMap<string, Fact>;

const plain = {
  min: 0,
  max: Infinity,
  values: undefined,
  steps: undefined,
  pattern: undefined,
  preset: undefined,
};

/** What an official definition says. */
export function officialFacts({ method, path, parameters, answers }: OfficialOperation): Facts {
  const facts = new Map<string, Fact>([["call", { ...plain, isRequired: true, type: `${method} ${path}` }]]);
  for (const parameter of parameters) {
    const { name, in: place, schema } = parameter;
    if (place === "body") collect(facts, "body", schema ?? {}, true);
    else collect(facts, `${place} ${headerless(place, name)}`, parameter, parameter.required === true);
  }
  addAnswers(facts, Object.entries(answers));
  return facts;
}

/** What openapi.yaml says of an operation. */
export function ownFacts({ method, url, schema, answers }: Operation): Facts {
  const type = `${method.toLowerCase()} ${url.replaceAll(/:(\w+)/g, "{$1}")}`;
  const facts = new Map<string, Fact>([["call", { ...plain, isRequired: true, type }]]);
  for (const [place, part] of [
    ["path", schema.params],
    ["query", schema.querystring],
    ["header", schema.headers],
  ] as const) {
    for (const [name, property] of Object.entries(propertiesOf(part ?? {}))) {
      collect(facts, `${place} ${name}`, property, requiredOf(part ?? {}).includes(name));
    }
  }
  if (schema.body) collect(facts, "body", schema.body, true);
  addAnswers(
    facts,
    [...answers].map(([status, answer]) => [String(status), answer]),
  );
  return facts;
}

/** Some operations of the emulator are several of the definitions, which share a path: what any of them says. */
export function together(all: readonly Facts[]): Facts {
  const places = new Set(all.flatMap((facts) => [...facts.keys()]));
  return new Map(
    [...places].map((place): [string, Fact] => {
      const found = all.flatMap((facts) => facts.get(place) ?? []);
      const [first = { ...plain, isRequired: false, type: "absent" }] = found;
      const isRequired = found.length === all.length && found.every((fact) => fact.isRequired);
      const values = first.values && [...new Set(found.flatMap((fact) => fact.values ?? []))];
      return [place, { ...first, isRequired, values }];
    }),
  );
}

/** Names of headers have no case. */
function headerless(place: string, name: string): string {
  return place === "header" ? name.toLowerCase() : name;
}

/** Refusals all have one body: it is compared once. */
function addAnswers(facts: Map<string, Fact>, answers: readonly [string, Schema | null][]): void {
  for (const [status, schema] of answers) {
    facts.set(`status ${status}`, { ...plain, isRequired: true, type: "answered" });
    if (status < "300") collect(facts, "answer", schema ?? {}, true);
  }
  const refusal = answers.find(([status]) => status >= "400")?.[1];
  if (refusal) collect(facts, "refusal", refusal, true);
}

function collect(facts: Map<string, Fact>, place: string, schema: Schema, isRequired: boolean): void {
  facts.set(place, factOf(schema, isRequired));
  const inside = place.includes(" ") ? `${place}.` : `${place} `;
  for (const [name, property] of Object.entries(propertiesOf(schema))) {
    collect(facts, `${inside}${name}`, property, requiredOf(schema).includes(name));
  }
  const {
    items,
    additionalProperties: others,
    oneOf,
  } = schema as {
    items?: Schema;
    additionalProperties?: unknown;
    oneOf?: readonly Schema[];
  };
  if (items) collect(facts, `${place}[]`, items, true);
  if (typeof others === "object" && others !== null) collect(facts, `${inside}*`, others as Schema, true);
  for (const one of oneOf ?? []) {
    for (const [name, property] of Object.entries(propertiesOf(one))) {
      collect(facts, `${inside}${name}`, property, false);
    }
  }
}

/** Swagger 2.0 has no `nullable`, and `format` limits nothing: both are left out. */
function factOf(schema: Schema, isRequired: boolean): Fact {
  const { type, enum: values, multipleOf, pattern, default: preset } = schema;
  const limits = (kind: string) =>
    [`${kind}imum`, `${kind}Length`, `${kind}Items`].map((name) => schema[name]).filter(isNumber);
  const largest = limits("max").find((limit) => limit < 2 ** 31 - 1);
  return {
    isRequired,
    type: typeof type === "string" ? type : "object",
    min: limits("min")[0] ?? (type === "integer" ? -Infinity : 0),
    max: largest ?? Infinity,
    values: Array.isArray(values) ? values.map(String) : undefined,
    steps: isNumber(multipleOf) ? multipleOf : undefined,
    pattern: typeof pattern === "string" ? pattern : undefined,
    // Not a value, but what the tool that wrote the definitions puts for none.
    preset: preset === "" || typeof preset === "object" ? undefined : preset,
  };
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function propertiesOf(schema: Schema): Readonly<Record<string, Schema>> {
  return (schema.properties ?? {}) as Readonly<Record<string, Schema>>;
}

function requiredOf({ required }: Schema): readonly string[] {
  return Array.isArray(required) ? required.map(String) : [];
}

/**
 * What differs, a line for each place: `PLACE: official …; here …`. What lies in a place that one side does not
 * have is not listed. Requests must be taken exactly as documented. Answers may promise more: a field that is always
 * there, fewer values, narrower limits.
 */
export function differences(official: Facts, own: Facts): string[] {
  const places = [...new Set([...official.keys(), ...own.keys()])];
  const lonely = places.filter((place) => !official.has(place) || !own.has(place));
  const isInside = (place: string) =>
    lonely.some((other) => place.startsWith(other) && /^[ .[]/.test(place.slice(other.length)));
  const hasDefault = official.has("status default");
  return places
    .filter((place) => !isInside(place) && !(hasDefault && place.startsWith("status")))
    .flatMap((place) => {
      const one = official.get(place);
      const other = own.get(place);
      const fits = /^(?:answer|refusal)/.test(place) ? isWithin(one, other) : shown(one) === shown(other);
      return fits ? [] : [`${place}: official ${shown(one)}; here ${shown(other)}`];
    });
}

function isWithin(official: Fact | undefined, own: Fact | undefined): boolean {
  if (!official || !own) return false;
  const { isRequired, type, min, max, values } = official;
  if (own.type !== type || (isRequired && !own.isRequired)) return false;
  if (own.values) return !values || own.values.every((value) => values.includes(value));
  return !values && own.min >= min && own.max <= max;
}

function shown(fact: Fact | undefined): string {
  if (!fact) return "absent";
  const { isRequired, type, min, max, values, steps, pattern, preset } = fact;
  const words = [
    isRequired && "required",
    type,
    min !== -Infinity && min !== 0 && `from ${min}`,
    type === "integer" && min === 0 && "from 0",
    max !== Infinity && `to ${max}`,
    values && `one of ${values.join(", ")}`,
    steps !== undefined && `in steps of ${steps}`,
    pattern !== undefined && `like ${pattern}`,
    preset !== undefined && `else ${JSON.stringify(preset)}`,
  ];
  return words.filter((word) => typeof word === "string").join(" ");
}
