import type { Batch } from "./batch";
import type { Desk } from "./desk";
import { TimeoutError } from "./service";
import { look, type Sight } from "./sight";

/**
 * Looks at the desktop after a job, with these pauses (ms) before the looks,
 * until `see` has seen enough. A look that shows nothing, such as a refused or
 * garbled answer, is no result while there are more to come: the job's work is
 * done or not, whatever one read says. Throws what the last look throws.
 */
export async function looksAfterJob(
  desk: Desk,
  batch: Batch,
  pauses: readonly number[],
  see: (sight: Sight, isLast: boolean) => boolean,
): Promise<void> {
  for (const [index, pause] of pauses.entries()) {
    const isLast = index === pauses.length - 1;
    await desk.client.clock.sleep(Math.min(pause, batch.remaining()), batch.signal);
    let sight: Sight;
    try {
      sight = await look(desk.client, desk.desktopId, batch);
    } catch (error) {
      if (isLast || error instanceof TimeoutError) throw error;
      batch.note(
        `what has become of the job cannot be seen, because the desktop cannot be read: ${(error as Error).message}`,
      );
      continue;
    }
    if (see(sight, isLast)) return;
  }
}
