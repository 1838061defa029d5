import type { Volume } from "../provider/core/api/volumes";
import type { Disk, PendingRecord, ResourceRecord, StackRecord } from "./states";
import type { DesktopReading } from "./survey";

/** A disk by the resource that holds it. */
export interface Holder {
  resource: ResourceRecord;
  disk: Disk;
}

/** A volume on a desktop that none of the stacks owns. */
export interface Unowned {
  kind: "unowned-volume";
  reading: DesktopReading;
  volume: Volume;
  /** Seconds since it was created, where the service says when. */
  ageSeconds?: number;
  /** Resources of the stacks that only look it up. */
  readBy: readonly ResourceRecord[];
  /** Resources that hold disks of that desktop: one of their stacks can adopt the volume. */
  neighbours: readonly ResourceRecord[];
}

/** A volume without an owner, and the disk that it may be. */
export interface Candidate {
  unowned: Unowned;
  disk: Disk;
}

/** An operation on one of our resources that a run began and did not see the end of. */
export interface PendingOperation {
  kind: "pending-operation";
  pending: PendingRecord;
  reading: DesktopReading | undefined;
  /** Volumes without an owner that it may have added: at most one for each disk. */
  mayHaveAdded: readonly Candidate[];
}

/** A resource with adds whose outcome an earlier run could not tell. */
export interface PendingAdds {
  kind: "pending-add";
  resource: ResourceRecord;
  disks: readonly Disk[];
  reading: DesktopReading | undefined;
  /** Volumes without an owner that may be one of these disks. */
  mayHaveAdded: readonly Unowned[];
}

/** Disks of a resource that its desktop does not have any more, proved by the service. */
export interface Gone {
  kind: "gone-volume";
  reading: DesktopReading;
  resource: ResourceRecord;
  disks: readonly (Disk & { volumeId: string })[];
  /** The whole desktop is gone. */
  withDesktop: boolean;
  /** Another one of the desktops that were read shows them now. */
  shownBy?: DesktopReading;
}

/** A volume that several resources hold. */
export interface OwnedTwice {
  kind: "owned-twice";
  volumeId: string;
  holders: readonly Holder[];
}

/** What does not fit together between states and desktops. */
export type Finding = Unowned | PendingOperation | PendingAdds | Gone | OwnedTwice;

/** A volume that left a set with `deletionPolicy: "retain"` and that nobody has taken since. Not a problem. */
export interface ReleasedVolume {
  reading: DesktopReading;
  volume: Volume;
  ageSeconds?: number;
  /** Who released it, and under which name. */
  resource: ResourceRecord;
  name: string;
}

/** The result of a comparison. */
export interface Comparison {
  /** Each disk that is wrong is in exactly one of them. */
  findings: readonly Finding[];
  released: readonly ReleasedVolume[];
}

/** Compares the states of stacks with the desktops that they name. Pure. */
export function compare(stacks: readonly StackRecord[], readings: readonly DesktopReading[]): Comparison {
  const resources = stacks.flatMap((stack) => stack.resources);
  const interrupted = stacks.flatMap((stack) => stack.pending);
  const holders = holdersOf(resources.filter(({ external }) => !external));
  const free = readings.flatMap((reading) => volumesWithoutOwner(reading, holders, resources));

  const named = new Set(
    interrupted.flatMap(({ resource }) => resource.disks.map(({ wanted }) => wanted.existingVolumeId)),
  );
  const released = free
    .filter(({ volume }) => !named.has(volume.volumeId))
    .flatMap((one) => releasedBy(one, resources));
  const claimable = free.filter((one) => released.every(({ volume }) => volume !== one.volume));
  const cut = new Set(interrupted.map(({ resource }) => keyOf(resource)));
  const pendingAdds = resources
    .filter((resource) => !cut.has(keyOf(resource)))
    .flatMap((resource) => pendingAddsOf(resource, claimable, readings));
  const added = pendingAdds.flatMap(({ mayHaveAdded }) => mayHaveAdded);
  const candidates = matched(
    claimable.filter((one) => !added.includes(one)),
    interrupted,
  );
  const taken = new Set([...added, ...[...candidates.values()].flat().map(({ unowned }) => unowned)]);
  // A delete that finds nothing has reached its goal: nobody has to fix anything.
  const deleting = new Set(
    interrupted.filter(({ operation }) => operation === "deleting").map(({ resource }) => keyOf(resource)),
  );
  const gone = resources
    .filter((one) => !one.external && !one.condemned && !deleting.has(keyOf(one)))
    .flatMap((resource) => goneOf(resource, readings));

  return {
    findings: [
      ...claimable.filter((one) => !taken.has(one)),
      ...interrupted.map((pending): PendingOperation => ({
        kind: "pending-operation",
        pending,
        reading: readingOf(pending.resource, readings),
        mayHaveAdded: candidates.get(pending) ?? [],
      })),
      ...resources.filter(({ condemned }) => condemned).map((resource) => stillToDelete(resource, readings)),
      ...pendingAdds,
      ...gone,
      ...[...holders].flatMap(([volumeId, all]) => ownedTwice(volumeId, all, gone)),
    ],
    released,
  };
}

