import * as pulumi from "@pulumi/pulumi";
import { timeoutsOf } from "./customTimeouts";
import type { DiskType } from "./diskType";
import { endTracesWithProgram } from "./programFrames";
import { type Outputs, withOutputs } from "./outputs";
import { providerString } from "./providerString";
import { otherArgs, withProtect } from "./resourceOptions";

/** The inputs of a `DataDiskAttachment`. */
export interface DataDiskAttachmentArgs {
  /** Id of the desktop, not its computer name (`getDesktop` finds the id). A change would cost the data: refused, unless `allowReplace`. */
  desktopId: pulumi.Input<string>;
  /**
   * Disk type: `SAS`, `SSD`, `GPSSD`, `GPSSD2`, `ESSD`, or another that the
   * service offers. A change would cost the data: refused, unless
   * `allowReplace`.
   */
  type: pulumi.Input<DiskType>;
  /** Size in GB: 10 to 32760, in steps of 10. Grows in place; cannot shrink. */
  size: pulumi.Input<number>;
  /** Operations a second, a whole number; for `GPSSD2` only, and required there. Changes in place. */
  iops?: pulumi.Input<number>;
  /** MiB a second, a whole number; for `GPSSD2` only, and required there. Changes in place. */
  throughput?: pulumi.Input<number>;
  /** Key that encrypts the disk. Default: not encrypted. A change would cost the data: refused, unless `allowReplace`. */
  kmsId?: pulumi.Input<string>;
  /**
   * Enterprise project that the disk is billed to. Default: the setting of that
   * name. Read when the disk is added; a later change has no effect.
   */
  enterpriseProjectId?: pulumi.Input<string>;
  /**
   * Adopt this disk instead of adding one. It must be a data disk of the
   * desktop with this type and size, and `deletionProtection` or
   * `deletionPolicy` must be set. In a `DesktopDataDisks`, the id of a disk
   * whose name is gone gives that disk the new name. Once the disk is adopted,
   * the property may be removed; another id is refused.
   */
  existingVolumeId?: pulumi.Input<string>;
  /**
   * `true`: the disk is neither deleted nor replaced. The value in state counts,
   * so a change takes effect after the next `pulumi up`. A literal `true` also
   * sets Pulumi's option `protect`, unless the program sets that option.
   * Default: false. Changes in place, without a call.
   */
  deletionProtection?: pulumi.Input<boolean>;
  /**
   * What happens to the disk when the resource is deleted, or its name leaves
   * a `DesktopDataDisks`: `delete` destroys it with its data, `retain` leaves
   * it on the desktop, unmanaged. Without it, deleting the resource destroys
   * the disk, and a name may not leave a `DesktopDataDisks`. A change counts
   * after the next `pulumi up`. Changes in place, without a call.
   */
  deletionPolicy?: pulumi.Input<"delete" | "retain">;
  /**
   * `true`: a change that costs the data replaces the disk instead of being
   * refused. Default: false. Changes in place, without a call.
   */
  allowReplace?: pulumi.Input<boolean>;
  /** Region. Default: the setting of that name. A change would cost the data: refused, unless `allowReplace`. */
  region?: pulumi.Input<string>;
  /** Project. Default: the setting of that name. A change would cost the data: refused, unless `allowReplace`. */
  projectId?: pulumi.Input<string>;
  /** Base URL of the Workspace API. Default: the setting of that name, else from the region. Changes in place, without a call. */
  endpoint?: pulumi.Input<string>;
  /** Base URL of IAM, with or without `/v3`. Default: the setting of that name, else from the region. Changes in place, without a call. */
  iamEndpoint?: pulumi.Input<string>;
  /**
   * Profile of the shared configuration file that holds the credentials; a
   * name, no secret. Default: the setting of that name. Changes in place,
   * without a call.
   */
  profile?: pulumi.Input<string>;
}

/**
 * One data disk of a desktop. Creating the resource adds the disk, or adopts an
 * existing one. Deleting the resource destroys the disk and its data, unless
 * `deletionPolicy` is `retain`.
 *
 * Each operation has one time limit for queueing, calls and waiting: 30 minutes,
 * or the value of the resource option `customTimeouts`.
 */
