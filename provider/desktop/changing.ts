import type { Asked } from "./asked";
import { TryAgain, untilThrough } from "./attempts";
import { Batch } from "./batch";
import { type AbsoluteRequest, sendChange, type Standing, standing } from "./changes";
import type { Desk } from "./desk";
import { graceLooks, mayBeOneBadApple, notAsTheJobSays } from "./jobResult";
import { type AcceptedJob, isConflict, type JobEnd, verdict, type Volume } from "./service";
import { look, LOOKS_APART_MS, type Sight } from "./sight";

type Member = Asked<AbsoluteRequest>;

/** For whom a request has gone out that may have been carried out, and how often. */
type Sent = Map<Member, number>;

/** A job that nobody can follow is asked for again, but not for ever. */
const SENDS_AT_MOST = 3;

/**
 * Deletes, grows or re-paces disks of one desktop as one job, and gives each
 * member its own true result. The desktop is read before each send, so nothing
 * is sent for a disk that is not one of its data disks, or is as it shall be
 * already; and it is read after the job, because what a job says is not what
 * happened. A lost answer needs no more than that: the next look tells.
 */
export async function changeDisks(desk: Desk, members: readonly Member[]): Promise<void> {
  if (members.length === 0) return;
  const batch = new Batch(members);
  const sent: Sent = new Map();
  try {
    await untilThrough(desk, batch, () => attempt(desk, batch, sent));
  } catch (error) {
    batch.fail(error instanceof TryAgain ? error.cause : (error as Error));
  }
}

async function attempt(desk: Desk, batch: Batch<AbsoluteRequest>, sent: Sent): Promise<void> {
  const open = await stillToDo(desk, batch, sent);
  if (open.length === 0) return;
  desk.mayStart();
  const verb = open[0]?.asked.request.kind ?? "change";
  batch.note(`asking the service to ${verb} ${open.length} disk(s)`);
  let job: AcceptedJob;
  try {
    batch.noteSent(`A request to ${verb} it`);
    job = await sendChange(
      desk,
      open.map(({ asked }) => asked.request),
      batch,
    );
  } catch (error) {
    const next = verdict("write", error);
    if (next === "look first") count(sent, open);
    else batch.noteSent(undefined);
    if (isConflict(error) || next !== "give up") throw new TryAgain(error as Error);
    if (open.length > 1 && mayBeOneBadApple(error)) return apart(desk, open);
    throw error;
  }
  count(sent, open);
  batch.noteSent(`Job ${job.jobId}`);
  batch.note(`job ${job.jobId} was taken on`);
  const end = await desk.jobs.wait(job.jobId, batch);
  const left = await settleAfterJob(desk, batch, open, job, end);
  if (left.length === 0) return;
  // What failed together may have failed for one disk's sake: each is tried once by itself.
  if (open.length > 1 && end.how !== "unknown") return apart(desk, left);
  const failure = notAsTheJobSays(end, "the desktop still shows the disk as it was");
  // It may be going on unseen: then the next request is refused as a conflict, and waits.
  if (end.how === "forgotten" && left.every(({ asked }) => (sent.get(asked) ?? 0) < SENDS_AT_MOST)) {
    throw new TryAgain(failure);
  }
  for (const { asked } of left) asked.fail(failure);
}

function count(sent: Sent, open: readonly Open[]): void {
  for (const { asked } of open) sent.set(asked, (sent.get(asked) ?? 0) + 1);
}

interface Open {
  asked: Member;
  volume: Volume;
}

/** Looks at the desktop, settles what is settled by that, and returns the rest. */
async function stillToDo(desk: Desk, batch: Batch<AbsoluteRequest>, sent: Sent): Promise<Open[]> {
  let sight = await look(desk.client, desk.desktopId, batch);
  const unproven = batch.live.some((asked) => !sent.has(asked) && isAbsent(asked.request, sight));
  if (unproven) {
    // Absent though nobody of ours deleted it: a read that lags looks the same, so look once more.
    batch.note("the desktop does not show the disk; looking once more");
    await desk.client.clock.sleep(LOOKS_APART_MS, batch.signal);
    sight = await look(desk.client, desk.desktopId, batch);
  }
  return settle(batch, sight, () => false);
}

function isAbsent(request: AbsoluteRequest, sight: Sight): boolean {
  return request.kind === "delete" && standing(request, sight, false).state === "done";
}

function settle(
  batch: Batch<AbsoluteRequest>,
  sight: Sight,
  accepted: (asked: Member) => boolean,
  onDone: (asked: Member) => void = () => undefined,
): Open[] {
  const open: Open[] = [];
  for (const asked of batch.live) {
    const found: Standing = standing(asked.request, sight, accepted(asked));
    if (found.state === "to do") open.push({ asked, volume: found.volume });
    else if (found.state === "refused") asked.fail(found.reason);
    else {
      onDone(asked);
      asked.succeed(found.volume);
    }
  }
  return open;
}

/** Reads the desktop until it shows what the job was for, within the grace time; returns what it does not show. */
async function settleAfterJob(
  desk: Desk,
  batch: Batch<AbsoluteRequest>,
  sentTogether: readonly Open[],
  job: AcceptedJob,
  end: JobEnd,
): Promise<Open[]> {
  const volumes = new Map(sentTogether.map(({ asked, volume }) => [asked, volume]));
  let open: Open[] = [];
  for (const pause of graceLooks(end)) {
    await desk.client.clock.sleep(Math.min(pause, batch.remaining()), batch.signal);
    const sight = await look(desk.client, desk.desktopId, batch);
    const accepted = (asked: Member) => end.how === "ended well" && volumes.has(asked);
    open = settle(batch, sight, accepted, (asked) => {
      const volume = volumes.get(asked);
      if (asked.request.kind !== "delete" || volume === undefined) return;
      volumes.delete(asked);
      desk.holdings.release(volume.volumeId);
      desk.audit({ action: "deleted", desktopId: desk.desktopId, volume, job });
    });
    if (open.length === 0) break;
    batch.note(`job ${job.jobId}: ${end.job?.status ?? end.how}, but the desktop does not show it yet`);
  }
  return open;
}

/** Takes a batch that was refused or failed as a whole apart, until only the guilty fails. */
async function apart(desk: Desk, open: readonly Open[]): Promise<void> {
  const middle = Math.ceil(open.length / 2);
  for (const half of [open.slice(0, middle), open.slice(middle)]) {
    await changeDisks(
      desk,
      half.map(({ asked }) => asked),
    );
  }
}
