import type { JobEnd, JobSummary } from "../api/jobs";
import type { Volume, VolumeSpec } from "../api/volumes";
import type { Waiter } from "../operation";
import { type Attempt, type Batch, type DesktopContext, madeBy, type Member, readAgain } from "./batch";
import { beganWithin, isSame, OTHERS_BEFORE_MS, SETTLED_MS } from "./findJob";
import {
  type AddEvidence,
  fitOf,
  isLike,
  type JobWindow,
  type Lacking,
  type Match,
  matchVolumes,
  mayHaveBeen,
  ranAt,
} from "./matchVolumes";
import { possibleDisks } from "./possibleDisks";
import { type DesktopSnapshot, isWhole, type ShownDesktop } from "./snapshot";

/** An unowned disk that is not older than this shows that others work on the desktop, in ms. */
const STRANGERS_WITHIN_MS = 600_000;
/** A job whose end is not known has made nothing that is created so long after it began, in ms. */
const LONGEST_UNKNOWN_JOB_MS = 600_000;
/** Pauses between reads for the new disks, in ms; the last one is repeated. */
const READS_MS = [0, 250, 500, 1_000, 2_000, 4_000];
/** A job whose end is not known may still run: reads go on for so long, in ms. */
const UNKNOWN_END_MS = 30_000;
/** In an earlier run others may have got disks of the same request: their resources are waited for so long, in ms. */
const HOLDERS_MS = 60_000;

/** What is to be found out. */
export interface AddQuestion {
  attempt: Attempt;
  /** The job that was accepted, or those that may be the answer to a lost request. */
  jobs: readonly JobEnd[];
  /** Jobs that began later than the request: it may have been held back, or they are another client's. */
  lateJobs: ReadonlySet<string>;
  isOwned: (volumeId: string) => boolean;
  /** Disks of the same earlier request that others look for now, and have not got yet. */
  alsoLookedFor: () => readonly VolumeSpec[];
}

/** What is known about an add after it was sent. */
export interface AddFacts
  extends
    Pick<AddQuestion, "jobs" | "lateJobs" | "isOwned" | "alsoLookedFor">,
    Pick<AddEvidence, "settled" | "confirmed" | "others" | "mayList" | "vanished"> {
  /** The id of the job was not told: that one of these is ours is only inferred. */
  lost: boolean;
}

/** A look before everything shows, with no other evidence. */
export const NOTHING_ELSE = {
  settled: false,
  confirmed: false,
  others: undefined,
  mayList: true,
  vanished: [],
} as const;

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

/** What the last read proved. */
export interface AddsSeen {
  now: ShownDesktop;
  judgement: AddJudgement;
}

/**
 * Reads the desktop after the job of an add until every member has its disk, or
 * everything shows that the job made. What costs nothing comes first: only
 * where times decide nothing is the other kind of read asked, and the job list.
 * `give` is called with each judgement. Undefined: the desktop is gone. Throws
 * what the last read throws.
 */
