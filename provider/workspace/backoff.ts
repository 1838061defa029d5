/**
 * How long to wait before attempt `attempt + 1`, in ms: doubling from `first`
 * up to `most`, the last half of each wait at random so that clients that met
 * once do not meet again - at the ceiling too.
 */
export function backoff(
  attempt: number,
  {
    first = 500,
    most = 30_000,
    random = Math.random,
  }: { first?: number; most?: number; random?: () => number } = {},
): number {
  const full = Math.min(most, first * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full / 2 + (full / 2) * random());
}
