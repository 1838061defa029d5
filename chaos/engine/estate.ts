/** The stack that is hit: its program, and what it should come to. */
import { desktopId } from "../../tests/engine/cloud";
import type { Cloud } from "../../tests/engine/cloud";
import { disksOf } from "../../tests/engine/disks-program";
import type { StackState } from "../../tests/engine/pulumi";

/** What the program says of one disk. */
export interface Entry {
  type: string;
  size: number;
  existingVolumeId?: string;
  deletionProtection?: boolean;
  deletionPolicy?: "delete";
}

/** Attachments by name, with their desktop, and the disks of one `DesktopDataDisks` on desktop 3. */
export interface Estate {
  attachments: Record<string, Entry & { desktop: number }>;
  disks: Record<string, Entry>;
}

/** The desktop of the `DesktopDataDisks`. */
export const SHARED = 3;
/** No two disks of it are of the same kind on a desktop: what is left over can be told by its size. */
export function estate(): Estate {
  const attachments = Object.fromEntries(
    [1, 2, 3, 4, 5, 6].map((n) => [`a${n}`, { desktop: n <= 4 ? 1 : 2, type: "SSD", size: 10 * n }]),
  );
  // A name leaves a set only if state says what becomes of its disk.
  const x = { type: "SAS", size: 110, deletionPolicy: "delete" as const };
  return { attachments, disks: { x, y: { type: "SAS", size: 120 } } };
}

/** The same after a change of the program: two go, two grow, three come. */
export function changed(): Estate {
  const { attachments, disks } = estate();
  delete attachments.a1;
  Object.assign(attachments.a2 ?? {}, { size: 200 });
  attachments.a7 = { desktop: 2, type: "SSD", size: 70 };
  attachments.a8 = { desktop: 1, type: "SSD", size: 80 };
  delete disks.x;
  Object.assign(disks.y ?? {}, { size: 210 });
  disks.z = { type: "ESSD", size: 130 };
  return { attachments, disks };
}

export function programOf({ attachments, disks }: Estate): string {
  const lines = Object.entries(attachments).map(([name, { desktop, ...entry }]) => {
    const inputs = { desktopId: desktopId(desktop), ...entry };
    return `new DataDiskAttachment(${JSON.stringify(name)}, ${JSON.stringify(inputs)});`;
  });
  const shared = { desktopId: desktopId(SHARED), disks };
  return [
    `const { DataDiskAttachment, DesktopDataDisks } = require("pulumi-huaweicloud-workspace");`,
    ...lines,
    `new DesktopDataDisks("shared", ${JSON.stringify(shared)});`,
    "",
  ].join("\n");
}

/** The disks that state has, by what they are called: `a1`, `shared.x`. */
export async function inState(cloud: Cloud, state: StackState): Promise<Record<string, string>> {
  const attached = Object.entries(await cloud.disks()).map(([name, { outputs }]): [string, string] => [
    name,
    String(outputs?.volumeId),
  ]);
  const shared = Object.entries(disksOf(state, "shared")).map(([name, id]): [string, string] => [
    `shared.${name}`,
    id,
  ]);
  return Object.fromEntries([...attached, ...shared]);
}

/** All disks that an estate declares, by what they are called. */
export function declared({ attachments, disks }: Estate): Record<string, Entry & { desktop: number }> {
  const shared = Object.entries(disks).map(([name, entry]): [string, Entry & { desktop: number }] => [
    `shared.${name}`,
    { desktop: SHARED, ...entry },
  ]);
  return { ...attachments, ...Object.fromEntries(shared) };
}
