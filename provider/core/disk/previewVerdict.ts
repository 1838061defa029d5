import type { Desktop, Gone } from "../api/desktops";
import { isSameId } from "../api/response";
import type { Volume } from "../api/volumes";
import { isLike } from "../desktop/matchVolumes";
import { RefusedError, sentence } from "../errors";
import { isKnown, UNKNOWN } from "../host";
import { MAX_DISKS } from "../schema";
import type { Codec } from "./codecs";
import type { DiskInputs, Refusal } from "./inputs";
import type { Plan } from "./plan";
import { adoptable, askedOf } from "./steps";

/** What a resource wants of its desktop, as far as a preview knows it. */
export interface Wish {
  /** Disks that are bought for certain, as the program asks for them. */
  adds: readonly DiskInputs[];
  /** Disks that leave the desktop before others are added. */
  frees: number;
  /** A disk that is there grows or gets another speed. */
  changes: boolean;
  adopts: readonly { volumeId: string; wanted: DiskInputs; prefix: string }[];
}

/** What all resources seen so far add to one desktop, and remove from it. */
export interface Tally {
  adds: number;
  frees: number;
}

/** The project that was asked. */
export interface AskedPlace {
  projectId: string;
  region: string;
}

/** What a plan wants. What is not known yet, or may be there already, counts for nothing. Pure. */
export function wishOf({ steps, replaces }: Plan, codec: Codec): Wish {
  const [adds, adopts]: [DiskInputs[], Wish["adopts"][number][]] = [[], []];
  const wish = { adds, frees: 0, changes: false, adopts };
  for (const step of steps) {
    if (step.is === "delete") wish.frees += 1;
    // The engine makes the disks of a resource that is replaced anew, and asks for those by themselves.
    if (replaces.length > 0) continue;
    if (step.is === "add" && step.wanted !== UNKNOWN && step.pending === undefined) adds.push(step.wanted);
    if (step.is === "keep" && (step.grow !== undefined || step.qos !== undefined)) wish.changes = true;
    if (step.is === "adopt" && isKnown(step.volumeId) && !step.released) {
      adopts.push({ volumeId: step.volumeId, wanted: step.wanted, prefix: codec.prefix(step.name) });
    }
  }
  return wish;
}

/** Whether there is anything to look at a desktop for. */
export function needsLook({ adds, changes, adopts }: Wish): boolean {
  return adds.length > 0 || changes || adopts.length > 0;
}

/**
 * Why a run could not do what a resource wants, by property. Pure. `seen` is
 * what the service showed; undefined: a list lacks the desktop. Only what an
 * answer proves is refused: a list of disks that is absent proves nothing.
 */
export function refusalsOf(
  seen: Desktop | Gone | undefined,
  wish: Wish,
  all: Tally,
  place: AskedPlace,
): Refusal[] {
  if (seen === undefined) return [unknownDesktop("a list does not have it", place)];
  if (seen.gone) {
    if (seen.certainty !== "proved") return [];
    if (seen.deleted !== true) return [unknownDesktop(seen.said, place, seen.desktopId)];
    const next = "Remove its disks from the program, or use the id of another desktop";
    return [{ property: "desktopId", reason: `${sentence(seen.said)} ${next}`, code: "HWD1701" }];
  }
  const noRoom = wish.adds.length > 0 ? refusedRoom(seen, all) : undefined;
  return [
    ...(noRoom === undefined ? [] : [noRoom]),
    ...wish.adopts.flatMap((one) => refusedAdoption(seen, one)),
  ];
}

/** A disk that is older than this was hardly left by a run that was cut off, in ms. */
const LOST_FOR_MS = 24 * 3_600_000;

/**
 * Disks of the last day like those that would be bought, and that no resource
 * has: a run that was cut off may have added them. Pure.
 */
export function mayBeLost(
  { volumes, rootVolumeId }: Desktop,
  { adds }: Wish,
  isSpokenFor: (volumeId: string) => boolean,
  now: number,
): Volume[] {
  const isYoung = ({ createdAt }: Volume) =>
    createdAt.length === 0 || createdAt.some((at) => at > now - LOST_FOR_MS);
  return volumes.filter(
    (volume) =>
      isYoung(volume) &&
      !isSameId(rootVolumeId, volume.volumeId) &&
      !isSpokenFor(volume.volumeId) &&
      adds.some((wanted) => isLike(askedOf(wanted), volume)),
  );
}

function unknownDesktop(said: string, { projectId, region }: AskedPlace, desktopId = ""): Refusal {
  const reason =
    `there is no desktop ${desktopId} in project ${projectId} of region ${region} (${said}). ` +
    `Check desktop id, region and project: another project or region may have the desktop, and getDesktop finds it by name`;
  return { property: "desktopId", reason, code: "HWD1701" };
}

function refusedRoom(
  { volumes, rootVolumeId, listed }: Desktop,
  { adds, frees }: Tally,
): Refusal | undefined {
  // An answer that does not name the system disk may count it among the others.
  const there = volumes.length - (rootVolumeId === undefined ? 1 : 0);
  if (!listed || there + adds - frees <= MAX_DISKS) return undefined;
  const reason =
    `the desktop has ${there} data disks, this program adds ${adds} and removes ${frees}, ` +
    `and ${MAX_DISKS} is the most it can hold. Remove a disk first, or use another desktop. ` +
    `If an earlier run was cut off, "npx pulumi-huaweicloud-workspace orphans" lists what it added. ` +
    "If this one replaces another, set the resource option deleteBeforeReplace: true";
  return { property: "desktopId", reason, code: "HWD1703" };
}

function refusedAdoption(desktop: Desktop, { volumeId, wanted, prefix }: Wish["adopts"][number]): Refusal[] {
  try {
    adoptable({ gone: false, desktop, volumes: desktop.volumes, at: 0 }, volumeId, wanted, prefix);
    return [];
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    if (error.code === "HWD1704" && !desktop.listed) return [];
    const { property, why, next, code } = error;
    // The engine shows the property first.
    const reason = why.startsWith(`${property}: `) ? why.slice(property.length + 2) : why;
    return [{ property, reason: `${sentence(reason)} ${next}`, code }];
  }
}
