import type { Asked, VolumeRequest } from "./asked";
import { assign } from "./assign";
import { TryAgain, untilThrough } from "./attempts";
import { Batch } from "./batch";
import type { Desk } from "./desk";
import { describeVolumes, howToAdopt } from "./describe";
import { HalfDoneError } from "./halfDone";
import { graceLooks, mayBeOneBadApple, notAsTheJobSays } from "./jobResult";
import { jobOfLostAnswer, type SendWindow } from "./lostAnswer";
import {
  type AcceptedJob,
  addDesktopVolumes,
  isApiError,
  isConflict,
  type JobEnd,
  OutcomeUnknownError,
  verdict,
  type Volume,
  VOLUMES_A_CALL,
} from "./service";
import { look } from "./sight";

type AddRequest = Extract<VolumeRequest, { kind: "add" }>;
type Member = Asked<AddRequest>;

/** Set aside before the deadline for a last look, in ms; a tenth of what is left where that is less. */
const LAST_LOOK_MS = 5_000;

/** The time is over and the job is not. */
interface StillGoing {
  jobId: string;
  how: "going on";
}

/** What was on the desktop before the first send that may have been carried out. */
interface Before {
  volumeIds: ReadonlySet<string>;
}

/**
 * Adds disks to one desktop as one job and finds out which of its volumes are
 * the new ones: those that were not there immediately before the send. There
 * is no idempotency token, so an add is sent again only if it surely was not
 * carried out; where that cannot be told it ends with `OutcomeUnknownError`.
 */
export async function addDisks(desk: Desk, members: readonly Member[]): Promise<void> {
  if (members.length === 0) return;
  const batch = new Batch(members);
  const memory: { unsure?: Before } = {};
  try {
    await untilThrough(desk, batch, () => attempt(desk, batch, memory));
  } catch (error) {
    batch.fail(error instanceof TryAgain ? error.cause : (error as Error));
  }
}

async function attempt(desk: Desk, batch: Batch<AddRequest>, memory: { unsure?: Before }): Promise<void> {
  const sight = await look(desk.client, desk.desktopId, batch);
  if (sight.gone) throw new Error("the service says that the desktop does not exist or was deleted");
  const open = refuseWhatHasNoRoom(batch, sight.volumes);
  const first = open[0];
  if (first === undefined) return;
  desk.mayStart();
  const before: Before = memory.unsure ?? {
    volumeIds: new Set([...sight.volumes.map((volume) => volume.volumeId), sight.desktop.rootVolumeId ?? ""]),
  };
  const clock = desk.client.clock;
  const skew = (sight.desktop.serverTime ?? clock.date().getTime()) - clock.date().getTime();
  const from = clock.date().getTime() + skew;
  batch.note(`asking the service to add ${open.length} disk(s)`);
  batch.noteSent("A request to add it");
  let job: AcceptedJob;
  try {
    const specs = open.map((asked) => asked.request.spec);
    job = await addDesktopVolumes(
      desk.client,
      desk.desktopId,
      specs,
      first.request.enterpriseProjectId,
      batch,
    );
  } catch (error) {
    const next = verdict("write", error);
    if (next !== "look first") batch.noteSent(undefined);
    if (isConflict(error) || next === "again") throw new TryAgain(error as Error);
    if (next === "look first") {
      memory.unsure = before;
      const window = { from, to: clock.date().getTime() + skew };
      return afterLostAnswer(desk, batch, open, before, window, error as Error);
    }
    if (open.length > 1 && mayBeOneBadApple(error)) return apart(desk, open);
    throw error;
  }
  batch.noteSent(`Job ${job.jobId}`);
  batch.note(`job ${job.jobId} was taken on`);
  const end = await endOrLastMoment(desk, batch, job.jobId);
  await handOut(desk, batch, open, before, job, end);
}

/**
 * The end of the job, or that it is still going on just before nobody waits any
 * more: then there is time for one look at what it has done so far, so that a
 * disk that is there is not forgotten, and bought again by the next run.
 */
async function endOrLastMoment(desk: Desk, batch: Batch, jobId: string): Promise<JobEnd | StillGoing> {
  const over = new AbortController();
  const lookTakes = Math.min(LAST_LOOK_MS, batch.remaining() / 10);
  const lastMoment = desk.client.clock
    .sleep(batch.remaining() - lookTakes, AbortSignal.any([batch.signal, over.signal]))
    .then((): StillGoing => ({ jobId, how: "going on" }));
  try {
    return await Promise.race([desk.jobs.wait(jobId, batch), lastMoment]);
  } finally {
    over.abort();
  }
}

