/** Lets a history happen on an emulator of its own, in virtual time, and holds every promise against it. */
import type { Fault } from "huaweicloud-workspace-emulator";
import { findSecrets } from "../../../tests/secrets/search";
import { MINUTE, stage, type Stage } from "../stage";
import { type Ended, Stack } from "./engine";
import { Ledger } from "./ledger";
import { LosableProcess } from "./losable";
import { ownerOf, Program } from "./program";
import { disksOf } from "./state";
import { type Command, DESKTOPS, isTheirs, type Script, THEIRS, theirs } from "./script";

/** After so long an orphaned process has ended, in ms: it finishes what was sent, and begins nothing new. */
const ORPHAN_MS = 40 * MINUTE;
/** Two jobs in a row may lag for three reads each (see ../histories.ts). */
const READS_LAG_AT_MOST = 6;
const PASSWORD = "Emulator-Password-1";

/** What a history came to, for figures. */
export interface Account {
  operations: number;
  failed: number;
  requests: number;
  bought: number;
  leftOver: number;
  lost: number;
}

/** Throws an error that lists every promise that was broken. */
export async function happen(script: Script): Promise<Account> {
  const it = await stage({
    desktops: DESKTOPS.length,
    jobTimeMs: { min: 300, max: 6000 },
    tokenLifetimeMs: script.tokenLifetimeMs,
  });
  try {
    const history = new History(script, it);
    const account = await history.run();
    history.judge();
    return account;
  } finally {
    await it.end();
  }
}

class History {
  readonly #ledger: Ledger;
  readonly #stack: Stack;
  readonly #program: Program;
  readonly #processes: LosableProcess[] = [];
  readonly #removedByOthers = new Set<string>();
  #ended: Ended[] = [];

  constructor(
    private script: Script,
    private readonly it: Stage,
  ) {
    this.#ledger = new Ledger(it);
    this.#stack = new Stack(it, this.#ledger);
    this.#program = new Program((place) => this.#stack.diskAt(place));
    this.#ledger.secrets.add(it.emulator.env.HW_SECRET_KEY).add(PASSWORD);
    for (const on of DESKTOPS) {
      it.emulator.addDesktops([{ desktop_id: on, data_volumes: [{ ...THEIRS, volume_id: theirs(on) }] }]);
    }
    it.clock.follow(() => {
      this.#ledger.look();
    });
  }

  async run(): Promise<Account> {
    for (const command of this.script.commands) await this.#command(command);
    await this.#faultsEnd();
    await this.#comesRight();
    return {
      operations: this.#ended.length,
      failed: this.#ended.filter(({ error }) => error !== undefined).length,
      requests: this.it.emulator.requests().length,
      bought: this.#ledger.bought().length,
      leftOver: this.#leftOver().length,
      lost: this.script.commands.filter(({ death }) => death !== undefined).length,
    };
  }

  judge(): void {
    const { broken, secrets } = this.#ledger;
    const written = {
      log: this.#processes.flatMap(({ log }) => log.lines).join("\n"),
      errors: this.#stack.shown.join("\n"),
      state: JSON.stringify([...this.#stack.held.values()]),
    };
    const found = findSecrets(written, secrets).map((where) => `a secret shows in ${where}`);
    const all = [...broken, ...found];
    if (all.length > 0) throw new Error(`promises were broken:\n- ${all.join("\n- ")}`);
  }

  async #command({ command, changes, pace, death, faults, others, jump }: Command): Promise<void> {
    const { it } = this;
    for (const change of changes) this.#program.change(change);
    for (const fault of faults) this.#order(fault);
    for (const { after, fault } of others) {
      void it.clock.sleep(after).then(() => {
        this.#order(fault);
      });
    }
    const over = new AbortController();
    if (jump !== 0) {
      void it.clock.sleep(1_000, over.signal).then(() => {
        if (!over.signal.aborted) it.clock.wrongBy = jump;
      });
    }
    await this.#run(command, { pace, death });
    over.abort();
    it.clock.wrongBy = 0;
    await it.time.pass(500);
  }

  async #run(
    command: Command["command"],
    how: { pace: number; death: Command["death"] } = { pace: 0, death: undefined },
  ): Promise<Ended[]> {
    const process = new LosableProcess(this.it, this.#ledger, this.#env(), this.script.echoEvery);
    this.#processes.push(process);
    const ended = await this.#stack.run(command, this.#program.resources(), process, how);
    this.#ended.push(...ended);
    if (how.death === undefined || how.death.of === "interrupt") process.lose();
    this.#ledger.look();
    this.#program.forgetTakenOver();
    return ended;
  }

  #env(): NodeJS.ProcessEnv {
    const { HW_ACCESS_KEY, HW_SECRET_KEY, ...env } = this.it.emulator.env;
    if (this.script.credentials === "key") return { ...env, HW_ACCESS_KEY, HW_SECRET_KEY };
    return { ...env, HW_USER_NAME: "emulator", HW_USER_PASSWORD: PASSWORD, HW_DOMAIN_NAME: "emulator" };
  }

