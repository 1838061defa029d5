import * as pulumi from "@pulumi/pulumi";
import { attachmentProperties } from "../provider/core/schema";
import { timeoutsOf } from "./customTimeouts";
import { endTracesWithProgram } from "./programFrames";
import { type Outputs, withOutputs } from "./outputs";
import { previewedDesktops } from "./previewedDesktops";
import { providerString } from "./providerString";
import { otherArgs, refuseImport, withProtect } from "./resourceOptions";
import type { DataDiskAttachmentArgs } from "./types";

/**
 * One data disk of a desktop. Creating the resource adds the disk, or adopts an
 * existing one. Deleting the resource destroys the disk and its data, unless
 * `deletionPolicy` is `retain`.
 *
 * Each operation has one time limit for queueing, calls and waiting: 30 minutes,
 * or the value of the resource option `customTimeouts`.
 */
export class DataDiskAttachment extends pulumi.CustomResource {
  /** Id of the desktop. */
  declare readonly desktopId: pulumi.Output<string>;
  /** Region in which the disks were added. */
  declare readonly region: pulumi.Output<string>;
  /** Id of the project in which the disks were added. */
  declare readonly projectId: pulumi.Output<string>;
  /** Base URL of the API that is called. */
  declare readonly endpoint: pulumi.Output<string>;
  /** Id of the disk, as all volume calls of the service take it. */
  declare readonly volumeId: pulumi.Output<string>;
  /** Device name on the desktop, such as `/dev/vdb`. */
  declare readonly device: pulumi.Output<string | undefined>;
  /** Name that the service assigned. */
  declare readonly displayName: pulumi.Output<string | undefined>;
  /** When the disk was created, as the service writes it. */
  declare readonly createTime: pulumi.Output<string | undefined>;
  /** Id of the disk in billing. */
  declare readonly billResourceId: pulumi.Output<string | undefined>;
  /** Specification code of the disk in billing. */
  declare readonly resourceSpecCode: pulumi.Output<string | undefined>;
  /** Disk type, such as `SSD`. */
  declare readonly type: pulumi.Output<string>;
  /** Size of the disk. Unit: GB. */
  declare readonly size: pulumi.Output<number>;
  /** Operations per second. Unit: IOPS. */
  declare readonly iops: pulumi.Output<number | undefined>;
  /** Throughput. Unit: MiB/s. */
  declare readonly throughput: pulumi.Output<number | undefined>;
  /** Id of the key that encrypts the disk. */
  declare readonly kmsId: pulumi.Output<string | undefined>;
  /** Whether the disk is protected from being deleted. */
  declare readonly deletionProtection: pulumi.Output<boolean | undefined>;
  /** What happens to the disk when its resource is deleted or its name leaves a set. */
  declare readonly deletionPolicy: pulumi.Output<"delete" | "retain" | undefined>;

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
    refuseImport(opts, "DataDiskAttachment");
    const inputs = withOutputs(OUTPUTS, {
      ...otherArgs(args, INPUTS, "DataDiskAttachment"),
      ...pick(args),
      timeouts: timeoutsOf(opts),
      __preview: opts?.id === undefined ? previewedDesktops(args.desktopId) : undefined,
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
  region: undefined,
  projectId: undefined,
  endpoint: undefined,
  volumeId: undefined,
  device: undefined,
  displayName: undefined,
  createTime: undefined,
  billResourceId: undefined,
  resourceSpecCode: undefined,
  type: undefined,
  size: undefined,
  iops: undefined,
  throughput: undefined,
  kmsId: undefined,
  deletionProtection: undefined,
  deletionPolicy: undefined,
};

const INPUTS = Object.keys(attachmentProperties) as (keyof DataDiskAttachmentArgs)[];

/** The inputs that this version knows. */
function pick(args: DataDiskAttachmentArgs): pulumi.Inputs {
  return Object.fromEntries(INPUTS.map((key) => [key, args[key]]));
}
