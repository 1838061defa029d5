/** The tables in docs/reference.md and docs/credentials.md, from the tables in provider/core. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Setting, settings } from "../provider/core/auth/settings";
import * as schema from "../provider/core/schema";
import { repositoryRoot } from "./repository";

const types: Readonly<Record<schema.ValueType, string>> = {
  ...{ text: "string", id: "string", size: "number", count: "number", flag: "boolean" },
  ...{ policy: '"delete" \\| "retain"', disks: "Record<string, DataDiskArgs>" },
};

const changes: Readonly<Record<schema.OnChange, string>> = {
  replace: "refused, unless `allowReplace`: the data would be lost",
  grow: "in place; smaller is refused",
  qos: "in place",
  record: "in place, without a call",
  "create only": "no effect after the disk is added or adopted",
  "by name": "disk by disk",
};

function inputs(table: Readonly<Record<string, schema.InputProperty>>): string[][] {
  const rows = Object.entries(table).map(([name, property]) => [
    `\`${name}\`${property.required === true ? " (required)" : ""}`,
    `\`${types[property.type]}\`${property.unit === undefined ? "" : `, ${property.unit}`}`,
    property.description + (property.default === undefined ? "" : ` Default: ${property.default}.`),
    changes[property.onChange],
  ]);
  return [["input", "type", "meaning", "change"], ...rows];
}

/** The generated tables of each page, by their names there. */
export const pages: Readonly<Record<string, Readonly<Record<string, string[][]>>>> = {
  "docs/reference.md": {
    "inputs of DataDiskAttachment": inputs(schema.attachmentProperties),
    "inputs of DesktopDataDisks": inputs(schema.setProperties),
    "inputs of each disk": inputs(schema.diskProperties),
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

/** `npm run docs`: writes these pages. */
export function main(): void {
  for (const page of Object.keys(pages)) writeFileSync(join(repositoryRoot, page), document(page));
}
