/** Programs of disks of both kinds, for tests in which disks move from one resource to another. */
import { desktopId } from "./cloud";
import type { StackState } from "./pulumi";

/** The inputs of a disk, as far as a test says them. */
export type Inputs = Readonly<Record<string, unknown>>;

/** One resource of a program: a disk of its own, or disks of a desktop by name. */
export type Resource = {
  /** The number of the desktop. Default: 1 */
  readonly desktop?: number;
  /** Inputs besides those; a disk of its own is 100 GB of SSD without more. */
  readonly args?: Inputs;
  readonly opts?: Readonly<Record<string, unknown>>;
  /** Options that are code, such as `dependsOn: [all.first]`; it refers to resources that come before it. */
  readonly code?: string;
} & ({ readonly is: "disk" } | { readonly is: "disks"; readonly disks: Readonly<Record<string, Inputs>> });

/** Resources by name, in the order in which the program makes them; `undefined` is left out. */
export type Resources = Readonly<Record<string, Resource | undefined>>;

/** The disk that all resources of these tests hold unless they say otherwise. */
export const ssd = { type: "SSD", size: 100 } as const;

const prefix = "pulumi-nodejs:dynamic/huaweicloud-workspace:";

/** The text of a program with these resources; `more` is code that finds them by name in `all`. */
export function resourcesProgram(resources: Resources, more = ""): string {
  const lines = Object.entries(resources).map(([name, resource]) =>
    resource === undefined ? "" : statement(name, resource),
  );
  return [
    `const pulumi = require("@pulumi/pulumi");`,
    `const { DataDiskAttachment, DesktopDataDisks } = require("pulumi-huaweicloud-workspace");`,
    `const all = {};`,
    ...lines,
    more,
    "",
  ].join("\n");
}

function statement(name: string, resource: Resource): string {
  const { desktop = 1, args = {}, opts = {}, code = "" } = resource;
  const quoted = JSON.stringify(name);
  const what = resource.is === "disk" ? { ...ssd, ...args } : { ...args, disks: resource.disks };
  const inputs = JSON.stringify({ desktopId: desktopId(desktop), ...what });
  const kind = resource.is === "disk" ? "DataDiskAttachment" : "DesktopDataDisks";
  return `all[${quoted}] = new ${kind}(${quoted}, ${inputs}, { ...${JSON.stringify(opts)}, ${code} });`;
}

/** Who holds which disk: `{ first: "volume-1", "team.data": "volume-2" }`. Disks to be deleted after a replacement are not held. */
export function holdersOf({ deployment }: StackState): Record<string, string> {
  const held = (deployment.resources ?? [])
    // What a program has looked up is in state as external, and holds nothing.
    .filter(
      ({ type, delete: isLeaving, external }) =>
        type.startsWith(prefix) && isLeaving !== true && external !== true,
    )
    .flatMap(({ urn, outputs = {} }): [string, string][] => {
      const name = urn.split("::").at(-1) ?? "";
      const ids = outputs.volumeIds as Record<string, string> | undefined;
      if (ids === undefined) return [[name, String(outputs.volumeId)]];
      return Object.entries(ids).map(([entry, id]) => [`${name}.${entry}`, id]);
    });
  return Object.fromEntries(held);
}

/** The URN of a resource in a state; throws where there is none of that name. */
export function urnOf({ deployment }: StackState, name: string): string {
  const found = (deployment.resources ?? []).find(({ urn }) => urn.endsWith(`::${name}`));
  if (found === undefined) throw new Error(`the state has no resource ${name}`);
  return found.urn;
}
