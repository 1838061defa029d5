/**
 * Which volumes are held by resources that this run knows of. Nobody is given
 * a volume that another one holds, and what was adopted in this run is not
 * deleted in it by the resource that held it before.
 */
export class Holdings {
  readonly #held = new Set<string>();
  readonly #adopted = new Set<string>();

  /** A resource holds this volume: it was read from state, or made just now. */
  hold(volumeId: string): void {
    this.#held.add(volumeId);
  }

  /** A resource has taken over a volume that existed. */
  adopt(volumeId: string): void {
    this.#held.add(volumeId);
    this.#adopted.add(volumeId);
  }

  /** The volume is gone. */
  release(volumeId: string): void {
    this.#held.delete(volumeId);
    this.#adopted.delete(volumeId);
  }

  isHeld(volumeId: string): boolean {
    return this.#held.has(volumeId);
  }

  wasAdopted(volumeId: string): boolean {
    return this.#adopted.has(volumeId);
  }
}
