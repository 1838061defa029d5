import type { ErrorCode } from "../errorCodes";
import type { Problem } from "../errors";
import { given, isGiven, isKnown, isRecord, type Maybe, type Properties, UNKNOWN } from "../host";
import {
  attachmentProperties,
  diskProperties,
  type DiskProperty,
  type InputProperty,
  KNOWN_TYPES,
  MAX_DISKS,
  nearestName,
  placeProperties,
  type PlaceProperty,
  QOS_TYPE,
  setProperties,
  SIZE_MAX_GB,
  SIZE_STEP_GB,
  TEXT_MAX_CHARACTERS,
  volumeOutputs,
} from "../schema";

/** The kinds of resources, by the names that programs use. */
export type Kind = "DataDiskAttachment" | "DesktopDataDisks";

export type DeletionPolicy = "delete" | "retain";

/** What is said for one disk, or once for all disks of a set. */
interface SharedInputs {
  deletionProtection?: Maybe<boolean>;
  deletionPolicy?: Maybe<DeletionPolicy>;
  allowReplace?: Maybe<boolean>;
}

/** One disk that a program asks for. */
export interface DiskInputs extends SharedInputs {
  type: Maybe<string>;
  /** GB */
  size: Maybe<number>;
  iops?: Maybe<number>;
  /** MiB/s */
  throughput?: Maybe<number>;
  kmsId?: Maybe<string>;
  existingVolumeId?: Maybe<string>;
}

/** The part of the inputs that says where the desktop is and who calls. */
export type PlaceInputs = Partial<Record<PlaceProperty, Maybe<string>>>;

/** The inputs of either kind: disks by name, on one desktop. An attachment is a set of one. */
export interface SetInputs {
  desktopId: Maybe<string>;
  enterpriseProjectId?: Maybe<string>;
  place: PlaceInputs;
  /** What the program says once for all disks; already part of each disk in `disks`. */
  shared: SharedInputs;
  disks: Maybe<ReadonlyMap<string, Maybe<DiskInputs>>>;
}

/** A problem with its stable code. */
export interface Refusal extends Problem {
  code: ErrorCode;
}

export const SHARED_NAMES = ["deletionProtection", "deletionPolicy", "allowReplace"] as const;
export const DISK_NAMES = Object.keys(diskProperties) as DiskProperty[];
export const PLACE_NAMES = Object.keys(placeProperties) as PlaceProperty[];

/** Reads the inputs of one disk, with what is said for all where it says nothing itself. They were validated before. */
export function readDisk(raw: Properties, shared: SharedInputs = {}): DiskInputs {
  return { ...shared, ...given(raw, DISK_NAMES) } as DiskInputs;
}

/** Reads what both kinds have in common. They were validated before. */
export function readDesktopInputs(raw: Properties): Omit<SetInputs, "disks"> {
  return {
    desktopId: raw.desktopId as Maybe<string>,
    ...(given(raw, ["enterpriseProjectId"]) as { enterpriseProjectId?: Maybe<string> }),
    place: given(raw, PLACE_NAMES) as PlaceInputs,
    shared: given(raw, SHARED_NAMES) as SharedInputs,
  };
}

/** What is wrong with the inputs of an attachment, by property. Unknown values pass: they are validated when known. */
export function validateAttachment(raw: Properties): Refusal[] {
  const problems = new Refusals("DataDiskAttachment", "");
  checkTable(problems, raw, attachmentProperties);
  checkDisk(problems, raw);
  return problems.all;
}

/** The same for a set; properties of a disk are named like `disks.data.size`. */
export function validateSet(raw: Properties): Refusal[] {
  const problems = new Refusals("DesktopDataDisks", "");
  checkTable(problems, raw, setProperties);
  const { disks } = raw;
  if (!isRecord(disks)) return problems.all;
  const names = Object.keys(disks);
  if (names.length > MAX_DISKS) {
    problems.add("disks", `names ${names.length} disks; a desktop holds at most ${MAX_DISKS} data disks`);
  }
  const shared = given(raw, SHARED_NAMES) as SharedInputs;
  const entries = names.flatMap((name) => checkEntry(name, disks[name], shared));
  return [...problems.all, ...entries, ...adoptedTwice(disks)];
}

