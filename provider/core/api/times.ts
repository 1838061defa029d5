/**
 * Every reading of a time that the service wrote, ms since 1970: one where it
 * names a zone, two (UTC and +08:00) where it does not, none where it is absent
 * or unreadable.
 */
export type Times = readonly number[];

/** Reads a time as the service writes it. */
export function readTimes(_value: unknown): Times {
  throw new Error("not written yet");
}
