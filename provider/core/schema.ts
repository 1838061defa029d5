/**
 * Every property of both kinds of resources, once: what it takes, what a
 * change of it means, and its documentation. Validation, planning, the
 * TypeScript types, the Pulumi schema and the reference are made from this
 * table; the look-ups have theirs in `lookupSchema.ts`.
 */

/** What a change of an input comes to. */
export type OnChange =
  /** Another disk: the data would be lost. Refused, unless `allowReplace`. */
  | "replace"
  /** In place, with ExpandVolumes; smaller is refused. */
  | "grow"
  /** In place, with BatchModifyQosVolumes. */
  | "qos"
  /** Written to state, without a call. */
  | "record"
  /** Read when the disk is added or adopted; nothing afterwards. */
  | "create only"
  /** Disk by disk, by name. */
  | "by name";

/** What a single value must look like. */
export type ScalarType =
  /** Text of up to 255 characters. */
  | "text"
  /** As `text`, and usable as one segment of a path. */
  | "id"
  /** As `text`: one of `KNOWN_TYPES`, or another that the service offers. */
  | "disk type"
  /** GB, a multiple of `SIZE_STEP_GB`. */
  | "size"
  /** A whole number above 0. */
  | "count"
  | "flag"
  /** `delete` or `retain`. */
  | "policy";

/** What an input must look like. `disks`: a map of disks by name. */
export type ValueType = ScalarType | "disks";

/** What is said of any property. */
export interface Property<T = unknown> {
  readonly type: T;
  readonly required?: true;
  readonly unit?: "GB" | "IOPS" | "MiB/s";
  /** In words. */
  readonly default?: string;
  /** One or more sentences; `describe` adds unit, default and what a change means. */
  readonly description: string;
}

/** One input of a resource. */
export interface InputProperty extends Property<ValueType> {
  readonly onChange: OnChange;
}

/** What an output holds: a single value, a map by name, or a list. */
export type OutputType =
  ScalarType | { readonly mapOf: "text" | ObjectName } | { readonly listOf: ObjectName };

/** Objects inside of outputs, by their names in TypeScript. */
export type ObjectName = "DataDisk" | "DesktopVolume" | "GetDesktopResult" | "GetVolumeTypesResult";

/** One output of a resource or a look-up. Where it is not `required`, the service may not report it. */
export type OutputProperty = Property<OutputType>;

/** The smallest disk and the step between sizes. */
export const SIZE_STEP_GB = 10;
/** The largest disk on any page of the service; others say less, which is left to the service. Above it, the unit was mistaken. */
export const SIZE_MAX_GB = 32_760;
/** The service's limit for ids. */
export const TEXT_MAX_CHARACTERS = 255;
/** The service's limit for data disks on one desktop. */
export const MAX_DISKS = 10;
/** Disk types known today; the service may offer others, which are passed on as they are. */
export const KNOWN_TYPES = ["SAS", "SSD", "GPSSD", "GPSSD2", "ESSD"] as const;
/** The only type that takes `iops` and `throughput`, and needs both. */
export const QOS_TYPE = "GPSSD2";
/** What may become of a disk when its resource is deleted. */
export const DELETION_POLICIES = ["delete", "retain"] as const;

/** Where the desktop is and which account calls: inputs of both kinds. */
export const placeProperties = {
  region: {
    type: "text",
    onChange: "replace",
    default: "the setting of that name",
    description: "Region of the desktop, such as `cn-north-4`.",
  },
  projectId: {
    type: "text",
    onChange: "replace",
    default: "the setting of that name, else looked up in IAM by name",
    description: "Id of the project of the desktop.",
  },
  endpoint: {
    type: "text",
    onChange: "record",
    default: "the setting of that name, else from the region",
    description: "Base URL of the Workspace API.",
  },
  iamEndpoint: {
    type: "text",
    onChange: "record",
    default: "the setting of that name, else from the region",
    description: "Base URL of IAM, with or without `/v3`.",
  },
  profile: {
    type: "text",
    onChange: "record",
    default: "the setting of that name",
    description:
      "Name of the profile of the shared configuration file that has the credentials. Not a secret.",
  },
} as const satisfies Record<string, InputProperty>;

/** What belongs to a desktop and not to one of its disks: inputs of both kinds. */
export const desktopProperties = {
  desktopId: {
    type: "id",
    required: true,
    onChange: "replace",
    description: "Id of the desktop, not its computer name: `getDesktop` finds the id.",
  },
  enterpriseProjectId: {
    type: "text",
    onChange: "create only",
    default: "the setting of that name",
    description: "Enterprise project that a new disk is billed to.",
  },
  ...placeProperties,
} as const satisfies Record<string, InputProperty>;