function checkEntry(name: string, entry: unknown, shared: SharedInputs): Refusal[] {
  const problems = new Refusals("a disk of DesktopDataDisks", `disks.${name}.`);
  const wrongName =
    name.trim() === ""
      ? "an empty name"
      : name === "__proto__"
        ? "the name __proto__"
        : HIDDEN.test(name)
          ? `a name that has characters which do not show, ${visible(name)}`
          : undefined;
  if (wrongName !== undefined) {
    return [
      { property: "disks", reason: `has a disk with ${wrongName}; give it another name`, code: "HWD1101" },
    ];
  }
  if (entry === UNKNOWN) return [];
  if (!isRecord(entry)) {
    const reason =
      'must be a disk, such as { type: "SSD", size: 100 }; to have no disk of this name, leave it out';
    return [{ property: `disks.${name}`, reason, code: "HWD1101" }];
  }
  checkTable(problems, entry, diskProperties);
  checkDisk(problems, { ...shared, ...given(entry, DISK_NAMES) });
  return problems.all;
}

function adoptedTwice(disks: Properties): Refusal[] {
  const first = new Map<unknown, string>();
  const problems: Refusal[] = [];
  for (const [name, entry] of Object.entries(disks)) {
    const volumeId = isRecord(entry) ? entry.existingVolumeId : undefined;
    if (!isKnown(volumeId)) continue;
    const other = first.get(volumeId);
    if (other === undefined) first.set(volumeId, name);
    else {
      const property = `disks.${name}.existingVolumeId`;
      problems.push({ property, reason: `names the same disk as disks.${other}`, code: "HWD1107" });
    }
  }
  return problems;
}

/** Each property by its type, and names that the table does not have. */
function checkTable(
  problems: Refusals,
  raw: Properties,
  table: Readonly<Record<string, InputProperty>>,
): void {
  for (const [name, property] of Object.entries(table)) {
    const value = raw[name];
    if (value === UNKNOWN) continue;
    if (!isGiven(value)) {
      if (property.required === true) problems.add(name, `is missing; give ${expected(name, property)}`);
    } else {
      const wrong = wrongWith(name, property, value);
      if (wrong !== undefined) problems.add(name, wrong);
    }
  }
  for (const name of Object.keys(raw)) {
    if (Object.hasOwn(table, name) || raw[name] === undefined) continue;
    problems.addUnknown(name, Object.keys(table));
  }
}

function wrongWith(name: string, property: InputProperty, value: unknown): string | undefined {
  const right = expected(name, property);
  switch (property.type) {
    case "text":
    case "id":
    case "disk type":
      return wrongText(property, value, right);
    case "size":
      if (typeof value === "number" && value > SIZE_MAX_GB)
        return `is ${value}; sizes are in GB: give ${right}`;
      if (isPositiveInteger(value) && value % SIZE_STEP_GB === 0) return undefined;
      return `is ${shown(value)}; ${quoted(value) ?? `give ${right}`}`;
    case "count":
      return isPositiveInteger(value) ? undefined : `is ${shown(value)}; ${quoted(value) ?? `give ${right}`}`;
    case "flag":
      if (typeof value === "boolean") return undefined;
      return `is ${shown(value)}; ${value === "true" || value === "false" ? `write ${value}, without quotes` : `give ${right}`}`;
    case "policy":
      return value === "delete" || value === "retain" ? undefined : `is ${shown(value)}; give ${right}`;
    case "disks":
      return isRecord(value) ? undefined : `is ${shown(value)}; give ${right}`;
  }
}

function wrongText({ type }: InputProperty, value: unknown, right: string): string | undefined {
  if (typeof value !== "string") return `is ${shown(value)}; give ${right}`;
  if (value.trim() === "") return `is empty; give ${right}`;
  if (value.length > TEXT_MAX_CHARACTERS) {
    return `has ${value.length} characters; at most ${TEXT_MAX_CHARACTERS} are allowed`;
  }
  // Nobody means these, and the service would know no such object.
  if (value !== value.trim() || HIDDEN.test(value))
    return `is ${shown(value)}, with blanks around it or characters that do not show; give ${right}`;
  if (type !== "id") return undefined;
  // Ids are segments of paths, and joined with "/" in the id in state.
  if (value.includes("/")) return `is "${value}"; an id has no "/"`;
  return /^\.+$/.test(value) ? `is "${value}", which is not an id` : undefined;
}

