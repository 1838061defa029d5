import type { Clock, Progress } from "../core/host";
import { type Watched, watchEngine } from "../front/watchEngine";

/** Lines about one desktop are at least this far apart, in ms. */
const SHOW_EVERY_MS = 1_000;

/** Where the engine listens, for a process that it started for dynamic providers; undefined elsewhere. */
export function engineAddress(argv: readonly string[]): string | undefined {
  if (!(argv[1] ?? "").includes("dynamic-provider")) return undefined;
  return /^(127\.0\.0\.1|localhost|\[::1\]):\d+$/.exec(argv[2] ?? "")?.[0];
}

/** Ends the process with the engine that started it. Without an engine, nothing is watched. */
export function endWithEngine(core: Watched, argv: readonly string[], exit: () => void): void {
  const address = engineAddress(argv);
  if (address !== undefined) watchEngine(address, core, exit);
}

/**
 * Shows progress on the engine's display: at most one line a second for each
 * desktop, and none of them stays in the diagnostics. Without an engine nothing
 * is shown; a display that fails is left alone, because nothing of the run
 * depends on it.
 */
export function engineDisplay(
  clock: Clock,
  argv: readonly string[],
  open: (address: string) => Promise<(line: string) => void> = engineLog,
): (progress: Progress) => void {
  const address = engineAddress(argv);
  if (address === undefined) return () => undefined;
  const shownAt = new Map<string, number>();
  let log: Promise<(line: string) => void> | undefined;
  return ({ line, desktopId = "" }) => {
    const now = clock.now();
    if (now - (shownAt.get(desktopId) ?? -Infinity) < SHOW_EVERY_MS) return;
    shownAt.set(desktopId, now);
    log ??= open(address);
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
