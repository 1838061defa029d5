/** What the engine keeps of a stack. */
import type { Holding } from "../judge/record";
import { type Held, heldIn, stored } from "./properties";

export class KeptState {
  readonly held = new Map<string, Held>();
  /** Replaced resources, which go once their successors are there. */
  #replaced: Held[] = [];

  /** @param note is told of each change: the state as text, and the disks in it */
  constructor(private readonly note: (text: string, held: Holding[]) => void = () => undefined) {}

  get replaced(): readonly Held[] {
    return this.#replaced;
  }

  holdings(): Holding[] {
    return [...this.held.values(), ...this.#replaced].flatMap(heldIn);
  }

  keep(held: Held): void {
    this.held.set(held.name, { ...held, outs: stored(held.outs), inputs: stored(held.inputs) });
    this.#note();
  }

  keepReplaced(held: Held): void {
    this.#replaced.push(held);
    this.#note();
  }

  forget(held: Held): void {
    if (this.held.get(held.name) === held) this.held.delete(held.name);
    this.#replaced = this.#replaced.filter((other) => other !== held);
    this.#note();
  }

  #note(): void {
    this.note(JSON.stringify([...this.held.values(), ...this.#replaced]), this.holdings());
  }
}