export async function gatherEvidence(
  desktop: DesktopContext,
  batch: Batch,
  question: AddQuestion,
  give: (judgement: AddJudgement) => void,
): Promise<AddsSeen | undefined> {
  const { attempt, jobs, isOwned } = question;
  const { clock } = desktop;
  const lost = attempt.job === undefined;
  const isEnded = jobs.every((job) => madeBy(job) !== "unknown");
  // However long ago the jobs ended: a single read may be old, and that a disk is missing needs several.
  let settledAt = clock.now() + (isEnded ? SETTLED_MS : UNKNOWN_END_MS);
  let others: AddFacts["others"];
  let othersSettled = false;
  const startedAt = clock.now();
  let reads = 0;
  let seen: AddsSeen | undefined;
  let lastReadAt = -Infinity;
  // The last read begins when everything shows, however long looking at other evidence took.
  const untilSettled = function* () {
    for (let index = 0; lastReadAt < settledAt; index += 1) {
      const pause = Math.min(READS_MS[index] ?? READS_MS.at(-1) ?? 0, Math.max(0, settledAt - clock.now()));
      lastReadAt = clock.now() + pause;
      yield pause;
    }
  };
  /** A row of a list is enough where nothing else is needed: it is proved whose each disk is, and all that it was asked for shows. */
  const givesAll = (row: ShownDesktop) => {
    if (!isWhole(row)) return false;
    const { given } = judgeAdds(attempt, row, { ...question, ...NOTHING_ELSE, lost });
    return given.length === batch.open.length && given.every(([member, volume]) => showsAll(member, volume));
  };
  const everShown = new Map<string, Volume>();
  const see = async (now: DesktopSnapshot) => {
    reads += 1;
    seen = undefined;
    if (now.gone) return true;
    const shown = new Set(now.volumes.map(({ volumeId }) => volumeId));
    const vanished = [...everShown.values()].filter(({ volumeId }) => !shown.has(volumeId));
    for (const volume of now.volumes) everShown.set(volume.volumeId, volume);
    const settled = clock.now() >= settledAt;
    // Until everything shows, others may begin to add: what was listed earlier excludes nobody then.
    const known = settled && !othersSettled ? undefined : others;
    const facts: AddFacts = {
      ...question,
      lost,
      settled,
      confirmed: false,
      others: known,
      mayList: !othersSettled,
      vanished,
    };
    let judgement = judgeAdds(attempt, now, facts);
    // What others added before our job began is listed by now: a list that was read earlier excludes nobody.
    const showsEarlier = clock.now() >= (attempt.answeredAt ?? Infinity) + SETTLED_MS;
    if (reads === 1 && !settled && showsEarlier && judgement.lacks.has("second read")) {
      facts.confirmed = await listShowsTheSame(desktop, batch, attempt, now);
    }
    // A list that was read before everything shows may lack a job.
    const isListWanted = settled ? !othersSettled : facts.confirmed;
    if (judgement.lacks.has("job list") && isListWanted) {
      othersSettled = settled;
      others = await otherAdds(desktop, batch, { ...question, isEnded }, now, judgement.candidates);
      judgement = judgeAdds(attempt, now, { ...facts, others, mayList: !othersSettled });
    }
    give(judgement);
    seen = { now, judgement };
    if (batch.done) return true;
    if (judgement.lacks.has("holders")) settledAt = startedAt + HOLDERS_MS;
    const possible = possibleDisks(attempt, now, isOwned);
    for (const member of batch.open) member.noteCandidates(possible);
    const [end] = jobs;
    batch.note(`job ${end?.jobId ?? "?"} is ${end?.status ?? "?"}, but not all new disks show yet`);
    return settled && clock.now() >= settledAt;
  };
  await readAgain(desktop, batch, untilSettled(), see, lost || attempt.resumed ? undefined : givesAll);
  return seen;
}

/** Whether the disk shows each property that it was asked for with: a field that is absent is unknown. */
function showsAll({ request }: Member, volume: Volume): boolean {
  if (request.kind !== "add") return false;
  const { iops, throughput, kmsId } = request.spec;
  return (
    (iops === undefined || volume.iops !== undefined) &&
    (throughput === undefined || volume.throughput !== undefined) &&
    (kmsId === undefined || volume.kmsId !== undefined)
  );
}

/** Whether the other kind of read shows the same new disks. */
async function listShowsTheSame(
  desktop: DesktopContext,
  waiter: Waiter,
  { beforeIds }: Attempt,
  now: ShownDesktop,
): Promise<boolean> {
  const listed = await desktop.readByList(waiter);
  if (listed === undefined || listed.gone) return false;
  const fresh = ({ volumes }: ShownDesktop) =>
    volumes
      .map(({ volumeId }) => volumeId)
      .filter((id) => !beforeIds.has(id))
      .sort()
      .join();
  return fresh(listed) === fresh(now);
}

/**
 * Add jobs of others that are, or may be, on this desktop, from a minute before
 * the request until now; undefined where they cannot be listed. `isEnded`: the
 * end of our own job is known.
 */
