/** Programs of data disks, for tests that change one thing after another. */
import { desktopId } from "./cloud";

/** The inputs of one disk; without more it is 100 GB of SSD on the first desktop. */
export interface DiskArgs {
  /** The number of the desktop, or its id. Default: 1 */
  readonly desktop?: number | string;
  readonly type?: string | undefined;
  readonly size?: unknown;
  readonly [input: string]: unknown;
}

/** One disk of a program: its inputs, and its resource options as they are written, without what they refer to. */
export interface ProgramDisk {
  readonly args?: DiskArgs;
  readonly opts?: Readonly<Record<string, unknown>>;
  /** Options that are code, such as `deletedWith: disks.first`. */
  readonly code?: string;
}

/** The text of a program with these disks, which refer to each other as `disks.NAME`. */
export function diskProgram(disks: Readonly<Record<string, ProgramDisk>>, more = ""): string {
  const lines = Object.entries(disks).map(([name, { args = {}, opts = {}, code = "" }]) => {
    const { desktop = 1, ...rest } = args;
    const id = typeof desktop === "number" ? desktopId(desktop) : desktop;
    const inputs = JSON.stringify({ desktopId: id, type: "SSD", size: 100, ...rest });
    return `disks[${JSON.stringify(name)}] = new DataDiskAttachment(${JSON.stringify(name)}, ${inputs}, { ...${JSON.stringify(opts)}, ${code} });`;
  });
  return [
    `const pulumi = require("@pulumi/pulumi");`,
    `const { DataDiskAttachment } = require("pulumi-huaweicloud-workspace");`,
    `const disks = {};`,
    ...lines,
    more,
    `exports.volumeIds = Object.fromEntries(Object.entries(disks).map(([name, disk]) => [name, disk.volumeId]));`,
    "",
  ].join("\n");
}
