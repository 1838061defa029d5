import { TryAgain, untilThrough } from "./attempts";
import { Batch } from "./batch";
import type { Desk } from "./desk";
import { describeVolumes, howToAdopt } from "./describe";
import { type AddMember, type AddRequest, HandOut, LAST_LOOK_MS } from "./handOut";
import { mayBeOneBadApple } from "./jobResult";
import { looksAfterJob } from "./looksAfterJob";
import { jobsOfLostAnswer, type SendWindow } from "./lostAnswer";
import {
  type AcceptedJob,
  addDesktopVolumes,
  isApiError,
  isConflict,
  OutcomeUnknownError,
  verdict,
  type Volume,
  VOLUMES_A_CALL,
} from "./service";
import { progressOf } from "./progress";
import { look, type Sight } from "./sight";

/** Pauses before the looks for what a 503 may have added all the same, in ms. */
const LOOKS_BEFORE_AGAIN_MS = [0, 1_000, 2_000];

/** A send that may have been carried out. */
interface Unsure {
  /** What was on the desktop before the first such send. */
  before: ReadonlySet<string>;
  /** What came instead of its answer, the last time. */
  error: Error;
}

/** What must not be forgotten between attempts. */
interface Memory {
  unsure?: Unsure;
}

/**
 * Adds disks to one desktop as one job and finds out which of its volumes are
 * the new ones: those that were not there immediately before the send. There
 * is no idempotency token, so an add is sent again only if it surely was not
 * carried out; where that cannot be told it ends with `OutcomeUnknownError`.
 */
export async function addDisks(
  desk: Desk,
  members: readonly AddMember[],
  memory: Memory = {},
): Promise<void> {
  if (members.length === 0) return;
  const batch = new Batch(members, progressOf(desk, members));
  try {
    await untilThrough(desk, batch, () => attempt(desk, batch, memory));
  } catch (error) {
    batch.fail(error instanceof TryAgain ? error.cause : (error as Error));
  }
}

async function attempt(desk: Desk, batch: Batch<AddRequest>, memory: Memory): Promise<void> {
  const sight = await look(desk.client, desk.desktopId, batch);
  if (sight.gone) throw new Error("the service says that the desktop does not exist or was deleted");
  desk.name = sight.desktop.computerName;
  if (memory.unsure !== undefined) refuseIfAnyAppeared(sight, memory.unsure);
  const open = refuseWhatHasNoRoom(batch, sight);
  const first = open[0];
  if (first === undefined) return;
  desk.mayStart();
  const before = memory.unsure?.before ?? idsOn(sight);
  const clock = desk.client.clock;
  const from = sight.desktop.serverTime ?? clock.date().getTime();
  const sentAt = clock.now();
  batch.noteDoing(`asking the service to add ${open.length} disk(s)`);
  batch.noteSent("A request to add it");
  let job: AcceptedJob;
  try {
    const specs = open.map((asked) => asked.request.spec);
    const { enterpriseProjectId } = first.request;
    job = await addDesktopVolumes(desk.client, desk.desktopId, specs, enterpriseProjectId, batch);
  } catch (error) {
    const next = verdict("write", error);
    // This one was surely not carried out; one before it may have been.
    if (next !== "look first" && memory.unsure === undefined) batch.noteNothingSent();
    if (isConflict(error) || next === "again") throw new TryAgain(error as Error);
    if (next === "look first") {
      memory.unsure = { before, error: error as Error };
      // Measured, not read off the time of day: one that jumps would make everybody's jobs look like ours.
      const window = { from, to: from + clock.now() - sentAt };
      return afterLostAnswer(
        desk,
        batch,
        new HandOut(desk, batch, open, before, undefined),
        window,
        memory.unsure,
      );
    }
    if (open.length > 1 && mayBeOneBadApple(error)) return apart(desk, open, memory);
    throw error;
  }
  await follow(desk, batch, [job.jobId], new HandOut(desk, batch, open, before, job));
}

/** Waits on the jobs of an add and hands out what they made; those whose time is over before, just before that. */
async function follow(
  desk: Desk,
  batch: Batch<AddRequest>,
  jobIds: readonly string[],
  handOut: HandOut,
): Promise<void> {
  const named = jobIds.join(", ");
  batch.noteSent(`Job ${named}`);
  batch.note(`job ${named} was taken on`);
  const ends = Promise.all(jobIds.map((jobId) => desk.jobs.wait(jobId, batch)));
  // When all have left, nobody is there to hear that nobody waits any more.
  ends.catch(() => undefined);
  while (batch.live.length > 0) {
    const all = await Promise.race([ends, lastMoment(desk, batch, ends)]);
    // Of several that may be meant, one that did not fail is the one to look for disks of.
    const end = all?.find(({ how }) => how !== "failed") ?? all?.[0];
    if (end !== undefined) return handOut.afterJob(end);
    await handOut.atLastMoment(named);
  }
}

