// Made by "npm run docs" from provider/core/schema.ts and lookupSchema.ts: change those, not this file.
import type * as pulumi from "@pulumi/pulumi";

/** Disk types: those that are known are offered, others may be given. */
export type DiskType = "SAS" | "SSD" | "GPSSD" | "GPSSD2" | "ESSD" | (string & Record<never, never>);

/** The inputs of a `DataDiskAttachment`. */
export interface DataDiskAttachmentArgs {
  /**
   * Id of the desktop, not its computer name: `getDesktop` finds the id. A change would cost the
   * data: refused, unless `allowReplace`.
   */
  desktopId: pulumi.Input<string>;
  /**
   * Disk type: `SAS`, `SSD`, `GPSSD`, `GPSSD2`, `ESSD`, or another that the service offers. A
   * change would cost the data: refused, unless `allowReplace`.
   */
  type: pulumi.Input<DiskType>;
  /** Size of the disk: 10 to 32760, in steps of 10. Unit: GB. Grows in place; cannot shrink. */
  size: pulumi.Input<number>;
  /**
   * Operations per second, a whole number. For `GPSSD2` only, and required there. Unit: IOPS.
   * Changes in place.
   */
  iops?: pulumi.Input<number>;
  /**
   * Throughput, a whole number. For `GPSSD2` only, and required there. Unit: MiB/s. Changes in
   * place.
   */
  throughput?: pulumi.Input<number>;
  /**
   * Id of the key that encrypts the disk. Default: not encrypted. A change would cost the data:
   * refused, unless `allowReplace`.
   */
  kmsId?: pulumi.Input<string>;
  /**
   * Adopts this disk instead of adding one. It must be a data disk of the desktop with this type
   * and size, and `deletionProtection` or `deletionPolicy` must be set with it. In a set, it
   * renames a disk whose old name is removed. Once the disk is adopted, the property may be
   * removed; another id is refused.
   */
  existingVolumeId?: pulumi.Input<string>;
  /**
   * `true`: the disk is neither deleted nor replaced. The value in state counts, so a change takes
   * effect after the next `pulumi up`. Default: false. Changes in place, without a call.
   */
  deletionProtection?: pulumi.Input<boolean>;
  /**
   * What happens to the disk when its resource is deleted or its name leaves a set. `delete`: the
   * disk and its data are destroyed. `retain`: the disk stays on the desktop and is no longer
   * managed. Without it, deleting the resource destroys the disk, and a name cannot leave a set. A
   * change counts after the next `pulumi up`. Changes in place, without a call.
   */
  deletionPolicy?: pulumi.Input<"delete" | "retain">;
  /**
   * `true`: a change that costs the data replaces the disk instead of being refused. Default:
   * false. Changes in place, without a call.
   */
  allowReplace?: pulumi.Input<boolean>;
  /**
   * Enterprise project that a new disk is billed to. Default: the setting of that name. Read when
   * the disk is added or adopted; a later change does nothing.
   */
  enterpriseProjectId?: pulumi.Input<string>;
  /**
   * Region of the desktop, such as `cn-north-4`. Default: the setting of that name. A change would
   * cost the data: refused, unless `allowReplace`.
   */
  region?: pulumi.Input<string>;
  /**
   * Id of the project of the desktop. Default: the setting of that name, else looked up in IAM by
   * name. A change would cost the data: refused, unless `allowReplace`.
   */
  projectId?: pulumi.Input<string>;
  /**
   * Base URL of the Workspace API. Default: the setting of that name, else from the region. Changes
   * in place, without a call.
   */
  endpoint?: pulumi.Input<string>;
  /**
   * Base URL of IAM, with or without `/v3`. Default: the setting of that name, else from the
   * region. Changes in place, without a call.
   */
  iamEndpoint?: pulumi.Input<string>;
  /**
   * Name of the profile of the shared configuration file that has the credentials. Not a secret.
   * Default: the setting of that name. Changes in place, without a call.
   */
  profile?: pulumi.Input<string>;
}

