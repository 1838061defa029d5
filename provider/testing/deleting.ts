import { MINUTE, type Stage } from "./stage";

/** What rules for faults match: the call that deletes, and the look at a desktop. */
export const deletes = { operation: "DeleteDesktopVolumes" };
export const looks = { operation: "ShowDesktopDetail" };

/** Deleting disks of the first desktop of a stage, and what came of it. */
export function deletingOn(on: { readonly it: Stage }) {
  return {
    /** The data disks that are there. */
    ids: () => on.it.disks().map((disk) => disk.volume_id),
    /** The disks that each call named. */
    sent: () => on.it.changes().map(({ body }) => (body as { volume_ids: string[] }).volume_ids),
    /** Has these disks deleted at once; who got no error is named, with the error's text for the others. */
    remove: async (volumeIds: string[], timeoutMs = 30 * MINUTE) => {
      const { time } = on.it;
      const asked = volumeIds.map(async (id) => [id, await on.it.remove(id, { timeoutMs })] as const);
      const results = await time.until(Promise.all(asked));
      return Object.fromEntries(
        results.map(([id, { error }]) => [id, error === undefined ? "gone" : error.message]),
      );
    },
  };
}
