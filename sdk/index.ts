export {
  type DataDiskArgs,
  type DataDisk,
  DesktopDataDisks,
  type DesktopDataDisksArgs,
} from "./desktopDataDisks";
export { DataDiskAttachment, type DataDiskAttachmentArgs } from "./dataDiskAttachment";
export type { DiskType } from "./diskType";
export {
  type DesktopVolume,
  getDesktop,
  type GetDesktopArgs,
  getDesktopOutput,
  type GetDesktopResult,
  getDesktops,
  type GetDesktopsArgs,
  getDesktopsOutput,
  type LookupPlace,
} from "./getDesktop";
export {
  getVolumeTypes,
  type GetVolumeTypesArgs,
  getVolumeTypesOutput,
  type GetVolumeTypesResult,
} from "./getVolumeTypes";