/** Who holds which volume. What an interrupted delete or update still has in state is held. */
function holdersOf(resources: readonly ResourceRecord[]): Map<string, Holder[]> {
  const holders = new Map<string, Holder[]>();
  for (const resource of resources) {
    for (const disk of resource.disks) {
      if (disk.volumeId === undefined) continue;
      holders.set(disk.volumeId, [...(holders.get(disk.volumeId) ?? []), { resource, disk }]);
    }
  }
  return holders;
}

function volumesWithoutOwner(
  reading: DesktopReading,
  holders: ReadonlyMap<string, readonly Holder[]>,
  resources: readonly ResourceRecord[],
): Unowned[] {
  const here = resources.filter((resource) => readingOf(resource, [reading]) === reading);
  return (
    reading.volumes
      .filter(({ volumeId }) => !holders.has(volumeId))
      // The service lists them in no order.
      .sort((a, b) => (a.volumeId < b.volumeId ? -1 : 1))
      .map((volume) => {
        // Of two readings of a time without a zone, the later one: an age is never overstated.
        const age = volume.createdAt.length === 0 ? undefined : reading.at - Math.max(...volume.createdAt);
        return {
          kind: "unowned-volume",
          reading,
          volume,
          ...(age === undefined ? {} : { ageSeconds: Math.max(0, Math.round(age / 1000)) }),
          readBy: here.filter(
            ({ external, disks }) => external && disks.some(({ volumeId }) => volumeId === volume.volumeId),
          ),
          neighbours: here.filter(({ external, condemned }) => !external && !condemned),
        };
      })
  );
}

function releasedBy(
  { reading, volume, ageSeconds }: Unowned,
  resources: readonly ResourceRecord[],
): ReleasedVolume[] {
  for (const resource of resources) {
    const entry = resource.released.find(({ volumeId }) => volumeId === volume.volumeId);
    if (entry === undefined) continue;
    const age = ageSeconds === undefined ? {} : { ageSeconds };
    return [{ reading, volume, ...age, resource, name: entry.name }];
  }
  return [];
}

function pendingAddsOf(
  resource: ResourceRecord,
  free: readonly Unowned[],
  readings: readonly DesktopReading[],
): PendingAdds[] {
  const disks = resource.disks.filter(({ pendingAdd }) => pendingAdd !== undefined);
  if (disks.length === 0) return [];
  const mayHaveAdded = free.filter((one) => disks.some((disk) => mayBe(one, resource, disk)));
  return [{ kind: "pending-add", resource, disks, reading: readingOf(resource, readings), mayHaveAdded }];
}

