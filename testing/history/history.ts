/** One history as it happens: the world, the stacks, and what is written down. It is both model and system of fast-check's commands. */
import { Recorder } from "../recorder";
import type { ProviderUnderTest } from "../provider";
import { ATTACHMENTS } from "../engine/program";
import { Stack } from "../engine/stack";
import { DESKTOPS, USUAL } from "../world/desktops";
import { PASSWORD, World, type WorldDraw } from "../world/world";

export class History {
  readonly recorder: Recorder;
  readonly stacks: readonly Stack[];
  /** How many commands of the engine have run. */
  commands = 0;
  /** Some command has lost its engine. */
  hasOrphans = false;
  #later = new AbortController();

  private constructor(
    readonly world: World,
    provider: ProviderUnderTest,
  ) {
    this.recorder = new Recorder(world);
    this.recorder.secret(world.emulator.env.HW_SECRET_KEY);
    this.recorder.secret(PASSWORD);
    const names = world.draw.hasSecondStack ? ["A", "B"] : ["A"];
    this.stacks = names.map((name) => new Stack(name, world, this.recorder, provider));
    for (const { program } of this.stacks)
      for (const [index, at] of ATTACHMENTS.slice(0, world.draw.startsWith).entries())
        program.apply({
          do: "put",
          at,
          desktop: index % 3 === 2 ? DESKTOPS[1] : DESKTOPS[0],
          type: USUAL.type,
          isFast: false,
          isProtected: false,
          timeout: undefined,
        });
  }

  static async open(draw: WorldDraw, provider: ProviderUnderTest): Promise<History> {
    return new History(await World.open(draw), provider);
  }

  stack(number: number): Stack | undefined {
    return this.stacks[number];
  }

  /** Does something so many ms from now, unless `forgetLater` is called before. */
  later(ms: number, act: () => void): void {
    const { signal } = this.#later;
    void this.world.clock.sleep(ms, signal).then(() => {
      if (!signal.aborted) act();
    });
  }

  /** What was put off and has not happened yet does not happen any more, and the time of day is right again. */
  forgetLater(): void {
    this.#later.abort();
    this.#later = new AbortController();
    this.world.clock.wrongBy = 0;
  }
}
