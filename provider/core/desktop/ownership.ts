/** The part of a resource that holds one disk. */
export interface Holder {
  /** Random, written into the state when the disk was added or adopted; empty for one that has no state yet. */
  ownershipId: string;
  /** For messages: `DesktopDataDisks of desktop d, disks.data`. */
  title: string;
}

/** What a holder's state and program say of a disk that leaves it: forget it without a call, or delete it. */
export type Leaving = "forget" | "delete";

interface Known {
  /** Resources that hold the disk and go on holding it. */
  keepers: Holder[];
  /** Resources that hold the disk and give it up in this run. */
  leavers: { holder: Holder; how: Leaving }[];
  /** Resources that name the disk in `existingVolumeId`. */
  claimants: Holder[];
  /** Who got the disk in this run, or was read as its holder. */
  holder?: Holder;
}

function isSame(one: Holder, other: Holder): boolean {
  if (one.ownershipId !== "" && other.ownershipId !== "") return one.ownershipId === other.ownershipId;
  return one.title === other.title;
}

/**
 * Who holds which disk, as far as this run has seen it: by checks and diffs,
 * which come before deletes, and by what was added. The state decides what may
 * be deleted; this can only stop a delete or an adoption, never allow one.
 * Volume ids are unique, so one serves all projects.
 */
export class VolumeOwnership {
  readonly #known = new Map<string, Known>();

  /** A diff found that this resource holds the disk and goes on holding it. */
  keep(volumeId: string, holder: Holder): void {
    const known = this.#of(volumeId);
    known.leavers = known.leavers.filter((other) => !isSame(other.holder, holder));
    add(known.keepers, holder);
  }

  /** A diff found that the disk leaves this resource. `forget`: its recorded policy is `retain`. */
  leave(volumeId: string, holder: Holder, how: Leaving): void {
    const known = this.#of(volumeId);
    known.keepers = known.keepers.filter((other) => !isSame(other, holder));
    known.leavers = [...known.leavers.filter((other) => !isSame(other.holder, holder)), { holder, how }];
  }

  /** A check found that this resource names the disk as the one to adopt; it may hold it already. */
  claim(volumeId: string, claimant: Holder): void {
    add(this.#of(volumeId).claimants, claimant);
  }

  /** The resource has the disk from now on: it was added, adopted or read from state. */
  hold(volumeId: string, holder: Holder): void {
    this.#of(volumeId).holder = holder;
  }

  /** The disk is gone, or its holder has forgotten it. */
  release(volumeId: string): void {
    this.#known.delete(volumeId);
  }

  /** Who holds the disk as far as this run knows; such a disk is never given to an add. */
  isHeld(volumeId: string): Holder | undefined {
    const known = this.#known.get(volumeId);
    return known?.holder ?? known?.keepers[0] ?? known?.leavers[0]?.holder;
  }

  /** All disks that somebody holds. */
  *held(): Generator<string> {
    for (const volumeId of this.#known.keys()) if (this.isHeld(volumeId) !== undefined) yield volumeId;
  }

  /**
   * Why the disk cannot be adopted by this resource in this run, as one
   * sentence; undefined if it can. For check and create of the one who adopts.
   */
  claimProblem(volumeId: string, claimant: Holder): string | undefined {
    const known = this.#known.get(volumeId);
    if (known === undefined) return undefined;
    const keeper = known.keepers.find((other) => !isSame(other, claimant));
    if (keeper !== undefined) return `${keeper.title} holds disk ${volumeId} and keeps it`;
    const deleter = known.leavers.find(({ holder, how }) => how === "delete" && !isSame(holder, claimant));
    if (deleter !== undefined)
      return `${deleter.holder.title} holds disk ${volumeId} and deletes it in this run`;
    const rival = known.claimants.find((other) => !isSame(other, claimant));
    if (rival !== undefined) return `${rival.title} adopts disk ${volumeId} as well`;
    if (known.holder !== undefined && !isSame(known.holder, claimant) && !hasForgotten(known, known.holder)) {
      return `${known.holder.title} holds disk ${volumeId}`;
    }
    return undefined;
  }

  /**
   * Why this resource cannot go on holding the disk, or delete it, in this run,
   * as one sentence; undefined if it can. For diff and update of the holder. A
   * holder whose recorded policy is `retain` and that gives the disk up has no
   * problem: it makes no call.
   */
  holderProblem(volumeId: string, holder: Holder): string | undefined {
    const known = this.#known.get(volumeId);
    if (known === undefined || hasForgotten(known, holder)) return undefined;
    const claimant = known.claimants.find((other) => !isSame(other, holder));
    if (claimant !== undefined) return `${claimant.title} adopts disk ${volumeId} in this run`;
    const keeper = known.keepers.find((other) => !isSame(other, holder));
    if (keeper !== undefined) return `${keeper.title} holds disk ${volumeId} as well`;
    return undefined;
  }

  /**
   * The other resource that has taken or keeps the disk in this run. A delete
   * that finds one forgets the disk with a warning and makes no call.
   */
  isAnothers(volumeId: string, ownershipId: string): Holder | undefined {
    const known = this.#known.get(volumeId);
    if (known === undefined) return undefined;
    const self: Holder = { ownershipId, title: "" };
    const others = [
      ...known.keepers,
      ...known.claimants,
      ...(known.holder === undefined ? [] : [known.holder]),
    ];
    return others.find((other) => !isSame(other, self));
  }

  #of(volumeId: string): Known {
    const known = this.#known.get(volumeId) ?? { keepers: [], leavers: [], claimants: [] };
    this.#known.set(volumeId, known);
    return known;
  }
}

function add(holders: Holder[], holder: Holder): void {
  const at = holders.findIndex((other) => isSame(other, holder));
  if (at < 0) holders.push(holder);
  // A claimant of a check has no id yet; the same resource has one after its create.
  else if (holder.ownershipId !== "") holders[at] = holder;
}

function hasForgotten(known: Known, holder: Holder): boolean {
  return known.leavers.some((other) => other.how === "forget" && isSame(other.holder, holder));
}
