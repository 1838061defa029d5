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
   * The disks by name, ten at most. You can remove a name only if state has a
   * `deletionPolicy` for its disk: `delete` destroys the disk, `retain` leaves it
   * on the desktop until the name is added again. To rename a disk, write the
   * new name with `existingVolumeId` set to the disk's id.
   */
  disks: pulumi.Input<Record<string, pulumi.Input<DataDiskArgs>>>;
  /** Default for all disks of the set. `true`: the disk is neither deleted nor replaced. Default: false. Changes in place, without a call. */
  deletionProtection?: pulumi.Input<boolean>;
  /** Default for all disks of the set: what happens to a disk when its name leaves the set, or the set is deleted. Changes in place, without a call. */
  deletionPolicy?: pulumi.Input<"delete" | "retain">;
  /** Default for all disks of the set. `true`: a change that costs the data replaces the disk. Default: false. Changes in place, without a call. */
  allowReplace?: pulumi.Input<boolean>;
}

/** A disk of a `DesktopDataDisks`, as the service reports it. */
export interface DataDisk {
  /** Id of the disk, for all volume calls of the service. */
  volumeId: string;
  /** Disk type, such as `SSD`. */
  type: string;
  /** Size in GB. */
  size: number;
  /** Device name on the desktop, such as `/dev/vdb`. */
  device?: string;
  /** Name that the service assigned. */
  displayName?: string;
  /** Creation time, as the service writes it. */
  createTime?: string;
  /** Operations a second, if the service reports it. */
  iops?: number;
  /** MiB a second, if the service reports it. */
  throughput?: number;
  /** Key that encrypts the disk, if the service reports one. */
  kmsId?: string;
  /** Id of the disk in billing. */
  billResourceId?: string;
  /** Specification code of the disk in billing. */
  resourceSpecCode?: string;
  /** Whether the disk is protected from deletion. */
  deletionProtection?: boolean;
  /** What happens to the disk when its name leaves the set, or the set is deleted. */
  deletionPolicy?: "delete" | "retain";
}

/**
 * Data disks of a desktop, by name. They are added, grown and deleted with one
 * call for each kind of change, at any parallelism. Deleting the resource
 * destroys its disks and their data, except those whose `deletionPolicy` is
 * `retain`.
 *
 * Each operation has one time limit for all disks together: 30 minutes, or the
 * value of the resource option `customTimeouts`.
 */
export class DesktopDataDisks extends pulumi.CustomResource {
  /** The desktop that holds the disks. */
  declare readonly desktopId: pulumi.Output<string>;
  /**
   * The disks by name, as the service reports them. At the preview of a change,
   * only values from the program are known: for ids, use `volumeIds`.
   */
  declare readonly disks: pulumi.Output<Record<string, DataDisk>>;
  /** The ids of the disks by name, for all volume calls of the service. */
  declare readonly volumeIds: pulumi.Output<Record<string, string>>;
  /** Region of the disks. */
  declare readonly region: pulumi.Output<string>;
  /** Project of the disks. */
  declare readonly projectId: pulumi.Output<string>;
  /** Base URL of the API that created the disks. */
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

/** Whether the program protects a disk with a literal: for all, or for one. */
function isProtected({ deletionProtection, disks }: DesktopDataDisksArgs): boolean {
  if (deletionProtection === true) return true;
  const entries: unknown[] =
    typeof disks === "object" && !pulumi.Output.isInstance(disks) ? Object.values(disks) : [];
  return entries.some((entry) => (entry as DataDiskArgs | null | undefined)?.deletionProtection === true);
}
