import { randomUUID } from "node:crypto";
import type { Conflict, VolumeOwnership } from "../desktop/ownership";
import { isKnown, type Properties, UNKNOWN } from "../host";
import type { SetInputs } from "./inputs";

/** A name whose entry says which disk it adopts. */
export interface Claimed {
  name: string;
  volumeId: string;
}

/** The disks that new inputs name in `existingVolumeId`, and the old inputs did not. */
export function claimedBy(wanted: SetInputs, old: SetInputs): Claimed[] {
  if (wanted.disks === UNKNOWN) return [];
  return [...wanted.disks].flatMap(([name, entry]) => {
    const volumeId = entry === UNKNOWN ? undefined : entry.existingVolumeId;
    if (!isKnown(volumeId)) return [];
    const before = old.disks === UNKNOWN ? undefined : old.disks.get(name);
    const said = before !== undefined && before !== UNKNOWN && before.existingVolumeId === volumeId;
    return said ? [] : [{ name, volumeId }];
  });
}

/** The disks that both old and new inputs name under the same name: their resource has them already. */
export function namedAsBefore(wanted: SetInputs, old: SetInputs): Claimed[] {
  if (wanted.disks === UNKNOWN || old.disks === UNKNOWN) return [];
  const claimed = new Set(claimedBy(wanted, old).map(({ name }) => name));
  return [...wanted.disks].flatMap(([name, entry]) => {
    const volumeId = entry === UNKNOWN ? undefined : entry.existingVolumeId;
    return isKnown(volumeId) && !claimed.has(name) ? [{ name, volumeId }] : [];
  });
}

/**
 * The claims of this run, by the inputs that made them: check, diff and create
 * of one resource are given the same inputs, and nothing else tells that they
 * belong together. A claim has the ownership id that its adoption will have.
 */
export class Claims {
  readonly #ids = new Map<string, string[]>();
  /** How many resources have been checked that name a disk as they did before: those claimed nothing. */
  readonly #unclaimed = new Map<string, number>();

  constructor(private readonly ownership: VolumeOwnership) {}

  /**
   * Registers the claims of a check; returns those that conflict. The same
   * inputs a second time are another resource: the engine checks each once.
   */
  claim(
    inputs: Properties,
    claimed: readonly Claimed[],
    titleOf: (name: string) => string,
  ): (Claimed & { conflict: Conflict })[] {
    return claimed.flatMap(({ name, volumeId }) => {
      const claimant = { ownershipId: randomUUID(), title: titleOf(name) };
      const key = keyOf(inputs, name, volumeId);
      this.#ids.set(key, [...(this.#ids.get(key) ?? []), claimant.ownershipId]);
      this.ownership.claim(volumeId, claimant);
      const conflict = this.ownership.claimProblem(volumeId, claimant);
      return conflict === undefined ? [] : [{ name, volumeId, conflict }];
    });
  }

  /** Registers that a check names disks as the resource did before, which is no claim. */
  note(inputs: Properties, named: readonly Claimed[]): void {
    for (const { name, volumeId } of named) {
      const key = keyOf(inputs, name, volumeId);
      this.#unclaimed.set(key, (this.#unclaimed.get(key) ?? 0) + 1);
    }
  }

  /** The ownership id for an adoption with these inputs: that of the claim, or a new one. */
  idFor(inputs: Properties, name: string, volumeId: string): string {
    const key = keyOf(inputs, name, volumeId);
    const [first] = this.#ids.get(key) ?? [];
    if (first !== undefined) return first;
    const fresh = randomUUID();
    this.#ids.set(key, [fresh]);
    return fresh;
  }

  /** The resource has the disk already: what its check claimed was no claim. */
  withdraw(inputs: Properties, name: string, volumeId: string, title: string): void {
    // Most runs claim nothing; a key of large inputs takes time.
    if (this.#ids.size === 0) return;
    const key = keyOf(inputs, name, volumeId);
    // Its check claimed nothing: a claim with the same inputs is another resource's.
    const unclaimed = this.#unclaimed.get(key) ?? 0;
    if (unclaimed > 0) {
      this.#unclaimed.set(key, unclaimed - 1);
      return;
    }
    for (const ownershipId of this.#ids.get(key) ?? [])
      this.ownership.withdraw(volumeId, { ownershipId, title });
    this.#ids.delete(key);
  }
}

function keyOf(inputs: Properties, name: string, volumeId: string): string {
  return JSON.stringify([name, volumeId, sorted(inputs)]);
}

/** The engine hands over the same inputs in any order. */
function sorted(value: unknown): unknown {
  if (value === UNKNOWN) return "(not known yet)";
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, one]) => [key, sorted(one)]);
}
