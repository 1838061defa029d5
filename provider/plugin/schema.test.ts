import { settings } from "../core/auth/settings";
import { lookups } from "../core/lookupSchema";
import { resources } from "../core/schema";
import type { ObjectSpec, PropertySpec } from "./packageSpec";
import { dynamicTypeOf, pulumiSchema, tokenOf } from "./schema";

const schema = pulumiSchema("1.2.3");
const text = JSON.stringify(schema);

/** Every property anywhere in the schema, by where it stands. */
function everyProperty(): [string, PropertySpec][] {
  const found: [string, PropertySpec][] = [];
  const add = (where: string, properties: ObjectSpec["properties"] = {}): void => {
    for (const [name, property] of Object.entries(properties)) found.push([`${where}.${name}`, property]);
  };
  add("config", schema.config.variables);
  add("provider", schema.provider.inputProperties);
  for (const [token, type] of Object.entries(schema.types))
    if ("properties" in type) add(token, type.properties);
  for (const [token, resource] of Object.entries(schema.resources)) {
    add(token, resource.properties);
    add(token, resource.inputProperties);
    add(token, resource.listInputs?.properties);
  }
  for (const [token, { inputs, outputs }] of Object.entries(schema.functions)) {
    add(token, inputs.properties);
    add(token, outputs.properties);
  }
  return found;
}

test("names, version and tokens", () => {
  expect(schema).toMatchObject({ name: "huaweicloud-workspace", version: "1.2.3" });
  expect(Object.keys(schema.resources)).toEqual(Object.keys(resources).map(tokenOf));
  expect(Object.keys(schema.functions)).toEqual(Object.keys(lookups).map(tokenOf));
  expect(pulumiSchema("1.2.3")).toEqual(schema);
});

test("every property is described", () => {
  const all = everyProperty();
  expect(all.length).toBeGreaterThan(150);
  expect(all.filter(([, { description }]) => !/^[`A-Z].*\.$/.test(description))).toEqual([]);
});

test("every $ref leads to a type", () => {
  const refs = [...text.matchAll(/"\$ref":"#\/types\/([^"]+)"/g)].map(([, token = ""]) => token);
  expect(refs.length).toBeGreaterThan(5);
  expect(refs.filter((token) => !Object.hasOwn(schema.types, token))).toEqual([]);
});

test.each(Object.keys(resources) as (keyof typeof resources)[])(
  "%s has the inputs and outputs of its table",
  (kind) => {
    const spec = schema.resources[tokenOf(kind)];
    const { inputs, outputs } = resources[kind];
    expect(Object.keys(spec?.inputProperties ?? {})).toEqual(Object.keys(inputs));
    expect(Object.keys(spec?.properties ?? {})).toEqual(Object.keys(outputs));
    expect(spec?.requiredInputs).toEqual(
      kind === "DataDiskAttachment" ? ["desktopId", "type", "size"] : ["desktopId", "disks"],
    );
    const replacing = Object.entries(inputs).filter(([, { onChange }]) => onChange === "replace");
    expect(replacing.length).toBeGreaterThanOrEqual(3);
    for (const [name] of replacing) expect(spec?.inputProperties[name]?.willReplaceOnChanges).toBe(true);
    expect(spec?.aliases).toEqual([{ type: dynamicTypeOf(kind) }]);
  },
);

test("a change never forces a replacement, and no default is read from the environment", () => {
  // Both would be done by the engine or by generated code, without the provider: data lost, credentials in state.
  expect(text).not.toContain('"replaceOnChanges"');
  expect(text).not.toMatch(/"default(Info)?":/);
});

test("every setting is a key of the configuration and an input of the provider, secret where it is one", () => {
  expect(Object.keys(schema.config.variables)).toEqual(Object.keys(settings));
  expect(schema.provider.inputProperties).toEqual(schema.config.variables);
  const secrets = Object.entries(schema.config.variables).filter(([, { secret }]) => secret === true);
  expect(secrets.map(([name]) => name)).toEqual([
    "accessKey",
    "secretKey",
    "securityToken",
    "token",
    "password",
    "identityToken",
  ]);
});

test("types that the service offers besides the known ones can be given", () => {
  const type = schema.resources[tokenOf("DataDiskAttachment")]?.inputProperties.type;
  expect(type?.oneOf).toEqual([
    { type: "string" },
    { type: "string", $ref: `#/types/${tokenOf("DiskType")}` },
  ]);
});

test("every resource and look-up has examples in four languages, and every resource says how to import it", () => {
  for (const { description } of [...Object.values(schema.resources), ...Object.values(schema.functions)]) {
    for (const language of ["typescript", "python", "go", "yaml"])
      expect(description).toContain(`\`\`\`${language}\n`);
  }
  for (const [token, { description }] of Object.entries(schema.resources)) {
    expect(description).toContain(`pulumi import ${token} `);
  }
});