async function otherAdds(
  desktop: DesktopContext,
  batch: Batch,
  { attempt, jobs: own, isOwned, isEnded }: AddQuestion & { isEnded: boolean },
  now: ShownDesktop,
  candidates: readonly Volume[],
): Promise<JobWindow[] | undefined> {
  // Who worked here at the time cannot be told by a clock that is not the service's.
  if (!attempt.timed) return undefined;
  const since = attempt.window.from - OTHERS_BEFORE_MS;
  const listing = await desktop.listJobs({ kind: "add", since }, batch);
  if (listing?.complete !== true) return undefined;
  const { window, answeredAt } = attempt;
  const sinceThen = answeredAt === undefined ? 0 : desktop.clock.now() - answeredAt;
  const answered = now.desktop.serverTime ?? window.to + sinceThen;
  const latest = answered + 1_000;
  // A job whose desktop the list leaves out may be on any. Where our own is not known either, the hits are such
  // jobs, too: then only one that may have made what shows is another add on this desktop.
  const mayBeHere = (job: JobSummary) =>
    job.desktopId === desktop.desktopId ||
    (job.desktopId === undefined &&
      (attempt.job !== undefined || candidates.some((volume) => ranAt(volume, job))));
  const others = listing.jobs.filter(
    (job) =>
      (job.kind === undefined || job.kind === "add") &&
      !own.some(({ jobId }) => jobId === job.jobId) &&
      !desktop.ownJobs.has(job.jobId) &&
      mayBeHere(job) &&
      job.begin.some((at) => at >= since && at <= latest),
  );
  // Where the end of our job is not known, others may have added since, and the list lags: what it may not show yet.
  const unseen: JobWindow[] =
    isEnded || attempt.job === undefined ? [] : [{ begin: [answered - SETTLED_MS], end: [] }];
  return [...unexplained(others, now.volumes, isOwned), ...unseen];
}

/** Gives the new disks that are proved to be ours to those that asked for them. Pure. */
export function judgeAdds(attempt: Attempt, now: ShownDesktop, facts: AddFacts): AddJudgement {
  // A disk of a request that has timed out is of use to nobody in this run: those that wait come first.
  const slots = attempt.specs
    .map((_, slot) => slot)
    .sort((a, b) => Number(!isOpen(attempt, a)) - Number(!isOpen(attempt, b)));
  const matches = facts.jobs.map((job) =>
    matchVolumes(now.volumes, {
      ...facts,
      specs: slots.flatMap((slot) => attempt.specs[slot] ?? []),
      before: attempt.beforeIds,
      isBeforeKnown: attempt.beforeFrom !== "bare row",
      job: windowOf(job, attempt),
      made: madeBy(job),
    }),
  );
  const match = facts.lost ? ofLostAnswer(matches, attempt, now, facts) : matches[0];
  const waiting = (indexes: readonly number[] = []) =>
    indexes.flatMap((index) => openMember(attempt, slots[index]) ?? []);
  const proved = [...(match?.proved ?? [])];
  const held = now.volumes.filter(
    (volume) =>
      facts.isOwned(volume.volumeId) &&
      !attempt.beforeIds.has(volume.volumeId) &&
      facts.jobs.some((job) => ranAt(volume, job)),
  );
  const mayBe = mayBeHeld(attempt, held, facts.alsoLookedFor());
  const isHeld = ([index]: readonly [number, Volume]) => mayBe(slots[index]);
  return {
    given: proved.flatMap((one) => {
      const member = isHeld(one) ? undefined : openMember(attempt, slots[one[0]]);
      return member === undefined ? [] : [[member, one[1]] as const];
    }),
    missing: waiting(match?.missing),
    unproved: waiting([
      ...(match?.unproved ?? []),
      ...(match?.ambiguous ?? []),
      ...proved.filter(isHeld).map(([index]) => index),
    ]),
    candidates: match?.candidates ?? [],
    lacks: new Set([...(match?.lacks ?? []), ...(proved.some(isHeld) ? (["holders"] as const) : [])]),
  };
}

/** When a job may have made disks. */
function windowOf(job: JobEnd, { timed, window, beforeFrom }: Attempt): JobWindow {
  const begin = job.begin.length > 0 || !timed ? job.begin : [window.from];
  const isForgotten = job.end.length === 0 && madeBy(job) === "unknown";
  const ran = { begin, end: isForgotten ? begin.map((at) => at + LONGEST_UNKNOWN_JOB_MS) : job.end };
  return beforeFrom === "bare row" && timed ? nearest(ran, window.from) : ran;
}

/** The one reading of the times of a job that is nearest to its request: by another, disks of eight hours ago would be its own. */
function nearest({ begin, end }: JobWindow, moment: number): JobWindow {
  const distances = begin.map((at) => Math.abs(at - moment));
  const index = distances.indexOf(Math.min(...distances));
  return { begin: begin.slice(index, index + 1), end: end.length < 2 ? end : end.slice(index, index + 1) };
}

/**
 * Of a request of an earlier run some disks were given to resources that this
 * run has not heard of yet, or are gone, and alike disks cannot be told apart:
 * whether more of a kind were asked for than are held or looked for now. For
 * each slot.
 */
