/**
 * Every property of both kinds of resources, once: what it takes, what a
 * change of it means, and its documentation. Validation, planning and the
 * reference are made from this table.
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

/** What a value must look like. */
export type ValueType =
  /** Text of up to 255 characters. */
  | "text"
  /** As `text`, and usable as one segment of a path. */
  | "id"
  /** GB, a multiple of `SIZE_STEP_GB`. */
  | "size"
  /** A whole number above 0. */
  | "count"
  | "flag"
  /** `delete` or `retain`. */
  | "policy"
  /** A map of disks by name. */
  | "disks";

/** One input. */
export interface InputProperty {
  readonly type: ValueType;
  readonly required?: true;
  readonly onChange: OnChange;
  readonly unit?: "GB" | "IOPS" | "MiB/s";
  readonly default?: string;
  /** One or two sentences for the reference. */
  readonly description: string;
}

/** The smallest disk and the step between sizes. */
export const SIZE_STEP_GB = 10;
/** The largest disk on any page of the service; others say less, which is left to the service. Above it, the unit was mistaken. */
export const SIZE_MAX_GB = 32_760;
/** The service's limit for ids. */
export const TEXT_MAX_CHARACTERS = 255;
/** The service's limit for data disks on one desktop. */
export const MAX_DISKS = 10;
/** Disk types known today; the service may offer others, which are passed on as they are. */
export const KNOWN_TYPES: readonly string[] = ["SAS", "SSD", "GPSSD", "GPSSD2", "ESSD"];
/** The only type that takes `iops` and `throughput`, and needs both. */
export const QOS_TYPE = "GPSSD2";

/** Where the desktop is and which account calls: inputs of both kinds. */
export const placeProperties = {
  region: {
    type: "text",
    onChange: "replace",
    default: "the setting of that name",
    description: "Region.",
  },
  projectId: {
    type: "text",
    onChange: "replace",
    default: "the setting of that name",
    description: "Project.",
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
  desktopId: { type: "id", required: true, onChange: "replace", description: "Id of the desktop." },
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
    type: "text",
    required: true,
    onChange: "replace",
    description: `Disk type: ${KNOWN_TYPES.map((one) => `\`${one}\``).join(", ")}, or another that the service offers.`,
  },
  size: {
    type: "size",
    required: true,
    onChange: "grow",
    unit: "GB",
    description: `Size: ${SIZE_STEP_GB} to ${SIZE_MAX_GB}, in steps of ${SIZE_STEP_GB}. Grows in place; cannot shrink.`,
  },
  iops: {
    type: "count",
    onChange: "qos",
    unit: "IOPS",
    description: `Operations a second; for \`${QOS_TYPE}\` only, and required there.`,
  },
  throughput: {
    type: "count",
    onChange: "qos",
    unit: "MiB/s",
    description: `Throughput; for \`${QOS_TYPE}\` only, and required there.`,
  },
  kmsId: {
    type: "text",
    onChange: "replace",
    default: "not encrypted",
    description: "Key that encrypts the disk.",
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

/** Inputs of a `DataDiskAttachment`. */
export const attachmentProperties = { ...desktopProperties, ...diskProperties } as const;

/** Inputs of a `DesktopDataDisks`. */
export const setProperties = {
  ...desktopProperties,
  disks: {
    type: "disks",
    required: true,
    onChange: "by name",
    description:
      `The disks by name, ${MAX_DISKS} at most. You can remove a name only if state has a \`deletionPolicy\` ` +
      "for its disk. To rename a disk, write the new name with `existingVolumeId` set to the disk's id.",
  },
  ...sharedProperties,
} as const satisfies Record<string, InputProperty>;

/** What the service reports of a disk, and state keeps. Absent: the service did not report it. */
export const volumeOutputs = {
  volumeId: "Id of the disk, for all volume calls of the service.",
  device: "Device name on the desktop, such as `/dev/vdb`.",
  displayName: "Name that the service assigned.",
  createTime: "When the disk was created, as the service writes it.",
  billResourceId: "Id of the disk in billing.",
  resourceSpecCode: "Specification code of the disk in billing.",
} as const;

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
