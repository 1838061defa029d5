/** What `npm run chaos` was started with. */
import { writeSync } from "node:fs";

function given(name: string, fallback: number): number {
  return Number(process.env[name] ?? fallback);
}

export const seed = given("CHAOS_SEED", 1);
export const seeds = given("CHAOS_SEEDS", 10);
export const forMs = given("CHAOS_MINUTES", 60) * 60_000;

/** Tells it at once, past jest, which keeps everything to the end. */
export function tell(line: string): void {
  writeSync(2, `${line}\n`);
}