function mayBeHeld(
  { resumed, members, specs }: Attempt,
  held: readonly Volume[],
  alsoLookedFor: readonly VolumeSpec[],
): (slot: number | undefined) => boolean {
  const spare = resumed ? specs.filter((_, slot) => members[slot] === undefined) : [];
  const explain = (isIts: (spec: VolumeSpec) => boolean) => {
    const at = spare.findIndex(isIts);
    if (at >= 0) spare.splice(at, 1);
  };
  for (const volume of held) explain((spec) => mayHaveBeen(spec, volume));
  for (const looked of alsoLookedFor) explain((spec) => isSame(spec, looked));
  return (slot) => {
    const its = slot === undefined ? undefined : specs[slot];
    return its !== undefined && spare.some((spec) => isSame(spec, its));
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
  if (candidates.length === 0) {
    // What one of the jobs made in its first second, and somebody has grown since, is not bought again either.
    const grown = now.volumes.filter(
      (volume) =>
        !attempt.beforeIds.has(volume.volumeId) &&
        !isOwned(volume.volumeId) &&
        attempt.specs.some((spec) => mayHaveBeen(spec, volume)) &&
        jobs.some((job) => ranAt(volume, windowOf(job, attempt))),
    );
    return grown.length === 0
      ? { ...none, missing: all, lacks }
      : { ...none, candidates: grown, ambiguous: all, lacks };
  }
  const [match] = seen;
  const open = match === undefined ? [] : [...match.missing, ...match.ambiguous, ...match.unproved];
  // One that has another size now may be another client's: only where the job is known, nobody else made it.
  const areAlike = [...(match?.proved.values() ?? [])].every((volume) =>
    attempt.specs.some((spec) => isLike(spec, volume)),
  );
  const its = match === undefined ? undefined : jobs[matches.indexOf(match)];
  // Beside a job that is only inferred, what was created some seconds before or after it proves nothing.
  const isBeside = candidates.some(
    ({ createdAt }) => its !== undefined && fitOf(createdAt, windowOf(its, attempt)) === "near",
  );
  const isExact = match?.proved.size === candidates.length && open.length === 0 && areAlike && !isBeside;
  // Half a minute is long enough for somebody else's add: only a job of the same moment is taken for its own.
  const isOnlyJob = seen.length === 1 && its !== undefined && !lateJobs.has(its.jobId);
  // Where the service itself refused the request, another client's add is the likely reason.
  const isAlone =
    isOnlyJob &&
    !attempt.refused &&
    others.length === 0 &&
    strangers(now, attempt, { matched: candidates, its, isOwned }).length === 0;
  return isExact && isAlone ? match : { ...none, ambiguous: all, lacks };
}

/**
 * Disks that neither this run holds nor the request explains: those that its
 * job made, of any kind, for jobs on one desktop do not overlap; and those like
 * the request's that appeared about this time.
 */
function strangers(
  { volumes, desktop }: ShownDesktop,
  { beforeIds, window, specs }: Attempt,
  facts: { matched: readonly Volume[]; its: JobWindow; isOwned: (volumeId: string) => boolean },
): Volume[] {
  const latest = (desktop.serverTime ?? window.to) + 1_000;
  return volumes.filter((volume) => {
    if (facts.isOwned(volume.volumeId) || facts.matched.includes(volume)) return false;
    if (!beforeIds.has(volume.volumeId) && ranAt(volume, facts.its)) return true;
    if (!specs.some((spec) => mayHaveBeen(spec, volume))) return false;
    if (volume.createdAt.length === 0) return !beforeIds.has(volume.volumeId);
    return beganWithin(volume.createdAt, window.from - STRANGERS_WITHIN_MS, latest);
  });
}

/** Add jobs that a disk which this run holds does not explain: others made them. */
function unexplained(
  jobs: readonly JobWindow[],
  volumes: readonly Volume[],
  isOwned: (volumeId: string) => boolean,
): JobWindow[] {
  const owned = volumes.filter(({ volumeId }) => isOwned(volumeId));
  return jobs.filter((job) => !owned.some((volume) => ranAt(volume, job)));
}

function isOpen({ members }: Attempt, slot: number): boolean {
  const member = members[slot];
  return member !== undefined && !member.settled;
}

function openMember(attempt: Attempt, slot: number | undefined): Member | undefined {
  return slot === undefined || !isOpen(attempt, slot) ? undefined : attempt.members[slot];
}
