/** The program of a history: what it says of each place, and the resources that come of it. */
import { type Change, type PlaceName, PLACES, THEIRS, theirs } from "./script";
import type { DiskProps } from "./state";
import { desktopId } from "../stage";

export type Props = Record<string, unknown>;

/** What the program says of one disk. */
export interface Wanted {
  on: string;
  type: string;
  size: number;
  iops?: number;
  throughput?: number;
  deletionProtection?: boolean;
  allowReplace?: boolean;
  existingVolumeId?: string;
  timeout?: string | undefined;
}

/** A resource of the program as the engine registers it. */
export interface Declared {
  name: string;
  kind: "attachment" | "disks";
  inputs: Props;
}

const HOME: Readonly<Record<string, string>> = { P: desktopId(1), Q: desktopId(2) };

/** The resource that has a place, and the name of its disk in there. */
export function ownerOf(place: PlaceName): { resource: string; name: string | undefined } {
  const [resource = place, name] = place.split(".");
  return { resource, name };
}

/** A program that changes in the course of a history. */
export class Program {
  readonly wanted = new Map<PlaceName, Wanted>();

  /** @param diskAt the disk that state has at a place */
  constructor(private readonly diskAt: (place: PlaceName) => DiskProps | undefined) {}

  change(change: Change): void {
    const { at } = change;
    const home = HOME[ownerOf(at).resource];
    // A place whose disk is still in state would change it, not get another one.
    const isFree = (place: PlaceName) => !this.wanted.has(place) && this.diskAt(place) === undefined;
    if (change.do === "put") {
      if (!isFree(at)) return;
      const { type, fast, timeout } = change;
      const speed = fast ? { type: "GPSSD2", iops: 3000, throughput: 125 } : { type };
      this.wanted.set(at, { on: home ?? change.on, size: 20, timeout, ...speed });
      return;
    }
    if (change.do === "adopt") {
      const on = home ?? change.on;
      if (!isFree(at) || this.#isMeant(theirs(on))) return;
      this.wanted.set(at, { on, ...THEIRS, existingVolumeId: theirs(on), deletionProtection: false });
      return;
    }
    const known = this.wanted.get(at);
    if (known === undefined) return;
    if (change.do === "take away") {
      if (known.deletionProtection !== true && !this.#isProtected(at)) this.wanted.delete(at);
      return;
    }
    // What is to be taken over must be described as it is.
    if (known.existingVolumeId !== undefined) return;
    switch (change.do) {
      case "grow":
        known.size += 10;
        return;
      case "retype":
        if (known.iops !== undefined || known.deletionProtection === true) return;
        Object.assign(known, { type: known.type === "SSD" ? "ESSD" : "SSD", allowReplace: true });
        return;
      case "protect":
      case "unprotect":
        known.deletionProtection = change.do === "protect";
        return;
      case "quicken":
        if (known.iops !== undefined) known.iops += 1000;
        return;
      case "hand over":
        if (isFree(change.to) && !this.#isProtected(at)) this.#handOver(at, change.to, known);
    }
  }

  /** Whether some place has the disk, or is about to take it over. */
  #isMeant(volumeId: string): boolean {
    return PLACES.some(
      (place) =>
        this.diskAt(place)?.volumeId === volumeId || this.wanted.get(place)?.existingVolumeId === volumeId,
    );
  }

  /** What state says counts: an unprotected disk must be so before it goes. */
  #isProtected(place: PlaceName): boolean {
    return this.diskAt(place)?.deletionProtection === true;
  }

  #handOver(from: PlaceName, to: PlaceName, known: Wanted): void {
    const held = this.diskAt(from);
    const home = HOME[ownerOf(to).resource];
    if (held === undefined || (home !== undefined && home !== known.on)) return;
    // What is taken over must be described as it is.
    if (
      (["type", "size", "iops", "throughput"] as const).some(
        (key) => known[key] !== held[key] && known[key] !== undefined,
      )
    )
      return;
    this.wanted.delete(from);
    this.wanted.set(to, {
      ...known,
      existingVolumeId: held.volumeId,
      deletionProtection: known.deletionProtection ?? false,
    });
  }

  /** What is taken over needs to be named only until then. */
  forgetTakenOver(): void {
    for (const [place, wanted] of this.wanted) {
      if (wanted.existingVolumeId !== undefined && this.diskAt(place)?.volumeId === wanted.existingVolumeId) {
        delete wanted.existingVolumeId;
      }
    }
  }

  resources(): Declared[] {
    const declared: Declared[] = [];
    const grouped = new Map<string, Props>();
    for (const [place, { on, timeout, ...disk }] of this.wanted) {
      const { resource, name } = ownerOf(place);
      const timeouts =
        timeout === undefined ? {} : { timeouts: { create: timeout, update: timeout, delete: timeout } };
      if (name === undefined) {
        declared.push({
          name: resource,
          kind: "attachment",
          inputs: { desktopId: on, ...timeouts, ...disk },
        });
        continue;
      }
      const known = grouped.get(resource);
      const disks = { ...(known?.disks as Props | undefined), [name]: disk };
      grouped.set(resource, { ...timeouts, ...known, desktopId: on, disks });
    }
    for (const [name, inputs] of grouped) declared.push({ name, kind: "disks", inputs });
    return structuredClone(declared);
  }
}