/** The inputs of a `DesktopDataDisks`. */
export interface DesktopDataDisksArgs {
  /**
   * Id of the desktop, not its computer name: `getDesktop` finds the id. A change would cost the
   * data: refused, unless `allowReplace`.
   */
  desktopId: pulumi.Input<string>;
  /**
   * The disks by name, 10 at most. You can remove a name only if state has a `deletionPolicy` for
   * its disk. To rename a disk, write the new name with `existingVolumeId` set to the disk's id.
   * Disks are added, changed and deleted in place, by name.
   */
  disks: pulumi.Input<Record<string, pulumi.Input<DataDiskArgs>>>;
  /**
   * For every disk that does not say otherwise. `true`: the disk is neither deleted nor replaced.
   * The value in state counts, so a change takes effect after the next `pulumi up`. Default: false.
   * Changes in place, without a call.
   */
  deletionProtection?: pulumi.Input<boolean>;
  /**
   * For every disk that does not say otherwise. What happens to the disk when its resource is
   * deleted or its name leaves a set. `delete`: the disk and its data are destroyed. `retain`: the
   * disk stays on the desktop and is no longer managed. Without it, deleting the resource destroys
   * the disk, and a name cannot leave a set. A change counts after the next `pulumi up`. Changes in
   * place, without a call.
   */
  deletionPolicy?: pulumi.Input<"delete" | "retain">;
  /**
   * For every disk that does not say otherwise. `true`: a change that costs the data replaces the
   * disk instead of being refused. Default: false. Changes in place, without a call.
   */
  allowReplace?: pulumi.Input<boolean>;
  /**
   * Enterprise project that a new disk is billed to. Default: the setting of that name. Read when
   * the disk is added or adopted; a later change does nothing.
   */
  enterpriseProjectId?: pulumi.Input<string>;
  /**
   * Region of the desktop, such as `cn-north-4`. Default: the setting of that name. A change would
   * cost the data: refused, unless `allowReplace`.
   */
  region?: pulumi.Input<string>;
  /**
   * Id of the project of the desktop. Default: the setting of that name, else looked up in IAM by
   * name. A change would cost the data: refused, unless `allowReplace`.
   */
  projectId?: pulumi.Input<string>;
  /**
   * Base URL of the Workspace API. Default: the setting of that name, else from the region. Changes
   * in place, without a call.
   */
  endpoint?: pulumi.Input<string>;
  /**
   * Base URL of IAM, with or without `/v3`. Default: the setting of that name, else from the
   * region. Changes in place, without a call.
   */
  iamEndpoint?: pulumi.Input<string>;
  /**
   * Name of the profile of the shared configuration file that has the credentials. Not a secret.
   * Default: the setting of that name. Changes in place, without a call.
   */
  profile?: pulumi.Input<string>;
}

/** One disk of a `DesktopDataDisks`. */
export interface DataDiskArgs {
  /**
   * Disk type: `SAS`, `SSD`, `GPSSD`, `GPSSD2`, `ESSD`, or another that the service offers. A
   * change would cost the data: refused, unless `allowReplace`.
   */
  type: pulumi.Input<DiskType>;
  /** Size of the disk: 10 to 32760, in steps of 10. Unit: GB. Grows in place; cannot shrink. */
  size: pulumi.Input<number>;
  /**
   * Operations per second, a whole number. For `GPSSD2` only, and required there. Unit: IOPS.
   * Changes in place.
   */
  iops?: pulumi.Input<number>;
  /**
   * Throughput, a whole number. For `GPSSD2` only, and required there. Unit: MiB/s. Changes in
   * place.
   */
  throughput?: pulumi.Input<number>;
  /**
   * Id of the key that encrypts the disk. Default: not encrypted. A change would cost the data:
   * refused, unless `allowReplace`.
   */
  kmsId?: pulumi.Input<string>;
  /**
   * Adopts this disk instead of adding one. It must be a data disk of the desktop with this type
   * and size, and `deletionProtection` or `deletionPolicy` must be set with it. In a set, it
   * renames a disk whose old name is removed. Once the disk is adopted, the property may be
   * removed; another id is refused.
   */
  existingVolumeId?: pulumi.Input<string>;
  /**
   * `true`: the disk is neither deleted nor replaced. The value in state counts, so a change takes
   * effect after the next `pulumi up`. Default: false. Changes in place, without a call.
   */
  deletionProtection?: pulumi.Input<boolean>;
  /**
   * What happens to the disk when its resource is deleted or its name leaves a set. `delete`: the
   * disk and its data are destroyed. `retain`: the disk stays on the desktop and is no longer
   * managed. Without it, deleting the resource destroys the disk, and a name cannot leave a set. A
   * change counts after the next `pulumi up`. Changes in place, without a call.
   */
  deletionPolicy?: pulumi.Input<"delete" | "retain">;
  /**
   * `true`: a change that costs the data replaces the disk instead of being refused. Default:
   * false. Changes in place, without a call.
   */
  allowReplace?: pulumi.Input<boolean>;
}

