import type { Volume } from "../api/volumes";
import type { JobEnd } from "../api/jobs";
import type { Times } from "../api/response";
import { CoreError, JobFailedError } from "../errors";
import type { Attempt, Member } from "./attempt";
import { beganWithin, LATEST_ARRIVAL_MS } from "./findJob";
import {
  fitOf,
  isLike,
  type JobWindow,
  type Lacking,
  type Match,
  matchVolumes,
  mayHaveBeen,
} from "./matchVolumes";
import { type PendingAdd, UnfinishedAddError } from "./pendingAdd";
import type { ShownDesktop } from "./snapshot";

/** An unowned disk that is not older than this shows that others work on the desktop, in ms. */
const STRANGERS_WITHIN_MS = 600_000;

/** A disk may be created so long after its job began, in ms. */
const POSSIBLE_MS = 60_000;

/** What is known about an add after it was sent. */
export interface AddFacts {
  /** The job that was accepted, or those that may be the answer to a lost request. */
  jobs: readonly JobEnd[];
  /** The id of the job was not told: that one of these is ours is only inferred. */
  lost: boolean;
  /** Jobs that began later than the request: it may have been held back, or they are another client's. */
  lateJobs: ReadonlySet<string>;
  /** The longest lag of reads has passed since the jobs ended. */
  settled: boolean;
  /** Both kinds of read show the same new disks, in the first read after the job. */
  confirmed: boolean;
  /** Add jobs of others; undefined: not known. */
  others: readonly JobWindow[] | undefined;
  isOwned: (volumeId: string) => boolean;
}

/** What a snapshot proves for those that still wait for a disk of this attempt. */
export interface AddJudgement {
  given: readonly (readonly [Member, Volume])[];
  /** For these no disk shows. */
  missing: readonly Member[];
  /** For these a disk may be there, but it is not proved which. */
  unproved: readonly Member[];
  candidates: readonly Volume[];
  lacks: ReadonlySet<Lacking>;
}

/** What a job made, as far as its end says. */
export function madeBy({ state, failedParts }: JobEnd): "all" | "some" | "unknown" {
  if (state === "failed" || failedParts.length > 0) return "some";
  return state === "succeeded" ? "all" : "unknown";
}

/** Gives the new disks that are proved to be ours to those that asked for them. Pure. */
export function judgeAdds(attempt: Attempt, now: ShownDesktop, facts: AddFacts): AddJudgement {
  // A disk of a request that has timed out is of use to nobody in this run: those that wait come first.
  const slots = attempt.specs
    .map((_, slot) => slot)
    .sort((a, b) => Number(!isOpen(attempt, a)) - Number(!isOpen(attempt, b)));
  const matches = facts.jobs.map((job) =>
    matchVolumes(now.volumes, {
      specs: slots.flatMap((slot) => attempt.specs[slot] ?? []),
      before: attempt.beforeIds,
      isOwned: facts.isOwned,
      job: { begin: job.begin.length > 0 ? job.begin : [attempt.window.from], end: job.end },
      made: madeBy(job),
      settled: facts.settled,
      confirmed: facts.confirmed,
      others: facts.others,
    }),
  );
  const match = facts.lost ? ofLostAnswer(matches, attempt, now, facts) : matches[0];
  const waiting = (indexes: readonly number[] = []) =>
    indexes.flatMap((index) => openMember(attempt, slots[index]) ?? []);
  return {
    given: [...(match?.proved ?? [])].flatMap(([index, volume]) => {
      const member = openMember(attempt, slots[index]);
      return member === undefined ? [] : [[member, volume] as const];
    }),
    missing: waiting(match?.missing),
    unproved: waiting([...(match?.unproved ?? []), ...(match?.ambiguous ?? [])]),
    candidates: match?.candidates ?? [],
    lacks: match?.lacks ?? new Set(),
  };
}

/**
 * An answer was lost, and jobs began when the request was under way. One of
 * them is taken for its own only if everything shows by now, it made exactly
 * what was asked for, and nothing shows that others add disks to this desktop:
 * another client's add in the same second looks just like ours.
 */
function ofLostAnswer(
  matches: readonly Match[],
  attempt: Attempt,
  now: ShownDesktop,
  { jobs, lateJobs, settled, others, isOwned }: AddFacts,
): Match {
  const all = attempt.specs.map((_, index) => index);
  const seen = matches.filter(({ candidates }) => candidates.length > 0);
  const candidates = [...new Set(seen.flatMap((match) => match.candidates))];
  const none = { proved: new Map<number, Volume>(), missing: [], unproved: [], ambiguous: [], candidates };
  if (!settled || others === undefined) {
    return { ...none, unproved: all, lacks: new Set<Lacking>(["time", "job list"]) };
  }
  const lacks = new Set<Lacking>();
  if (candidates.length === 0) return { ...none, missing: all, lacks };
  const [match] = seen;
  const open = match === undefined ? [] : [...match.missing, ...match.ambiguous, ...match.unproved];
  const isExact = match?.proved.size === candidates.length && open.length === 0;
  const its = match === undefined ? undefined : jobs[matches.indexOf(match)];
  // Half a minute is long enough for somebody else's add: only a job of the same moment is taken for its own.
  const isOnlyJob = seen.length === 1 && its !== undefined && !lateJobs.has(its.jobId);
  const isAlone =
    isOnlyJob && others.length === 0 && strangers(now, attempt, candidates, isOwned).length === 0;
  return isExact && isAlone ? match : { ...none, ambiguous: all, lacks };
}

