import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** A JSON schema, or a part of the document. */
export type Schema = Readonly<Record<string, unknown>>;

type QueryType = "integer" | "array" | "string";

/** An operation of openapi.yaml, in the form that the server takes. */
export interface Operation {
  readonly id: string;
  readonly method: "GET" | "POST" | "PUT";
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
  /** Schemas of the answers by status. */
  readonly answers: ReadonlyMap<number, Schema>;
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
  Partial<Record<"get" | "post" | "put", OperationObject>>
>;

/** The text of openapi.yaml. */
export const contractText = readFileSync(join(__dirname, "..", "openapi.yaml"), "utf8");

const source = parse(contractText) as unknown;
const { paths } = withoutReferences(source) as { readonly paths: Readonly<Record<string, PathItem>> };

/** Every operation of openapi.yaml. */
export const operations: readonly Operation[] = Object.entries(paths).flatMap(([path, item]) =>
  (["get", "post", "put"] as const).flatMap((method) => {
    const operation = item[method];
    return operation ? [readOperation(path, method, item.parameters ?? [], operation)] : [];
  }),
);

function readOperation(
  path: string,
  method: "get" | "post" | "put",
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
    method: method.toUpperCase() as "GET" | "POST" | "PUT",
    url: path.replaceAll(/\{(\w+)\}/g, ":$1"),
    isIam: operation.tags.includes("IAM"),
    schema: {
      ...(params && { params }),
      ...(querystring && { querystring }),
      ...(headers && { headers }),
      ...(body && { body }),
    },
    queryTypes: new Map(query.map(({ name, schema }) => [name, schema.type as QueryType])),
    answers: new Map(
      Object.entries(operation.responses).flatMap(([status, { content }]): [number, Schema][] => {
        const schema = content?.["application/json"]?.schema;
        return schema ? [[Number(status), schema]] : [];
      }),
    ),
  };
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
      // What is no number stays text, and is refused as such.
      if (type === "integer" && /^-?\d+$/.test(text)) return [name, Number(text)];
      return [name, text];
    }),
  );
}
