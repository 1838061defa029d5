import { isRecord, type Properties, UNKNOWN } from "../core/disk/inputs";
import type { Problem } from "../core/errors";
import { formatDuration } from "../core/operation";

/** What the engine puts in the place of a value that is not known before another resource has been made. */
export const UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** Where the engine keeps the line that loads this package. */
export const PROVIDER_KEY = "__provider";
/** The input that carries the resource option `customTimeouts`, which the engine does not hand to dynamic providers. */
export const TIMEOUTS_KEY = "timeouts";

const OF_THE_FRONT: readonly string[] = [PROVIDER_KEY, TIMEOUTS_KEY];

/** Properties as the core takes them: without what belongs to this front, without nulls, with its own mark for unknown values. */
export function toCore(props: Properties): Properties {
  const given = Object.entries(props).filter(
    ([key, value]) => !OF_THE_FRONT.includes(key) && value !== undefined && value !== null,
  );
  return Object.fromEntries(given.map(([key, value]) => [key, withUnknowns(value)]));
}

/** Properties as the engine keeps them: those of the core, with the time limits of the resource. */
export function toEngine(props: Properties, timeouts: unknown): Record<string, unknown> {
  return timeouts === undefined || timeouts === null ? { ...props } : { ...props, [TIMEOUTS_KEY]: timeouts };
}

function withUnknowns(value: unknown): unknown {
  if (value === UNKNOWN_VALUE) return UNKNOWN;
  if (Array.isArray(value)) return value.map(withUnknowns);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withUnknowns(one)]));
}

/** How long an operation may take in all, unless the resource option `customTimeouts` says otherwise, in ms. */
const DEFAULT_TIMEOUT_MS = 30 * 60_000;
/** How long a read may take, in ms: it waits for no job. Pulumi has no option for it. */
const READ_TIMEOUT_MS = 5 * 60_000;

/** The operations that `customTimeouts` has a limit for. */
type TimedOperation = "create" | "update" | "delete";

/** The time limit of a call, in ms, and what sets it, for its error. */
export interface TimeLimit {
  timeoutMs: number;
  timeoutSetBy: string;
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

/** The limit of one operation: as the input `timeouts` says, else 30 minutes. */
export function timeLimit(timeouts: unknown, operation: TimedOperation): TimeLimit {
  const given = isRecord(timeouts) ? timeouts[operation] : undefined;
  const timeoutMs = typeof given === "string" ? durationMs(given) : undefined;
  return timeoutMs === undefined
    ? { timeoutMs: DEFAULT_TIMEOUT_MS, timeoutSetBy: `the default; customTimeouts.${operation} changes it` }
    : { timeoutMs, timeoutSetBy: `customTimeouts.${operation}` };
}

/** The limit of a read. */
export const READ_LIMIT: TimeLimit = {
  timeoutMs: READ_TIMEOUT_MS,
  timeoutSetBy: "the provider; it is fixed for reads",
};

/** What is wrong with the input `timeouts`. Unknown values pass. */
export function validateTimeouts(timeouts: unknown, unknownValue: string): Problem[] {
  if (!isRecord(timeouts)) return [];
  return Object.entries(timeouts)
    .filter(([, value]) => value !== undefined && value !== null && value !== unknownValue)
    .filter(([, value]) => typeof value !== "string" || durationMs(value) === undefined)
    .map(([operation, value]) => ({
      property: `customTimeouts.${operation}`,
      reason: `is ${JSON.stringify(value)}; give a duration such as "90s", "${formatDuration(DEFAULT_TIMEOUT_MS)}" or "1h30m". [HWD1101]`,
    }));
}
