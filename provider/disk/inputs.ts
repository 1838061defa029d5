import type { Place } from "./desktopRoom";
import type { Timeouts } from "./timeouts";

/** What one data disk shall be: the inputs that each disk has for itself. */
export interface DiskInputs {
  type: string;
  /** GB */
  size: number;
  iops?: number;
  /** MiB/s */
  throughput?: number;
  kmsId?: string;
  existingVolumeId?: string;
  deletionProtection?: boolean;
  allowReplace?: boolean;
}

/** What belongs to a desktop and not to one of its disks. */
export interface DesktopInputs extends Place {
  desktopId: string;
  enterpriseProjectId?: string;
  timeouts?: Timeouts;
}

/** All inputs of a `DataDiskAttachment`. */
export type AttachmentInputs = DesktopInputs & DiskInputs;

export const DISK_KEYS = [
  "type",
  "size",
  "iops",
  "throughput",
  "kmsId",
  "existingVolumeId",
  "deletionProtection",
  "allowReplace",
] as const satisfies readonly (keyof DiskInputs)[];

export const PLACE_KEYS = [
  "region",
  "projectId",
  "endpoint",
  "iamEndpoint",
  "profile",
] as const satisfies readonly (keyof Place)[];

/** The place that inputs or a state name. */
export function placeOf(named: Place): Place {
  return Object.fromEntries(
    PLACE_KEYS.filter((key) => named[key] !== undefined).map((key) => [key, named[key]]),
  );
}
