import * as pulumi from "@pulumi/pulumi";
import { setProperties } from "../provider/core/schema";
import { timeoutsOf } from "./customTimeouts";
import { type Outputs, withOutputs } from "./outputs";
import { endTracesWithProgram } from "./programFrames";
import { previewedDesktops } from "./previewedDesktops";
import { providerString } from "./providerString";
import { checkDiskNames, otherArgs, refuseImport, withProtect } from "./resourceOptions";
import type { DataDisk, DataDiskArgs, DesktopDataDisksArgs } from "./types";

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
  /** Id of the desktop. */
  declare readonly desktopId: pulumi.Output<string>;
  /** Region in which the disks were added. */
  declare readonly region: pulumi.Output<string>;
  /** Id of the project in which the disks were added. */
  declare readonly projectId: pulumi.Output<string>;
  /** Base URL of the API that is called. */
  declare readonly endpoint: pulumi.Output<string>;
  /**
   * The disks by name, as the service reports them. The preview of a change knows only what the
   * program says of them: use `volumeIds` for what depends on ids.
   */
  declare readonly disks: pulumi.Output<Record<string, DataDisk>>;
  /** The ids of the disks by name, for all volume calls of the service. */
  declare readonly volumeIds: pulumi.Output<Record<string, string>>;

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
    refuseImport(opts, "DesktopDataDisks");
    const known = Object.fromEntries(INPUTS.map((key) => [key, args[key]]));
    const inputs = withOutputs(OUTPUTS, {
      ...otherArgs(args, INPUTS, "DesktopDataDisks"),
      ...known,
      disks: checkDiskNames(args.disks),
      timeouts: timeoutsOf(opts),
      __preview: previewedDesktops(args.desktopId),
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
  region: undefined,
  projectId: undefined,
  endpoint: undefined,
  disks: undefined,
  volumeIds: undefined,
};

const INPUTS = Object.keys(setProperties) as (keyof DesktopDataDisksArgs)[];

/** Whether the program protects a disk with a literal: for all, or for one. */
function isProtected({ deletionProtection, disks }: DesktopDataDisksArgs): boolean {
  if (deletionProtection === true) return true;
  const entries: unknown[] =
    typeof disks === "object" && !pulumi.Output.isInstance(disks) ? Object.values(disks) : [];
  return entries.some((entry) => (entry as DataDiskArgs | null | undefined)?.deletionProtection === true);
}
