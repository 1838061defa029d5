/** The tables in docs/reference.md and docs/credentials.md, and sdk/types.ts, from the tables in provider/core. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Setting, settings } from "../provider/core/auth/settings";
import * as lookup from "../provider/core/lookupSchema";
import * as schema from "../provider/core/schema";
import { repositoryRoot } from "./repository";
import { type Table, typeOf, typesFile, typesText } from "./types";

const changes: Readonly<Record<schema.OnChange, string>> = {
  replace: "refused, unless `allowReplace`: the data would be lost",
  grow: "in place; smaller is refused",
  qos: "in place",
  record: "in place, without a call",
  "create only": "no effect after the disk is added or adopted",
  "by name": "disk by disk",
};

/** One row each; with what a change means where the table says it. */
function rowsOf(heading: string, table: Table): string[][] {
  const rows = Object.entries(table).map(([name, property]) => {
    const { type, unit, description, required, default: otherwise } = property;
    const change = "onChange" in property ? [changes[property.onChange as schema.OnChange]] : [];
    return [
      `\`${name}\`${required === true && heading === "input" ? " (required)" : ""}`,
      `\`${typeOf(type).replaceAll("|", "\\|")}\`${unit === undefined ? "" : `, ${unit}`}`,
      description + (otherwise === undefined ? "" : ` Default: ${otherwise}.`),
      ...change,
    ];
  });
  const isInput = Object.values(table).some((property) => "onChange" in property);
  return [[heading, "type", "meaning", ...(isInput ? ["change"] : [])], ...rows];
}

const lookups = Object.entries<lookup.LookupSpec>(lookup.lookups).map(
  ([name, { inputs }]) => [`arguments of ${name}`, rowsOf("argument", inputs)] as const,
);

/** The generated tables of each page, by their names there. */
export const pages: Readonly<Record<string, Readonly<Record<string, string[][]>>>> = {
  "docs/reference.md": {
    "inputs of DataDiskAttachment": rowsOf("input", schema.attachmentProperties),
    "outputs of DataDiskAttachment": rowsOf("output", schema.attachmentOutputs),
    "inputs of DesktopDataDisks": rowsOf("input", schema.setProperties),
    "outputs of DesktopDataDisks": rowsOf("output", schema.setOutputs),
    "inputs of each disk": rowsOf("input", schema.diskProperties),
    "outputs of each disk": rowsOf("output", schema.diskOutputs),
    ...Object.fromEntries(lookups),
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
  const widths = heading.map((_, column) =>
    Math.max(...[heading, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [line(heading), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** A page with its tables as they have to be. Throws if the page has lost the comments around one. */
export function document(page: string): string {
  let text = readFileSync(join(repositoryRoot, page), "utf8");
  for (const [name, rows] of Object.entries(pages[page] ?? {})) {
    const [begin, end] = [`<!-- ${name}: written by "npm run docs" -->`, "<!-- end -->"];
    const from = text.indexOf(begin) + begin.length;
    const to = text.indexOf(end, from);
    if (from < begin.length || to === -1) throw new Error(`${page} must hold "${begin}" and "${end}"`);
    text = `${text.slice(0, from)}\n\n${markdown(rows)}\n\n${text.slice(to)}`;
  }
  return text;
}

/** `npm run docs`: writes these pages, and the types. */
export function main(): void {
  for (const page of Object.keys(pages)) writeFileSync(join(repositoryRoot, page), document(page));
  writeFileSync(join(repositoryRoot, typesFile), typesText());
}
