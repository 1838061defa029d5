import { forget, pulumi, refresh } from "./commands";
import type { Finding, Gone, Holder, OwnedTwice, Pending, Unowned } from "./compare";
import { adoptingInputs, freeName, intoInputs, newEntry, newResource, takingOver } from "./programLines";
import { type Place, validateDisk } from "./providerRoom";
import type { ResourceRecord, StackRecord } from "./stackState";
import { holderInWords, resourceInWords, stackInWords } from "./words";

/** One way to put a finding right. */
export interface Remedy {
  /** What it comes to. */
  title: string;
  /** Lines of TypeScript to write into the program, before the commands. */
  program: readonly string[];
  /** Commands for a shell, in this order, in the folder of the stack's project. */
  commands: readonly string[];
  /** What to know before. */
  notes: readonly string[];
}

/** Tells how to put findings right. Knows the names that are taken, and those it has given. Pure. */
export class Remedies {
  readonly #names: Set<string>;

  /** `usual`: where the settings lead without being told. */
  constructor(
    private readonly stacks: readonly StackRecord[],
    private readonly usual: Place,
  ) {
    const resources = stacks.flatMap((stack) => stack.resources);
    this.#names = new Set(
      resources.flatMap(({ name, disks }) => [name, ...disks.flatMap((disk) => disk.name ?? [])]),
    );
  }

  /** Ways to put it right; of several, one is to be chosen. Called once for each finding. */
  for(finding: Finding): Remedy[] {
    switch (finding.kind) {
      case "unowned-volume":
        return [this.#adopt(finding)];
      case "pending-operation":
        return [clearUp(finding)];
      case "gone-volume":
        return [letGo(finding)];
      case "owned-twice":
        return finding.holders.map((keeper) => leaveTo(keeper, finding));
    }
  }

  #adopt(unowned: Unowned): Remedy {
    const { volume, awaitedBy, neighbours } = unowned;
    if (awaitedBy !== undefined) {
      const { pending } = awaitedBy;
      return {
        title: `adopt it as what the cut-off operation on ${resourceInWords(pending.resource)} was to make`,
        program: intoInputs(unowned, awaitedBy),
        commands: goOn(pending),
        notes: [],
      };
    }
    const name = freeName(volume.volumeId, this.#names);
    this.#names.add(name);
    const notes = validateDisk({ ...adoptingInputs(volume) }).map(
      ({ property, reason }) => `As it is it cannot be adopted: ${property} ${reason}.`,
    );
    const whole = neighbours.find(({ kind }) => kind === "DesktopDataDisks");
    if (whole !== undefined) {
      return {
        title: `adopt it: add to the disks of ${resourceInWords(whole)}`,
        program: newEntry(volume, name),
        commands: [pulumi(whole.stack, "up")],
        notes,
      };
    }
    const stack = this.#ownerToBe(unowned);
    const where = stack === undefined ? "the stack that shall own it" : stackInWords(stack);
    return {
      title: `adopt it: add to the program of ${where}`,
      program: newResource(unowned, name, this.usual),
      commands: [stack === undefined ? "pulumi up" : pulumi(stack, "up")],
      notes,
    };
  }

  #ownerToBe({ neighbours, readBy }: Unowned): StackRecord | undefined {
    const [first] = [...neighbours, ...readBy];
    return first?.stack ?? (this.stacks.length === 1 ? this.stacks[0] : undefined);
  }
}

/** After the program says what is to be taken over. */
function goOn({ operation, resource }: Pending["pending"]): string[] {
  return [refresh(resource.stack, operation === "creating"), pulumi(resource.stack, "up")];
}

function clearUp({ pending, look, mayHaveMade }: Pending): Remedy {
  const { operation, resource } = pending;
  const remedy = { title: `clear up the cut-off ${operation}`, program: [], commands: [], notes: [] };
  if (resource.condemned) {
    const ids = resource.disks.map(({ volumeId }) => volumeId).join(", ");
    const notes = [`It was replaced: the next "pulumi up" deletes disk ${ids} with its data.`];
    return { ...remedy, title: "finish the replacement", commands: [pulumi(resource.stack, "up")], notes };
  }
  if (look?.sight === undefined) {
    return { ...remedy, notes: ["The desktop could not be read (see the errors): run this again first."] };
  }
  if (look.busy) {
    return {
      ...remedy,
      notes: ["A job is going on for the desktop: wait until it is over, then run this again."],
    };
  }
  if (look.sight.gone) {
    const notes = ["The desktop was deleted: take the resource out of the program."];
    return { ...remedy, commands: [refresh(resource.stack, operation === "creating")], notes };
  }
  const missing = resource.disks.filter(({ volumeId }) => volumeId === undefined).length - mayHaveMade.length;
  const bought = `${missing} disk(s) that it was to make are not there: "pulumi up" adds them.`;
  return {
    ...remedy,
    program: mayHaveMade.flatMap((unowned) =>
      unowned.awaitedBy === undefined ? [] : intoInputs(unowned, unowned.awaitedBy),
    ),
    commands: operation === "deleting" ? [refresh(resource.stack)] : goOn(pending),
    notes: missing > 0 ? [bought] : [],
  };
}

function letGo({ holder, withDesktop, shownBy }: Gone): Remedy {
  const again = `If it is still in the program, the next "pulumi up" adds a new, empty disk: take it out first, unless that is wanted.`;
  const deleted = "The desktop was deleted, and its disks with it: take the resource out of the program.";
  const moved = `Desktop ${shownBy?.desktopId ?? ""} shows it now: after the refresh, run this again to see how to adopt it there.`;
  return {
    title: "take it out of the state",
    program: [],
    commands: [refresh(holder.resource.stack)],
    notes: [withDesktop ? deleted : again, ...(shownBy === undefined ? [] : [moved])],
  };
}

function leaveTo(keeper: Holder, { volumeId, holders }: OwnedTwice): Remedy {
  const others = holders.filter(({ resource }) => resource !== keeper.resource);
  return {
    title: `let ${holderInWords(keeper)} keep it`,
    program: others.flatMap(({ resource }) => adoptTheRest(resource, volumeId)),
    commands: others.flatMap(({ resource }) => [
      forget(resource),
      ...(resource.disks.length > 1 ? [pulumi(resource.stack, "up")] : []),
    ]),
    notes: others.map(
      (other) =>
        `Take ${holderInWords(other)} out of the program after "pulumi state delete" and before any "pulumi up": ` +
        `earlier, an up would delete the disk with its data; later, it would add a new one.`,
    ),
  };
}

/** A `DesktopDataDisks` leaves the state as a whole: its other disks are taken over again. */
function adoptTheRest({ name, disks }: ResourceRecord, without: string): string[] {
  const rest = disks.filter(({ volumeId }) => volumeId !== undefined && volumeId !== without);
  return rest.flatMap((disk) => [
    `// in disks[${JSON.stringify(disk.name)}] of DesktopDataDisks ${JSON.stringify(name)}:`,
    ...takingOver(disk.volumeId ?? "", disk),
  ]);
}
