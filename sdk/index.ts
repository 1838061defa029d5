export {
  type DataDiskArgs,
  type DataDisk,
  DesktopDataDisks,
  type DesktopDataDisksArgs,
} from "./desktopDataDisks";
export { DataDiskAttachment, type DataDiskAttachmentArgs } from "./dataDiskAttachment";
export type { DiskType } from "./diskType";
