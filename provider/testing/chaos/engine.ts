/** A stack as the engine goes about with it: what it calls, in which order, and what it keeps. */
import type { DynamicProvider } from "../../dynamicProvider";
import type { Stage } from "../stage";
import { Judge } from "./judge";
import type { Ledger } from "./ledger";
import { type LosableProcess, NOTICED_AFTER_MS } from "./losable";
import { type Declared, ownerOf, type Props } from "./program";
import type { Death, PlaceName } from "./script";
import { type DiskProps, disksOf, entriesOf, type Held, isNew, keptOf, stored, withLine } from "./state";

/** How an operation ended. */
export interface Ended {
  name: string;
  did: "same" | "create" | "update" | "delete" | "read" | "refused";
  error?: Error;
}

export class Stack {
  readonly held = new Map<string, Held>();
  /** Replaced ones, which go once their successors are there. */
  #replaced: Held[] = [];
  /** What the engine has shown. */
  readonly shown: string[] = [];

  constructor(
    private readonly stage: Stage,
    private readonly ledger: Ledger,
  ) {}

  /** The disk that state has at a place. */
  diskAt(place: PlaceName): DiskProps | undefined {
    const { resource, name } = ownerOf(place);
    const held = this.held.get(resource);
    return held === undefined ? undefined : disksOf(held.outs)[name ?? ""];
  }

  /** Runs a command with a provider process of its own, until it is done or cut off. */
  async run(
    command: "up" | "refresh" | "destroy",
    declared: readonly Declared[],
    process: LosableProcess,
    how: { pace: number; death: Death | undefined },
  ): Promise<Ended[]> {
    const run = new Run(this, this.stage, this.ledger, process, how.pace);
    const done = command === "up" ? run.up(declared) : command === "refresh" ? run.refresh() : run.destroy();
    done.catch(() => undefined);
    const { death } = how;
    if (death === undefined) return this.stage.time.until(done);
    const { clock } = this.stage;
    const cut = clock.sleep(death.after).then((): Ended[] => {
      if (death.of !== "the engine") run.stopped = true;
      if (death.of === "the provider" || death.of === "both") process.lose();
      if (death.of === "the engine" || death.of === "both") {
        run.cutOff = true;
        void clock.sleep(NOTICED_AFTER_MS).then(() => {
          process.halt();
        });
        return [...run.ended];
      }
      return [];
    });
    return this.stage.time.until(Promise.race([done, cut.then((ended) => (run.cutOff ? ended : done))]));
  }

  keep(held: Held): void {
    this.held.set(held.name, { ...held, outs: stored(held.outs), inputs: stored(held.inputs) });
  }

  setReplaced(held: Held): void {
    this.#replaced.push(held);
  }

  get replaced(): readonly Held[] {
    return this.#replaced;
  }

  forgetReplaced(held: Held): void {
    this.#replaced = this.#replaced.filter((other) => other !== held);
  }
}

/** One command. */
class Run {
  readonly ended: Ended[] = [];
  /** Nothing new is begun. */
  stopped = false;
  /** Nobody is there any more who would keep a result. */
  cutOff = false;
  private readonly judge: Judge;

  constructor(
    private readonly stack: Stack,
    private readonly stage: Stage,
    private readonly ledger: Ledger,
    private readonly process: LosableProcess,
    private readonly pace: number,
  ) {
    this.judge = new Judge(stage, ledger, process.watch);
  }

  async up(declared: readonly Declared[]): Promise<Ended[]> {
    const { held } = this.stack;
    for (const { name, inputs } of declared) {
      const kept = disksOf(held.get(name)?.outs ?? {});
      for (const [key, { existingVolumeId }] of Object.entries(entriesOf(inputs))) {
        // What a resource of the program has, or is about to take over, is meant for it and for no other.
        const volumeId = existingVolumeId ?? kept[key]?.volumeId;
        if (volumeId !== undefined) this.process.watch.claimed.set(volumeId, `${name}.${key}`);
      }
    }
    await this.#each(declared, (one) => this.#register(one));
    if (this.ended.some(({ error }) => error !== undefined)) return this.ended;
    const names = new Set(declared.map(({ name }) => name));
    const gone = [...held.values()].filter(({ name }) => !names.has(name));
    await this.#each([...gone, ...this.stack.replaced], (one) => this.#delete(one));
    return this.ended;
  }

