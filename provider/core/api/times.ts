/**
 * Every reading of a time that the service wrote, ms since 1970: one where it
 * names a zone, two (UTC and +08:00) where it does not, none where it is absent
 * or unreadable.
 */
export type Times = readonly number[];

/** The service's home: where it names no zone, its clocks may show this one. */
const HOME_OFFSET_MS = 8 * 60 * 60 * 1000;

/** One documented example has a colon before the fraction of a second. */
const WRITTEN =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,:](\d{1,9}))?)? ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?$/i;

/** Such as `Fri, 02 Jan 2026 03:04:05 GMT`. `Date.parse` alone makes a date of "1.5", too. */
const HTTP_DATE = /^[A-Za-z]{3}, \d{2} [A-Za-z]{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Reads a time as the service writes it: ISO 8601 with or without a zone, or a Unix time in s or ms. */
export function readTimes(value: unknown): Times {
  if (typeof value === "number") return unixTime(value);
  if (typeof value !== "string") return [];
  const written = value.trim();
  if (/^\d{10,13}$/.test(written)) return unixTime(Number(written));
  const [match, ...groups] = WRITTEN.exec(written) ?? [];
  if (match === undefined) return [];
  const [year, month, day, hour, minute, second] = groups
    .slice(0, 6)
    .map((group: string | undefined) => Number(group ?? 0));
  const [fraction, zone] = [groups[6], groups[7]];
  const isReal =
    inRange(month, 1, 12) &&
    inRange(day, 1, 31) &&
    inRange(hour, 0, 24) &&
    inRange(minute, 0, 59) &&
    inRange(second, 0, 60);
  if (!isReal) return [];
  const ms = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);
  const utc = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second, ms);
  if (zone === undefined) return [utc, utc - HOME_OFFSET_MS];
  return [utc - offsetOf(zone)];
}

/** The time of day in an HTTP header such as `Date`, ms since 1970; undefined where it cannot be read. */
export function readHttpDate(value: string | undefined): number | undefined {
  return value !== undefined && HTTP_DATE.test(value) ? Date.parse(value) : undefined;
}

function unixTime(value: number): Times {
  if (value >= 1e12 && value < 1e14) return [value];
  return value >= 1e9 && value < 1e11 ? [value * 1000] : [];
}

function inRange(value: number | undefined, least: number, most: number): boolean {
  return value !== undefined && value >= least && value <= most;
}

function offsetOf(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  const ms = (Number(hours) * 60 + Number(minutes ?? 0)) * 60_000;
  return sign === "-" ? -ms : ms;
}
