/** A program that changes in the course of a history: what it says of each disk, and the resources that come of it. */
import type { DeclaredDisk, Disk } from "../judge/record";
import type { Props } from "../provider";
import { DESKTOPS, existingDisk, EXISTING } from "../world/desktops";
import type { Declared } from "./properties";

/** Where a program may have a disk: ten attachments, and the names of a `DesktopDataDisks` on each of two desktops. */
export const ATTACHMENTS = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"] as const;
export const PLACES: readonly string[] = [...ATTACHMENTS, "P.x", "P.y", "P.z", "Q.x", "Q.y"];

const HOME: Readonly<Record<string, string>> = { P: DESKTOPS[0], Q: DESKTOPS[1] };

/** What a program says of one disk. */
export interface Wanted {
  desktop: string;
  type: string;
  size: number;
  iops?: number;
  throughput?: number;
  deletionProtection?: boolean;
  deletionPolicy?: "delete" | "retain";
  allowReplace?: boolean;
  existingVolumeId?: string;
  timeout?: string | undefined;
}

/** A change of a program. */
export type Change =
  | {
      do: "put";
      at: string;
      desktop: string;
      type: string;
      isFast: boolean;
      isProtected: boolean;
      timeout: string | undefined;
    }
  | { do: "take away" | "grow" | "retype" | "protect" | "unprotect" | "tune" | "look up"; at: string }
  /** Another place adopts the disk, and this one goes. */
  | { do: "hand over"; at: string; to: string }
  /** A disk that belongs to nobody here is adopted. */
  | { do: "adopt"; at: string; desktop: string };

/** The resource of a place, and the name of its disk in there; an attachment's disk has none. */
export function ownerOf(place: string): { resource: string; name: string } {
  const [resource = place, name = ""] = place.split(".");
  return { resource, name };
}

export class Program {
  readonly wanted = new Map<string, Wanted>();
  /** `.get` look-ups of the next up: names and ids. */
  lookups: { name: string; id: string }[] = [];

  /**
   * @param heldAt what state has at a place: a disk, or one without an id, which an add may have made
   * @param isPresent whether a disk that belongs to nobody here exists
   * @param knowsDeletionPolicy see `ProviderUnderTest`
   */
  constructor(
    private readonly heldAt: (place: string) => Disk | undefined,
    private readonly isPresent: (volumeId: string) => boolean,
    private readonly knowsDeletionPolicy: boolean,
  ) {}

  /** Whether a person could change the program like this now. */
  allows(change: Change): boolean {
    const { at } = change;
    const known = this.wanted.get(at);
    if (change.do === "put") return this.#isFree(at);
    if (change.do === "adopt") {
      const disk = existingDisk(HOME[ownerOf(at).resource] ?? change.desktop);
      return this.#isFree(at) && !this.#isMeant(disk) && this.isPresent(disk);
    }
    if (change.do === "look up") return this.heldAt(at)?.volumeId !== undefined;
    if (known === undefined) return false;
    if (change.do === "take away") return known.deletionProtection !== true && !this.#isProtected(at);
    // What is about to be adopted must be described as it is.
    if (known.existingVolumeId !== undefined) return false;
    switch (change.do) {
      case "retype":
        return known.iops === undefined && known.deletionProtection !== true && !this.#isProtected(at);
      case "tune":
        return known.iops !== undefined;
      case "hand over":
        return this.#canHandOver(at, change.to, known);
      // What is about to be replaced cannot be protected in the same run.
      case "protect":
        return this.heldAt(at) === undefined || this.heldAt(at)?.type === known.type;
      case "grow":
      case "unprotect":
        return true;
    }
  }

  /** Makes a change that `allows` has let pass. */
  apply(change: Change): void {
    const { at } = change;
    const home = HOME[ownerOf(at).resource];
    const policy = this.knowsDeletionPolicy ? { deletionPolicy: "delete" as const } : {};
    const known = this.wanted.get(at);
    switch (change.do) {
      case "put": {
        const { type, isFast, isProtected, timeout } = change;
        const protection = isProtected ? { deletionProtection: true } : {};
        const speed = isFast ? { type: "GPSSD2", iops: 3000, throughput: 125 } : { type };
        this.wanted.set(at, {
          desktop: home ?? change.desktop,
          size: 20,
          timeout,
          ...policy,
          ...protection,
          ...speed,
        });
        return;
      }
      case "adopt": {
        const desktop = home ?? change.desktop;
        const existingVolumeId = existingDisk(desktop);
        this.wanted.set(at, { desktop, ...EXISTING, ...policy, existingVolumeId, deletionProtection: false });
        return;
      }
      case "look up": {
        const held = this.heldAt(at);
        const desktop = known?.desktop ?? home ?? "";
        if (held?.volumeId !== undefined && desktop !== "")
          this.lookups.push({ name: `lookup-${this.lookups.length + 1}`, id: `${desktop}/${held.volumeId}` });
        return;
      }
      case "take away":
        this.wanted.delete(at);
        return;
      default:
        if (known !== undefined) this.#alter(change, known);
    }
  }

