/** sdk/types.ts, made from the tables of the core. */
import {
  desktopOutputs,
  desktopVolumeOutputs,
  lookupPlace,
  lookups,
  volumeTypeOutputs,
} from "../provider/core/lookupSchema";
import {
  attachmentProperties,
  DELETION_POLICIES,
  describe,
  diskOutputs,
  diskProperties,
  KNOWN_TYPES,
  type Property,
  setProperties,
} from "../provider/core/schema";

export type Table = Readonly<Record<string, Property>>;

/** One interface. */
interface TypeSource {
  readonly text: string;
  readonly table: Table;
  /** Whether its values may be outputs of other resources. */
  readonly inputs?: true;
}

/** The interfaces by their names. */
const typeSources = {
  DataDiskAttachmentArgs: {
    text: "The inputs of a `DataDiskAttachment`.",
    table: attachmentProperties,
    inputs: true,
  },
  DataDiskArgs: { text: "One disk of a `DesktopDataDisks`.", table: diskProperties, inputs: true },
  DesktopDataDisksArgs: { text: "The inputs of a `DesktopDataDisks`.", table: setProperties, inputs: true },
  DataDisk: { text: "A disk of a `DesktopDataDisks`, as the service reports it.", table: diskOutputs },
  LookupPlace: {
    text: "Which region, project and account a look-up uses; each has the setting of that name as its default.",
    table: lookupPlace,
  },
  GetDesktopArgs: { text: "Which desktop is meant: by id or by name.", table: lookups.getDesktop.inputs },
  GetDesktopsArgs: {
    text: "Which desktops are meant. All that is given must match; nothing means all.",
    table: lookups.getDesktops.inputs,
  },
  GetVolumeTypesArgs: { text: "Which disk types are meant.", table: lookups.getVolumeTypes.inputs },
  GetDataDisksArgs: { text: "Whose disks are meant: by id or by name.", table: lookups.getDataDisks.inputs },
  GetDesktopResult: {
    text: "A desktop, with the data disks that it has now. What the service left out is absent.",
    table: desktopOutputs,
  },
  DesktopVolume: {
    text: "A data disk of a desktop, whoever added it. What the service left out is absent.",
    table: desktopVolumeOutputs,
  },
  GetVolumeTypesResult: { text: "A disk type that can be bought.", table: volumeTypeOutputs },
} as const satisfies Record<string, TypeSource>;

const policies = DELETION_POLICIES.map((value) => `"${value}"`).join(" | ");

const types: Readonly<Record<string, string>> = {
  text: "string",
  id: "string",
  "disk type": "DiskType",
  size: "number",
  count: "number",
  flag: "boolean",
  policy: policies,
  disks: "Record<string, DataDiskArgs>",
  texts: "Record<string, string>",
};

/** A type of the table in TypeScript. */
export function typeOf(type: unknown): string {
  if (typeof type === "string") return types[type] ?? type;
  const { mapOf, listOf = "" } = type as { readonly mapOf?: string; readonly listOf?: string };
  return mapOf === undefined ? `${listOf}[]` : `Record<string, ${types[mapOf] ?? mapOf}>`;
}

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
  const properties = Object.entries(table).map(([property, told]) => {
    const type = typeOf(told.type);
    const given = type.replace(/DataDiskArgs/, "pulumi.Input<$&>");
    const whole = inputs === true ? `pulumi.Input<${given}>` : type;
    return `${comment(describe(told), "  ")}\n  ${property}${told.required === true ? "" : "?"}: ${whole};`;
  });
  return `${comment(text, "")}\nexport interface ${name} {\n${properties.join("\n")}\n}`;
}

/** The whole file as the formatter of this repository wants it. */
export function typesText(): string {
  const known = KNOWN_TYPES.map((value) => `"${value}"`).join(" | ");
  return `${[
    `// Made by "npm run docs" from provider/core/schema.ts and lookupSchema.ts: change those, not this file.
import type * as pulumi from "@pulumi/pulumi";`,
    `/** Disk types: those that are known are offered, others may be given. */
export type DiskType = ${known} | (string & Record<never, never>);`,
    ...Object.entries<TypeSource>(typeSources).map(([name, source]) => interfaceOf(name, source)),
  ].join("\n\n")}\n`;
}
