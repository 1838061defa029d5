import { isRecord, type Properties, UNKNOWN } from "../core/disk/inputs";

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
