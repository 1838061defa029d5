/** Many histories, one for each seed: what breaks a promise shrinks, and is told with the command that repeats it. */
import fc from "fast-check";
import { describeVerdict, type PromiseName, type Verdict } from "../judge/promises";
import type { HistoryRecord } from "../judge/record";
import type { ProviderUnderTest } from "../provider";
import type { WorldDraw } from "../world/world";
import { type DrawOptions, histories, worlds } from "./draw";
import { happen } from "./happen";
import type { History } from "./history";
import { describeTimeline } from "./timeline";
import { warmUp } from "./warmUp";

export interface Campaign {
  readonly provider: ProviderUnderTest;
  readonly draw: DrawOptions;
  /** The first seed; the others follow it. */
  readonly seed: number;
  readonly seeds: number;
  /** Ends after so many ms of real time, however many seeds are left. */
  readonly forMs?: number;
  /** Only this shrunk failure of the first seed, in fast-check's words. */
  readonly path?: string | undefined;
  readonly replayPath?: string | undefined;
  /** How many smaller histories are tried for each failure; 0: none. */
  readonly shrinks: number;
  /** The process of a failure whose timeline is told, such as A3: the third of stack A. */
  readonly timelineOf?: string | undefined;
  /** Options that the command for a repetition needs besides seed and path. */
  readonly flags?: string;
  readonly tell?: (line: string) => void;
}

/** A history that can happen again. */
export interface Drawn {
  readonly world: WorldDraw;
  readonly commands: Iterable<fc.AsyncCommand<History, History>>;
}

/** A seed whose history breaks promises. */
export interface Failure {
  readonly seed: number;
  readonly promises: readonly PromiseName[];
  /** Before anything was made smaller. */
  readonly drawn: Drawn | undefined;
  readonly text: string;
}

export interface Figures {
  operations: number;
  failed: number;
  requests: number;
  /** Disks that requests of ours have made. */
  bought: number;
  /** Operations whose process or engine was killed. */
  lost: number;
}

export interface Findings {
  seeds: number;
  readonly figures: Figures;
  readonly failures: Failure[];
}

/** What a history of a property says: every promise that it has broken. */
class BrokenPromises extends Error {
  constructor(readonly verdicts: readonly Verdict[]) {
    const shown = verdicts.slice(0, 12).map((verdict) => `- ${describeVerdict(verdict)}`);
    const rest = verdicts.length > 12 ? [`- and ${verdicts.length - 12} more`] : [];
    super(`${verdicts.length} broken promises:\n${[...shown, ...rest].join("\n")}`);
    this.stack = this.message;
  }
}

/** Never throws for a broken promise: it is in the findings. */
export async function campaign(options: Campaign): Promise<Findings> {
  const { seed: first, seeds, forMs = Infinity, tell } = options;
  const figures = { operations: 0, failed: 0, requests: 0, bought: 0, lost: 0 };
  const findings: Findings = { seeds: 0, figures, failures: [] };
  await warmUp(options.provider);
  const began = performance.now();
  for (let seed = first; seed < first + seeds && performance.now() - began < forMs; seed += 1) {
    const failure = await trySeed(seed, options, findings.figures);
    findings.seeds += 1;
    if (failure !== undefined) {
      findings.failures.push(failure);
      tell?.(failure.text);
    }
    if (findings.seeds % 100 === 0) tell?.(describeFindings(findings, performance.now() - began));
  }
  return findings;
}

export function describeFindings({ seeds, figures, failures }: Findings, ms: number): string {
  const { operations, failed, requests, bought, lost } = figures;
  return (
    `${seeds} seeds in ${Math.round(ms / 1000)} s: ${operations} operations, of which ${failed} failed and ${lost} were lost; ` +
    `${requests} requests; ${bought} disks bought; ${failures.length} seeds broke a promise`
  );
}

async function trySeed(seed: number, options: Campaign, figures: Figures): Promise<Failure | undefined> {
  const { provider, draw, path, replayPath, shrinks } = options;
  let tries = 0;
  let drawn: Drawn | undefined;
  let promises: PromiseName[] = [];
  // Every seed is a first run, and fast-check draws small values in its first runs.
  const all = [fc.noBias(worlds(draw)), fc.noBias(histories(draw, replayPath))] as const;
  const property = fc.asyncProperty(...all, async (world, commands) => {
    tries += 1;
    // Enough has been tried to make it smaller: what is smallest by now is shown.
    if (tries > shrinks + 1) return;
    if (tries === 1) drawn = { world, commands };
    const { verdicts, record } = await happen(world, commands, provider);
    if (tries === 1) {
      count(record, figures);
      promises = [...new Set(verdicts.map(({ promise }) => promise))];
    }
    if (verdicts.length > 0) throw new BrokenPromises(verdicts);
  });
  const again = path === undefined ? { endOnFailure: shrinks === 0 } : { path, endOnFailure: true };
  const result = await fc.check(property, { numRuns: 1, seed, ...again });
  if (!result.failed) return undefined;
  const shown = await shownAgain(result.counterexample ?? undefined, options);
  const replay = /replayPath="([^"]+)"/.exec(shown?.commands ?? "")?.[1];
  const error = result.errorInstance;
  const repeat = `npm run chaos -- --seed ${seed} --seeds 1${options.flags ?? ""}`;
  const smallest = `${repeat} --path ${result.counterexamplePath ?? "0"}${replay === undefined ? "" : ` --replay ${replay}`}`;
  const text = [
    `Seed ${seed}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    `World: ${shown?.world ?? ""}`,
    `Commands (${result.numShrinks} steps smaller): ${shown?.commands ?? ""}`,
    ...(shown?.timeline ?? []),
    shrinks === 0 ? `Repeat it: ${repeat}` : `Repeat and shrink it: ${repeat}`,
    ...(path === undefined && shrinks > 0 ? [`Repeat only the smallest: ${smallest}`] : []),
  ].join("\n");
  return { seed, promises, drawn, text };
}

/** The smallest history as text. It happens once more: a command says what it did in its last run. */
async function shownAgain(
  counterexample: [WorldDraw, Drawn["commands"]] | undefined,
  { provider, timelineOf }: Campaign,
): Promise<{ world: string; commands: string; timeline: string[] } | undefined> {
  if (counterexample === undefined) return undefined;
  const outcome = await happen(...counterexample, provider).catch(() => undefined);
  const timeline = timelineOf !== undefined && outcome !== undefined;
  const [world, commands] = counterexample;
  return {
    world: fc.stringify(world),
    commands: fc.stringify(commands),
    timeline: timeline ? [describeTimeline(outcome.record, timelineOf)] : [],
  };
}

function count({ operations, requests, events }: HistoryRecord, figures: Figures): void {
  const asked = operations.filter(({ method }) => method !== "check" && method !== "diff");
  figures.operations += asked.length;
  figures.failed += asked.filter(({ outcome }) => outcome === "failed").length;
  figures.lost += asked.filter(({ heard }) => heard !== true).length;
  figures.requests += requests.length;
  figures.bought += events.filter(({ what, by }) => what === "volume-added" && by.who === "request").length;
}
