import type { Look } from "./survey";
import type { Disk, PendingRecord, ResourceRecord, StackRecord } from "./stackState";
import { adoptable, type DiskInputs, timeOfDay, type Volume } from "./providerRoom";

/** A disk by the resource that holds it. */
export interface Holder {
  resource: ResourceRecord;
  disk: Disk;
}

/** A disk that a cut-off operation was to make, and may have made. */
export interface Awaited {
  pending: PendingRecord;
  disk: Disk;
}

/** A volume on a desktop that none of the stacks owns. */
export interface Unowned {
  kind: "unowned-volume";
  look: Look;
  volume: Volume;
  /** Seconds since it was made, where the service tells when. */
  ageSeconds?: number;
  /** The cut-off operation that it may come from. */
  awaitedBy?: Awaited;
  /** Resources of the stacks that only look at it. */
  readBy: readonly ResourceRecord[];
  /** Who works on the disks of that desktop: one of them can take the volume over. */
  neighbours: readonly ResourceRecord[];
}

/** An operation on one of our resources that a run began and did not see the end of. */
export interface Pending {
  kind: "pending-operation";
  pending: PendingRecord;
  look: Look | undefined;
  /** Volumes without an owner that it may have made. */
  mayHaveMade: readonly Unowned[];
}

/** A disk of a resource that its desktop does not show any more, proven by two looks. */
export interface Gone {
  kind: "gone-volume";
  look: Look;
  holder: Holder;
  /** The whole desktop is gone, says the service. */
  withDesktop: boolean;
  /** Another one of the desktops that were looked at shows it now. */
  shownBy?: Look;
}

/** A volume that several resources hold. */
export interface OwnedTwice {
  kind: "owned-twice";
  volumeId: string;
  holders: readonly Holder[];
}

export type Finding = Unowned | Pending | Gone | OwnedTwice;

/** What does not fit together between states and desktops. Pure. */
export function compare(stacks: readonly StackRecord[], looks: readonly Look[]): Finding[] {
  const resources = stacks.flatMap((stack) => stack.resources);
  const pending = stacks.flatMap((stack) => stack.pending);
  const holders = holdersOf(resources.filter(({ external }) => !external));
  const unowned = matched(
    looks.flatMap((look) => unownedOn(look, holders, resources)),
    pending.flatMap(awaitedOf),
  );
  return [
    ...unowned,
    ...pending.map((one): Pending => ({
      kind: "pending-operation",
      pending: one,
      look: lookOf(one.resource, looks),
      mayHaveMade: unowned.filter(({ awaitedBy }) => awaitedBy?.pending === one),
    })),
    ...resources.filter(({ condemned }) => condemned).map((resource) => stillToDelete(resource, looks)),
    ...[...holders.values()].flat().flatMap((holder) => gone(holder, looks)),
    ...[...holders].flatMap(([volumeId, all]): OwnedTwice[] =>
      all.length < 2 ? [] : [{ kind: "owned-twice", volumeId, holders: all }],
    ),
  ];
}

/** Who holds which volume. What a cut-off delete or change still has in state is held. */
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

function unownedOn(
  look: Look,
  holders: ReadonlyMap<string, Holder[]>,
  resources: readonly ResourceRecord[],
): Unowned[] {
  const { sight } = look;
  if (sight === undefined || sight.gone) return [];
  const here = resources.filter((resource) => lookOf(resource, [look]) === look);
  return (
    sight.volumes
      .filter(({ volumeId }) => !holders.has(volumeId) && volumeId !== sight.desktop.rootVolumeId)
      // They come in no order.
      .sort((a, b) => (a.volumeId < b.volumeId ? -1 : 1))
      .map((volume) => {
        const madeAt = timeOfDay(volume.createTime);
        return {
          kind: "unowned-volume",
          look,
          volume,
          ...(madeAt === undefined ? {} : { ageSeconds: Math.max(0, Math.round((look.at - madeAt) / 1000)) }),
          readBy: here.filter(
            ({ external, disks }) => external && disks.some(({ volumeId }) => volumeId === volume.volumeId),
          ),
          neighbours: here.filter(({ external, condemned }) => !external && !condemned),
        };
      })
  );
}

/** The disks that a cut-off operation was to make. */
function awaitedOf(pending: PendingRecord): Awaited[] {
  return pending.resource.disks
    .filter(({ volumeId }) => volumeId === undefined)
    .map((disk) => ({ pending, disk }));
}

/** Gives each awaited disk at most one volume that is what it was to be: the one that it names, else the newest. */
function matched(unowned: readonly Unowned[], awaited: readonly Awaited[]): Unowned[] {
  const found = new Map<Unowned, Awaited>();
  const newestFirst = [...unowned].sort((a, b) => (a.ageSeconds ?? Infinity) - (b.ageSeconds ?? Infinity));
  const naming = (one: Awaited) => one.disk.wanted.existingVolumeId !== undefined;
  for (const one of [...awaited.filter(naming), ...awaited.filter((other) => !naming(other))]) {
    const fit = newestFirst.find(
      (candidate) =>
        !found.has(candidate) &&
        lookOf(one.pending.resource, [candidate.look]) !== undefined &&
        fits(candidate, one.disk.wanted),
    );
    if (fit !== undefined) found.set(fit, one);
  }
  return unowned.map((one) => {
    const awaitedBy = found.get(one);
    return awaitedBy === undefined ? one : { ...one, awaitedBy };
  });
}

/** Whether the provider would take this volume over for these inputs. */
function fits({ look, volume }: Unowned, wanted: Partial<DiskInputs>): boolean {
  const { existingVolumeId = volume.volumeId } = wanted;
  if (look.sight === undefined || existingVolumeId !== volume.volumeId) return false;
  try {
    adoptable(look.sight, volume.volumeId, wanted as DiskInputs);
    return true;
  } catch {
    return false;
  }
}

/** A replaced resource whose disk the next run deletes. */
function stillToDelete(resource: ResourceRecord, looks: readonly Look[]): Pending {
  const pending = { operation: "deleting", resource };
  return { kind: "pending-operation", pending, look: lookOf(resource, looks), mayHaveMade: [] };
}

function gone(holder: Holder, looks: readonly Look[]): Gone[] {
  const look = lookOf(holder.resource, looks);
  // A delete that finds nothing is at its end: nobody has to put anything right.
  if (look?.sight === undefined || holder.resource.condemned || shows(look, holder.disk.volumeId)) return [];
  const shownBy = looks.find((other) => shows(other, holder.disk.volumeId));
  return [
    {
      kind: "gone-volume",
      look,
      holder,
      withDesktop: look.sight.gone,
      ...(shownBy === undefined ? {} : { shownBy }),
    },
  ];
}

function shows({ sight }: Look, volumeId: string | undefined): boolean {
  return sight !== undefined && !sight.gone && sight.volumes.some((volume) => volume.volumeId === volumeId);
}

/** The look at the desktop of a resource; where neither names a project, the id tells. */
export function lookOf(
  { desktopId, place }: Pick<ResourceRecord, "desktopId" | "place">,
  looks: readonly Look[],
): Look | undefined {
  return looks.find(
    (look) =>
      look.desktopId === desktopId &&
      (place.projectId === undefined ||
        look.place.projectId === undefined ||
        (place.projectId === look.place.projectId && place.region === look.place.region)),
  );
}
