/** sdk/types.ts, made from the tables of the core. */
import { KNOWN_TYPES } from "../../provider/core/schema";
import { shownProperties, type TypeSource, typeSources } from "./tables";

/** The file, from the root of the repository. */
export const typesFile = "sdk/types.ts";

const widest = 100;

/** A comment of one line where it fits, else of several. */
function comment(text: string, indent: string): string {
  const single = `${indent}/** ${text} */`;
  if (single.length <= widest) return single;
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || `${indent} * ${last} ${word}`.length > widest) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`), `${indent} */`].join("\n");
}

function interfaceOf(name: string, { text, table, inputs }: TypeSource): string {
  const properties = shownProperties(table).map(({ name: property, type, optional, text: meaning }) => {
    const given = type.replace(/DataDiskArgs/, "pulumi.Input<$&>");
    const whole = inputs === true ? `pulumi.Input<${given}>` : type;
    return `${comment(meaning, "  ")}\n  ${property}${optional ? "?" : ""}: ${whole};`;
  });
  return `${comment(text, "")}\nexport interface ${name} {\n${properties.join("\n")}\n}`;
}

/** The whole file as the formatter of this repository wants it. */
export function typesText(): string {
  const known = KNOWN_TYPES.map((value) => `"${value}"`).join(" | ");
  return `${[
    `// Made by "npm run docs:reference" from provider/core/schema.ts and lookupSchema.ts: change those, not this file.
import type * as pulumi from "@pulumi/pulumi";`,
    `/** Disk types: those that are known are offered, others may be given. */
export type DiskType = ${known} | (string & Record<never, never>);`,
    ...Object.entries<TypeSource>(typeSources).map(([name, source]) => interfaceOf(name, source)),
  ].join("\n\n")}\n`;
}
