import type { Volume } from "../api/volumes";
import { type Attempt, LATEST_ARRIVAL_MS } from "./batch";
import { beganWithin } from "./findJob";
import { fitOf, type JobWindow, mayHaveBeen } from "./matchVolumes";
import type { ShownDesktop } from "./snapshot";

/** A disk may be created so long after its job began, in ms. */
const POSSIBLE_MS = 60_000;

/**
 * New disks like those of the request that nobody holds, of the time in which a
 * job of the request could have made them, or of any time: for messages, where nothing is proved.
 */
export function possibleDisks(
  { specs, beforeIds, window, timed }: Attempt,
  { volumes }: ShownDesktop,
  isOwned: (volumeId: string) => boolean,
  when: "its time" | "any time" = "its time",
): Volume[] {
  const [from, to] = [window.from - POSSIBLE_MS, window.to + LATEST_ARRIVAL_MS + POSSIBLE_MS];
  return volumes.filter(
    (volume) =>
      !beforeIds.has(volume.volumeId) &&
      !isOwned(volume.volumeId) &&
      specs.some((spec) => mayHaveBeen(spec, volume)) &&
      (!timed ||
        when === "any time" ||
        volume.createdAt.length === 0 ||
        beganWithin(volume.createdAt, from, to)),
  );
}

/**
 * New disks that nobody holds and that a job of ours may have made all the
 * same: created while it ran, whatever they look like, or like those of the
 * request, whatever their time says. For messages: none of them is given to anybody.
 */
export function oddDisks(
  attempt: Attempt,
  now: ShownDesktop,
  job: JobWindow,
  isOwned: (volumeId: string) => boolean,
): Volume[] {
  const alike = possibleDisks(attempt, now, isOwned, "any time");
  return now.volumes.filter(
    (volume) =>
      alike.includes(volume) ||
      (!attempt.beforeIds.has(volume.volumeId) &&
        !isOwned(volume.volumeId) &&
        fitOf(volume.createdAt, job) !== "outside"),
  );
}
