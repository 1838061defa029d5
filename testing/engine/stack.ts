/** A stack: what the engine keeps of it from one command to the next. */
import type { Disk } from "../judge/record";
import type { ProviderUnderTest } from "../provider";
import type { Recorder } from "../recorder";
import type { World } from "../world/world";
import { KillableProcess, NOTICED_AFTER_MS } from "./killableProcess";
import { ownerOf, Program } from "./program";
import { KeptState } from "./keptState";
import { disksIn, isUnfinished } from "./properties";
import { type Ended, Run } from "./run";

/** How a command loses a part of itself, so many ms after its begin. */
export interface Death {
  readonly afterMs: number;
  /** "interrupt": a first Ctrl-C; what is going on is finished, nothing new is begun. */
  readonly of: "the provider" | "the engine" | "both" | "interrupt";
}

export interface Command {
  readonly command: "up" | "refresh" | "destroy";
  /** The engine's pause between what it hands over, in ms. */
  readonly pace: number;
  readonly death?: Death | undefined;
}

export class Stack extends KeptState {
  readonly program: Program;
  readonly processes: KillableProcess[] = [];

  constructor(
    readonly name: string,
    private readonly world: World,
    private readonly recorder: Recorder,
    private readonly provider: ProviderUnderTest,
  ) {
    super((text, held) => {
      recorder.state({ stack: name, held, text });
    });
    this.program = new Program(
      (place) => this.entryAt(place),
      (volumeId) => world.isThere(volumeId),
      provider.knowsDeletionPolicy,
    );
  }

  /** The disk that state has at a place. */
  diskAt(place: string): Disk | undefined {
    const entry = this.entryAt(place);
    return entry?.volumeId === undefined ? undefined : entry;
  }

  /** What state has at a place: a disk, or one without an id, which an add may have made. */
  entryAt(place: string): Disk | undefined {
    const { resource, name } = ownerOf(place);
    const held = this.held.get(resource);
    return held === undefined ? undefined : disksIn(held.kind, held.outs).find((disk) => disk.name === name);
  }

  /** Whether state has an add for this place whose outcome is not known: of a set, it is no entry of its disks. */
  isAwaited(place: string): boolean {
    const { resource, name } = ownerOf(place);
    const pending: object = this.held.get(resource)?.outs.pendingAdds ?? {};
    return Object.hasOwn(pending, name);
  }

  /** Takes what is on a desktop out of program and state, as `pulumi state delete` does. */
  leave(desktop: string): void {
    for (const [place, wanted] of this.program.wanted)
      if (wanted.desktop === desktop) this.program.wanted.delete(place);
    for (const held of [...this.held.values(), ...this.replaced])
      if (held.outs.desktopId === desktop) this.forget(held);
  }

  /**
   * Takes out of program and state what waits for a disk that an add may have
   * made, as a person does who knows that the job which is waited for is another one.
   */
  leaveUnfinished(): void {
    for (const held of [...this.held.values(), ...this.replaced].filter(isUnfinished)) {
      for (const place of this.program.wanted.keys())
        if (ownerOf(place).resource === held.name) this.program.wanted.delete(place);
      this.forget(held);
    }
  }

  /** Runs a command with a provider process of its own, until it is done or cut off. */
  async run({ command, pace, death }: Command): Promise<Ended[]> {
    const { world, recorder, provider } = this;
    const { clock } = world;
    const id = `${this.name}${this.processes.length + 1}`;
    const process = new KillableProcess(world, recorder, provider.make, id, this.name);
    this.processes.push(process);
    const run = new Run(this.name, this, world, recorder, process, pace);
    const done = command === "up" ? this.#up(run) : command === "refresh" ? run.refresh() : run.destroy();
    done.catch(() => undefined);
    const ended = await (death === undefined ? done : Promise.race([done, cutOff(run, death)]));
    if (!run.isCutOff) {
      // The engine ends the process a moment later; whatever it still sends by then is too late.
      await clock.sleep(LINGERS_MS);
      process.kill();
    }
    this.program.forgetAdopted();
    return ended;

    /** Never settles unless the engine is killed: else the run goes on to its end. */
    async function cutOff(it: Run, { afterMs, of }: Death): Promise<Ended[]> {
      await clock.sleep(afterMs);
      if (of !== "the engine") it.isStopped = true;
      if (of === "the provider" || of === "both") process.kill();
      if (of === "the provider" || of === "interrupt") return new Promise(() => undefined);
      it.isCutOff = true;
      void clock.sleep(NOTICED_AFTER_MS).then(() => {
        process.halt();
      });
      return [...it.ended];
    }
  }

  #up(run: Run): Promise<Ended[]> {
    const { program } = this;
    const { lookups } = program;
    program.lookups = [];
    return run.up(program.resources(), lookups);
  }
}

/** A provider process outlives the last answer for so long, in ms. */
const LINGERS_MS = 500;