/** Said for one disk, or once for all disks of a set. */
export const sharedProperties = {
  deletionProtection: {
    type: "flag",
    onChange: "record",
    default: "false",
    description:
      "`true`: the disk is neither deleted nor replaced. The value in state counts, so a change takes effect after the next `pulumi up`.",
  },
  deletionPolicy: {
    type: "policy",
    onChange: "record",
    description:
      "What happens to the disk when its resource is deleted or its name leaves a set. `delete`: the disk and its data are destroyed. " +
      "`retain`: the disk stays on the desktop and is no longer managed. Without it, deleting the resource destroys the disk, " +
      "and a name cannot leave a set. A change counts after the next `pulumi up`.",
  },
  allowReplace: {
    type: "flag",
    onChange: "record",
    default: "false",
    description: "`true`: a change that costs the data replaces the disk instead of being refused.",
  },
} as const satisfies Record<string, InputProperty>;

/** Inputs of one disk: of an attachment, or of an entry of a set. */
export const diskProperties = {
  type: {
    type: "disk type",
    required: true,
    onChange: "replace",
    description: `Disk type: ${KNOWN_TYPES.map((one) => `\`${one}\``).join(", ")}, or another that the service offers.`,
  },
  size: {
    type: "size",
    required: true,
    onChange: "grow",
    unit: "GB",
    description: `Size of the disk: ${SIZE_STEP_GB} to ${SIZE_MAX_GB}, in steps of ${SIZE_STEP_GB}.`,
  },
  iops: {
    type: "count",
    onChange: "qos",
    unit: "IOPS",
    description: `Operations per second, a whole number. For \`${QOS_TYPE}\` only, and required there.`,
  },
  throughput: {
    type: "count",
    onChange: "qos",
    unit: "MiB/s",
    description: `Throughput, a whole number. For \`${QOS_TYPE}\` only, and required there.`,
  },
  kmsId: {
    type: "text",
    onChange: "replace",
    default: "not encrypted",
    description: "Id of the key that encrypts the disk.",
  },
  existingVolumeId: {
    type: "id",
    onChange: "create only",
    description:
      "Adopts this disk instead of adding one. It must be a data disk of the desktop with this type and size, and " +
      "`deletionProtection` or `deletionPolicy` must be set with it. In a set, it renames a disk whose old name is removed. " +
      "Once the disk is adopted, the property may be removed; another id is refused.",
  },
  ...sharedProperties,
} as const satisfies Record<string, InputProperty>;

const { desktopId, ...accountProperties } = desktopProperties;

/** Inputs of a `DataDiskAttachment`. */
export const attachmentProperties = { desktopId, ...diskProperties, ...accountProperties } as const;

/** The same inputs where a set says them once. */
function forEveryDisk<T extends Record<string, InputProperty>>(properties: T): T {
  const told = Object.entries(properties).map(([name, property]) => [
    name,
    { ...property, description: `For every disk that does not say otherwise. ${property.description}` },
  ]);
  return Object.fromEntries(told) as T;
}

/** Inputs of a `DesktopDataDisks`. */
export const setProperties = {
  desktopId,
  disks: {
    type: "disks",
    required: true,
    onChange: "by name",
    description:
      `The disks by name, ${MAX_DISKS} at most. You can remove a name only if state has a \`deletionPolicy\` ` +
      "for its disk. To rename a disk, write the new name with `existingVolumeId` set to the disk's id.",
  },
  ...forEveryDisk(sharedProperties),
  ...accountProperties,
} as const satisfies Record<string, InputProperty>;

/** What the service reports of a disk and no input says; state keeps it. */
export const volumeOutputs = {
  volumeId: {
    type: "text",
    required: true,
    description: "Id of the disk, as all volume calls of the service take it.",
  },
  device: { type: "text", description: "Device name on the desktop, such as `/dev/vdb`." },
  displayName: { type: "text", description: "Name that the service gave the disk." },
  createTime: { type: "text", description: "When the disk was created, as the service writes it." },
  billResourceId: { type: "text", description: "Id of the disk in billing." },
  resourceSpecCode: { type: "text", description: "Specification code of the disk in billing." },
} as const satisfies Record<string, OutputProperty>;

