/** Finds out what makes a seed break a promise, by letting its history happen again with less in it. */
import { type DialectName, dialectNames } from "huaweicloud-workspace-emulator";
import { type PromiseName, promiseNames } from "../judge/promises";
import type { ProviderUnderTest } from "../provider";
import type { WorldDraw } from "../world/world";
import type { Drawn, Failure } from "./campaign";
import { happen } from "./happen";

/** What can be left out of a history as a whole. */
export type Part = DialectName | "second-actor" | "second-stack" | "faults";

export const parts: readonly Part[] = [...dialectNames, "second-actor", "second-stack", "faults"];

/** For a promise: how many seeds broke it, how many of these were looked into, and how often each part was to blame. */
export interface Blame {
  seeds: number;
  examined: number;
  readonly blamed: Map<Part, number>;
  /** So many break it with nothing of all that. */
  alone: number;
}

/**
 * Blames the fewest parts with which a promise still breaks: each one is left
 * out for good if the promise breaks without it. At most one run for each part
 * that a history has.
 *
 * @param mostExamined so many seeds are looked into for each promise
 */
export async function blame(
  failures: readonly Failure[],
  provider: ProviderUnderTest,
  mostExamined: number,
): Promise<ReadonlyMap<PromiseName, Blame>> {
  const table = new Map<PromiseName, Blame>();
  for (const promise of promiseNames) {
    const broken = failures.filter(({ promises }) => promises.includes(promise));
    const row: Blame = { seeds: broken.length, examined: 0, blamed: new Map(), alone: 0 };
    for (const { drawn } of broken.slice(0, mostExamined)) {
      if (drawn === undefined) continue;
      const needed = await fewest(drawn, promise, provider, row.examined);
      row.examined += 1;
      if (needed.length === 0) row.alone += 1;
      for (const part of needed) row.blamed.set(part, (row.blamed.get(part) ?? 0) + 1);
    }
    table.set(promise, row);
  }
  return table;
}

async function fewest(
  { world, commands }: Drawn,
  promise: PromiseName,
  provider: ProviderUnderTest,
  turn: number,
): Promise<Part[]> {
  let left = world;
  const needed: Part[] = [];
  const all = parts.filter((part) => has(world, part));
  // Of two that are each enough, always the same one would be blamed: so each seed begins with another.
  const first = all.length === 0 ? 0 : turn % all.length;
  for (const part of [...all.slice(first), ...all.slice(0, first)]) {
    const less = without(left, part);
    const { verdicts } = await happen(less, commands, provider);
    if (verdicts.some((verdict) => verdict.promise === promise)) left = less;
    else needed.push(part);
  }
  return needed;
}

function has(world: WorldDraw, part: Part): boolean {
  switch (part) {
    case "second-actor":
      return world.secondActor !== undefined;
    case "second-stack":
      return world.hasSecondStack;
    case "faults":
      return world.hasFaults;
    default:
      return world.dialects.includes(part);
  }
}

function without(world: WorldDraw, part: Part): WorldDraw {
  switch (part) {
    case "second-actor":
      return { ...world, secondActor: undefined };
    case "second-stack":
      return { ...world, hasSecondStack: false };
    case "faults":
      return { ...world, hasFaults: false };
    default:
      return { ...world, dialects: world.dialects.filter((name) => name !== part) };
  }
}

/** The table in Markdown: a row for each part, a column for each promise that was broken. */
export function describeBlame(table: ReadonlyMap<PromiseName, Blame>): string {
  const broken = [...table].filter(([, { seeds }]) => seeds > 0);
  const row = (name: string, cell: (blame: Blame) => number) =>
    `| ${[name, ...broken.map(([, column]) => String(cell(column) || "-"))].join(" | ")} |`;
  return [
    `| ${["part", ...broken.map(([promise]) => promise)].join(" | ")} |`,
    `| ${["---", ...broken.map(() => "---:")].join(" | ")} |`,
    row("seeds that broke it", ({ seeds }) => seeds),
    row("examined", ({ examined }) => examined),
    ...parts.map((part) => row(part, ({ blamed }) => blamed.get(part) ?? 0)),
    row("none of these", ({ alone }) => alone),
  ].join("\n");
}
