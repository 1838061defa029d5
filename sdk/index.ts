export { DataDiskAttachment, type DataDiskAttachmentArgs } from "./dataDiskAttachment";
export type { DiskType } from "./diskType";
