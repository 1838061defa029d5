import { connect } from "node:net";
import type { Clock, Progress } from "../core/host";

/** How often the engine's address is tried, in ms. */
const TRY_EVERY_MS = 2_000;
/** An engine that refuses this many connections in a row is gone. */
const REFUSALS = 2;
/** Lines about one desktop are at least this far apart, in ms. */
const SHOW_EVERY_MS = 1_000;

/** Where the engine listens, for a process that it started for dynamic providers; undefined elsewhere. */
export function engineAddress(argv: readonly string[]): string | undefined {
  if (!(argv[1] ?? "").includes("dynamic-provider")) return undefined;
  return /^(127\.0\.0\.1|localhost|\[::1\]):\d+$/.exec(argv[2] ?? "")?.[0];
}

/**
 * A provider process outlives an engine that is killed. Then nobody keeps what
 * it does: it finishes what it has sent to the service, sends nothing new, and
 * exits. Without an engine, nothing is watched.
 */
export function watchEngine(
  core: { halt(reason: Error): void; whenIdle(run: () => void): void },
  argv: readonly string[],
  exit: () => void,
): void {
  const address = engineAddress(argv);
  if (address === undefined) return;
  const at = address.lastIndexOf(":");
  const [host, port] = [address.slice(0, at).replace(/[[\]]/g, ""), Number(address.slice(at + 1))];
  let refused = 0;
  const timer = setInterval(() => {
    tryConnection(host, port, (isThere) => {
      refused = isThere ? 0 : refused + 1;
      if (refused < REFUSALS) return;
      clearInterval(timer);
      core.halt(new Error("the Pulumi engine that asked for this has exited"));
      core.whenIdle(exit);
    });
  }, TRY_EVERY_MS);
  timer.unref();
}

function tryConnection(host: string, port: number, tell: (isThere: boolean) => void): void {
  const socket = connect({ host, port });
  socket.unref();
  socket.once("connect", () => {
    socket.destroy();
    tell(true);
  });
  // Anything but a refusal, such as no free handles, says nothing about the engine.
  socket.once("error", (error: NodeJS.ErrnoException) => {
    tell(error.code !== "ECONNREFUSED");
  });
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
