import { compact, type Volume } from "./desktopRoom";

export { compact } from "./desktopRoom";
import type { AttachmentInputs } from "./inputs";

/** The shape of the state that this version writes. Every older one can be read, see `readState`. */
export const STATE_VERSION = 1;

/** A volume that a resource has. */
export interface HeldVolume extends Volume {
  /** Unlike any other, for a disk that was taken over: tells the resource from one that had the disk before. */
  adoption?: string;
}

/** What is kept in state of one disk: what was asked for, and all that the service told. */
export type AttachmentState = AttachmentInputs &
  HeldVolume & {
    region: string;
    projectId: string;
    endpoint: string;
    stateVersion: number;
    /** The last operation ended with the disk there but not as it should be; the next `up` finishes it. */
    unfinished?: boolean;
  };

/** Read at create only, so not kept. */
const NOT_KEPT = ["existingVolumeId", "__provider"];

/**
 * What goes into state: no `undefined` anywhere, which the engine could not
 * store. What the service tells now wins over what was asked for or known
 * before; what it leaves out stays as it was.
 */
export function stateOf(
  inputs: AttachmentInputs,
  known: Partial<HeldVolume>,
  volume: HeldVolume,
  used: { region: string; projectId: string; endpoint: string },
): AttachmentState {
  const all = { ...inputs, ...compact(known), ...volume, ...used, stateVersion: STATE_VERSION };
  return Object.fromEntries(
    Object.entries(compact(all)).filter(([key]) => !NOT_KEPT.includes(key)),
  ) as unknown as AttachmentState;
}

const VOLUME_FACTS = [
  "volumeId",
  "device",
  "displayName",
  "createTime",
  "billResourceId",
  "resourceSpecCode",
  "kmsId",
  "adoption",
] as const satisfies readonly (keyof HeldVolume)[];

/** What a state knows of the volume and nobody asked for. */
export function volumeFacts(state: Partial<AttachmentState>): Partial<HeldVolume> {
  return Object.fromEntries(
    Object.entries(state).filter(([key]) => (VOLUME_FACTS as readonly string[]).includes(key)),
  );
}

/** The id in state. */
export function idOf(desktopId: string, volumeId: string): string {
  return `${desktopId}/${volumeId}`;
}

/**
 * Reads what an older or this version wrote, or what little there is for a
 * resource got by its id alone. Throws for an id that is none of ours, and for
 * a state that a newer version wrote.
 */
export function readState(
  id: string,
  props: Readonly<Record<string, unknown>>,
): Partial<AttachmentState> & { desktopId: string; volumeId: string } {
  const [desktopId, volumeId, ...more] = id.split("/");
  if (
    desktopId === undefined ||
    desktopId === "" ||
    volumeId === undefined ||
    volumeId === "" ||
    more.length > 0
  ) {
    throw new Error(`"${id}" is no id of a data disk; it has the form <desktopId>/<volumeId>`);
  }
  refuseNewerState(id, props.stateVersion);
  return { ...(props as Partial<AttachmentState>), desktopId, volumeId };
}

/** Throws if a newer version of this package wrote the state of `what`. */
export function refuseNewerState(what: string, version: unknown): void {
  if (typeof version !== "number" || version <= STATE_VERSION) return;
  throw new Error(
    `the state of ${what} was written by a newer version of pulumi-huaweicloud-workspace (state version ${version}, ` +
      `this one reads up to ${STATE_VERSION}); install that version or a newer one`,
  );
}
