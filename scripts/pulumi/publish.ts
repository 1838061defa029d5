import { mkdirSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";

/**
 * Moves the files of a finished `bin` folder to where others look for them. The
 * CLI itself comes last: who sees it sees a whole one with its plugins beside it.
 */
export function publish(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  const isCli = (file: string): boolean => /^pulumi(?:\.exe)?$/.test(file);
  const files = readdirSync(from);
  for (const file of [...files.filter((name) => !isCli(name)), ...files.filter(isCli)]) {
    renameSync(join(from, file), join(to, file));
  }
}
