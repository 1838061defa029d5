/** What `npm run chaos` was started with. */
import { writeSync } from "node:fs";
import { readFlags } from "../testing/history/flags";

/** Tells it at once, past jest, which keeps everything to the end. */
export function tell(line: string): void {
  writeSync(2, `${line}\n`);
}

export const flags = readFlags(JSON.parse(process.env.CHAOS_FLAGS ?? "[]") as string[]);
export const seed = flags.seed ?? Math.floor(Math.random() * 1_000_000);
export const { seeds } = flags;
export const forMs = flags.minutes * 60_000;

tell(`The first seed is ${seed}.`);
