import type { Clock, Environment, Progress } from "../core/host";
import { progressPace } from "../front/progressPace";
import { type Watched, watchEngine } from "../front/watchEngine";

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
 * Shows progress on the engine's display, and none of it stays in the
 * diagnostics. All lines are on one row: the one about all desktops replaces
 * those of each. Without an engine nothing
 * is shown; a display that fails is left alone, because nothing of the run
 * depends on it.
 */
export function engineDisplay(
  { clock, env }: { clock: Clock; env: Environment },
  argv: readonly string[],
  open: (address: string) => Promise<(line: string) => void> = engineLog,
): (progress: Progress) => void {
  const address = engineAddress(argv);
  if (address === undefined) return () => undefined;
  const isTime = progressPace(clock, env);
  let log: Promise<(line: string) => void> | undefined;
  return ({ line, desktopId = "", overall }) => {
    if (!isTime(overall === undefined ? desktopId : "")) return;
    log ??= open(address);
    log
      .then((show) => {
        show(overall ?? line);
      })
      .catch(() => undefined);
  };
}

/** Loaded with the first line, so that a run without one does not need it. */
async function engineLog(address: string): Promise<(line: string) => void> {
  const { ephemeralLog } = await import("./engineLog.js");
  return ephemeralLog(address);
}
