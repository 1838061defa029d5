/** What the provider promises, and what the judge says of a promise that was broken. */

/** Every promise, with one line for reports. */
export const promises = {
  "deletes-only-what-was-asked": "No disk is deleted that no operation may delete.",
  "one-owner": "No disk is in state twice, and none that somebody else has made.",
  "buys-once": "One request buys at most one disk, and every disk that was bought is known.",
  "gone-is-gone": "No disk is dropped from state while it exists, unless it is released on purpose.",
  "no-late-request": "No request leaves when no operation waits for it any more.",
  "ends-in-time": "No operation ends after its deadline.",
  "no-secret": "No key, password, token or signature is in any text or state.",
  "one-change-at-a-time": "A process has one change under way on a desktop, of at most ten disks.",
  "comes-right": "After all faults, refresh and up reach what is declared, and destroy removes it.",
} as const;

export type PromiseName = keyof typeof promises;

export const promiseNames = Object.keys(promises) as readonly PromiseName[];

/** One broken promise. */
export interface Verdict {
  readonly promise: PromiseName;
  /** ms since the start of the history */
  readonly at: number;
  /** Volume id, where the promise is about one disk. */
  readonly disk?: string;
  readonly evidence: string;
}

/** `12.345 s one-owner, disk x: …` */
export function describeVerdict({ promise, at, disk, evidence }: Verdict): string {
  const about = disk === undefined ? "" : `, disk ${disk}`;
  return `${(at / 1000).toFixed(3)} s ${promise}${about}: ${evidence}`;
}
