/** How long an operation may take in all, unless the resource option customTimeouts says otherwise, in ms. */
export const DEFAULT_TIMEOUT_MS = 30 * 60_000;
/** What a read may take: it is no job and asks once or twice. Pulumi has no option for it. */
export const READ_TIME = { timeoutMs: 5 * 60_000, timeSetBy: "it is fixed for reads" } as const;

/** Pulumi's customTimeouts, which the engine does not hand to dynamic providers, as an input. */
export interface Timeouts {
  create?: string;
  update?: string;
  delete?: string;
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Reads a duration as Pulumi writes them (`90s`, `30m`, `1h30m`) in ms; nothing if it is none, or zero. */
export function durationMs(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(count) * (UNITS_MS[unit ?? ""] ?? 0);
  }
  return total > 0 ? total : undefined;
}

/** The time-out of one operation, in ms: as given, else 30 minutes. */
export function timeoutMs(timeouts: Timeouts | undefined, operation: keyof Timeouts): number {
  const given = timeouts?.[operation];
  return (given === undefined ? undefined : durationMs(given)) ?? DEFAULT_TIMEOUT_MS;
}
