/** The properties of resources as the engine keeps them, and the disks in them. */
import type { Disk, Holding } from "../judge/record";
import type { Props } from "../provider";

export type Kind = "attachment" | "disks";

/** A resource of a program, as the engine registers it. */
export interface Declared {
  readonly name: string;
  readonly kind: Kind;
  readonly inputs: Props;
}

/** A resource in state. */
export interface Held {
  readonly name: string;
  readonly kind: Kind;
  readonly id: string;
  readonly outs: Props;
  readonly inputs: Props;
  /** The last operation failed half-way: update is called even where diff finds nothing. */
  readonly isMarked: boolean;
}

/** The line that the engine keeps with each resource, and hands over with its properties. */
const LINE = 'exports.handler = () => require("pulumi-huaweicloud-workspace/provider").provider';

export function withLine(props: Props): Props {
  return { ...structuredClone(props), __provider: LINE };
}

/** What comes back out of the engine's state, which can store no undefined. */
export function stored(props: Props): Props {
  const text = JSON.stringify(props, (key, value: unknown) => {
    if (value === undefined) throw new Error(`state cannot store that ${key} is undefined`);
    return value;
  });
  return JSON.parse(text) as Props;
}

/** The disks that properties describe, in inputs and in state. */
export function disksIn(kind: Kind, props: Props): Disk[] {
  if (kind === "attachment") return props.desktopId === undefined ? [] : [diskOf("", props, {})];
  const entries = Object.entries((props.disks ?? {}) as Record<string, Props>);
  return entries.map(([name, entry]) => diskOf(name, entry, props));
}

/** As above, but only disks that have an id. */
export function heldIn({ name: resource, kind, outs }: Held): Holding[] {
  return disksIn(kind, outs).flatMap(({ name, volumeId }) =>
    volumeId === undefined ? [] : [{ resource, name, volumeId }],
  );
}

/** Whether a resource keeps an add whose disk is not known. */
export function isUnfinished({ kind, outs }: Held): boolean {
  const isWaiting = Object.keys(outs.pendingAdds ?? {}).length > 0;
  return isWaiting || disksIn(kind, outs).some(({ volumeId }) => volumeId === undefined);
}

export function desktopIn(props: Props, id = ""): string {
  return textIn(props.desktopId) ?? id.split("/")[0] ?? "";
}

/** The state that an error carries for the engine to keep. */
export function stateIn(error: unknown): { id: string; outs: Props } | undefined {
  if (!(error instanceof Error) || !("id" in error) || !("properties" in error)) return undefined;
  return { id: String(error.id), outs: error.properties as Props };
}

function diskOf(name: string, entry: Props, all: Props): Disk {
  const facts = {
    volumeId: textIn(entry.volumeId),
    existingVolumeId: textIn(entry.existingVolumeId),
    type: textIn(entry.type),
    size: numberIn(entry.size),
    iops: numberIn(entry.iops),
    throughput: numberIn(entry.throughput),
    isProtected: (entry.deletionProtection ?? all.deletionProtection) === true,
    isRetained: (entry.deletionPolicy ?? all.deletionPolicy) === "retain",
  };
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return { name, ...Object.fromEntries(known) };
}

function textIn(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function numberIn(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
