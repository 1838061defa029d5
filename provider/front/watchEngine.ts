import { tryAddress } from "../core/tryAddress";

/** How often the engine's address is tried, in ms. */
const TRY_EVERY_MS = 2_000;
/** An engine that refuses this many connections in a row is gone. */
const REFUSALS = 2;

/** What ends with its engine. */
export interface Watched {
  halt(reason: Error): void;
  whenIdle(run: () => void): void;
}

/**
 * A provider process outlives an engine that is killed. Then nobody keeps what it
 * does: it finishes what it has sent to the service, sends nothing new, and
 * exits.
 */
export function watchEngine(address: string, watched: Watched, exit: () => void): void {
  let refused = 0;
  const timer = setInterval(() => {
    const trial = tryAddress(address, (isThere) => {
      refused = isThere ? 0 : refused + 1;
      if (refused < REFUSALS) return;
      clearInterval(timer);
      watched.halt(new Error("the Pulumi engine that asked for this has exited"));
      watched.whenIdle(exit);
    });
    trial.unref();
  }, TRY_EVERY_MS);
  timer.unref();
}
