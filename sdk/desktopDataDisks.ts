import * as pulumi from "@pulumi/pulumi";
import { timeoutsOf } from "./customTimeouts";
import type { DataDiskAttachmentArgs } from "./dataDiskAttachment";
import { type Outputs, withOutputs } from "./outputs";
import { endTracesWithProgram } from "./programFrames";
import { providerString } from "./providerString";
import { checkDiskNames, otherArgs, withProtect } from "./resourceOptions";

/** One disk of a `DesktopDataDisks`. */
export type DataDiskArgs = Pick<
  DataDiskAttachmentArgs,
  | "type"
  | "size"
  | "iops"
  | "throughput"
  | "kmsId"
  | "existingVolumeId"
  | "deletionProtection"
  | "deletionPolicy"
  | "allowReplace"
>;

/** The inputs of a `DesktopDataDisks`. */
export interface DesktopDataDisksArgs extends Pick<
  DataDiskAttachmentArgs,
  "desktopId" | "enterpriseProjectId" | "region" | "projectId" | "endpoint" | "iamEndpoint" | "profile"
> {
  /**
   * The disks by name, ten at most. A name stands for its disk. It may leave
   * the set only where `deletionPolicy`, as state has it, says what becomes of
   * the disk: `delete` destroys it, `retain` leaves it on the desktop, and the
   * name takes it back when it returns. To rename a disk, write the new name
   * with `existingVolumeId` set to the disk's id.
   */
  disks: pulumi.Input<Record<string, pulumi.Input<DataDiskArgs>>>;
  /** For every disk that does not say otherwise: neither deleted nor replaced while `true`. Default: false. Changes in place, without a call. */
  deletionProtection?: pulumi.Input<boolean>;
  /** For every disk that does not say otherwise: what happens to it when its name leaves the set, or the set is deleted. Changes in place, without a call. */
  deletionPolicy?: pulumi.Input<"delete" | "retain">;
  /** For every disk that does not say otherwise: a change that costs the data replaces the disk. Default: false. Changes in place, without a call. */
  allowReplace?: pulumi.Input<boolean>;
}

/** A disk of a `DesktopDataDisks`, as the service tells it. */
export interface DataDisk {
  /** Id of the disk, as all volume calls of the service take it. */
  volumeId: string;
  /** Kind of disk, such as `SSD`. */
  type: string;
  /** Size in GB. */
  size: number;
  /** Where the desktop sees the disk, such as `/dev/vdb`. */
  device?: string;
  /** Name that the service gave the disk. */
  displayName?: string;
  /** When the disk was made, as the service writes it. */
  createTime?: string;
  /** Operations a second, where the service tells. */
  iops?: number;
  /** MiB a second, where the service tells. */
  throughput?: number;
  /** Key that encrypts the disk, if one does. */
  kmsId?: string;
  /** Id of the disk in billing. */
  billResourceId?: string;
  /** Specification code of the disk in billing. */
  resourceSpecCode?: string;
  /** Whether the disk is protected from being deleted. */
  deletionProtection?: boolean;
  /** What happens to the disk when its name leaves the set, or the set is deleted. */
  deletionPolicy?: "delete" | "retain";
}

/**
 * Data disks of one cloud desktop, by name: added, grown and deleted with one
 * call for each kind of change, whatever the engine's parallelism. Deleting the
 * resource destroys all of its disks and their data for good, but for those
 * whose `deletionPolicy` is `retain`.
 *
 * The resource option `customTimeouts` is honoured; the default is 30 minutes
 * an operation, for all disks together.
 */
export class DesktopDataDisks extends pulumi.CustomResource {
  /** The desktop that holds the disks. */
  declare readonly desktopId: pulumi.Output<string>;
  /**
   * The disks by name, as the service tells them. The preview of a change knows
   * of them only what the program says: use `volumeIds` for what depends on ids.
   */
  declare readonly disks: pulumi.Output<Record<string, DataDisk>>;
  /** The ids of the disks by name, as all volume calls of the service take them. */
  declare readonly volumeIds: pulumi.Output<Record<string, string>>;
  /** Region that the disks were made in. */
  declare readonly region: pulumi.Output<string>;
  /** Project that the disks were made in. */
  declare readonly projectId: pulumi.Output<string>;
  /** Base URL of the API that the disks were made through. */
  declare readonly endpoint: pulumi.Output<string>;

  private static readonly pulumiType = "pulumi-nodejs:dynamic/huaweicloud-workspace:DesktopDataDisks";

  /** Whether this is a `DesktopDataDisks`, also when it comes from another copy of this package. */
  static override isInstance(value: unknown): value is DesktopDataDisks {
    return pulumi.Resource.isInstance(value) && Reflect.get(value, "__pulumiType") === this.pulumiType;
  }

  /**
   * @param name name of the resource in the program
   * @param args the desktop and its disks
   * @param opts options of every Pulumi resource
   */
  constructor(name: string, args: DesktopDataDisksArgs, opts?: pulumi.CustomResourceOptions) {
    const known = Object.fromEntries(INPUTS.map((key) => [key, args[key]]));
    const inputs = withOutputs(OUTPUTS, {
      ...otherArgs(args, INPUTS, "DesktopDataDisks"),
      ...known,
      disks: checkDiskNames(args.disks),
      timeouts: timeoutsOf(opts),
      __provider: providerString("desktopDataDisks"),
    });
    const restore = endTracesWithProgram();
    try {
      super(DesktopDataDisks.pulumiType, name, inputs, withProtect(opts, isProtected(args)));
    } finally {
      restore();
    }
  }
}

const OUTPUTS: Outputs<DesktopDataDisks> = {
  desktopId: undefined,
  disks: undefined,
  volumeIds: undefined,
  region: undefined,
  projectId: undefined,
  endpoint: undefined,
};

const INPUTS = [
  "desktopId",
  "disks",
  "deletionProtection",
  "deletionPolicy",
  "allowReplace",
  "enterpriseProjectId",
  "region",
  "projectId",
  "endpoint",
  "iamEndpoint",
  "profile",
] as const satisfies readonly (keyof DesktopDataDisksArgs)[];

/** Whether the program says itself that a disk is protected: for all, or for one. */
function isProtected({ deletionProtection, disks }: DesktopDataDisksArgs): boolean {
  if (deletionProtection === true) return true;
  const entries: unknown[] =
    typeof disks === "object" && !pulumi.Output.isInstance(disks) ? Object.values(disks) : [];
  return entries.some((entry) => (entry as DataDiskArgs | null | undefined)?.deletionProtection === true);
}