/** A disk of a `DesktopDataDisks`, as the service reports it. */
export interface DataDisk {
  /** Id of the disk, as all volume calls of the service take it. */
  volumeId: string;
  /** Device name on the desktop, such as `/dev/vdb`. */
  device?: string;
  /** Name that the service gave the disk. */
  displayName?: string;
  /** When the disk was created, as the service writes it. */
  createTime?: string;
  /** Id of the disk in billing. */
  billResourceId?: string;
  /** Specification code of the disk in billing. */
  resourceSpecCode?: string;
  /** Disk type, such as `SSD`. */
  type: string;
  /** Size of the disk. Unit: GB. */
  size: number;
  /** Operations per second. Unit: IOPS. */
  iops?: number;
  /** Throughput. Unit: MiB/s. */
  throughput?: number;
  /** Id of the key that encrypts the disk. */
  kmsId?: string;
  /** Whether the disk is protected from being deleted. */
  deletionProtection?: boolean;
  /** What happens to the disk when its resource is deleted or its name leaves a set. */
  deletionPolicy?: "delete" | "retain";
}

/** Which region, project and account a look-up uses. */
export interface LookupPlace {
  /** Region of the desktop, such as `cn-north-4`. Default: the setting of that name. */
  region?: string;
  /**
   * Id of the project of the desktop. Default: the setting of that name, else looked up in IAM by
   * name.
   */
  projectId?: string;
  /** Base URL of the Workspace API. Default: the setting of that name, else from the region. */
  endpoint?: string;
  /**
   * Base URL of IAM, with or without `/v3`. Default: the setting of that name, else from the
   * region.
   */
  iamEndpoint?: string;
  /**
   * Name of the profile of the shared configuration file that has the credentials. Not a secret.
   * Default: the setting of that name.
   */
  profile?: string;
}

/** The arguments of `getDesktop`. */
export interface GetDesktopArgs {
  /** Id of the desktop. Give either this or `computerName`. */
  desktopId?: string;
  /** Whole name of the desktop, as the service writes it. Give either this or `desktopId`. */
  computerName?: string;
  /** Region of the desktop, such as `cn-north-4`. Default: the setting of that name. */
  region?: string;
  /**
   * Id of the project of the desktop. Default: the setting of that name, else looked up in IAM by
   * name.
   */
  projectId?: string;
  /** Base URL of the Workspace API. Default: the setting of that name, else from the region. */
  endpoint?: string;
  /**
   * Base URL of IAM, with or without `/v3`. Default: the setting of that name, else from the
   * region.
   */
  iamEndpoint?: string;
  /**
   * Name of the profile of the shared configuration file that has the credentials. Not a secret.
   * Default: the setting of that name.
   */
  profile?: string;
}

/** The arguments of `getDesktops`. */
export interface GetDesktopsArgs {
  /** Tags that the desktop has, with these values. */
  tags?: Record<string, string>;
  /** Beginning of the desktop's name. */
  namePrefix?: string;
  /** Id of the pool that the desktop belongs to. */
  poolId?: string;
  /** Name of the user that the desktop belongs to. */
  userName?: string;
  /** Status of the desktop, such as `ACTIVE` or `SHUTOFF`. */
  status?: string;
  /** Enterprise project that the desktop is billed to. */
  enterpriseProjectId?: string;
  /** Region of the desktop, such as `cn-north-4`. Default: the setting of that name. */
  region?: string;
  /**
   * Id of the project of the desktop. Default: the setting of that name, else looked up in IAM by
   * name.
   */
  projectId?: string;
  /** Base URL of the Workspace API. Default: the setting of that name, else from the region. */
  endpoint?: string;
  /**
   * Base URL of IAM, with or without `/v3`. Default: the setting of that name, else from the
   * region.
   */
  iamEndpoint?: string;
  /**
   * Name of the profile of the shared configuration file that has the credentials. Not a secret.
   * Default: the setting of that name.
   */
  profile?: string;
}

