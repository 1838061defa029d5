/** The tables of inputs, outputs, look-ups and settings in docs/, and sdk/types.ts, from the tables in provider/core. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Setting, settings } from "../provider/core/auth/settings";
import * as lookup from "../provider/core/lookupSchema";
import * as schema from "../provider/core/schema";
import { repositoryRoot } from "./repository";

type Table = Readonly<Record<string, schema.Property>>;

const literals = (values: readonly string[]) => values.map((value) => `"${value}"`).join(" | ");

/** The types of the tables in TypeScript, where it has other names. */
const types: Readonly<Record<string, string>> = {
  text: "string",
  id: "string",
  "disk type": "DiskType",
  size: "number",
  count: "number",
  flag: "boolean",
  policy: literals(schema.DELETION_POLICIES),
  disks: "Record<string, DataDiskArgs>",
  texts: "Record<string, string>",
};

function typeOf(type: unknown): string {
  if (typeof type === "string") return types[type] ?? type;
  const { mapOf, listOf = "" } = type as { readonly mapOf?: string; readonly listOf?: string };
  return mapOf === undefined ? `${listOf}[]` : `Record<string, ${types[mapOf] ?? mapOf}>`;
}

const resources = Object.entries(schema.resources);
const lookups = Object.entries<lookup.LookupSpec>(lookup.lookups);
const absent = "What the service left out is absent.";

/** The interfaces of sdk/types.ts: name, comment, properties. */
const interfaces: readonly (readonly [string, string, Table])[] = [
  ...resources.map(([kind, { inputs }]) => [`${kind}Args`, `The inputs of a \`${kind}\`.`, inputs] as const),
  ["DataDiskArgs", "One disk of a `DesktopDataDisks`.", schema.diskProperties],
  ["DataDisk", "A disk of a `DesktopDataDisks`, as the service reports it.", schema.diskOutputs],
  ["LookupPlace", "Which region, project and account a look-up uses.", lookup.lookupPlace],
  ...lookups.map(
    ([name, { inputs }]) => [`G${name.slice(1)}Args`, `The arguments of \`${name}\`.`, inputs] as const,
  ),
  ["GetDesktopResult", `A desktop, with the data disks that it has now. ${absent}`, lookup.desktopOutputs],
  ["DesktopVolume", `A data disk of a desktop, whoever added it. ${absent}`, lookup.desktopVolumeOutputs],
  ["GetVolumeTypesResult", "A disk type that can be bought.", lookup.volumeTypeOutputs],
];

/** A comment of one line where it fits, else of several. */
function comment(text: string, indent = ""): string {
  const [single, widest] = [`${indent}/** ${text} */`, 100];
  if (single.length <= widest) return single;
  const line = new RegExp(`(.{1,${widest - indent.length - 3}})(?: |$)`, "g");
  return `${indent}/**\n${text.replace(line, `${indent} * $1\n`)}${indent} */`;
}

/** Those of resources, whose properties have an effect of a change, may be outputs of other resources. */
function interfaceOf([name, text, table]: (typeof interfaces)[number]): string {
  const properties = Object.entries(table).map(([property, told]) => {
    const type = typeOf(told.type);
    const whole = isInput(table) ? `pulumi.Input<${type.replace(/DataDiskArgs/, "pulumi.Input<$&>")}>` : type;
    return `${comment(schema.describe(told), "  ")}\n  ${property}${told.required === true ? "" : "?"}: ${whole};\n`;
  });
  return `\n${comment(text)}\nexport interface ${name} {\n${properties.join("")}}\n`;
}

const typesText =
  (): string => `// Made by "npm run docs" from provider/core/schema.ts and lookupSchema.ts: change those, not this file.
import type * as pulumi from "@pulumi/pulumi";

/** Disk types: those that are known are offered, others may be given. */
export type DiskType = ${literals(schema.KNOWN_TYPES)} | (string & Record<never, never>);
${interfaces.map(interfaceOf).join("")}`;

