import type { Problem } from "./desktopRoom";
import type { DesktopInputs, DiskInputs } from "./inputs";
import type { HeldVolume } from "./state";
import { isKnown, isUnknown } from "./unknown";
import { validateDesktop, validateDisk } from "./validate";

/** A desktop and its disks by name: the inputs of a `DesktopDataDisks`. */
export interface DisksInputs extends DesktopInputs {
  disks: Record<string, DiskInputs>;
  /** For every disk that does not say otherwise. */
  deletionProtection?: boolean;
  allowReplace?: boolean;
}

/** What state keeps of one of them. */
export type DiskState = DiskInputs & HeldVolume;

/** The state of a `DesktopDataDisks`. */
export interface DisksState extends DisksInputs {
  disks: Record<string, DiskState>;
  /** Of the disks, by name: an output that is no input, so that a preview knows that it is not known yet. */
  volumeIds?: Record<string, string>;
  region: string;
  projectId: string;
  endpoint: string;
  stateVersion: number;
  /** The last operation did not end well; the next `up` looks at the disks and does the rest. */
  unfinished?: boolean;
}

/** Ten is the most that a desktop holds. */
const DISKS_AT_MOST = 10;

type Raw = Readonly<Record<string, unknown>>;

/** The inputs of one disk, with what is said for all of them where it says nothing itself. */
export function entryOf(
  all: Pick<DisksInputs, "deletionProtection" | "allowReplace">,
  entry: DiskInputs,
): DiskInputs {
  const { deletionProtection, allowReplace } = all;
  // The engine hands on a null in an entry; it says no more than nothing does.
  return { ...said({ deletionProtection, allowReplace }), ...said(entry) } as DiskInputs;
}

function said(values: object): object {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null),
  );
}

/** What is wrong with the inputs, by property such as `disks.data.size`. Unknown values pass. */
export function validateDisks(raw: Raw): Problem[] {
  const problems = validateDesktop(raw);
  for (const key of ["deletionProtection", "allowReplace"] as const) {
    const value = raw[key];
    if (isKnown(value) && typeof value !== "boolean") {
      problems.push({ property: key, reason: `is ${JSON.stringify(value)}; give true or false` });
    }
  }
  const { disks } = raw;
  if (disks === undefined || (isKnown(disks) && !isRecord(disks))) {
    problems.push({
      property: "disks",
      reason: 'must name the disks, such as { data: { type: "SSD", size: 100 } }',
    });
  }
  if (!isRecord(disks)) return problems;
  const names = Object.keys(disks);
  if (names.length > DISKS_AT_MOST) {
    problems.push({
      property: "disks",
      reason: `names ${names.length} disks; a desktop holds at most ${DISKS_AT_MOST} data disks`,
    });
  }
  for (const [name, entry] of Object.entries(disks)) problems.push(...validateEntry(raw, name, entry));
  return [...problems, ...adoptedTwice(disks)];
}

function validateEntry(raw: Raw, name: string, entry: unknown): Problem[] {
  if (name.trim() === "") return [{ property: "disks", reason: "has a disk with an empty name" }];
  if (name === "__proto__") return [{ property: "disks", reason: `has a disk with the name ${name}` }];
  if (isUnknown(entry)) return [];
  if (!isRecord(entry)) {
    return [
      {
        property: `disks.${name}`,
        reason: 'must be a disk, such as { type: "SSD", size: 100 }; to have none of this name, leave it out',
      },
    ];
  }
  const all = raw as Pick<DisksInputs, "deletionProtection" | "allowReplace">;
  return validateDisk({ ...entryOf(all, entry as unknown as DiskInputs) }, `disks.${name}.`);
}

function adoptedTwice(disks: Raw): Problem[] {
  const seen = new Map<unknown, string>();
  const problems: Problem[] = [];
  for (const [name, entry] of Object.entries(disks)) {
    const volumeId = isRecord(entry) ? entry.existingVolumeId : undefined;
    if (!isKnown(volumeId)) continue;
    const first = seen.get(volumeId);
    if (first === undefined) seen.set(volumeId, name);
    else {
      problems.push({
        property: `disks.${name}.existingVolumeId`,
        reason: `names the same disk as disks.${first}`,
      });
    }
  }
  return problems;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
