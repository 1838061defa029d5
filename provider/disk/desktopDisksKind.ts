import { DesktopDisks } from "./desktopDisks";
import type { DisksInputs } from "./disksInputs";
import type { DiskParts } from "./diskWork";
import type { ResourceKind } from "./resourceKind";

/** `DesktopDataDisks` as the engine calls it. */
export function desktopDisksKind(parts: DiskParts): ResourceKind {
  const disks = new DesktopDisks(parts);
  return {
    check: (_olds, news) => disks.check(news),
    diff: (_id, olds, news) => disks.diff(olds, news),
    create: (inputs) => disks.create(inputs as unknown as DisksInputs),
    read: (_id, props) => disks.read(props),
    update: (_id, olds, news) => disks.update(olds, news as unknown as DisksInputs),
    delete: (_id, props) => disks.delete(props),
  };
}
