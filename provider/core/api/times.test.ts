import { readHttpDate, readTimes } from "./response";

const utc = (iso: string) => Date.parse(iso);
const HOURS = 3_600_000;
const at = utc("2020-04-10T06:45:14Z");

test.each<[string, unknown, number[]]>([
  ["with Z", "2020-04-10T06:45:14Z", [at]],
  ["with milliseconds", "2020-04-10T06:45:14.250Z", [at + 250]],
  ["with microseconds", "2020-04-10T06:45:14.250999Z", [at + 250]],
  [
    "with a colon before the fraction, as documented once",
    "2020-01-08T03:16:01:599000Z",
    [utc("2020-01-08T03:16:01.599Z")],
  ],
  ["with an offset", "2020-04-10T14:45:14+08:00", [at]],
  ["with an offset without a colon", "2020-04-10T14:45:14+0800", [at]],
  ["with a short offset", "2020-04-10T04:45:14-02", [at]],
  ["with UTC in words", "2020-04-10 06:45:14 UTC", [at]],
  ["without a zone: two readings", "2020-04-10 06:45:14", [at, at - 8 * HOURS]],
  ["without a zone, with a T", "2020-04-10T06:45:14", [at, at - 8 * HOURS]],
  ["without seconds", "2020-04-10 06:45", [utc("2020-04-10T06:45:00Z"), utc("2020-04-09T22:45:00Z")]],
  ["in milliseconds", at, [at]],
  ["in seconds", at / 1000, [at]],
  ["in milliseconds as text", String(at), [at]],
  ["in seconds as text", String(at / 1000), [at]],
  ["with blanks around", " 2020-04-10T06:45:14Z ", [at]],
  ["absent", undefined, []],
  ["null", null, []],
  ["empty", "", []],
  ["a date alone", "2020-04-10", []],
  ["month 13", "2020-13-10 06:45:14", []],
  ["hour 25", "2020-04-10 25:45:14", []],
  ["a word", "yesterday", []],
  ["a small number", 7, []],
  ["an endless number", Infinity, []],
  ["an object", {}, []],
])("a time %s", (_, written, readings) => {
  expect(readTimes(written)).toEqual(readings);
});

test.each<[string | undefined, number | undefined]>([
  ["Fri, 02 Jan 2026 03:04:05 GMT", utc("2026-01-02T03:04:05Z")],
  ["yesterday", undefined],
  ["1.5", undefined],
  [undefined, undefined],
])("the header Date: %s is %s", (value, ms) => {
  expect(readHttpDate(value)).toBe(ms);
});
