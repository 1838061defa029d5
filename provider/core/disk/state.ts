import type { Volume } from "../api/volumes";
import type { ConnectedPlace } from "../desktop/connections";
import type { PendingAdd } from "../desktop/volumeRequest";
import { CoreError } from "../errors";
import { given, isKnown, isRecord, knownOf, type Properties, UNKNOWN } from "../host";
import { type PlaceProperty, volumeOutputs } from "../schema";
import { type DeletionPolicy, type Kind, PLACE_NAMES, type SetInputs, SHARED_NAMES } from "./inputs";

/**
 * The shape of the state that this version writes. It reads all earlier ones:
 * 1 (0.1.0) has no `ownershipId` (but `adoption` for an adopted disk), no
 * `deletionPolicy`, no `released` and no pending adds.
 */
export const STATE_VERSION = 2;

/** What is recorded for a disk, or once for all disks of a set. Only this counts when a disk is deleted. */
export interface RecordedPolicy {
  deletionProtection?: boolean;
  deletionPolicy?: DeletionPolicy;
  allowReplace?: boolean;
}

/** What state keeps of one disk: what was asked for, and what the service reported. Absent: unknown. */
export interface DiskState extends Partial<Omit<Volume, "volumeId" | "createdAt">>, RecordedPolicy {
  volumeId: string;
  /** Random, written at create and at adoption: tells this resource from another that had the disk before. Empty in states of 0.1.0. */
  ownershipId: string;
}

/** An add whose disk is not known yet, and what the program said of that disk. */
export type PendingDisk = PendingAdd & { policy?: RecordedPolicy };

/** Where the disks were made, as state has it. */
export type RecordedPlace = Partial<Record<PlaceProperty, string>>;

/** The state of either kind: disks by name. */
export interface SetState {
  /** Which version wrote it; 0 where the state does not say. A read keeps it, so that it shows no change. */
  version: number;
  desktopId: string;
  enterpriseProjectId?: string;
  place: RecordedPlace;
  shared: RecordedPolicy;
  disks: ReadonlyMap<string, DiskState>;
  /** Disks that left the set with `retain`: a name that comes back takes its disk back. */
  released: ReadonlyMap<string, string>;
  pendingAdds: ReadonlyMap<string, PendingDisk>;
  /** The last operation failed half-way; the next `up` looks at the disks and finishes it. */
  unfinished: boolean;
}

/** The state of a resource that has no disk yet. */
export function emptyState(desktopId: string): SetState {
  return {
    version: STATE_VERSION,
    desktopId,
    place: {},
    shared: {},
    disks: new Map(),
    released: new Map(),
    pendingAdds: new Map(),
    unfinished: false,
  };
}

/** What the service reports of a disk and a change may tell anew. */
const VOLUME_NAMES = [
  ...(Object.keys(volumeOutputs) as (keyof typeof volumeOutputs)[]),
  "type",
  "size",
  "iops",
  "throughput",
  "kmsId",
] as const;

/** The facts of a volume as state keeps them: nothing undefined, and no reading of times. */
export function volumeFacts(volume: Partial<Volume>): Partial<DiskState> {
  return compact(given(volume as Properties, VOLUME_NAMES));
}

/** Reads one disk from state; `undefined` where it has no id. */
export function readDiskState(raw: Properties): DiskState | undefined {
  const facts = volumeFacts(raw);
  if (typeof facts.volumeId !== "string" || facts.volumeId === "") return undefined;
  const owner = raw.ownershipId ?? raw.adoption;
  return {
    ...facts,
    ...(given(raw, SHARED_NAMES) as RecordedPolicy),
    volumeId: facts.volumeId,
    ownershipId: typeof owner === "string" ? owner : "",
  };
}

/** Writes one disk, in the shape of the version that the state has. */
export function writeDiskState(
  { ownershipId, ...disk }: DiskState,
  version: number,
): Record<string, unknown> {
  const owner = ownershipId === "" ? undefined : ownershipId;
  return compact({ ...disk, [version < 2 ? "adoption" : "ownershipId"]: owner });
}

/** Reads what both kinds have at the top of their state. */
export function readTop(
  raw: Properties,
  kind: Kind,
  subject: string,
): Omit<SetState, "disks" | "pendingAdds" | "desktopId"> {
  const version = typeof raw.stateVersion === "number" ? raw.stateVersion : 0;
  if (version > STATE_VERSION) throw newerState(version, `${kind} ${subject}`);
  const released = isRecord(raw.released) ? Object.entries(raw.released) : [];
  return {
    version,
    ...(given(raw, ["enterpriseProjectId"]) as { enterpriseProjectId?: string }),
    place: given(raw, PLACE_NAMES) as RecordedPlace,
    shared: given(raw, SHARED_NAMES) as RecordedPolicy,
    released: new Map(released.filter((entry): entry is [string, string] => typeof entry[1] === "string")),
    unfinished: raw.unfinished === true,
  };
}

