import "./checkNode";
import { processProviders } from "./dynamic/processFront";

/**
 * The public sub-path `pulumi-huaweicloud-workspace/provider`. State holds one
 * line that requires it and takes an export of it by name: these names are
 * frozen, and every later version has to keep them.
 */
const providers = processProviders(process.env, process.argv, () => process.exit(1));

/** What the engine calls for each `DataDiskAttachment`. Implements `pulumi.dynamic.ResourceProvider`. */
export const provider = providers.attachment;

/** The same for each `DesktopDataDisks`; it shares the queues with `provider`. */
export const desktopDataDisks = providers.disks;
