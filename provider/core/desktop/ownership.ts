import { idKey } from "../api/response";

/** The part of a resource that holds one disk, or asks for it. */
export interface Holder {
  /** Random, written into the state when the disk was added or adopted; empty in states of 0.1.0. */
  ownershipId: string;
  /** For messages: `DesktopDataDisks of desktop d, disks.data`. */
  title: string;
}

/** What a resource does with a disk that leaves it: forget it without a call, or delete it. */
export type LeavingHow = "forget" | "delete";

/** What a delete may do with a disk. */
export type DeleteVerdict =
  | { is: "delete" }
  /** `forget`: another resource has it. `refuse`: another one asks for it and does not have it yet. */
  | { is: "forget" | "refuse"; other: Holder };

/** Why two resources cannot both have what they want. `HWD1107`: both want the disk; `HWD1108`: it would be handed over in one run. */
export interface Conflict {
  code: "HWD1107" | "HWD1108";
  /** One sentence, which names the other resource. */
  why: string;
}

/** What this run knows of one disk. */
interface Known {
  /** Resources that have the disk and go on having it. */
  keepers: Holder[];
  /** Resources that have the disk and give it up in this run. */
  leavers: { holder: Holder; how: LeavingHow }[];
  /** Resources that name the disk in `existingVolumeId` and do not have it yet. */
  claimants: Holder[];
  /** Who got the disk in this run, or was read as its holder. */
  holder?: Holder;
  /** Whether that holder got it in this run. */
  taken?: boolean;
}

/** The same part of the same resource. States of 0.1.0 have no ids: there the titles decide. */
function isSame(one: Holder, other: Holder): boolean {
  if (one.ownershipId !== "" && other.ownershipId !== "") return one.ownershipId === other.ownershipId;
  return one.ownershipId === other.ownershipId && one.title === other.title;
}

/**
 * Who has which disk, as far as this run has seen it: by checks and diffs,
 * which come before creates and deletes, and by what was added and adopted.
 * State decides what may be deleted; this can only stop a delete or an
 * adoption, never allow one. Volume ids are unique, so one serves all projects.
 */
export class VolumeOwnership {
  readonly #known = new Map<string, Known>();

  /** A diff found that this resource has the disk and goes on having it. */
  keep(volumeId: string, holder: Holder): void {
    const known = this.#of(volumeId);
    known.leavers = known.leavers.filter((other) => !isSame(other.holder, holder));
    known.keepers = [...known.keepers.filter((other) => !isSame(other, holder)), holder];
  }

  /** A diff found that the disk leaves this resource. `forget`: its recorded policy is `retain`. */
  leave(volumeId: string, holder: Holder, how: LeavingHow): void {
    const known = this.#of(volumeId);
    known.keepers = known.keepers.filter((other) => !isSame(other, holder));
    known.leavers = [...known.leavers.filter((other) => !isSame(other.holder, holder)), { holder, how }];
  }

  /** A check found that this resource names the disk as one to adopt. */
  claim(volumeId: string, claimant: Holder): void {
    const known = this.#of(volumeId);
    known.claimants = [...known.claimants.filter((other) => !isSame(other, claimant)), claimant];
  }

  /** A diff found that the claim only gives another name to a disk that the resource has. */
  withdraw(volumeId: string, claimant: Holder): void {
    const known = this.#of(volumeId);
    known.claimants = known.claimants.filter((other) => !isSame(other, claimant));
  }

