import type { Clock } from "./clock";
import { engineAddress } from "./engineWatch";

/** Lines about one subject are at least this far apart, in ms. */
const EVERY_MS = 1_000;

/** Shows a line about a subject, such as a desktop, in the place of its last one. */
export type Show = (subject: string, line: string) => void;

/**
 * Shows lines on the engine's display while a run goes on: at most one a second
 * for each subject, and none of them stays in the diagnostics. Without an
 * engine, nothing is shown; a display that fails is left alone, because nothing
 * of the run depends on it.
 */
export function engineDisplay(
  clock: Clock,
  argv: readonly string[],
  send: (address: string) => Promise<(line: string) => void> = engineLog,
): Show {
  const address = engineAddress(argv);
  if (address === undefined) return () => undefined;
  const shownAt = new Map<string, number>();
  let log: Promise<(line: string) => void> | undefined;
  return (subject, line) => {
    const now = clock.now();
    if (now - (shownAt.get(subject) ?? -Infinity) < EVERY_MS) return;
    shownAt.set(subject, now);
    log ??= send(address);
    log
      .then((show) => {
        show(line);
      })
      .catch(() => undefined);
  };
}

/** Loaded with the first line, so that a run without one does not need it. */
async function engineLog(address: string): Promise<(line: string) => void> {
  const { ephemeralLog } = await import("./engineLog.js");
  return ephemeralLog(address);
}
