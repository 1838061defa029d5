// Writes definitions.json, from the folder that holds the crates `huawei-cloud-api-definitions-Workspace` and
// `huawei-cloud-api-definitions-IAM` (`cargo vendor` makes it): node extract.mjs FOLDER
// Descriptions, examples and the documents' own extensions are left out: no test needs them.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const services = {
  Workspace: [
    "AddDesktopVolumes",
    "AddVolumes",
    "BatchDeleteDesktops",
    "BatchModifyQosVolumes",
    "BatchRunDesktops",
    "CreateDesktop",
    "DeleteDesktop",
    "DeleteDesktopVolumes",
    "ExpandVolumes",
    "ListDesktopsDetail",
    "ListItaSubJobs",
    "ListProducts",
    "ShowDesktopDetail",
    "ShowJob",
    "ShowQuotas",
  ],
  IAM: [
    "CreateTemporaryAccessKeyByAgency",
    "CreateTemporaryAccessKeyByToken",
    "CreateTokenWithIdToken",
    "KeystoneCreateUserTokenByPassword",
    "KeystoneListAuthDomains",
    "KeystoneListProjects",
    "KeystoneValidateToken",
  ],
};

const kept = new Set(
  ["type", "required", "default", "enum", "minimum", "maximum", "minLength", "maxLength"].concat(
    "minItems",
    "maxItems",
    "items",
    "properties",
    "additionalProperties",
    "$ref",
    "allOf",
    "name",
    "in",
    "schema",
  ),
);

/** A schema in which every reference is replaced by what it names. */
function resolved(schema, definitions) {
  if (schema === undefined) return undefined;
  if (schema.$ref) return resolved(definitions[schema.$ref.split("/").pop()], definitions);
  const parts = (schema.allOf ?? []).map((part) => resolved(part, definitions));
  const own = Object.entries(schema).flatMap(([name, value]) => {
    if (!kept.has(name) || name === "allOf") return [];
    if (name === "properties") {
      const properties = Object.entries(value).map(([key, part]) => [key, resolved(part, definitions)]);
      return [[name, Object.fromEntries(properties)]];
    }
    const isSchema = ["items", "schema", "additionalProperties"].includes(name) && typeof value === "object";
    return [[name, isSchema ? resolved(value, definitions) : value]];
  });
  const all = [...parts, Object.fromEntries(own)];
  const merged = Object.assign({}, ...all);
  const properties = Object.assign({}, ...all.map((part) => part.properties ?? {}));
  const required = all.flatMap((part) => (Array.isArray(part.required) ? part.required : []));
  if (Object.keys(properties).length > 0) Object.assign(merged, { type: "object", properties });
  if (required.length > 0) merged.required = required;
  return merged;
}

function operation(folder, name) {
  const { paths, definitions } = JSON.parse(readFileSync(join(folder, "src", `${name}.json`), "utf8"));
  const [[path, methods]] = Object.entries(paths);
  const [[method, { parameters, responses }]] = Object.entries(methods);
  return {
    method,
    path,
    parameters: (parameters ?? []).map((parameter) => resolved(parameter, definitions)),
    answers: Object.fromEntries(
      Object.entries(responses).map(([status, { schema }]) => [
        status,
        resolved(schema, definitions) ?? null,
      ]),
    ),
  };
}

const [vendored] = process.argv.slice(2);
if (vendored === undefined) throw new Error("Usage: node extract.mjs FOLDER");
const found = Object.entries(services).map(([service, names]) => {
  const crate = `huawei-cloud-api-definitions-${service}`;
  const folder = join(vendored, crate);
  const manifest = readFileSync(join(folder, "Cargo.toml"), "utf8");
  const version = /^version = "(.*)"$/m.exec(manifest)?.[1] ?? "unknown";
  const operations = Object.fromEntries(names.map((name) => [name, operation(folder, name)]));
  const date = version.replace(/.*(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3");
  return [service, { crate, version, date, license: "MIT", operations }];
});
const file = join(dirname(fileURLToPath(import.meta.url)), "definitions.json");
// A line for each operation, so that a newer version shows what is new.
const text = JSON.stringify(Object.fromEntries(found)).replaceAll(
  /(?<="operations":\{|\}\},)(?="\w+":\{"method")/g,
  "\n",
);
writeFileSync(file, `${text}\n`);