  /** The resource added or adopted the disk in this run. */
  take(volumeId: string, holder: Holder): void {
    this.withdraw(volumeId, holder);
    Object.assign(this.#of(volumeId), { holder, taken: true });
  }

  /** A state has the disk: it is never given to an add. Says nothing of what the program wants. */
  hold(volumeId: string, holder: Holder): void {
    this.#of(volumeId).holder ??= holder;
  }

  /** A holder from a state without ownership ids got one: what was known of it goes on to count. */
  identify(volumeId: string, before: Holder, now: Holder): void {
    const known = this.#known.get(idKey(volumeId));
    if (known === undefined) return;
    const renamed = (holder: Holder) => (isSame(holder, before) ? now : holder);
    known.keepers = known.keepers.map(renamed);
    known.leavers = known.leavers.map(({ holder, how }) => ({ holder: renamed(holder), how }));
    known.claimants = known.claimants.map(renamed);
    if (known.holder !== undefined) known.holder = renamed(known.holder);
  }

  /** The disk is gone, or its holder has forgotten it: what was known of that holder counts no more. */
  release(volumeId: string, holder?: Holder): void {
    const known = this.#known.get(idKey(volumeId));
    if (known === undefined) return;
    if (holder === undefined) {
      this.#known.delete(idKey(volumeId));
      return;
    }
    known.keepers = known.keepers.filter((other) => !isSame(other, holder));
    known.leavers = known.leavers.filter((other) => !isSame(other.holder, holder));
    if (known.holder !== undefined && isSame(known.holder, holder)) delete known.holder;
  }

  /** Who has the disk as far as this run knows; such a disk is never given to an add. */
  isHeld(volumeId: string): Holder | undefined {
    const known = this.#known.get(idKey(volumeId));
    return known?.holder ?? known?.keepers[0] ?? known?.leavers[0]?.holder;
  }

  /** Whether a resource has the disk or asks for it, as far as this run knows. */
  isSpokenFor(volumeId: string): boolean {
    return (
      this.isHeld(volumeId) !== undefined || (this.#known.get(idKey(volumeId))?.claimants.length ?? 0) > 0
    );
  }

  /** All disks that somebody has. */
  *held(): Generator<string> {
    for (const volumeId of this.#known.keys()) if (this.isHeld(volumeId) !== undefined) yield volumeId;
  }

  /**
   * Why the disk cannot be adopted by this resource in this run; undefined if
   * it can. For check and create of the one who adopts.
   */
  claimProblem(volumeId: string, claimant: Holder): Conflict | undefined {
    const known = this.#known.get(idKey(volumeId));
    if (known === undefined) return undefined;
    const keeper = known.keepers.find((other) => !isSame(other, claimant));
    if (keeper !== undefined)
      return handOver(`${keeper.title} has disk ${volumeId} and keeps it in this run`);
    const deleter = known.leavers.find(({ holder, how }) => how === "delete" && !isSame(holder, claimant));
    if (deleter !== undefined)
      return handOver(`${deleter.holder.title} has disk ${volumeId} and deletes it in this run`);
    const rival = known.claimants.find((other) => !isSame(other, claimant));
    if (rival !== undefined) return both(`${rival.title} names disk ${volumeId} as existingVolumeId as well`);
    if (known.taken === true && known.holder !== undefined && !isSame(known.holder, claimant)) {
      return both(`${known.holder.title} got disk ${volumeId} in this run`);
    }
    return undefined;
  }

  /**
   * Why this resource cannot go on having the disk, or delete it, in this run;
   * undefined if it can. For diff and update of the holder. A
   * holder that forgets the disk (`retain`) has no problem: it makes no call.
   */
  holderProblem(volumeId: string, holder: Holder): Conflict | undefined {
    const known = this.#known.get(idKey(volumeId));
    if (known === undefined) return undefined;
    if (known.leavers.some((other) => other.how === "forget" && isSame(other.holder, holder)))
      return undefined;
    const claimant = known.claimants.find((other) => !isSame(other, holder));
    if (claimant !== undefined)
      return handOver(`${claimant.title} names disk ${volumeId} as existingVolumeId in this run`);
    const keeper = known.keepers.find((other) => !isSame(other, holder));
    if (keeper !== undefined) return both(`${keeper.title} has disk ${volumeId} as well`);
    if (known.taken === true && known.holder !== undefined && !isSame(known.holder, holder)) {
      return both(`${known.holder.title} got disk ${volumeId} in this run`);
    }
    return undefined;
  }

  /** What a delete of the resource may do with its disk. A delete comes late: what other resources said counts. */
  deleteVerdict(volumeId: string, holder: Holder): DeleteVerdict {
    const known = this.#known.get(idKey(volumeId));
    const others = [
      ...(known?.taken === true && known.holder !== undefined ? [known.holder] : []),
      ...(known?.keepers ?? []),
    ];
    const owner = others.find((other) => !isSame(other, holder));
    if (owner !== undefined) return { is: "forget", other: owner };
    const claimant = known?.claimants.find((other) => !isSame(other, holder));
    return claimant === undefined ? { is: "delete" } : { is: "refuse", other: claimant };
  }

  #of(volumeId: string): Known {
    const known = this.#known.get(idKey(volumeId)) ?? { keepers: [], leavers: [], claimants: [] };
    this.#known.set(idKey(volumeId), known);
    return known;
  }
}

function both(why: string): Conflict {
  return { code: "HWD1107", why };
}

function handOver(why: string): Conflict {
  return { code: "HWD1108", why };
}