  /** What is adopted needs to be named only until then. */
  forgetAdopted(): void {
    for (const [place, wanted] of this.wanted) {
      if (wanted.existingVolumeId === undefined) continue;
      if (this.heldAt(place)?.volumeId === wanted.existingVolumeId) delete wanted.existingVolumeId;
    }
  }

  resources(): Declared[] {
    const declared: Declared[] = [];
    const sets = new Map<string, Props>();
    for (const [place, { desktop, timeout, ...disk }] of this.wanted) {
      const { resource, name } = ownerOf(place);
      const timeouts =
        timeout === undefined ? {} : { timeouts: { create: timeout, update: timeout, delete: timeout } };
      if (name === "") {
        declared.push({
          name: resource,
          kind: "attachment",
          inputs: { desktopId: desktop, ...timeouts, ...disk },
        });
        continue;
      }
      const known = sets.get(resource);
      const disks = { ...(known?.disks as Props | undefined), [name]: disk };
      sets.set(resource, { ...timeouts, ...known, desktopId: desktop, disks });
    }
    for (const [name, inputs] of sets) declared.push({ name, kind: "disks", inputs });
    return structuredClone(declared);
  }

  declares(): DeclaredDisk[] {
    return [...this.wanted].map(([place, { desktop, type, size, iops, throughput }]) => ({
      ...ownerOf(place),
      desktop,
      type,
      size,
      ...(iops === undefined ? {} : { iops }),
      ...(throughput === undefined ? {} : { throughput }),
    }));
  }

  #alter(change: Change, known: Wanted): void {
    switch (change.do) {
      case "grow":
        known.size += 10;
        return;
      case "retype":
        Object.assign(known, { type: known.type === "SSD" ? "ESSD" : "SSD", allowReplace: true });
        return;
      case "protect":
      case "unprotect":
        known.deletionProtection = change.do === "protect";
        return;
      case "tune":
        known.iops = (known.iops ?? 0) + 1000;
        return;
      case "hand over":
        this.#handOver(change.at, change.to, known);
        return;
      default:
        return;
    }
  }

  /** A place whose disk is still in state would change it, not get another one. */
  #isFree(place: string): boolean {
    return !this.wanted.has(place) && this.heldAt(place) === undefined;
  }

  /** Whether some place has the disk, or is about to adopt it. */
  #isMeant(volumeId: string): boolean {
    return PLACES.some(
      (place) =>
        this.heldAt(place)?.volumeId === volumeId || this.wanted.get(place)?.existingVolumeId === volumeId,
    );
  }

  /** What state says counts: an unprotected disk must be so before it goes. */
  #isProtected(place: string): boolean {
    return this.heldAt(place)?.isProtected === true;
  }

  #canHandOver(from: string, to: string, known: Wanted): boolean {
    const held = this.heldAt(from);
    const home = HOME[ownerOf(to).resource];
    if (held?.volumeId === undefined || !this.#isFree(to) || this.#isProtected(from)) return false;
    if (home !== undefined && home !== known.desktop) return false;
    // What is adopted must be described as it is.
    return (["type", "size", "iops", "throughput"] as const).every(
      (key) => known[key] === undefined || known[key] === held[key],
    );
  }

  #handOver(from: string, to: string, known: Wanted): void {
    const held = this.heldAt(from);
    if (held?.volumeId === undefined) return;
    if (this.knowsDeletionPolicy && held.isRetained !== true) {
      known.deletionPolicy = "retain";
      return;
    }
    this.wanted.delete(from);
    const { deletionProtection = false, deletionPolicy, ...rest } = known;
    const policy = deletionPolicy === undefined ? {} : { deletionPolicy: "delete" as const };
    this.wanted.set(to, { ...rest, ...policy, existingVolumeId: held.volumeId, deletionProtection });
  }
}
