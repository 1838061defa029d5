import { TimeoutError } from "../errors";
import type { Batch } from "./batch";
import type { DesktopContext } from "./desktopContext";
import type { DesktopSnapshot } from "./snapshot";

/**
 * Reads the desktop after a job, with these pauses (ms) before the reads, until
 * `see` has seen enough. A read that fails proves nothing while there are more
 * to come: the work of the job is done or not, whatever one read says. Throws
 * what the last read throws.
 */
export async function readAgain(
  desktop: DesktopContext,
  batch: Batch,
  pauses: Iterable<number>,
  see: (now: DesktopSnapshot) => boolean | Promise<boolean>,
): Promise<void> {
  let failure: unknown;
  for (const pause of pauses) {
    await desktop.clock.sleep(Math.min(pause, batch.remaining()), batch.signal);
    failure = undefined;
    try {
      const now = await desktop.read(batch);
      if (await see(now)) return;
    } catch (error) {
      if (error instanceof TimeoutError || batch.done) throw error;
      failure = error;
      batch.note(`what the job did cannot be seen, because the desktop cannot be read: ${String(error)}`);
    }
  }
  if (failure !== undefined) throw failure as Error;
}
