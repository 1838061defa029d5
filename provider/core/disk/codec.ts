import type { Properties, Refusal, SetInputs } from "./inputs";
import type { Naming } from "./plan";
import type { SetState } from "./state";

/** How one kind of resource is written: inputs, state and id, to and from named disks. */
export interface Codec extends Naming {
  /** Stands before a property of a disk: nothing, or `disks.data.` */
  prefix(name: string): string;
  /** `disk v`, or `data disk "data" (v)` */
  title(name: string, volumeId?: string): string;
  /** What an operation on the whole resource is about: `disk v` or `data disks`. */
  wholeTitle(state: Pick<SetState, "disks">): string;
  /** What is wrong with the inputs, by property. */
  validate(raw: Properties): Refusal[];
  readInputs(raw: Properties): SetInputs;
  /** Why inputs or state are of the other kind, as with an alias across kinds; undefined where they are not. */
  otherKind(raw: Properties): Refusal | undefined;
  /** Reads the state of any version so far. Throws for a newer one, for the other kind, and for damage. */
  readState(id: string, raw: Properties): SetState;
  writeState(state: SetState): Properties;
  /** The inputs that a state was made from, with what was changed elsewhere. */
  writeInputs(state: SetState, drifted: ReadonlyMap<string, object>): Properties;
  /** `before`: the id so far, which an update cannot change. */
  idOf(state: SetState, before?: string): string;
}