export class DataDiskAttachment extends pulumi.CustomResource {
  /** The desktop that holds the disk. */
  declare readonly desktopId: pulumi.Output<string>;
  /** Id of the disk, for all volume calls of the service. */
  declare readonly volumeId: pulumi.Output<string>;
  /** Disk type, such as `SSD`. */
  declare readonly type: pulumi.Output<string>;
  /** Size in GB. */
  declare readonly size: pulumi.Output<number>;
  /** Operations a second, if the service reports it. */
  declare readonly iops: pulumi.Output<number | undefined>;
  /** MiB a second, if the service reports it. */
  declare readonly throughput: pulumi.Output<number | undefined>;
  /** Key that encrypts the disk, if the service reports one. */
  declare readonly kmsId: pulumi.Output<string | undefined>;
  /** Device name on the desktop, such as `/dev/vdb`. */
  declare readonly device: pulumi.Output<string | undefined>;
  /** Name that the service assigned. */
  declare readonly displayName: pulumi.Output<string | undefined>;
  /** Creation time, as the service writes it. */
  declare readonly createTime: pulumi.Output<string | undefined>;
  /** Whether the disk is protected from deletion. */
  declare readonly deletionProtection: pulumi.Output<boolean | undefined>;
  /** What happens to the disk when the resource is deleted. */
  declare readonly deletionPolicy: pulumi.Output<"delete" | "retain" | undefined>;
  /** Region of the disk. */
  declare readonly region: pulumi.Output<string>;
  /** Project of the disk. */
  declare readonly projectId: pulumi.Output<string>;
  /** Base URL of the API that created the disk. */
  declare readonly endpoint: pulumi.Output<string>;

  private static readonly pulumiType = "pulumi-nodejs:dynamic/huaweicloud-workspace:DataDiskAttachment";

  /**
   * Reads an existing disk without managing it.
   *
   * @param name name of the resource in the program
   * @param id `<desktopId>/<volumeId>`
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    opts?: pulumi.CustomResourceOptions,
  ): DataDiskAttachment {
    // What the disk is, is read from the service.
    return new DataDiskAttachment(name, {} as DataDiskAttachmentArgs, { ...opts, id });
  }

  /** Whether this is a `DataDiskAttachment`, also when it comes from another copy of this package. */
  static override isInstance(value: unknown): value is DataDiskAttachment {
    return pulumi.Resource.isInstance(value) && Reflect.get(value, "__pulumiType") === this.pulumiType;
  }

  /**
   * @param name name of the resource in the program
   * @param args the disk
   * @param opts options of every Pulumi resource
   */
  constructor(name: string, args: DataDiskAttachmentArgs, opts?: pulumi.CustomResourceOptions) {
    const inputs = withOutputs(OUTPUTS, {
      ...otherArgs(args, INPUTS, "DataDiskAttachment"),
      ...pick(args),
      timeouts: timeoutsOf(opts),
      __provider: providerString("provider"),
    });
    const restore = endTracesWithProgram();
    try {
      super(DataDiskAttachment.pulumiType, name, inputs, withProtect(opts, args.deletionProtection === true));
    } finally {
      restore();
    }
  }
}

const OUTPUTS: Outputs<DataDiskAttachment> = {
  desktopId: undefined,
  volumeId: undefined,
  type: undefined,
  size: undefined,
  iops: undefined,
  throughput: undefined,
  kmsId: undefined,
  device: undefined,
  displayName: undefined,
  createTime: undefined,
  deletionProtection: undefined,
  deletionPolicy: undefined,
  region: undefined,
  projectId: undefined,
  endpoint: undefined,
};

const INPUTS = [
  "desktopId",
  "type",
  "size",
  "iops",
  "throughput",
  "kmsId",
  "enterpriseProjectId",
  "existingVolumeId",
  "deletionProtection",
  "deletionPolicy",
  "allowReplace",
  "region",
  "projectId",
  "endpoint",
  "iamEndpoint",
  "profile",
] as const satisfies readonly (keyof DataDiskAttachmentArgs)[];

/** The inputs that this version knows. */
function pick(args: DataDiskAttachmentArgs): pulumi.Inputs {
  return Object.fromEntries(INPUTS.map((key) => [key, args[key]]));
}