/** Gives each disk of an interrupted operation at most one volume that it may be: the one that it names, else the newest. */
function matched(
  free: readonly Unowned[],
  interrupted: readonly PendingRecord[],
): Map<PendingRecord, Candidate[]> {
  const found = new Map<PendingRecord, Candidate[]>();
  const taken = new Set<Unowned>();
  const newestFirst = [...free].sort((a, b) => (a.ageSeconds ?? Infinity) - (b.ageSeconds ?? Infinity));
  const awaited = interrupted.flatMap((pending) =>
    pending.resource.disks
      .filter(({ volumeId }) => volumeId === undefined)
      .map((disk) => ({ pending, disk })),
  );
  const names = ({ disk }: { disk: Disk }) => disk.wanted.existingVolumeId !== undefined;
  for (const { pending, disk } of [...awaited.filter(names), ...awaited.filter((one) => !names(one))]) {
    const unowned = newestFirst.find((one) => !taken.has(one) && mayBe(one, pending.resource, disk));
    if (unowned === undefined) continue;
    taken.add(unowned);
    found.set(pending, [...(found.get(pending) ?? []), { unowned, disk }]);
  }
  return found;
}

/** Whether this volume may be that disk: on its desktop, not there before, and as it was asked for. What the service does not show is no difference. */
function mayBe(
  { reading, volume }: Unowned,
  resource: ResourceRecord,
  { wanted, pendingAdd }: Disk,
): boolean {
  if (readingOf(resource, [reading]) === undefined) return false;
  if (wanted.existingVolumeId !== undefined && wanted.existingVolumeId !== volume.volumeId) return false;
  if (pendingAdd?.beforeIds.includes(volume.volumeId) === true) return false;
  return (["type", "size", "iops", "throughput", "kmsId"] as const).every(
    (property) =>
      volume[property] === undefined ||
      wanted[property] === undefined ||
      volume[property] === wanted[property],
  );
}

/** A replaced resource whose disk the next run deletes. */
function stillToDelete(resource: ResourceRecord, readings: readonly DesktopReading[]): PendingOperation {
  const pending = { operation: "deleting", resource };
  return { kind: "pending-operation", pending, reading: readingOf(resource, readings), mayHaveAdded: [] };
}

function goneOf(resource: ResourceRecord, readings: readonly DesktopReading[]): Gone[] {
  const reading = readingOf(resource, readings);
  if (reading === undefined) return [];
  const withDesktop = reading.shown === "deleted";
  const bySight = new Map<DesktopReading | undefined, (Disk & { volumeId: string })[]>();
  for (const disk of resource.disks) {
    const { volumeId } = disk;
    if (volumeId === undefined || (!withDesktop && !reading.goneIds.has(volumeId))) continue;
    const shownBy = readings.find(({ volumes }) => volumes.some((volume) => volume.volumeId === volumeId));
    bySight.set(shownBy, [...(bySight.get(shownBy) ?? []), { ...disk, volumeId }]);
  }
  return [...bySight].map(([shownBy, disks]) => ({
    kind: "gone-volume",
    reading,
    resource,
    disks,
    withDesktop,
    ...(shownBy === undefined ? {} : { shownBy }),
  }));
}

/** Whoever's disk is gone is told so, and is no owner to choose between. */
function ownedTwice(volumeId: string, holders: readonly Holder[], gone: readonly Gone[]): OwnedTwice[] {
  const lost = gone.filter(({ disks }) => disks.some((disk) => disk.volumeId === volumeId));
  const real = holders.filter((holder) => lost.every(({ resource }) => resource !== holder.resource));
  return real.length < 2 ? [] : [{ kind: "owned-twice", volumeId, holders: real }];
}

/** Tells resources of all stacks apart; an interrupted operation has a record of its own. */
function keyOf({ urn, stack }: ResourceRecord): string {
  return `${stack.source.label} ${urn}`;
}

/** The reading of the desktop of a resource; where one of the two names no project, the id decides. */
export function readingOf(
  { desktopId, place }: Pick<ResourceRecord, "desktopId" | "place">,
  readings: readonly DesktopReading[],
): DesktopReading | undefined {
  return readings.find(
    (reading) =>
      reading.desktopId === desktopId &&
      (place.projectId === undefined ||
        reading.place.projectId === undefined ||
        (place.projectId === reading.place.projectId && place.region === reading.place.region)),
  );
}
