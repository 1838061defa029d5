import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { operations } from "../src/contract";
import { differences, officialFacts, ownFacts, together, type OfficialOperation } from "./facts";

type Definitions = Readonly<
  Record<"Workspace" | "IAM", { readonly operations: Readonly<Record<string, OfficialOperation>> }>
>;

interface Known {
  /** Operations that the definitions lack. */
  readonly unknown: readonly { readonly operations: readonly string[]; readonly why: string }[];
  readonly differences: readonly {
    readonly why: string;
    readonly of: readonly string[];
    readonly lines: readonly string[];
  }[];
}

const read = (name: string) => readFileSync(join(__dirname, name), "utf8");
const { Workspace, IAM } = JSON.parse(read("definitions.json")) as Definitions;
const definitions = { ...Workspace.operations, ...IAM.operations };
const known = parse(read("differences.yaml")) as Known;

/** Operations of the emulator that have another name in the definitions, or several. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  KeystoneCreateUserToken: ["KeystoneCreateUserTokenByPassword"],
  CreateTemporaryAccessKey: ["CreateTemporaryAccessKeyByToken", "CreateTemporaryAccessKeyByAgency"],
};

function official(id: string): OfficialOperation[] {
  return (otherNames[id] ?? [id]).flatMap((name) => definitions[name] ?? []);
}

test("the definitions have every operation, but for those that are listed with a reason", () => {
  const missing = operations.filter(({ id }) => official(id).length === 0).map(({ id }) => id);
  expect(missing.sort()).toEqual(known.unknown.flatMap((entry) => entry.operations).sort());
});

test.each(
  operations.filter(({ id }) => official(id).length > 0).map((operation) => [operation.id, operation]),
)("%s is as the definitions have it, but for what is listed with a reason", (id, operation) => {
  const found = differences(together(official(id).map(officialFacts)), ownFacts(operation));
  const listed = known.differences.filter(({ of }) => of.includes(id)).flatMap(({ lines }) => lines);
  expect(found.sort()).toEqual([...listed].sort());
});

test("every listed difference names an operation, once, and a reason", () => {
  const names = operations.map(({ id }) => id);
  for (const { of, lines, why } of known.differences) {
    expect(names).toEqual(expect.arrayContaining([...of]));
    expect(why.length).toBeGreaterThan(8);
    for (const list of [of, lines]) expect(new Set(list).size).toBe(list.length);
  }
});

describe("a difference is found", () => {
  const facts = (schema: object, place = "body") =>
    officialFacts({
      method: "post",
      path: "/p",
      parameters: place === "body" ? [{ name: "b", in: "body", schema: { ...schema } }] : [],
      answers: place === "answer" ? { "200": { ...schema } } : {},
    });
  const object = (property: object, required: string[] = []) => ({ properties: { a: property }, required });

  test.each<[string, object, object]>([
    ["a type", object({ type: "string" }), object({ type: "integer" })],
    ["a limit", object({ type: "string", maxLength: 5 }), object({ type: "string", maxLength: 6 })],
    ["a field", object({ type: "string" }), {}],
    ["a field of ours", {}, object({ type: "string" })],
    ["a required field", object({ type: "string" }, ["a"]), object({ type: "string" })],
    ["values", object({ type: "string", enum: ["x", "y"] }), object({ type: "string", enum: ["x"] })],
    ["a default", object({ type: "integer", default: 1 }), object({ type: "integer" })],
    ["an item", object({ type: "array", items: { type: "string" } }), object({ type: "array", items: {} })],
  ])("of %s in a request", (_, one, other) => {
    expect(differences(facts(one), facts(other))).toHaveLength(1);
    expect(differences(facts(one), facts(one))).toEqual([]);
  });

  test.each<[string, object, object, number]>([
    ["fewer values", { enum: ["x", "y"] }, { enum: ["x"] }, 0],
    ["more values", { enum: ["x"] }, { enum: ["x", "y"] }, 1],
    ["values of an open text", {}, { enum: ["x"] }, 0],
    ["any text instead of values", { enum: ["x"] }, {}, 1],
    ["a shorter text", { maxLength: 9 }, { maxLength: 8 }, 0],
    ["a longer text", { maxLength: 9 }, {}, 1],
    ["an empty text", { minLength: 1 }, {}, 1],
  ])("in an answer with %s: %j, %j", (_, one, other, count) => {
    const [official, own] = [one, other].map((part) => facts(object({ type: "string", ...part }), "answer"));
    expect(differences(official ?? new Map(), own ?? new Map())).toHaveLength(count);
  });

  test("of an answer's optional field that is always there: none", () => {
    const optional = facts(object({ type: "string" }), "answer");
    const always = facts(object({ type: "string" }, ["a"]), "answer");
    expect(differences(optional, always)).toEqual([]);
    expect(differences(always, optional)).toEqual(["answer a: official required string; here string"]);
  });
});
