import type { Problem } from "./desktopRoom";
import { PLACE_KEYS } from "./inputs";
import { durationMs } from "./timeouts";
import { isKnown } from "./unknown";

/** The service's own limit for ids. */
const ID_CHARACTERS = 255;
/** The smallest disk and the step between sizes, in GB. The upper bound is left to the service, whose pages disagree. */
const SIZE_STEP_GB = 10;
/** Types that are known today; others are passed on as they are. */
export const KNOWN_TYPES = ["SAS", "SSD", "GPSSD", "GPSSD2", "ESSD"];
/** The one type whose speed is set by hand. */
const QOS_TYPE = "GPSSD2";

type Raw = Readonly<Record<string, unknown>>;

/**
 * What is wrong with the inputs of one disk, by property. Unknown values pass:
 * they are looked at again when they are known. `path` stands before each
 * property's name.
 */
export function validateDisk(raw: Raw, path = ""): Problem[] {
  const problems = new Problems(path);
  requireText(problems, raw, "type", "one of " + KNOWN_TYPES.join(", "));
  const { type } = raw;
  if (typeof type === "string" && !KNOWN_TYPES.includes(type) && KNOWN_TYPES.includes(type.toUpperCase())) {
    problems.add("type", `is "${type}"; the service writes it ${type.toUpperCase()}`);
  }
  const { size } = raw;
  if (size === undefined || size === null)
    problems.add("size", "is missing; give the size in GB, such as 100");
  else if (isKnown(size) && !isSize(size)) {
    problems.add(
      "size",
      `is ${shown(size)}; give a number of GB that is a multiple of ${SIZE_STEP_GB} and at least ${SIZE_STEP_GB}`,
    );
  }
  validateQos(problems, raw);
  optionalText(problems, raw, "kmsId");
  optionalText(problems, raw, "existingVolumeId");
  refuseAsPath(problems, raw, "existingVolumeId");
  optionalFlag(problems, raw, "deletionProtection");
  optionalFlag(problems, raw, "allowReplace");
  if (isGiven(raw.existingVolumeId) && !isGiven(raw.deletionProtection)) {
    problems.add(
      "deletionProtection",
      "must be given, true or false, together with existingVolumeId: say whether a later delete may destroy the adopted disk and its data",
    );
  }
  return problems.all;
}

/** What is wrong with the inputs that belong to a desktop. */
export function validateDesktop(raw: Raw): Problem[] {
  const problems = new Problems("");
  requireText(problems, raw, "desktopId", "the id of the desktop");
  refuseAsPath(problems, raw, "desktopId");
  for (const key of [...PLACE_KEYS, "enterpriseProjectId"]) optionalText(problems, raw, key);
  const { timeouts } = raw;
  if (isGiven(timeouts) && isKnown(timeouts)) {
    for (const [operation, given] of Object.entries(timeouts as object)) {
      if (isKnown(given) && (typeof given !== "string" || durationMs(given) === undefined)) {
        problems.add(
          `customTimeouts.${operation}`,
          `is ${JSON.stringify(given)}; give a duration such as "90s", "30m" or "1h30m"`,
        );
      }
    }
  }
  return problems.all;
}

function validateQos(problems: Problems, raw: Raw): void {
  for (const key of ["iops", "throughput"]) {
    const value = raw[key];
    if (isKnown(value) && !(typeof value === "number" && Number.isInteger(value) && value > 0)) {
      problems.add(key, `is ${shown(value)}; give a whole number above 0`);
    }
  }
  const given = ["iops", "throughput"].filter((key) => isGiven(raw[key]));
  if (!isKnown(raw.type) || typeof raw.type !== "string") return;
  if (raw.type !== QOS_TYPE) {
    for (const key of given)
      problems.add(key, `can be set for type ${QOS_TYPE} only; this disk is ${raw.type}`);
  } else {
    for (const key of ["iops", "throughput"]) {
      if (!given.includes(key))
        problems.add(key, `is missing; type ${QOS_TYPE} needs both iops and throughput`);
    }
  }
}

function isSize(value: unknown): boolean {
  return (
    typeof value === "number" &&
    Number.isInteger(value) &&
    value >= SIZE_STEP_GB &&
    value % SIZE_STEP_GB === 0
  );
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function requireText(problems: Problems, raw: Raw, key: string, right: string): void {
  if (!isGiven(raw[key])) problems.add(key, `is missing; give ${right}`);
  else optionalText(problems, raw, key, right);
}

function optionalText(problems: Problems, raw: Raw, key: string, right = "a text"): void {
  const value = raw[key];
  if (!isKnown(value)) return;
  if (typeof value !== "string") problems.add(key, `is ${JSON.stringify(value)}; give ${right}`);
  else if (value.trim() === "") problems.add(key, `is empty; give ${right}`);
  else if (value.length > ID_CHARACTERS) {
    problems.add(key, `has ${value.length} characters; at most ${ID_CHARACTERS} are allowed`);
  }
}

/** Ids are parts of paths, and joined with "/" in the id in state. */
function refuseAsPath(problems: Problems, raw: Raw, key: string): void {
  const value = raw[key];
  if (typeof value !== "string") return;
  if (value.includes("/")) problems.add(key, `is "${value}"; an id has no "/"`);
  else if (/^\.+$/.test(value)) problems.add(key, `is "${value}", which is no id`);
}

/** A value in words; JSON has none for numbers that are none. */
function shown(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

function optionalFlag(problems: Problems, raw: Raw, key: string): void {
  const value = raw[key];
  if (isKnown(value) && typeof value !== "boolean") {
    problems.add(key, `is ${JSON.stringify(value)}; give true or false`);
  }
}

class Problems {
  readonly all: Problem[] = [];
  constructor(private readonly path: string) {}
  add(property: string, reason: string): void {
    this.all.push({ property: this.path + property, reason });
  }
}
