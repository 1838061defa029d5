import * as pulumi from "@pulumi/pulumi";
import { timeoutsOf } from "./customTimeouts";
import type { DataDiskAttachmentArgs } from "./dataDiskAttachment";
import { type Outputs, withOutputs } from "./outputs";
import { endTracesWithProgram } from "./programFrames";
import { providerString } from "./providerString";

/** What one disk of a `DesktopDataDisks` shall be. */
export type DataDiskArgs = Pick<
  DataDiskAttachmentArgs,
  | "type"
  | "size"
  | "iops"
  | "throughput"
  | "kmsId"
  | "existingVolumeId"
  | "deletionProtection"
  | "allowReplace"
>;

/** The inputs of a `DesktopDataDisks`. */
export interface DesktopDataDisksArgs extends Pick<
  DataDiskAttachmentArgs,
  "desktopId" | "enterpriseProjectId" | "region" | "projectId" | "endpoint" | "iamEndpoint" | "profile"
> {
  /**
   * The disks by name, ten at most. A name stands for its disk for good:
   * taking a name away deletes that disk with its data and touches no other.
   * A new name for a disk of the same type, and not smaller, in the same run is
   * refused, unless `allowReplace`; `existingVolumeId` with the old disk's id
   * renames it.
   */
  disks: pulumi.Input<Record<string, pulumi.Input<DataDiskArgs>>>;
  /** For every disk that does not say otherwise: neither deleted nor replaced while `true`. Default: false. Changes in place, without a call. */
  deletionProtection?: pulumi.Input<boolean>;
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
  /** Whether the disk is protected from being deleted. */
  deletionProtection?: boolean;
}

/**
 * Deleting this resource destroys all of its disks and their data for good. It
 * stands for data disks of one cloud desktop, by name: made, grown and deleted
 * with one call for each kind of change, whatever the engine's parallelism.
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
    const inputs = withOutputs(OUTPUTS, {
      desktopId: args.desktopId,
      disks: args.disks,
      deletionProtection: args.deletionProtection,
      allowReplace: args.allowReplace,
      enterpriseProjectId: args.enterpriseProjectId,
      region: args.region,
      projectId: args.projectId,
      endpoint: args.endpoint,
      iamEndpoint: args.iamEndpoint,
      profile: args.profile,
      timeouts: timeoutsOf(opts),
      __provider: providerString("desktopDataDisks"),
    });
    const restore = endTracesWithProgram();
    try {
      super(DesktopDataDisks.pulumiType, name, inputs, opts);
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