/** Disks like those of the request that appeared about this time, and that neither this run holds nor the request explains. */
function strangers(
  { volumes, desktop }: ShownDesktop,
  { beforeIds, window, specs }: Attempt,
  matched: readonly Volume[],
  isOwned: (volumeId: string) => boolean,
): Volume[] {
  const latest = (desktop.serverTime ?? window.to) + 1_000;
  return volumes.filter((volume) => {
    if (isOwned(volume.volumeId) || matched.includes(volume)) return false;
    if (!specs.some((spec) => isLike(spec, volume))) return false;
    if (volume.createdAt.length === 0) return !beforeIds.has(volume.volumeId);
    return beganWithin(volume.createdAt, window.from - STRANGERS_WITHIN_MS, latest);
  });
}

/** Add jobs that a disk which this run holds does not explain: others made them. */
export function unexplained(
  jobs: readonly JobWindow[],
  volumes: readonly Volume[],
  isOwned: (volumeId: string) => boolean,
): JobWindow[] {
  const owned = volumes.filter(({ volumeId }) => isOwned(volumeId));
  return jobs.filter(
    (job) => !owned.some(({ createdAt }) => ["inside", "edge"].includes(fitOf(createdAt, job))),
  );
}

/**
 * New disks like those of the request that nobody holds, of the time in which a
 * job of the request could have made them, or of any time: for messages, where nothing is proved.
 */
export function possibleDisks(
  { specs, beforeIds, window }: Attempt,
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
      (when === "any time" || volume.createdAt.length === 0 || beganWithin(volume.createdAt, from, to)),
  );
}

/** How long ago a job ended, by the service's time of day, in ms; 0 where that is not known. */
export function endedAgo(end: Times, serverTime: number | undefined): number {
  if (serverTime === undefined) return 0;
  // A time without a zone has two readings: a job does not end in the future.
  const ages = end.map((at) => serverTime - at).filter((age) => age >= 0);
  return ages.length === 0 ? 0 : Math.min(...ages);
}

/** The error for a job after which nothing new shows. */
export function jobOutcomeError(end: JobEnd, title: string, shows: string): CoreError {
  if (madeBy(end) === "some")
    return new JobFailedError(end.jobId, end.serviceCode, end.reason, end.failedParts);
  const { state, status, jobId, error } = end;
  const why =
    state === "succeeded"
      ? `job ${jobId} ended as ${status}, but ${shows}`
      : state === "unknown word"
        ? `job ${jobId} has the status ${status}, which this version does not know, and ${shows}`
        : `job ${jobId} can no longer be followed (${error?.why ?? "no reason given"}), and ${shows}`;
  const code = state === "succeeded" ? "HWD1505" : state === "unknown word" ? "HWD1602" : "HWD1603";
  return new CoreError({ code, failed: title, why });
}

/** The error of one add whose disk cannot be told: says which may be meant, what may still appear, and how to adopt. */
export function cannotTell(
  member: Member,
  desktopId: string,
  why: string,
  candidates: readonly Volume[],
): UnfinishedAddError {
  const [first] = candidates;
  return new UnfinishedAddError(
    {
      code: candidates.length > 0 ? "HWD1504" : "HWD1503",
      failed: member.operation.title,
      why,
      now:
        first === undefined
          ? `Desktop ${desktopId} shows no new disk so far; one may still appear`
          : `Desktop ${desktopId} shows new disks that may be meant: ${describeVolumes(candidates)}; another may still appear`,
      next:
        first === undefined
          ? `Run "pulumi up" again: it looks for this disk before it adds another one`
          : `${howToAdopt(first.volumeId)}. Otherwise the next run takes none of these and adds a new disk`,
    },
    {
      desktopId,
      pending: withNamed(member.pending, candidates),
      candidates: candidates.map(({ volumeId }) => volumeId),
    },
  );
}

function withNamed(pending: PendingAdd | undefined, candidates: readonly Volume[]): PendingAdd | undefined {
  if (pending === undefined || candidates.length === 0) return pending;
  return { ...pending, named: [...(pending.named ?? []), ...candidates.map(({ volumeId }) => volumeId)] };
}

/** Volumes in words: id, type, size, when they were created. */
export function describeVolumes(volumes: readonly Volume[]): string {
  return volumes
    .map(({ volumeId, type, size, createTime }) => {
      const created = createTime === undefined ? "" : `, created ${createTime}`;
      return `${volumeId} (${type ?? "?"}, ${size ?? "?"} GB${created})`;
    })
    .join(", ");
}

/** What to write into the program so that a disk that exists is adopted and not bought again. */
export function howToAdopt(volumeId: string): string {
  return (
    `To adopt one, set existingVolumeId: "${volumeId}" and deletionProtection (true or false) ` +
    `on the resource and run "pulumi up"`
  );
}

function isOpen({ members }: Attempt, slot: number): boolean {
  const member = members[slot];
  return member !== undefined && !member.settled;
}

function openMember(attempt: Attempt, slot: number | undefined): Member | undefined {
  return slot === undefined || !isOpen(attempt, slot) ? undefined : attempt.members[slot];
}
