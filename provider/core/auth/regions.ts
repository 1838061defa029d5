import { nearestName } from "../schema";

/** The words for directions in the names of regions; others are names of places, which nobody can list. */
const DIRECTIONS = [
  "north",
  "south",
  "east",
  "west",
  "northeast",
  "northwest",
  "southeast",
  "southwest",
  "central",
];

/**
 * The region that a misspelled one means most likely, such as `cn-north-4` for
 * `cn-nroth-4`. Undefined where it may be right: the cloud may have regions
 * that are newer than this version.
 */
export function regionMeantBy(region: string): string | undefined {
  const [, country, word = "", number] = /^([a-z]{2})-?([a-z]+)-?(\d+)$/.exec(region) ?? [];
  if (country === undefined || number === undefined) return undefined;
  const meant = DIRECTIONS.includes(word) ? word : nearestName(word, DIRECTIONS);
  const right = meant === undefined ? region : `${country}-${meant}-${number}`;
  return right === region ? undefined : right;
}
