/** The look-ups, once: arguments, results and documentation. `schema.ts` has the resources. */
import { type OutputProperty, placeProperties, type Property, type ScalarType, volumeFacts } from "./schema";

/** One argument of a look-up; `texts`: a map of texts by key. */
export type LookupArgument = Property<ScalarType | "texts">;

/** One look-up. */
export interface LookupSpec {
  readonly description: string;
  readonly inputs: Readonly<Record<string, LookupArgument>>;
  /** What it returns: one object, or several of them under one name. */
  readonly result:
    | { readonly one: Readonly<Record<string, OutputProperty>> }
    | { readonly many: Readonly<Record<string, OutputProperty>>; readonly under: string };
}

/** Which region, project and account a look-up uses. A look-up changes nothing, and nothing comes of another value. */
export const lookupPlace = Object.fromEntries(
  Object.entries(placeProperties).map(([name, { onChange, ...argument }]) => [name, argument]),
) as { [K in keyof typeof placeProperties]: Omit<(typeof placeProperties)[K], "onChange"> };

/** Which desktop is meant. */
const oneDesktop = {
  desktopId: { type: "id", description: "Id of the desktop. Give either this or `computerName`." },
  computerName: {
    type: "text",
    description: "Whole name of the desktop, as the service writes it. Give either this or `desktopId`.",
  },
} as const satisfies Record<string, LookupArgument>;

/** A data disk of a desktop, whoever added it. */
export const desktopVolumeOutputs = volumeFacts;

/** A desktop. */
export const desktopOutputs = {
  desktopId: {
    type: "text",
    required: true,
    description: "Id of the desktop, as a disk's `desktopId` takes it.",
  },
  computerName: {
    type: "text",
    required: true,
    description: "Name of the desktop, as the service writes it.",
  },
  status: {
    type: "text",
    required: true,
    description: "Status of the desktop, such as `ACTIVE` or `SHUTOFF`.",
  },
  availabilityZone: { type: "text", description: "Availability zone of the desktop." },
  enterpriseProjectId: { type: "text", description: "Enterprise project that the desktop is billed to." },
  poolId: { type: "text", description: "Id of the pool that the desktop belongs to." },
  userName: { type: "text", description: "Name of the user that the desktop belongs to." },
  tags: {
    type: { mapOf: "text" },
    required: true,
    description: "Tags of the desktop by key; empty if it has none.",
  },
  rootVolumeId: { type: "text", description: "Id of the system disk, which is not a data disk." },
  dataVolumes: {
    type: { listOf: "DesktopVolume" },
    required: true,
    description: "Data disks that the desktop has now, whoever added them.",
  },
} as const satisfies Record<string, OutputProperty>;

/** A disk type. */
export const volumeTypeOutputs = {
  type: { type: "text", required: true, description: "Disk type, as a disk's `type` takes it." },
  resourceSpecCode: { type: "text", description: "Specification code in billing." },
  status: { type: "text", description: "Whether the type is on sale, as the service writes it." },
  iops: { type: "count", unit: "IOPS", description: "Operations per second: the lowest or usual value." },
  throughput: { type: "count", unit: "MiB/s", description: "Throughput: the lowest or usual value." },
} as const satisfies Record<string, OutputProperty>;

/** Every look-up by its name. */
export const lookups = {
  getDesktop: {
    description:
      "Looks up one desktop. It is an error if there is none, or if several have that name. Calls ListDesktopsDetail.",
    inputs: { ...oneDesktop, ...lookupPlace },
    result: { one: desktopOutputs },
  },
  getDesktops: {
    description:
      "Looks up desktops, in order of their names. All arguments that are given must match; without any, all desktops are returned. " +
      "An incomplete list is an error: a program that adds disks for a list would delete the disks of the desktops " +
      "that are missing from it. Calls ListDesktopsDetail.",
    inputs: {
      tags: { type: "texts", description: "Tags that the desktop has, with these values." },
      namePrefix: { type: "text", description: "Beginning of the desktop's name." },
      poolId: { type: "text", description: "Id of the pool that the desktop belongs to." },
      userName: { type: "text", description: "Name of the user that the desktop belongs to." },
      status: { type: "text", description: "Status of the desktop, such as `ACTIVE` or `SHUTOFF`." },
      enterpriseProjectId: {
        type: "text",
        description: "Enterprise project that the desktop is billed to.",
      },
      ...lookupPlace,
    },
    result: { many: desktopOutputs, under: "desktops" },
  },
  getVolumeTypes: {
    description: "Looks up the disk types that can be bought. Calls ListVolumeProducts.",
    inputs: {
      availabilityZone: {
        type: "text",
        default: "all zones of the region",
        description: "Availability zone in which the types are on sale.",
      },
      ...lookupPlace,
    },
    result: { many: volumeTypeOutputs, under: "volumeTypes" },
  },
  getDataDisks: {
    description:
      "Looks up the data disks of one desktop, whoever added them: with their ids, they can be adopted or imported. " +
      "Calls ListDesktopsDetail.",
    inputs: { ...oneDesktop, ...lookupPlace },
    result: { many: desktopVolumeOutputs, under: "dataDisks" },
  },
} as const satisfies Record<string, LookupSpec>;

export type LookupName = keyof typeof lookups;

/** What a value of the table is in TypeScript. */
type ValueOf<T> = T extends "size" | "count"
  ? number
  : T extends "texts" | { readonly mapOf: "text" }
    ? Record<string, string>
    : T extends { readonly listOf: "DesktopVolume" }
      ? DesktopVolume[]
      : string;
type Table = Readonly<Record<string, Property>>;
type RequiredOf<T extends Table> = { [K in keyof T]: T[K] extends { required: true } ? K : never }[keyof T];

/** An object as its table says; what is not required may be absent. */
type ObjectOf<T extends Table> = { [K in RequiredOf<T>]: ValueOf<T[K]["type"]> } & {
  [K in Exclude<keyof T, RequiredOf<T>>]?: ValueOf<T[K]["type"]>;
};

/** A desktop, as a look-up returns it. What the service left out is absent. */
export type DesktopResult = ObjectOf<typeof desktopOutputs>;
/** A data disk of a desktop, as a look-up returns it. */
export type DesktopVolume = ObjectOf<typeof desktopVolumeOutputs>;
/** A disk type that can be bought. */
export type VolumeType = ObjectOf<typeof volumeTypeOutputs>;
/** Selects one desktop, by id or by name. */
export type DesktopQuery = ObjectOf<typeof oneDesktop>;
/** Selects desktops. All given conditions must be met; without any, all desktops match. */
export type DesktopsQuery = Omit<
  ObjectOf<(typeof lookups)["getDesktops"]["inputs"]>,
  keyof typeof lookupPlace
>;
