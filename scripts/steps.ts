/** One thing to check, and how. */
export interface Step {
  readonly name: string;
  /** Rejects if the check fails. */
  readonly run: () => Promise<unknown>;
}

/** How a step went. */
export interface StepResult {
  readonly name: string;
  readonly ms: number;
  /** Why it failed, if it did. */
  readonly failure?: string;
}

/** Runs every step, also after one has failed: one run shows all that is wrong. */
export async function runSteps(
  steps: readonly Step[],
  log: (line: string) => void,
  now: () => number = performance.now.bind(performance),
): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const { name, run } of steps) {
    log(`\n== ${name}`);
    const started = now();
    try {
      await run();
      results.push({ name, ms: now() - started });
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      log(failure);
      results.push({ name, ms: now() - started, failure });
    }
  }
  return results;
}

/** A line a step: whether it went well, and how long it took. */
export function describeSteps(results: readonly StepResult[]): string[] {
  return results.map(
    ({ name, ms, failure }) =>
      `${failure === undefined ? "ok    " : "FAILED"}  ${(ms / 1000).toFixed(1).padStart(6)} s  ${name}`,
  );
}