/** The arguments of `getVolumeTypes`. */
export interface GetVolumeTypesArgs {
  /** Availability zone in which the types are on sale. Default: all zones of the region. */
  availabilityZone?: string;
  /** Region of the desktop, such as `cn-north-4`. Default: the setting of that name. */
  region?: string;
  /**
   * Id of the project of the desktop. Default: the setting of that name, else looked up in IAM by
   * name.
   */
  projectId?: string;
  /** Base URL of the Workspace API. Default: the setting of that name, else from the region. */
  endpoint?: string;
  /**
   * Base URL of IAM, with or without `/v3`. Default: the setting of that name, else from the
   * region.
   */
  iamEndpoint?: string;
  /**
   * Name of the profile of the shared configuration file that has the credentials. Not a secret.
   * Default: the setting of that name.
   */
  profile?: string;
}

/** The arguments of `getDataDisks`. */
export interface GetDataDisksArgs {
  /** Id of the desktop. Give either this or `computerName`. */
  desktopId?: string;
  /** Whole name of the desktop, as the service writes it. Give either this or `desktopId`. */
  computerName?: string;
  /** Region of the desktop, such as `cn-north-4`. Default: the setting of that name. */
  region?: string;
  /**
   * Id of the project of the desktop. Default: the setting of that name, else looked up in IAM by
   * name.
   */
  projectId?: string;
  /** Base URL of the Workspace API. Default: the setting of that name, else from the region. */
  endpoint?: string;
  /**
   * Base URL of IAM, with or without `/v3`. Default: the setting of that name, else from the
   * region.
   */
  iamEndpoint?: string;
  /**
   * Name of the profile of the shared configuration file that has the credentials. Not a secret.
   * Default: the setting of that name.
   */
  profile?: string;
}

/** A desktop, with the data disks that it has now. What the service left out is absent. */
export interface GetDesktopResult {
  /** Id of the desktop, as a disk's `desktopId` takes it. */
  desktopId: string;
  /** Name of the desktop, as the service writes it. */
  computerName: string;
  /** Status of the desktop, such as `ACTIVE` or `SHUTOFF`. */
  status: string;
  /** Availability zone of the desktop. */
  availabilityZone?: string;
  /** Enterprise project that the desktop is billed to. */
  enterpriseProjectId?: string;
  /** Id of the pool that the desktop belongs to. */
  poolId?: string;
  /** Name of the user that the desktop belongs to. */
  userName?: string;
  /** Tags of the desktop by key; empty if it has none. */
  tags: Record<string, string>;
  /** Id of the system disk, which is not a data disk. */
  rootVolumeId?: string;
  /** Data disks that the desktop has now, whoever added them. */
  dataVolumes: DesktopVolume[];
}

/** A data disk of a desktop, whoever added it. What the service left out is absent. */
export interface DesktopVolume {
  /** Id of the disk, as all volume calls of the service take it. */
  volumeId: string;
  /** Device name on the desktop, such as `/dev/vdb`. */
  device?: string;
  /** Name that the service gave the disk. */
  displayName?: string;
  /** When the disk was created, as the service writes it. */
  createTime?: string;
  /** Id of the disk in billing. */
  billResourceId?: string;
  /** Specification code of the disk in billing. */
  resourceSpecCode?: string;
  /** Disk type, such as `SSD`. */
  type?: string;
  /** Size of the disk. Unit: GB. */
  size?: number;
  /** Operations per second. Unit: IOPS. */
  iops?: number;
  /** Throughput. Unit: MiB/s. */
  throughput?: number;
  /** Id of the key that encrypts the disk. */
  kmsId?: string;
}

/** A disk type that can be bought. */
export interface GetVolumeTypesResult {
  /** Disk type, as a disk's `type` takes it. */
  type: string;
  /** Specification code in billing. */
  resourceSpecCode?: string;
  /** Whether the type is on sale, as the service writes it. */
  status?: string;
  /** Operations per second: the lowest or usual value. Unit: IOPS. */
  iops?: number;
  /** Throughput: the lowest or usual value. Unit: MiB/s. */
  throughput?: number;
}