/** A desktop holds ten data disks: those who came last are refused before the call. */
function refuseWhatHasNoRoom(batch: Batch<AddRequest>, volumes: readonly Volume[]): Member[] {
  const room = Math.max(0, VOLUMES_A_CALL - volumes.length);
  for (const asked of batch.live.slice(room)) {
    asked.fail(
      new Error(
        `the desktop has ${volumes.length} data disks, and ten is the most it can hold, so nothing was sent for this one. ` +
          `If it replaces another disk, set the resource option deleteBeforeReplace: true, so that the old one goes first`,
      ),
    );
  }
  return batch.live;
}

/** Gives the new volumes to those who asked, reading the desktop until all have one or the grace time is over. */
async function handOut(
  desk: Desk,
  batch: Batch<AddRequest>,
  open: readonly Member[],
  before: Before,
  job: AcceptedJob | undefined,
  end: JobEnd | StillGoing,
): Promise<void> {
  const looks = end.how === "going on" ? [0] : graceLooks(end);
  for (const [index, pause] of looks.entries()) {
    await desk.client.clock.sleep(Math.min(pause, batch.remaining()), batch.signal);
    const sight = await look(desk.client, desk.desktopId, batch);
    if (sight.gone) throw new Error("the desktop was deleted while disks were being added to it");
    desk.seen = sight.volumes;
    const fresh = sight.volumes.filter(
      ({ volumeId }) => !before.volumeIds.has(volumeId) && !desk.holdings.isHeld(volumeId),
    );
    const waiting = open.filter((asked) => !asked.settled);
    const result = assign(
      waiting.map((asked) => ({ asker: asked, spec: asked.request.spec })),
      fresh,
    );
    for (const { askers, volumes } of result.ambiguous)
      for (const asked of askers) asked.fail(tooMany(askers, volumes));
    const last = index === looks.length - 1;
    // All of a kind or, at the end, as many as there are: a late one might show which were foreign.
    if (result.unmet.length > 0 && !last) {
      batch.note(`job ${end.jobId} is over, but ${result.unmet.length} new disk(s) do not show yet`);
      continue;
    }
    for (const [asked, volume] of result.given) {
      desk.holdings.hold(volume.volumeId);
      desk.audit({ action: "added", desktopId: desk.desktopId, volume, job });
      if (end.how === "going on") {
        asked.fail(new HalfDoneError(`the disk is there, but job ${end.jobId} was not over in time`, volume));
      } else asked.succeed(volume);
    }
    for (const asked of result.unmet) {
      asked.fail(
        end.how === "going on"
          ? asked.operation.timeoutError()
          : notAsTheJobSays(end, "the desktop shows no new disk like the one asked for"),
      );
    }
    return;
  }
}

/** The answer to an add was lost: either its job is found, or nobody can say what happened. */
async function afterLostAnswer(
  desk: Desk,
  batch: Batch<AddRequest>,
  open: readonly Member[],
  before: Before,
  window: SendWindow,
  error: Error,
): Promise<void> {
  batch.note(`the answer to the add was lost (${error.message}); looking for its job`);
  const end = await jobOfLostAnswer(desk, batch, window);
  if (end !== undefined) return handOut(desk, batch, open, before, undefined, end);
  const sight = await look(desk.client, desk.desktopId, batch);
  const fresh = sight.gone ? [] : sight.volumes.filter(({ volumeId }) => !before.volumeIds.has(volumeId));
  // A 503 is an answer, and one that says "not now": with nothing to be seen of a job or a disk it was not carried out.
  if (isApiError(error) && error.status === 503 && fresh.length === 0) throw new TryAgain(error);
  throw new OutcomeUnknownError(
    `the answer was lost (${error.message}), and no job shows whether the disk was added. ` +
      (fresh.length === 0
        ? `The desktop shows no new disk so far; one may still appear. `
        : `These disks have appeared since: ${describeVolumes(fresh)}. ${howToAdopt(fresh[0]?.volumeId ?? "")} `) +
      `Look at the desktop's disks before you run "pulumi up" again, which would add another one`,
  );
}

function tooMany(askers: readonly Member[], volumes: readonly Volume[]): Error {
  return new OutcomeUnknownError(
    `${askers.length} new disk(s) of this kind were asked for, but the desktop shows more that could be meant: ` +
      `${describeVolumes(volumes)}. Somebody else added disks at the same moment, and whose is whose cannot be told. ` +
      howToAdopt(volumes[0]?.volumeId ?? ""),
  );
}

async function apart(desk: Desk, open: readonly Member[]): Promise<void> {
  const middle = Math.ceil(open.length / 2);
  for (const half of [open.slice(0, middle), open.slice(middle)]) await addDisks(desk, half);
}
