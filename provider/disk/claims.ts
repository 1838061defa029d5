import { isKnown } from "./unknown";

/**
 * What the program of this run says of disks, told by its checks and diffs,
 * which come before its deletes. A disk that one resource has taken over may
 * still stand in the state of the one that held it before: that one must not
 * take it along when it goes, not in this run and not in a later one.
 */
export class Claims {
  readonly #wished = new Set<string>();
  readonly #kept = new Map<string, Set<string>>();

  /** A resource of the program names this disk as the one to take over; it may hold it already. */
  wish(volumeId: string): void {
    this.#wished.add(volumeId);
  }

  /** A resource of the program holds the disk and goes on doing so. `adoption` tells it from one that held it before. */
  keep(volumeId: string, adoption = ""): void {
    const holders = this.#kept.get(volumeId) ?? new Set();
    this.#kept.set(volumeId, holders.add(adoption));
  }

  /** Whether the program means this disk for another resource than the one with this `adoption`, which is going. */
  isAnothers(volumeId: string, adoption = ""): boolean {
    if (this.#wished.has(volumeId)) return true;
    return [...(this.#kept.get(volumeId) ?? [])].some((other) => other !== adoption);
  }
}

/** Notes the disk that inputs name as the one to take over, if they name one. */
export function wish(claims: Claims, inputs: unknown): void {
  if (typeof inputs !== "object" || inputs === null || !("existingVolumeId" in inputs)) return;
  const { existingVolumeId } = inputs;
  if (typeof existingVolumeId === "string" && isKnown(existingVolumeId)) claims.wish(existingVolumeId);
}