/** Writes what both kinds have at the top of their state. */
export function writeTop({
  version,
  desktopId,
  enterpriseProjectId,
  place,
  unfinished,
}: SetState): Record<string, unknown> {
  return compact({
    desktopId,
    enterpriseProjectId,
    ...place,
    stateVersion: version === 0 ? undefined : version,
    unfinished: unfinished ? true : undefined,
  });
}

/** Reads a pending add; `undefined` for anything else. */
export function readPending(raw: unknown): PendingDisk | undefined {
  if (!isRecord(raw) || !Array.isArray(raw.beforeIds) || !isRecord(raw.spec)) return undefined;
  return raw as unknown as PendingDisk;
}

function newerState(version: number, subject: string): CoreError {
  return new CoreError({
    code: "HWD1801",
    failed: `Reading the state of ${subject}`,
    why: `it was written by a newer version of pulumi-huaweicloud-workspace (state version ${version}; this version reads up to ${STATE_VERSION})`,
    now: "Nothing was sent to the service",
    next: "Install that version or a newer one",
  });
}

/** The same without what is undefined: engines cannot store that. */
export function compact(values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Names that are watched for changes made elsewhere. What the service leaves out is unknown, and no drift. */
const WATCHED = ["type", "size", "iops", "throughput"] as const;

/** What somebody else changed of a disk, as the service reports it now; empty where nothing did. */
export function driftOf(
  state: DiskState,
  volume: Volume,
): Partial<Pick<DiskState, (typeof WATCHED)[number]>> {
  const changed = WATCHED.filter(
    (name) => state[name] !== undefined && volume[name] !== undefined && state[name] !== volume[name],
  );
  return Object.fromEntries(changed.map((name) => [name, volume[name]]));
}

/** A disk that leaves the state: `delete` destroys it, `forget` leaves it on the desktop. */
export interface Leaving {
  is: "delete" | "forget";
  name: string;
  disk: DiskState;
  /** Another disk of the same name is added. */
  replaced: boolean;
  /** Only if a value that is not known yet turns out to differ. */
  maybe: boolean;
}

/** How a disk leaves, as its recorded policy says; without one it is deleted. */
export function leavingOf(name: string, disk: DiskState, how = { replaced: false, maybe: false }): Leaving {
  return { is: disk.deletionPolicy === "retain" ? "forget" : "delete", name, disk, ...how };
}

/** What became of one name: its disk as it is now, what is still unknown of it, and what failed. */
export interface Outcome {
  readonly name: string;
  disk?: DiskState | undefined;
  pending?: PendingDisk | undefined;
  /** The disk left the state and stays on the desktop. */
  released?: string;
  failure?: CoreError | undefined;
}

/** The state after an operation: what is true now, also where parts of it failed. In the order of the program. */
export function stateAfter(
  before: SetState,
  wanted: SetInputs,
  outcomes: readonly Outcome[],
  place: ConnectedPlace,
): SetState {
  const last = new Map(outcomes.map((outcome) => [outcome.name, outcome]));
  const wantedNames = wanted.disks === UNKNOWN ? [] : [...wanted.disks.keys()];
  const names = [...new Set([...wantedNames, ...last.keys()])];
  const disks = new Map<string, DiskState>();
  const pendingAdds = new Map<string, PendingDisk>();
  const released = new Map(before.released);
  for (const name of names) {
    const outcome = last.get(name);
    if (outcome?.disk !== undefined) {
      disks.set(name, outcome.disk);
      released.delete(name);
      continue;
    }
    if (outcome?.released !== undefined) released.set(name, outcome.released);
    // An adoption that failed leaves it open what an earlier add did.
    const pending =
      outcome?.pending ?? (outcome?.failure === undefined ? undefined : before.pendingAdds.get(name));
    if (pending !== undefined) pendingAdds.set(name, pending);
  }
  const held = new Set([...disks.values()].map(({ volumeId }) => volumeId));
  for (const [name, volumeId] of released) if (held.has(volumeId)) released.delete(name);
  const { enterpriseProjectId } = wanted;
  const { profile, iamEndpoint } = wanted.place;
  return {
    version: STATE_VERSION,
    desktopId: before.desktopId,
    ...(isKnown(enterpriseProjectId) ? { enterpriseProjectId } : {}),
    place: { ...knownOf({ profile, iamEndpoint }), ...place },
    shared: knownOf(wanted.shared),
    disks,
    released,
    pendingAdds,
    unfinished: outcomes.some(({ failure }) => failure !== undefined),
  };
}

/** One error for all that failed, a line for each disk of a set; undefined where nothing did. */
export function failureOf(
  outcomes: readonly Outcome[],
  kind: Kind,
  desktopId: string,
): CoreError | undefined {
  const failed = outcomes.flatMap(({ name, failure }) => (failure === undefined ? [] : [{ name, failure }]));
  const [first] = failed;
  if (first === undefined || kind === "DataDiskAttachment") return first?.failure;
  const names = new Set(outcomes.map(({ name }) => name));
  return new CoreError({
    code: "HWD1707",
    failed: `${failed.length} of ${names.size} data disks of desktop ${desktopId} failed`,
    why: failed.map(({ name, failure }) => `\n- ${name}: ${failure.message}`).join(""),
    next: "",
  });
}