  async refresh(): Promise<Ended[]> {
    await this.#each([...this.stack.held.values()], (one) => this.#read(one));
    return this.ended;
  }

  async destroy(): Promise<Ended[]> {
    await this.#each([...this.stack.held.values(), ...this.stack.replaced], (one) => this.#delete(one));
    return this.ended;
  }

  async #each<T>(all: readonly T[], run: (one: T) => Promise<void>): Promise<void> {
    await Promise.all(
      all.map(async (one, index) => {
        if (this.pace > 0 && index > 0) await this.stage.clock.sleep(this.pace * index);
        if (!this.stopped && !this.cutOff) await run(one);
      }),
    );
  }

  async #register({ name, kind, inputs }: Declared): Promise<void> {
    const provider = this.process[kind];
    const old = this.stack.held.get(name);
    try {
      const checked = await this.process.answer(provider.check(old?.inputs ?? {}, withLine(inputs)));
      if (checked.failures.length > 0)
        throw new Error(checked.failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
      if (old === undefined) {
        await this.#create(name, kind, inputs);
        return;
      }
      const difference = await this.process.answer(
        provider.diff(old.id, withLine(old.outs), withLine(inputs)),
      );
      if (difference.replaces.length > 0) {
        if (await this.#create(name, kind, inputs)) this.stack.setReplaced(old);
        return;
      }
      if (difference.changes || old.marked) {
        await this.#update(provider, old, inputs);
        return;
      }
      if (!this.cutOff) this.stack.keep({ ...old, inputs });
      this.#end({ name, did: "same" });
    } catch (error) {
      this.#end({ name, did: "refused", error: error as Error });
    }
  }

  async #create(name: string, kind: Declared["kind"], inputs: Props): Promise<boolean> {
    const before = this.#heldIds();
    const asked = Object.values(entriesOf(inputs))
      .filter(isNew)
      .map((entry) => this.judge.ask(inputs, entry));
    const began = this.judge.begin(inputs, "create");
    try {
      const { id, outs } = await this.process.answer(this.process[kind].create(withLine(inputs)));
      this.judge.inTime(began, name);
      if (!this.cutOff) this.judge.given(name, outs, asked, before);
      this.judge.asDeclared(name, inputs, outs);
      if (!this.cutOff) this.stack.keep({ name, kind, id, outs, inputs, marked: false });
      this.#end({ name, did: "create" });
      return true;
    } catch (error) {
      this.judge.inTime(began, name);
      const kept = keptOf(error);
      if (kept === undefined) this.judge.noneBought(error, asked);
      else {
        if (!this.cutOff) this.judge.given(name, kept.outs, asked, before);
        if (!this.cutOff) this.stack.keep({ name, kind, ...kept, inputs, marked: true });
      }
      this.#end({ name, did: "create", error: error as Error });
      return false;
    }
  }

  async #update(provider: DynamicProvider, old: Held, inputs: Props): Promise<void> {
    const before = this.#heldIds();
    const [was, now] = [disksOf(old.outs), entriesOf(inputs)];
    const adopted = new Set(Object.values(now).map(({ existingVolumeId }) => existingVolumeId));
    const replaced = (key: string) => {
      const [from, to] = [was[key], now[key]];
      return old.kind === "disks" && from !== undefined && to !== undefined && from.type !== to.type;
    };
    const goes = Object.entries(was).filter(
      ([key, disk]) => (!(key in now) && !adopted.has(disk.volumeId)) || replaced(key),
    );
    for (const [key, { volumeId, deletionProtection }] of goes) {
      if (deletionProtection !== true) this.process.watch.mayDelete.set(volumeId, `${old.name}.${key}`);
    }
    const fresh = Object.entries(now).filter(
      ([key, entry]) => (!(key in was) && isNew(entry)) || replaced(key),
    );
    const asked = fresh.map(([, entry]) => this.judge.ask(inputs, entry));
    const began = this.judge.begin(inputs, "update");
    const finish = (outs: Props) => {
      const ids = new Set(Object.values(disksOf(outs)).map(({ volumeId }) => volumeId));
      for (const [key, { volumeId }] of goes) {
        const claimant = this.process.watch.claimed.get(volumeId);
        const letGo = claimant !== undefined && claimant !== `${old.name}.${key}`;
        if (!ids.has(volumeId) && !letGo) this.judge.mustBeGone(old, volumeId, "update");
      }
      if (!this.cutOff) this.judge.given(old.name, outs, asked, before);
    };
    try {
      const { outs } = await this.process.answer(
        provider.update(old.id, withLine(old.outs), withLine(inputs)),
      );
      this.judge.inTime(began, old.name);
      finish(outs);
      this.judge.asDeclared(old.name, inputs, outs);
      if (!this.cutOff) this.stack.keep({ ...old, outs, inputs, marked: false });
      this.#end({ name: old.name, did: "update" });
    } catch (error) {
      this.judge.inTime(began, old.name);
      const kept = keptOf(error);
      if (kept !== undefined) {
        finish(kept.outs);
        if (!this.cutOff) this.stack.keep({ ...old, ...kept, inputs, marked: true });
      } else if (old.kind === "attachment") this.judge.noneBought(error, asked);
      this.#end({ name: old.name, did: "update", error: error as Error });
    }
  }

  async #delete(old: Held): Promise<void> {
    const disks = Object.entries(disksOf(old.outs));
    const isProtected = disks.some(([, { deletionProtection }]) => deletionProtection === true);
    for (const [key, { volumeId }] of disks) {
      if (!isProtected) this.process.watch.mayDelete.set(volumeId, `${old.name}.${key}`);
    }
    const began = this.judge.begin(old.outs, "delete");
    try {
      await this.process.answer(this.process[old.kind].delete(old.id, withLine(old.outs)));
      this.judge.inTime(began, old.name);
      for (const [key, { volumeId }] of disks) {
        const claimant = this.process.watch.claimed.get(volumeId);
        if (claimant === undefined || claimant === `${old.name}.${key}`)
          this.judge.mustBeGone(old, volumeId, "delete");
      }
      if (!this.cutOff) this.#forget(old);
      this.#end({ name: old.name, did: "delete" });
    } catch (error) {
      this.judge.inTime(began, old.name);
      // The advice is `pulumi state delete`; whoever reads it follows it.
      if (/has taken over disk .* or is about to/.test((error as Error).message) && !this.cutOff) {
        this.#forget(old);
        this.#end({ name: old.name, did: "delete" });
        return;
      }
      this.#end({ name: old.name, did: "delete", error: error as Error });
    }
  }

  async #read(old: Held): Promise<void> {
    const began = this.judge.begin(old.outs, "read");
    try {
      const found = await this.process.answer(this.process[old.kind].read(old.id, withLine(old.outs)));
      this.judge.inTime(began, old.name);
      const left = new Set(
        found.id === "" ? [] : Object.values(disksOf(found.props)).map(({ volumeId }) => volumeId),
      );
      for (const { volumeId } of Object.values(disksOf(old.outs))) {
        if (!left.has(volumeId)) this.judge.mustBeGone(old, volumeId, "read");
      }
      if (!this.cutOff) {
        if (found.id === "") this.stack.held.delete(old.name);
        else
          this.stack.keep({
            ...old,
            outs: found.props,
            inputs: found.inputs ?? old.inputs,
            marked: false,
          });
      }
      this.#end({ name: old.name, did: "read" });
    } catch (error) {
      this.judge.inTime(began, old.name);
      this.#end({ name: old.name, did: "read", error: error as Error });
    }
  }

  #forget(old: Held): void {
    if (this.stack.held.get(old.name) === old) this.stack.held.delete(old.name);
    this.stack.forgetReplaced(old);
  }

  #end(ended: Ended): void {
    this.ended.push(ended);
    if (ended.error === undefined) return;
    this.stack.shown.push(ended.error.message, ended.error.stack ?? "");
    const gone = /no longer has disk (\S+);/.exec(ended.error.message)?.[1];
    const on = gone === undefined ? undefined : this.ledger.seen.get(gone)?.on;
    if (gone !== undefined && on !== undefined && this.ledger.isThere(on, gone))
      this.ledger.breaks(`${ended.name}: disk ${gone} is called gone and is there`);
  }

  #heldIds(): Map<string, string> {
    const all = [...this.stack.held.values(), ...this.stack.replaced].flatMap(({ name, outs }) =>
      Object.entries(disksOf(outs)).map(([key, { volumeId }]): [string, string] => [
        volumeId,
        `${name}.${key}`,
      ]),
    );
    return new Map(all);
  }
}