/** What the service reports of every data disk. */
export const volumeFacts = {
  ...volumeOutputs,
  type: { type: "text", description: "Disk type, such as `SSD`." },
  size: { type: "size", unit: "GB", description: "Size of the disk." },
  iops: { type: "count", unit: "IOPS", description: "Operations per second." },
  throughput: { type: "count", unit: "MiB/s", description: "Throughput." },
  kmsId: { type: "text", description: "Id of the key that encrypts the disk." },
} as const satisfies Record<string, OutputProperty>;

/** A disk that a resource manages, as its outputs show it. */
export const diskOutputs = {
  ...volumeFacts,
  type: { ...volumeFacts.type, required: true },
  size: { ...volumeFacts.size, required: true },
  deletionProtection: { type: "flag", description: "Whether the disk is protected from being deleted." },
  deletionPolicy: {
    type: "policy",
    description: "What happens to the disk when its resource is deleted or its name leaves a set.",
  },
} as const satisfies Record<string, OutputProperty>;

const placeOutputs = {
  desktopId: { type: "text", required: true, description: "Id of the desktop." },
  region: { type: "text", required: true, description: "Region in which the disks were added." },
  projectId: {
    type: "text",
    required: true,
    description: "Id of the project in which the disks were added.",
  },
  endpoint: { type: "text", required: true, description: "Base URL of the API that is called." },
} as const satisfies Record<string, OutputProperty>;

/** Outputs of a `DataDiskAttachment`. */
export const attachmentOutputs = { ...placeOutputs, ...diskOutputs } as const;

/** Outputs of a `DesktopDataDisks`. */
export const setOutputs = {
  ...placeOutputs,
  disks: {
    type: { mapOf: "DataDisk" },
    required: true,
    description:
      "The disks by name, as the service reports them. The preview of a change knows only what the program says of them: " +
      "use `volumeIds` for what depends on ids.",
  },
  volumeIds: {
    type: { mapOf: "text" },
    required: true,
    description: "The ids of the disks by name, as all volume calls of the service take them.",
  },
} as const satisfies Record<string, OutputProperty>;

/** Both kinds of resources. */
export const resources = {
  DataDiskAttachment: {
    description:
      "One data disk of one desktop: creating the resource adds the disk, or adopts an existing one. " +
      "Deleting the resource destroys the disk and its data for good, unless `deletionPolicy` is `retain`.",
    /** What its id looks like, for `pulumi import`. */
    id: "<desktopId>/<volumeId>",
    inputs: attachmentProperties,
    outputs: attachmentOutputs,
  },
  DesktopDataDisks: {
    description:
      "Data disks of one desktop, by name: added, grown and deleted with one call for each kind of change. " +
      "Deleting the resource destroys all of its disks and their data for good, except those whose `deletionPolicy` is `retain`.",
    id: "<desktopId>",
    inputs: setProperties,
    outputs: setOutputs,
  },
} as const;

const changes: Readonly<Record<OnChange, string>> = {
  replace: "A change would cost the data: refused, unless `allowReplace`.",
  grow: "Grows in place; cannot shrink.",
  qos: "Changes in place.",
  record: "Changes in place, without a call.",
  "create only": "Read when the disk is added or adopted; a later change does nothing.",
  "by name": "Disks are added, changed and deleted in place, by name.",
};

/** All that the table says of one property, in sentences: meaning, unit, default, and what a change does. */
export function describe({ description, unit, default: otherwise, ...rest }: Property): string {
  const { onChange } = rest as { readonly onChange?: OnChange };
  return [
    description,
    ...(unit === undefined ? [] : [`Unit: ${unit}.`]),
    ...(otherwise === undefined ? [] : [`Default: ${otherwise}.`]),
    // `existingVolumeId` says more of it than the kind does.
    ...(onChange === undefined || description.includes("another id is refused") ? [] : [changes[onChange]]),
  ].join(" ");
}

export type DiskProperty = keyof typeof diskProperties;
export type PlaceProperty = keyof typeof placeProperties;

/**
 * The known name that is meant most likely, for "did you mean …?": the same
 * but for case and punctuation, or one that differs in at most a third of its
 * letters. Undefined where nothing comes near.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  // A name may be as long as its author likes; known ones are short.
  const plain = normalised(name.slice(0, 100));
  const rated = known
    .map((one) => ({ one, distance: editDistance(plain, normalised(one)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = rated[0];
  return best !== undefined && best.distance <= Math.max(1, Math.floor(best.one.length / 3))
    ? best.one
    : undefined;
}

function normalised(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** Insertions, deletions, replacements, and two neighbours swapped, each count as one. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let distance = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(distance);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