const changes: Readonly<Record<schema.OnChange, string>> = {
  replace: "refused, unless `allowReplace`: the data would be lost",
  grow: "in place; smaller is refused",
  qos: "in place",
  record: "in place, without a call",
  "create only": "no effect after the disk is added or adopted",
  "by name": "disk by disk",
};

const isInput = (table: Table) => Object.values(table).some((property) => "onChange" in property);

/** One row each; with what a change means where the table says it. */
function rowsOf(heading: string, table: Table): string[][] {
  const rows = Object.entries(table).map(([name, property]) => {
    const { type, unit, description, required, default: otherwise } = property;
    return [
      `\`${name}\`${required === true && heading === "input" ? " (required)" : ""}`,
      `\`${typeOf(type).replaceAll("|", "\\|")}\`${unit === undefined ? "" : `, ${unit}`}`,
      description + (otherwise === undefined ? "" : ` Default: ${otherwise}.`),
      ...("onChange" in property ? [changes[property.onChange as schema.OnChange]] : []),
    ];
  });
  return [[heading, "type", "meaning", ...(isInput(table) ? ["change"] : [])], ...rows];
}

/** The tables of one kind of resource. */
function tablesOf(kind: keyof typeof schema.resources): Record<string, string[][]> {
  const { inputs, outputs } = schema.resources[kind];
  return {
    [`inputs of ${kind}`]: rowsOf("input", inputs),
    [`outputs of ${kind}`]: rowsOf("output", outputs),
  };
}

/** The generated tables of each page, by their names there. */
const pages = {
  "docs/data-disk-attachment.md": tablesOf("DataDiskAttachment"),
  "docs/desktop-data-disks.md": {
    ...tablesOf("DesktopDataDisks"),
    "inputs of each disk": rowsOf("input", schema.diskProperties),
    "outputs of each disk": rowsOf("output", schema.diskOutputs),
  },
  "docs/reference.md": {
    ...Object.fromEntries(
      lookups.map(([name, { inputs }]) => [`arguments of ${name}`, rowsOf("argument", inputs)]),
    ),
    "result of getDesktop": rowsOf("output", lookup.desktopOutputs),
    "each of dataVolumes": rowsOf("output", lookup.desktopVolumeOutputs),
    "result of getVolumeTypes": rowsOf("output", lookup.volumeTypeOutputs),
  },
  "docs/credentials.md": {
    settings: [
      ["setting", "environment", "meaning"],
      ...Object.entries<Setting>(settings).map(([name, { env, meaning, secret }]) => [
        `\`${name}\``,
        env.map((variable) => `\`${variable}\``).join(", "),
        secret ? `${meaning} Secret.` : meaning,
      ]),
    ],
  },
};

/** A Markdown table with aligned columns, as the formatter of this repository writes it. */
function markdown([heading = [], ...rows]: readonly string[][]): string {
  const widths = heading.map((_, at) => Math.max(...[heading, ...rows].map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [line(heading), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** A page with its tables as they have to be. Throws if the page has lost the comments around one. */
function document(page: string, tables: Readonly<Record<string, string[][]>>): string {
  let text = readFileSync(join(repositoryRoot, page), "utf8");
  for (const [name, rows] of Object.entries(tables)) {
    const [begin, end] = [`<!-- ${name}: written by "npm run docs" -->`, "<!-- end -->"];
    const from = text.indexOf(begin) + begin.length;
    const to = text.indexOf(end, from);
    if (from < begin.length || to === -1) throw new Error(`${page} must hold "${begin}" and "${end}"`);
    text = `${text.slice(0, from)}\n\n${markdown(rows)}\n\n${text.slice(to)}`;
  }
  return text;
}

/** Every file that is made, or has a part that is, as it has to be. */
export function documents(): readonly (readonly [file: string, text: string])[] {
  const made = Object.entries(pages).map(([page, tables]) => [page, document(page, tables)] as const);
  return [...made, ["sdk/types.ts", typesText()]];
}

/** `npm run docs`: writes them. */
export function main(): void {
  for (const [file, text] of documents()) writeFileSync(join(repositoryRoot, file), text);
}