  /** What is impossible by now, such as removing a disk that is gone, does not happen. */
  #order(fault: Fault): void {
    try {
      this.it.emulator.addFault(fault);
    } catch {
      return;
    }
    if (fault.fault === "volumes-removed") for (const id of fault.volume_ids) this.#removedByOthers.add(id);
  }

  /** What is under way comes to its end, and nothing goes wrong any more. */
  async #faultsEnd(): Promise<void> {
    this.it.emulator.clearFaults();
    this.script = { ...this.script, echoEvery: 0 };
    const orphans = this.script.commands.some(({ death }) => death?.of === "the engine");
    await this.it.time.pass(orphans ? ORPHAN_MS : 2 * MINUTE);
    for (const process of this.#processes) process.lose();
    await this.#readsCatchUp();
  }

  /** Some reads lag for so many reads, however much time passes. */
  async #readsCatchUp(): Promise<void> {
    const { it } = this;
    for (const on of DESKTOPS.filter((desktop) => !this.#ledger.isGone(desktop))) {
      for (let reads = 0; reads < READS_LAG_AT_MOST; reads += 1)
        await it.time.until(it.project.look(on, it.operation("looking", on, MINUTE)));
    }
  }

  /** Once nothing goes wrong any more, refresh and up make everything as declared, and destroy leaves nothing of it. */
  async #comesRight(): Promise<void> {
    const { it } = this;
    const stuck = this.#stuck();
    for (const on of DESKTOPS.filter((desktop) => this.#ledger.isGone(desktop) || stuck.has(desktop)))
      this.#leave(on);
    this.#patient();
    this.#mustSucceed("the refresh", await this.#run("refresh"));
    this.#dropWhatCannotBeTakenOver();
    const first = await this.#run("up");
    this.#mustSucceed("the up", first);
    const before = it.changes().length;
    for (const { name, did, error } of await this.#run("up")) {
      const hadNoRoom = first.some((one) => one.name === name && isFull(one.error));
      if (did !== "same" && !hadNoRoom)
        this.#ledger.breaks(`a second up had ${did} ${name} to do: ${error?.message ?? ""}`);
    }
    const allHadRoom = first.every(({ error }) => error === undefined);
    if (allHadRoom && it.changes().length > before) this.#ledger.breaks("a second up changed something");
    if (allHadRoom) this.#mustBeAsDeclared();
    this.#mustBeBoughtOnce();
    for (const wanted of this.#program.wanted.values()) wanted.deletionProtection = false;
    this.#mustSucceed("the up without protection", await this.#run("up"));
    const ours = this.#heldIds();
    this.#mustSucceed("the destroy", await this.#run("destroy"));
    for (const on of DESKTOPS) {
      if (this.#ledger.isGone(on)) continue;
      for (const id of ours)
        if (this.#ledger.isThere(on, id)) this.#ledger.breaks(`disk ${id} is there after destroy`);
    }
  }

  /** Desktops on which a job goes on for ever: nothing can be changed there any more. */
  #stuck(): Set<string> {
    const endless = this.script.commands.some(({ faults }) =>
      faults.some(({ fault }) => fault === "job-never-ends"),
    );
    if (!endless) return new Set();
    const stuck = DESKTOPS.filter((on) => {
      if (this.#ledger.isGone(on)) return false;
      try {
        this.it.emulator.addFault({ fault: "foreign-job", desktop_id: on, duration_ms: 1 });
        return false;
      } catch {
        return true;
      }
    });
    return new Set(stuck);
  }

  /** Takes a desktop out of program and state: nothing can be done there any more. */
  #leave(on: string): void {
    for (const [place, wanted] of this.#program.wanted) {
      if (wanted.on === on) this.#program.wanted.delete(place);
    }
    for (const [name, held] of this.#stack.held) {
      if (held.outs.desktopId === on) this.#stack.held.delete(name);
    }
    for (const held of this.#stack.replaced) if (held.outs.desktopId === on) this.#stack.forgetReplaced(held);
  }

  /** Nothing is short of time any more, and a new name for a disk of the same kind is meant as a new disk. */
  #patient(): void {
    for (const [place, wanted] of this.#program.wanted) {
      wanted.timeout = undefined;
      if (ownerOf(place).name !== undefined) wanted.allowReplace = true;
    }
    for (const held of [...this.#stack.held.values(), ...this.#stack.replaced]) delete held.outs.timeouts;
  }

  #dropWhatCannotBeTakenOver(): void {
    for (const [place, { on, existingVolumeId }] of this.#program.wanted) {
      if (existingVolumeId === undefined || this.#ledger.isThere(on, existingVolumeId)) continue;
      this.#program.wanted.delete(place);
    }
  }

  #mustSucceed(what: string, ended: readonly Ended[]): void {
    for (const { name, did, error } of ended) {
      if (error === undefined) continue;
      // What is left over, and others' disks, may leave too little room.
      if (!isFull(error) || DESKTOPS.every((on) => this.#ledger.there(on).length < 8))
        this.#ledger.breaks(`${what} after all faults: ${did} of ${name}: ${error.message}`);
    }
  }

  #mustBeAsDeclared(): void {
    for (const [place, wanted] of this.#program.wanted) {
      const id = this.#stack.diskAt(place)?.volumeId;
      const real = this.#ledger.there(wanted.on).find(({ volume_id: volumeId }) => volumeId === id);
      for (const property of ["type", "size", "iops", "throughput"] as const) {
        const told = real?.[property];
        if (wanted[property] !== undefined && told !== wanted[property])
          this.#ledger.breaks(
            `${place} is declared with ${property} ${String(wanted[property])} and has ${String(told)}`,
          );
      }
    }
    const held = this.#heldIds();
    if (new Set(held).size < held.length) this.#ledger.breaks(`a disk is held twice: ${held.join(", ")}`);
    const places = [...this.#program.wanted.keys()].map(ownerOf);
    const kept = [...this.#stack.held.values()].flatMap(({ outs }) => Object.keys(disksOf(outs)));
    if (kept.length !== places.length)
      this.#ledger.breaks(`state has ${kept.length} disks, the program declares ${places.length}`);
  }

  /** For each disk that was asked for at most one was bought; what state does not have is due to a cut or an unknown outcome. */
  #mustBeBoughtOnce(): void {
    const { seen, asked } = this.#ledger;
    for (const on of DESKTOPS) {
      const bought = this.#ledger.bought().filter((id) => seen.get(id)?.on === on);
      const here = asked.filter((one) => one.on === on);
      const sure = here.filter(({ volumeId }) => volumeId !== undefined && !isTheirs(volumeId));
      const maybe = here.filter(({ volumeId, surelyNot }) => volumeId === undefined && surelyNot !== true);
      const mine =
        sure.length + here.filter(({ volumeId }) => volumeId !== undefined && isTheirs(volumeId)).length;
      if (bought.length < sure.length || bought.length > mine + maybe.length)
        this.#ledger.breaks(
          `${on}: ${bought.length} disks were bought, ${sure.length} were given to who asked, for ${maybe.length} it is not known`,
        );
    }
    for (const on of DESKTOPS) {
      if (this.#ledger.isGone(on) || this.#removedByOthers.has(theirs(on))) continue;
      const wasAsked = this.#processes.some(({ watch }) => watch.mayDelete.has(theirs(on)));
      if (!wasAsked && !this.#ledger.isThere(on, theirs(on)))
        this.#ledger.breaks(`${theirs(on)} is gone, and nobody had asked for it`);
    }
  }

  #heldIds(): string[] {
    return [...this.#stack.held.values()].flatMap(({ outs }) =>
      Object.values(disksOf(outs)).map(({ volumeId }) => volumeId),
    );
  }

  #leftOver(): string[] {
    const all = DESKTOPS.flatMap((on) => this.#ledger.there(on)).map(({ volume_id: id }) => id);
    return all.filter((id) => !isTheirs(id));
  }
}

function isFull(error: Error | undefined): boolean {
  return error?.message.includes("ten is the most") === true;
}
