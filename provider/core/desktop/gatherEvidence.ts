import type { JobEnd } from "../api/jobs";
import {
  type AddFacts,
  type AddJudgement,
  endedAgo,
  judgeAdds,
  madeBy,
  possibleDisks,
  unexplained,
} from "./adds";
import { type Attempt, serverNow } from "./attempt";
import type { Batch } from "./batch";
import type { DesktopContext } from "./desktopContext";
import { OTHERS_BEFORE_MS } from "./findJob";
import { SETTLED_MS } from "./findLostAdd";
import type { Waiter } from "../operation";
import type { JobWindow } from "./matchVolumes";
import { readAgain } from "./readAgain";
import type { ShownDesktop } from "./snapshot";

/** Pauses between reads for the new disks, in ms; the last one is repeated. */
const READS_MS = [0, 250, 500, 1_000, 2_000, 4_000];
/** A job whose end is not known may still run: reads go on for so long, in ms. */
const UNKNOWN_END_MS = 30_000;

/** What is to be found out. */
export interface AddQuestion {
  attempt: Attempt;
  jobs: readonly JobEnd[];
  /** Those of them that began later than the request. */
  lateJobs: ReadonlySet<string>;
  isOwned: (volumeId: string) => boolean;
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
  const { attempt, jobs, lateJobs, isOwned } = question;
  const { clock } = desktop;
  const lost = attempt.job === undefined;
  const isEnded = jobs.every((job) => madeBy(job) !== "unknown");
  let settledAt = clock.now() + (isEnded ? SETTLED_MS : UNKNOWN_END_MS);
  let others: AddFacts["others"];
  let othersSettled = false;
  let reads = 0;
  let seen: AddsSeen | undefined;
  const untilSettled = function* () {
    for (let index = 0; index === 0 || clock.now() < settledAt; index += 1) {
      yield Math.min(READS_MS[index] ?? READS_MS.at(-1) ?? 0, Math.max(0, settledAt - clock.now()));
    }
  };
  await readAgain(desktop, batch, untilSettled(), async (now) => {
    reads += 1;
    seen = undefined;
    if (now.gone) return true;
    // What ended long ago, as in an earlier run, shows by now.
    const ago = Math.min(...jobs.map((job) => endedAgo(job.end, now.desktop.serverTime)));
    if (ago > 0) settledAt = Math.min(settledAt, now.at + SETTLED_MS - ago);
    const settled = clock.now() >= settledAt;
    const facts: AddFacts = { jobs, lost, lateJobs, settled, confirmed: false, others, isOwned };
    let judgement = judgeAdds(attempt, now, facts);
    if (reads === 1 && !settled && judgement.lacks.has("second read")) {
      facts.confirmed = await listShowsTheSame(desktop, batch, attempt, now);
      judgement = judgeAdds(attempt, now, facts);
    }
    // A list that was read before everything shows may lack a job.
    const isListWanted = settled ? !othersSettled : reads === 1;
    if (judgement.lacks.has("job list") && isListWanted) {
      othersSettled = settled;
      others = await otherAdds(desktop, batch, question, now);
      judgement = judgeAdds(attempt, now, { ...facts, others });
    }
    give(judgement);
    seen = { now, judgement };
    if (batch.done) return true;
    const possible = possibleDisks(attempt, now, isOwned);
    for (const member of batch.open) member.noteCandidates(possible);
    const [end] = jobs;
    batch.note(`job ${end?.jobId ?? "?"} is ${end?.status ?? "?"}, but not all new disks show yet`);
    return settled;
  });
  return seen;
}

/** Whether the other kind of read shows the same new disks. */
export async function listShowsTheSame(
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
 * the request until now; undefined where they cannot be listed.
 */
async function otherAdds(
  desktop: DesktopContext,
  batch: Batch,
  { attempt, jobs: own, isOwned }: AddQuestion,
  now: ShownDesktop,
): Promise<JobWindow[] | undefined> {
  const since = attempt.window.from - OTHERS_BEFORE_MS;
  const listing = await desktop.listJobs({ kind: "add", since }, batch);
  if (listing?.complete !== true) return undefined;
  const latest = (now.desktop.serverTime ?? serverNow(attempt, desktop.clock)) + 1_000;
  // Where the list leaves the desktop out, others may work anywhere: then only the disks can show it.
  const mayBeHere = (desktopId: string | undefined) =>
    desktopId === desktop.desktopId || (desktopId === undefined && attempt.job !== undefined);
  const others = listing.jobs.filter(
    ({ jobId, kind, desktopId, begin }) =>
      (kind === undefined || kind === "add") &&
      !own.some((job) => job.jobId === jobId) &&
      !desktop.ownJobs.has(jobId) &&
      mayBeHere(desktopId) &&
      begin.some((at) => at >= since && at <= latest),
  );
  return unexplained(others, now.volumes, isOwned);
}
