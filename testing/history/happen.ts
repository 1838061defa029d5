import fc from "fast-check";
import { judge } from "../judge/judge";
import type { Verdict } from "../judge/promises";
import type { HistoryRecord } from "../judge/record";
import type { ProviderUnderTest } from "../provider";
import type { WorldDraw } from "../world/world";
import { withChance } from "./chance";
import { end } from "./ending";
import { History } from "./history";

/** What a history came to. */
export interface Outcome {
  readonly verdicts: readonly Verdict[];
  readonly record: HistoryRecord;
}

/** Lets a history happen to a provider, from an empty state to destroy, and judges it. */
export function happen(
  world: WorldDraw,
  commands: Iterable<fc.AsyncCommand<History, History>>,
  provider: ProviderUnderTest,
): Promise<Outcome> {
  return withChance(world.seed, async () => {
    const history = await History.open(world, provider);
    try {
      await fc.asyncModelRun(() => ({ model: history, real: history }), commands);
      await end(history);
      const record = history.recorder.record();
      return { verdicts: judge(record), record };
    } finally {
      await history.world.close();
    }
  });
}
