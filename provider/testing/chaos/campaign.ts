/** Many histories, one for each seed: what is found shrinks, and is told with the command that repeats it. */
import fc from "fast-check";
import { type Account, happen } from "./history";
import { type Script, scripts } from "./script";

export interface Campaign {
  /** The first seed; the others follow it. */
  seed: number;
  seeds: number;
  /** Ends after so many ms of real time, however many seeds are left. */
  forMs?: number;
  /** Where a shrunk failure is (fast-check's own words): only that one is tried. */
  path?: string | undefined;
  /** How often a failure is tried to be made smaller. */
  shrinks?: number;
  tell?: (line: string) => void;
}

export interface Findings {
  seeds: number;
  account: Account;
  failures: { seed: number; text: string }[];
}

const NOTHING: Account = { operations: 0, failed: 0, requests: 0, bought: 0, leftOver: 0, lost: 0 };

/** Never throws for a broken promise: it is in the findings. */
export async function campaign({
  seed: first,
  seeds,
  forMs = Infinity,
  path,
  shrinks = 150,
  tell,
}: Campaign): Promise<Findings> {
  const findings: Findings = { seeds: 0, account: { ...NOTHING }, failures: [] };
  const began = performance.now();
  for (let seed = first; seed < first + seeds && performance.now() - began < forMs; seed += 1) {
    const failure = await tried(seed, { path, shrinks }, findings.account);
    findings.seeds += 1;
    if (failure !== undefined) {
      findings.failures.push({ seed, text: failure });
      tell?.(failure);
    }
    if (findings.seeds % 100 === 0) tell?.(describe(findings, performance.now() - began));
  }
  return findings;
}

export function describe({ seeds, account, failures }: Findings, ms: number): string {
  const { operations, failed, requests, bought, leftOver, lost } = account;
  return (
    `${seeds} seeds in ${Math.round(ms / 1000)} s: ${operations} operations, of which ${failed} failed as they should; ` +
    `${requests} requests; ${lost} runs cut off; ${bought} disks bought, ${leftOver} left over; ${failures.length} broken promises`
  );
}

async function tried(
  seed: number,
  { path, shrinks }: { path: string | undefined; shrinks: number },
  account: Account,
): Promise<string | undefined> {
  let tries = 0;
  const property = fc.asyncProperty(
    scripts,
    fc.noShrink(fc.infiniteStream(chance)),
    async (script, random) => {
      tries += 1;
      // Enough has been tried to make it smaller: what is smallest by now is shown.
      if (tries > shrinks) return;
      const real = Math.random;
      Math.random = () => [...random.take(1)][0] ?? 0;
      try {
        const one = await happen(script);
        if (tries === 1) for (const key of Object.keys(one) as (keyof Account)[]) account[key] += one[key];
      } finally {
        Math.random = real;
      }
    },
  );
  const shrunk = path === undefined ? {} : { path, endOnFailure: true };
  const result = await fc.check(property, { numRuns: 1, seed, ...shrunk });
  if (!result.failed) return undefined;
  const [script] = (result.counterexample ?? []) as [Script?];
  const error = result.errorInstance;
  return [
    `Seed ${seed}: ${error instanceof Error ? error.message : String(error)}`,
    `The smallest history found with it (${result.numShrinks} steps smaller): ${JSON.stringify(script)}`,
    `Again, and smaller: npm run chaos -- --seed ${seed} --seeds 1`,
    `Only the smallest:  npm run chaos -- --seed ${seed} --seeds 1 --path ${result.counterexamplePath ?? "0"}`,
  ].join("\n");
}

const chance = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
