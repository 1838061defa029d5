import type { ProviderUnderTest } from "../provider";
import { DESKTOPS } from "../world/desktops";
import type { WorldDraw } from "../world/world";
import { Fill, RunEngine } from "./commands";
import { happen } from "./happen";

/** A world in which nothing goes wrong by itself. */
export const calmWorld: WorldDraw = {
  seed: 1,
  dialects: ["official-job-words", "idle-is-empty"],
  maxLagMs: 0,
  secondActor: undefined,
  hasSecondStack: false,
  credentials: "password",
  tokenLifetimeMs: 86_400_000,
  echoEvery: 0,
  hasFaults: false,
  startsWith: 0,
  furnished: [],
};

/**
 * Lets a small history happen, so that all code is loaded and compiled. An
 * answer that takes long for want of that is taken for one that nobody gives,
 * and the first seed of a run would go another way than in a longer run.
 */
export async function warmUp(provider: ProviderUnderTest): Promise<void> {
  const [desktop] = DESKTOPS;
  const puts = ["a", "b"].map((at) => {
    return {
      do: "put" as const,
      at,
      desktop,
      type: "SSD",
      isFast: false,
      isProtected: false,
      timeout: undefined,
    };
  });
  const run = (command: "up" | "refresh") => new RunEngine(0, { command, pace: 0 }, undefined);
  for (let turn = 0; turn < 2; turn += 1)
    await happen(calmWorld, [new Fill(0, puts), run("up"), run("refresh")], provider);
}
