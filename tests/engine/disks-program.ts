/** Programs of disks that are one resource a desktop, for tests that change one thing after another. */
import { desktopId } from "./cloud";
import type { StackState } from "./pulumi";

/** The disks of a `DesktopDataDisks` by name. */
export type Entries = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** One `DesktopDataDisks` of a program. */
export interface ProgramDisks {
  readonly disks: Entries;
  /** The number of the desktop. Default: 1 */
  readonly desktop?: number;
  readonly opts?: Readonly<Record<string, unknown>>;
  readonly [input: string]: unknown;
}

/** The type of a `DesktopDataDisks` in state. */
const disksType = "pulumi-nodejs:dynamic/huaweicloud-workspace:DesktopDataDisks";

/** The text of a program with these; `more` is code that finds them by name in `all`. */
export function disksProgram(resources: Readonly<Record<string, ProgramDisks>>, more = ""): string {
  const lines = Object.entries(resources).map(([name, { desktop = 1, opts = {}, ...rest }]) => {
    const inputs = JSON.stringify({ desktopId: desktopId(desktop), ...rest });
    return `all[${JSON.stringify(name)}] = new DesktopDataDisks(${JSON.stringify(name)}, ${inputs}, ${JSON.stringify(opts)});`;
  });
  return [
    `const { DataDiskAttachment, DesktopDataDisks } = require("pulumi-huaweicloud-workspace");`,
    `const all = {};`,
    ...lines,
    more,
    `const [first] = Object.values(all);`,
    `exports.disks = first && first.disks;`,
    `exports.volumeIds = first && first.volumeIds;`,
    "",
  ].join("\n");
}

/** The ids of the disks that the state of a resource holds, by name. */
export function disksOf({ deployment }: StackState, resource: string): Record<string, string> {
  const found = (deployment.resources ?? []).find(
    ({ type, urn }) => type === disksType && urn.endsWith(`::${resource}`),
  );
  const disks = (found?.outputs?.disks ?? {}) as Record<string, { volumeId: string }>;
  return Object.fromEntries(Object.entries(disks).map(([name, { volumeId }]) => [name, volumeId]));
}
