import { systemClock } from "./clock";
import { dynamicProvider } from "./dynamicProvider";
import { watchEngine } from "./engineWatch";
import { Runtime } from "./runtime";
import { attachmentKind } from "./disk/attachmentKind";
import { desktopDisksKind } from "./disk/desktopDisksKind";

/**
 * The public sub-path `pulumi-huaweicloud-workspace/provider`. State holds one
 * line that requires it and takes an export of it by name: these names are
 * frozen, and every later version has to keep them.
 */
const runtime = new Runtime(process.env, systemClock, process.argv);
watchEngine(runtime, process.argv);

/** What the engine calls for each `DataDiskAttachment`. Implements `pulumi.dynamic.ResourceProvider`. */
export const provider = dynamicProvider(runtime, attachmentKind);

/** The same for each `DesktopDataDisks`; it shares the queues with `provider`. */
export const desktopDataDisks = dynamicProvider(runtime, desktopDisksKind);
