import { Attachments } from "./attachment";
import type { DiskParts } from "./diskWork";
import type { AttachmentInputs } from "./inputs";
import type { ResourceKind } from "./resourceKind";

/** `DataDiskAttachment` as the engine calls it. */
export function attachmentKind(parts: DiskParts): ResourceKind {
  const attachments = new Attachments(parts);
  return {
    check: (olds, news) => attachments.check(olds, news),
    diff: (id, olds, news) => attachments.diff(id, olds, news as unknown as AttachmentInputs),
    create: (inputs) => attachments.create(inputs as unknown as AttachmentInputs),
    read: (id, props) => attachments.read(id, props),
    update: (id, olds, news) => attachments.update(id, olds, news as unknown as AttachmentInputs),
    delete: (id, props) => attachments.delete(id, props),
  };
}
