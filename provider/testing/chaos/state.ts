/** What the engine keeps of a resource, and how the disks in it are found. */
import type { Declared, Props } from "./program";

/** A resource in state. */
export interface Held {
  name: string;
  kind: Declared["kind"];
  id: string;
  outs: Props;
  inputs: Props;
  /** The last operation left it half done: update is called even where diff finds nothing. */
  marked: boolean;
}

/** One disk, as inputs or state have it. */
export interface DiskProps {
  volumeId: string;
  type?: string;
  size?: number;
  deletionProtection?: boolean;
  existingVolumeId?: string;
  iops?: number;
  throughput?: number;
  [key: string]: unknown;
}

/** The line that the engine keeps with each resource, and hands over with its properties. */
const LINE = 'exports.handler = () => require("pulumi-huaweicloud-workspace/provider").provider';

/** What comes back out of the engine's state, which can store no undefined. */
export function stored(outs: Props): Props {
  return JSON.parse(
    JSON.stringify(outs, (key, value: unknown) => {
      if (value === undefined) throw new Error(`state cannot store that ${key} is undefined`);
      return value;
    }),
  ) as Props;
}

export function withLine(props: Props): Props {
  return { ...structuredClone(props), __provider: LINE };
}

/** Disks by their names; the one of an attachment has none. */
export function disksOf(outs: Props): Record<string, DiskProps> {
  if (typeof outs.volumeId === "string") return { "": outs as unknown as DiskProps };
  return (outs.disks ?? {}) as Record<string, DiskProps>;
}

export function entriesOf(inputs: Props): Record<string, DiskProps> {
  return inputs.disks === undefined
    ? { "": inputs as unknown as DiskProps }
    : (inputs.disks as Record<string, DiskProps>);
}

export function isNew({ existingVolumeId }: DiskProps): boolean {
  return existingVolumeId === undefined;
}

/** What an error carries for state. */
export function keptOf(error: unknown): { id: string; outs: Props } | undefined {
  if (!(error instanceof Error) || !("id" in error) || !("properties" in error)) return undefined;
  return { id: String(error.id), outs: error.properties as Props };
}