/** Resolves when it is time for a last look for one of those who wait. */
async function lastMoment(desk: Desk, batch: Batch<AddRequest>, ends: Promise<unknown>): Promise<undefined> {
  const soonest = Math.min(...batch.live.map((asked) => asked.operation.remaining()));
  const over = new AbortController();
  const stop = () => {
    over.abort();
  };
  ends.then(stop, stop);
  const signal = AbortSignal.any([batch.signal, over.signal]);
  await desk.client.clock.sleep(soonest - Math.min(LAST_LOOK_MS, soonest / 10), signal);
}

function idsOn(sight: Extract<Sight, { gone: false }>): Set<string> {
  return new Set([...sight.volumes.map(({ volumeId }) => volumeId), sight.desktop.rootVolumeId ?? ""]);
}

/** A desktop holds ten data disks: those who came last are refused before the call. */
function refuseWhatHasNoRoom(
  batch: Batch<AddRequest>,
  { volumes, desktop }: Extract<Sight, { gone: false }>,
): AddMember[] {
  const held = volumes.filter(({ volumeId }) => volumeId !== desktop.rootVolumeId).length;
  for (const asked of batch.live.slice(Math.max(0, VOLUMES_A_CALL - held))) {
    asked.fail(
      new Error(
        `the desktop has ${held} data disks, and ten is the most it can hold, so nothing was sent for this one. ` +
          `If it replaces another disk, set the resource option deleteBeforeReplace: true, so that the old one goes first`,
      ),
    );
  }
  return batch.live;
}

/** A request that seemed not carried out may have been, only late: then another one would buy a second disk. */
function refuseIfAnyAppeared(sight: Extract<Sight, { gone: false }>, { before, error }: Unsure): void {
  const fresh = sight.volumes.filter(({ volumeId }) => !before.has(volumeId));
  if (fresh.length > 0) throw outcomeUnknown(error, fresh);
}

/** The answer to an add was lost: either its job is found, or nobody can say what happened. */
async function afterLostAnswer(
  desk: Desk,
  batch: Batch<AddRequest>,
  handOut: HandOut,
  window: SendWindow,
  { before, error }: Unsure,
): Promise<void> {
  batch.note(`the answer to the add was lost (${error.message}); looking for its job`);
  const jobIds = await jobsOfLostAnswer(desk, batch, window);
  if (jobIds !== undefined && jobIds.length > 0) return follow(desk, batch, jobIds, handOut);
  // A 503 is an answer, and one that says "not now": with nothing to be seen of a job or a disk it was not carried out.
  const saysNotNow = isApiError(error) && error.status === 503 && jobIds !== undefined;
  let fresh: readonly Volume[] = [];
  // A read that lags shows nothing either: who would send it again looks more than once.
  await looksAfterJob(desk, batch, saysNotNow ? LOOKS_BEFORE_AGAIN_MS : [0], (sight) => {
    fresh = sight.gone ? [] : sight.volumes.filter(({ volumeId }) => !before.has(volumeId));
    return fresh.length > 0;
  });
  if (saysNotNow && fresh.length === 0) throw new TryAgain(error);
  throw outcomeUnknown(error, fresh);
}

function outcomeUnknown(error: Error, fresh: readonly Volume[]): OutcomeUnknownError {
  return new OutcomeUnknownError(
    `the answer was lost (${error.message}), and no job shows whether the disk was added. ` +
      (fresh.length === 0
        ? `The desktop shows no new disk so far; one may still appear. `
        : `These disks have appeared since: ${describeVolumes(fresh)}. ${howToAdopt(fresh[0]?.volumeId ?? "")} `) +
      `Look at the desktop's disks before you run "pulumi up" again, which would add another one`,
  );
}

async function apart(desk: Desk, open: readonly AddMember[], memory: Memory): Promise<void> {
  const middle = Math.ceil(open.length / 2);
  for (const half of [open.slice(0, middle), open.slice(middle)]) await addDisks(desk, half, memory);
}
