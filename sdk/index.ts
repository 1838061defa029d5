import "./checkNode";
export { DataDiskAttachment } from "./dataDiskAttachment";
export { DesktopDataDisks } from "./desktopDataDisks";
export { getDataDisks, getDataDisksOutput } from "./getDataDisks";
export { getDesktop, getDesktopOutput, getDesktops, getDesktopsOutput } from "./getDesktop";
export { getVolumeTypes, getVolumeTypesOutput } from "./getVolumeTypes";
export type {
  DataDisk,
  DataDiskArgs,
  DataDiskAttachmentArgs,
  DesktopDataDisksArgs,
  DesktopVolume,
  DiskType,
  GetDataDisksArgs,
  GetDesktopArgs,
  GetDesktopResult,
  GetDesktopsArgs,
  GetVolumeTypesArgs,
  GetVolumeTypesResult,
  LookupPlace,
} from "./types";
