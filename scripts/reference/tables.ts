/** Every interface of `sdk/types.ts`, each from its table of the core. */
import {
  desktopOutputs,
  desktopVolumeOutputs,
  lookupPlace,
  lookups,
  volumeTypeOutputs,
} from "../../provider/core/lookupSchema";
import {
  attachmentProperties,
  DELETION_POLICIES,
  describe,
  diskOutputs,
  diskProperties,
  type Property,
  setProperties,
} from "../../provider/core/schema";

type Table = Readonly<Record<string, Property>>;

/** One interface. */
export interface TypeSource {
  readonly text: string;
  readonly table: Table;
  /** Whether its values may be outputs of other resources. */
  readonly inputs?: true;
}

/** The interfaces by their names. */
export const typeSources = {
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

/** A property as programs and readers see it. */
export interface ShownProperty {
  readonly name: string;
  /** As TypeScript writes it, without `Input` and `Output` around it. */
  readonly type: string;
  readonly optional: boolean;
  readonly text: string;
}

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
export function typeScriptOf(type: unknown): string {
  if (typeof type === "string") return types[type] ?? type;
  const { mapOf, listOf = "" } = type as { readonly mapOf?: string; readonly listOf?: string };
  return mapOf === undefined ? `${listOf}[]` : `Record<string, ${types[mapOf] ?? mapOf}>`;
}

/** The properties of a table, in its order. */
export function shownProperties(table: Table): ShownProperty[] {
  return Object.entries(table).map(([name, property]) => ({
    name,
    type: typeScriptOf(property.type),
    optional: property.required !== true,
    text: describe(property),
  }));
}
