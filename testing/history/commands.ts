/** The commands that a history is made of, for fast-check's model runner. */
import type fc from "fast-check";
import type { Fault } from "huaweicloud-workspace-emulator";
import { type Change, PLACES } from "../engine/program";
import type { Command, Death } from "../engine/stack";
import type { History } from "./history";

type HistoryCommand = fc.AsyncCommand<History, History>;

/** A person changes the program of a stack, at one of the places where such a change is possible. */
export class ChangeProgram implements HistoryCommand {
  #made: Change | undefined;

  /**
   * @param change what is changed; its place stands for any
   * @param pick chooses the place
   */
  constructor(
    private readonly stack: number,
    private readonly change: Change,
    private readonly pick: number,
  ) {}

  check(history: Readonly<History>): boolean {
    return this.#possible(history).length > 0;
  }

  run(history: History): Promise<void> {
    const possible = this.#possible(history);
    this.#made = possible[this.pick % possible.length];
    if (this.#made !== undefined) history.stack(this.stack)?.program.apply(this.#made);
    return Promise.resolve();
  }

  toString(): string {
    const { do: what, ...rest } = this.#made ?? this.change;
    return `${stackName(this.stack)}: ${what} ${JSON.stringify(rest)}`;
  }

  #possible(history: Readonly<History>): Change[] {
    const program = history.stack(this.stack)?.program;
    if (program === undefined) return [];
    return PLACES.map((at) => ({ ...this.change, at })).filter((change) => program.allows(change));
  }
}

/** The program of a stack gets several attachments on one desktop at once. */
export class Fill implements HistoryCommand {
  constructor(
    private readonly stack: number,
    private readonly puts: readonly Change[],
  ) {}

  check(history: Readonly<History>): boolean {
    const program = history.stack(this.stack)?.program;
    return program !== undefined && this.puts.some((put) => program.allows(put));
  }

  run(history: History): Promise<void> {
    const program = history.stack(this.stack)?.program;
    for (const put of this.puts) if (program?.allows(put) === true) program.apply(put);
    return Promise.resolve();
  }

  toString(): string {
    return `${stackName(this.stack)}: fill ${JSON.stringify(this.puts)}`;
  }
}

/** A command of the engine on one stack, and perhaps another one on the other stack while it runs. */
export class RunEngine implements HistoryCommand {
  constructor(
    private readonly stack: number,
    private readonly command: Command,
    private readonly beside: { readonly afterMs: number; readonly command: Command } | undefined,
  ) {}

  check(history: Readonly<History>): boolean {
    return history.stack(this.stack) !== undefined;
  }

  async run(history: History): Promise<void> {
    const { clock, time } = history.world;
    const first = history.stack(this.stack);
    const second = history.stack(1 - this.stack);
    const { beside } = this;
    const both = async () => {
      if (beside === undefined || second === undefined) return;
      await clock.sleep(beside.afterMs);
      await second.run(beside.command);
    };
    const deaths = [this.command.death, second === undefined ? undefined : beside?.command.death];
    history.hasOrphans ||= deaths.some((death) => death?.of === "the engine");
    history.commands += beside === undefined || second === undefined ? 1 : 2;
    await time.until(Promise.all([first?.run(this.command), both()]));
    history.forgetLater();
  }

  toString(): string {
    const { beside } = this;
    const other =
      beside === undefined
        ? ""
        : `, beside it after ${beside.afterMs} ms ${stackName(1 - this.stack)}: ${shown(beside.command)}`;
    return `${stackName(this.stack)}: ${shown(this.command)}${other}`;
  }
}

/** A fault is ordered, at once or some time into the next command. */
export class OrderFault implements HistoryCommand {
  constructor(
    private readonly fault: Fault,
    private readonly afterMs: number,
  ) {}

  check({ world }: Readonly<History>): boolean {
    return world.draw.hasFaults;
  }

  run(history: History): Promise<void> {
    if (this.afterMs === 0) history.world.order(this.fault);
    else
      history.later(this.afterMs, () => {
        history.world.order(this.fault);
      });
    return Promise.resolve();
  }

  toString(): string {
    const when = this.afterMs === 0 ? "" : ` after ${this.afterMs} ms`;
    return `fault${when} ${JSON.stringify(this.fault)}`;
  }
}

/** Nobody does anything for a while. */
export class PassTime implements HistoryCommand {
  constructor(private readonly ms: number) {}

  check(): boolean {
    return true;
  }

  run({ world }: History): Promise<void> {
    return world.time.pass(this.ms);
  }

  toString(): string {
    return `pass ${this.ms} ms`;
  }
}

/** Some time into the next command the machine's time of day jumps, until the command ends. */
export class JumpClock implements HistoryCommand {
  constructor(
    private readonly afterMs: number,
    private readonly byMs: number,
  ) {}

  check(): boolean {
    return true;
  }

  run(history: History): Promise<void> {
    history.later(this.afterMs, () => {
      history.world.clock.wrongBy = this.byMs;
    });
    return Promise.resolve();
  }

  toString(): string {
    return `clock jumps after ${this.afterMs} ms by ${this.byMs} ms`;
  }
}

/** Somebody starts a desktop, or shuts it down. */
export class Power implements HistoryCommand {
  constructor(
    private readonly desktop: string,
    private readonly isOn: boolean,
  ) {}

  check(): boolean {
    return true;
  }

  run({ world }: History): Promise<void> {
    world.power(this.desktop, this.isOn);
    return Promise.resolve();
  }

  toString(): string {
    return `${this.desktop.slice(-1)} is ${this.isOn ? "started" : "shut down"}`;
  }
}

const stackName = (stack: number) => (stack === 0 ? "A" : "B");

function shown({ command, pace, death }: Command): string {
  return `${command} (pace ${pace} ms${death === undefined ? "" : `, ${describeDeath(death)}`})`;
}

function describeDeath({ of, afterMs }: Death): string {
  return of === "interrupt" ? `Ctrl-C after ${afterMs} ms` : `${of} killed after ${afterMs} ms`;
}