/** What the properties of one disk say together. `raw`: with what is said for all disks. */
function checkDisk(problems: Refusals, raw: Properties): void {
  const { type, existingVolumeId, deletionProtection, deletionPolicy } = raw;
  const known: readonly string[] = KNOWN_TYPES;
  if (typeof type === "string" && !known.includes(type) && known.includes(type.toUpperCase())) {
    problems.add("type", `is "${type}"; the service writes it ${type.toUpperCase()}`);
  }
  if (typeof type === "string" && type.trim() !== "") {
    for (const name of ["iops", "throughput"]) {
      const isThere = isGiven(raw[name]);
      if (type !== QOS_TYPE && isThere) {
        problems.add(name, `can be set for type ${QOS_TYPE} only, and this disk is ${type}; remove it`);
      } else if (type === QOS_TYPE && !isThere) {
        problems.add(name, `is missing; type ${QOS_TYPE} needs both iops and throughput`);
      }
    }
  }
  if (isGiven(existingVolumeId) && !isGiven(deletionProtection) && !isGiven(deletionPolicy)) {
    problems.add(
      "deletionProtection",
      "must be set (true or false) together with existingVolumeId, or deletionPolicy must: one of them says whether a later delete may destroy the adopted disk and its data",
    );
  }
}

/** What a right value looks like. */
function expected(name: string, { type }: InputProperty): string {
  if (name === "desktopId") return "the id of the desktop";
  switch (type) {
    case "disk type":
      return `one of ${KNOWN_TYPES.join(", ")}`;
    case "size":
      return `a number of GB that is a multiple of ${SIZE_STEP_GB}, from ${SIZE_STEP_GB} to ${SIZE_MAX_GB}, such as 100`;
    case "count":
      return "a whole number above 0";
    case "flag":
      return "true or false";
    case "policy":
      return '"delete" or "retain"';
    case "disks":
      return 'the disks by name, such as { data: { type: "SSD", size: 100 } }';
    default:
      return "a text";
  }
}

function isPositiveInteger(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}

/** A number that was written as text. */
function quoted(value: unknown): string | undefined {
  if (typeof value !== "string" || !/^\d+$/.test(value)) return undefined;
  return `write the number ${value}, without quotes`;
}

/** A value in words, cut; JSON has none for numbers that are none. */
function shown(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return `the text ${visible(value)}`;
  if (Array.isArray(value)) return "a list";
  return isRecord(value) ? "a map" : String(value);
}

/** Resource options that are written among the inputs; those that have an input of their own, with it. */
const RESOURCE_OPTIONS: Readonly<Record<string, string>> = {
  protect: ", or use deletionProtection: true",
  retainOnDelete: ', or use deletionPolicy: "retain"',
  ...Object.fromEntries(
    [
      "additionalSecretOutputs",
      "aliases",
      "customTimeouts",
      "deleteBeforeReplace",
      "deletedWith",
      "dependsOn",
      "ignoreChanges",
      "import",
      "parent",
      "provider",
      "providers",
      "replaceOnChanges",
    ].map((name) => [name, ""]),
  ),
};

/** Control characters, and marks that reorder or hide text. */
const HIDDEN = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

/** A text in quotes, cut, with escapes for what does not show. */
function visible(value: string): string {
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const cut = Array.from(value.slice(0, 60), (char) => (HIDDEN.test(char) ? escaped(char) : char)).join("");
  return `"${cut.replaceAll('"', '\\"')}"`;
}

/** Why a property is refused, with the known name that is nearest to it. */
function unknownProperty(name: string, owner: string, known: readonly string[], isListed: boolean): string {
  if (Object.hasOwn(volumeOutputs, name)) return `is an output and not an input of ${owner}; remove it`;
  const other = Object.hasOwn(RESOURCE_OPTIONS, name) ? RESOURCE_OPTIONS[name] : undefined;
  if (other !== undefined) {
    return `is a resource option and not an input of ${owner}: give it with the options, in Node the third argument${other}`;
  }
  const near =
    nearestName(name, known) ?? known.find((one) => name.toLowerCase().includes(one.toLowerCase()));
  if (near !== undefined) return `is not an input of ${owner}; did you mean ${near}?`;
  return `is not an input of ${owner}${isListed ? "" : `; it has ${known.join(", ")}`}`;
}

/** Collects problems of the properties under one path; the first of a property counts. */
class Refusals {
  readonly all: Refusal[] = [];
  #isListed = false;

  constructor(
    readonly owner: string,
    private readonly path: string,
  ) {}

  add(name: string, reason: string, code: ErrorCode = "HWD1101"): void {
    const property = this.path + name;
    if (this.all.every((other) => other.property !== property)) this.all.push({ property, reason, code });
  }

  /** Names that come near no known one share one list of those. */
  addUnknown(name: string, known: readonly string[]): void {
    const reason = unknownProperty(name, this.owner, known, this.#isListed);
    this.#isListed ||= reason.includes("; it has ");
    this.add(name, reason, "HWD1102");
  }
}
