import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** A JSON schema, or a part of the document. */
export type Schema = Readonly<Record<string, unknown>>;

type QueryType = "integer" | "boolean" | "array" | "string";

/** An operation of openapi.yaml, in the form that the server takes. */
export interface Operation {
  readonly id: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** With `:name` for each parameter. */
  readonly url: string;
  readonly isIam: boolean;
  readonly schema: {
    readonly params?: Schema;
    readonly querystring?: Schema;
    readonly headers?: Schema;
    readonly body?: Schema;
  };
  readonly queryTypes: ReadonlyMap<string, QueryType>;
  /** Whether the documents have something that the emulator does not honour (`x-not-honoured`). */
  readonly hasGaps: boolean;
  /** Schemas of the answers by status; null: an answer without a body. */
  readonly answers: ReadonlyMap<number, Schema | null>;
}

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Content {
  readonly content?: { readonly "application/json"?: { readonly schema: Schema } };
}

interface OperationObject {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

type PathItem = { readonly parameters?: readonly Parameter[] } & Readonly<
  Partial<Record<Method, OperationObject>>
>;

const methods = ["get", "post", "put", "delete"] as const;
type Method = (typeof methods)[number];

/** Marks what the service documents and the emulator does not honour. */
const gap = "x-not-honoured";

/** The text of openapi.yaml. */
export const contractText = readFileSync(join(__dirname, "..", "openapi.yaml"), "utf8");

const source = parse(contractText) as unknown;
const { paths } = withoutReferences(source) as { readonly paths: Readonly<Record<string, PathItem>> };

/** Every operation of openapi.yaml. */
export const operations: readonly Operation[] = Object.entries(paths).flatMap(([path, item]) =>
  methods.flatMap((method) => {
    const operation = item[method];
    return operation ? [readOperation(path, method, item.parameters ?? [], operation)] : [];
  }),
);

function readOperation(
  path: string,
  method: Method,
  shared: readonly Parameter[],
  operation: OperationObject,
): Operation {
  const parameters = [...shared, ...(operation.parameters ?? [])];
  const query = parameters.filter((parameter) => parameter.in === "query");
  const params = objectSchema(parameters, "path");
  const querystring = objectSchema(parameters, "query");
  const headers = objectSchema(parameters, "header");
  const body = operation.requestBody?.content?.["application/json"]?.schema;
  return {
    id: operation.operationId,
    method: method.toUpperCase() as Operation["method"],
    url: path.replaceAll(/\{(\w+)\}/g, ":$1"),
    isIam: operation.tags.includes("IAM"),
    schema: {
      ...(params && { params }),
      ...(querystring && { querystring }),
      ...(headers && { headers }),
      ...(body && { body }),
    },
    hasGaps: JSON.stringify([parameters, body]).includes(`"${gap}":true`),
    queryTypes: new Map(query.map(({ name, schema }) => [name, schema.type as QueryType])),
    answers: new Map(
      Object.entries(operation.responses).map(([status, { content }]): [number, Schema | null] => [
        Number(status),
        content?.["application/json"]?.schema ?? null,
      ]),
    ),
  };
}

/** The name of a documented field that is in this value and is not honoured. */
export function unhonoured(schema: Schema | undefined, value: unknown, place = ""): string | undefined {
  if (value === undefined || schema === undefined) return undefined;
  // The default is what happens anyway.
  if (schema[gap] === true) return value === schema.default ? undefined : place;
  const { items, properties = {} } = schema as { items?: Schema; properties?: Record<string, Schema> };
  if (Array.isArray(value))
    return firstOf(value, (item, index) => unhonoured(items, item, `${place}[${index}]`));
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  return firstOf(Object.keys(properties), (name) =>
    unhonoured(properties[name], fields[name], place === "" ? name : `${place}.${name}`),
  );
}

function firstOf<T>(values: readonly T[], find: (value: T, index: number) => string | undefined) {
  for (const [index, value] of values.entries()) {
    const found = find(value, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

function objectSchema(parameters: readonly Parameter[], place: Parameter["in"]): Schema | undefined {
  const here = parameters.filter((parameter) => parameter.in === place);
  if (here.length === 0) return undefined;
  const keyOf = ({ name }: Parameter): string => (place === "header" ? name.toLowerCase() : name);
  return {
    type: "object",
    required: here.filter((parameter) => parameter.required).map(keyOf),
    properties: Object.fromEntries(here.map((parameter) => [keyOf(parameter), parameter.schema])),
  };
}

/** Puts what `$ref` points to in its place. The document has no circles. */
function withoutReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutReferences);
  if (typeof value !== "object" || value === null) return value;
  if ("$ref" in value) return withoutReferences(lookUp(String(value.$ref)));
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withoutReferences(part)]));
}

function lookUp(reference: string): unknown {
  let place = source;
  for (const name of reference.replace("#/", "").split("/")) {
    place =
      typeof place === "object" && place !== null ? (place as Record<string, unknown>)[name] : undefined;
  }
  if (place === undefined) throw new Error(`openapi.yaml has no ${reference}`);
  return place;
}

/** Query parameters come as text: gives them the types that the operation declares. */
export function typedQuery(
  query: Readonly<Record<string, string | string[]>>,
  types: ReadonlyMap<string, QueryType>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]): [string, unknown] => {
      const text = Array.isArray(value) ? value.join(",") : value;
      const type = types.get(name);
      if (type === "array") return [name, text.split(",")];
      // What is no number, or no truth value, stays text, and is refused as such.
      if (type === "boolean" && /^(?:true|false)$/.test(text)) return [name, text === "true"];
      if (type === "integer" && /^-?\d+$/.test(text)) return [name, Number(text)];
      return [name, text];
    }),
  );
}
