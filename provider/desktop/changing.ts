import type { Asked } from "./asked";
import { TryAgain, untilThrough } from "./attempts";
import { Batch } from "./batch";
import { type AbsoluteRequest, sendChange, type Standing, standing } from "./changes";
import type { Desk } from "./desk";
import { graceLooks, mayBeOneBadApple, notAsTheJobSays, wentWell } from "./jobResult";
import { looksAfterJob } from "./looksAfterJob";
import { type AcceptedJob, isConflict, type JobEnd, verdict, type Volume } from "./service";
import { progressOf } from "./progress";
import { look, LOOKS_APART_MS, type Sight } from "./sight";

type Member = Asked<AbsoluteRequest>;

/** What has gone out for a member and may have been carried out. */
interface SentForIt {
  times: number;
  /** What to call it in an error. */
  what: string;
  /** The disk as it was then. */
  volume: Volume;
}
type Sent = Map<Member, SentForIt>;

/** A job that nobody can follow is asked for again, but not for ever. */
const SENDS_AT_MOST = 3;

/**
 * Deletes, grows or re-paces disks of one desktop as one job, and gives each
 * member its own true result. The desktop is read before each send, so nothing
 * is sent for a disk that is not one of its data disks, or is as it shall be
 * already; and it is read after the job, because what a job says is not what
 * happened. A lost answer needs no more than that: the next look tells.
 */
export async function changeDisks(
  desk: Desk,
  members: readonly Member[],
  sent: Sent = new Map(),
): Promise<void> {
  if (members.length === 0) return;
  const batch = new Batch(members, progressOf(desk, members));
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
  const request = `A request to ${verb} it`;
  batch.noteDoing(`asking the service to ${verb} ${open.length} disk(s)`);
  batch.noteSent(request);
  let job: AcceptedJob;
  try {
    job = await sendChange(
      desk,
      open.map(({ asked }) => asked.request),
      batch,
    );
  } catch (error) {
    const next = verdict("write", error);
    if (next === "look first") remember(sent, open, request);
    // This one was surely not carried out; what went out before it may have been.
    else for (const { asked } of open) asked.operation.noteSent(sent.get(asked)?.what);
    if (isConflict(error) || next !== "give up") throw new TryAgain(error as Error);
    if (!mayBeOneBadApple(error)) throw error;
    if (open.length > 1) return apart(desk, open, sent);
    // What others did since the look may be why it was refused, and be just what was asked for.
    if ((await stillToDo(desk, batch, sent)).length > 0) throw error;
    return;
  }
  remember(sent, open, `Job ${job.jobId}`);
  batch.noteSent(`Job ${job.jobId}`);
  batch.note(`job ${job.jobId} was taken on`);
  const end = await desk.jobs.wait(job.jobId, batch);
  const left = await settleAfterJob(desk, batch, sent, job, end);
  if (left.length === 0) return;
  // What failed together may have failed for one disk's sake: each is tried once by itself.
  if (open.length > 1 && end.how !== "unknown") return apart(desk, left, sent);
  const failure = notAsTheJobSays(end, "the desktop still shows the disk as it was");
  // It may be going on unseen: then the next request is refused as a conflict, and waits.
  if (end.how === "forgotten" && left.every(({ asked }) => (sent.get(asked)?.times ?? 0) < SENDS_AT_MOST)) {
    throw new TryAgain(failure);
  }
  for (const { asked } of left) asked.fail(failure);
}

function remember(sent: Sent, open: readonly Open[], what: string): void {
  for (const { asked, volume } of open) {
    sent.set(asked, { times: (sent.get(asked)?.times ?? 0) + 1, what, volume });
  }
}

interface Open {
  asked: Member;
  volume: Volume;
}

/** Looks at the desktop, settles what is settled by that, and returns the rest. */
async function stillToDo(desk: Desk, batch: Batch<AbsoluteRequest>, sent: Sent): Promise<Open[]> {
  const missing = new Set<Member>();
  for (;;) {
    const sight = await look(desk.client, desk.desktopId, batch);
    if (!sight.gone) desk.name = sight.desktop.computerName;
    const unproven = batch.live.filter(
      (asked) => !sent.has(asked) && !missing.has(asked) && isAbsent(asked.request, sight),
    );
    if (unproven.length === 0) return settle(desk, batch, sight, sent);
    // Absent though nobody of ours deleted it: a read that lags looks the same, so look once more.
    for (const asked of unproven) missing.add(asked);
    batch.note("the desktop does not show the disk; looking once more");
    await desk.client.clock.sleep(LOOKS_APART_MS, batch.signal);
  }
}

function isAbsent(request: AbsoluteRequest, sight: Sight): boolean {
  return request.kind === "delete" && standing(request, sight, false).state === "done";
}

/** Gives an outcome to whom this look gives one, and returns the rest. */
function settle(
  desk: Desk,
  batch: Batch<AbsoluteRequest>,
  sight: Sight,
  sent: Sent,
  after?: { job: AcceptedJob; end: JobEnd },
): Open[] {
  const open: Open[] = [];
  for (const asked of batch.live) {
    const found: Standing = standing(asked.request, sight, after !== undefined && wentWell(after.end));
    if (found.state === "to do") open.push({ asked, volume: found.volume });
    else if (found.state === "refused") asked.fail(found.reason);
    else {
      if (asked.request.kind === "delete") noteDeleted(desk, asked, sent, after?.job);
      asked.succeed(found.volume);
    }
  }
  return open;
}

/** What is gone without a request of ours was somebody else's doing, and is not in our audit. */
function noteDeleted(desk: Desk, asked: Member, sent: Sent, job: AcceptedJob | undefined): void {
  desk.holdings.release(asked.request.volumeId);
  const volume = sent.get(asked)?.volume;
  if (volume !== undefined) desk.audit({ action: "deleted", desktopId: desk.desktopId, volume, job });
}

/** Reads the desktop until it shows what the job was for, within the grace time; returns what it does not show. */
async function settleAfterJob(
  desk: Desk,
  batch: Batch<AbsoluteRequest>,
  sent: Sent,
  job: AcceptedJob,
  end: JobEnd,
): Promise<Open[]> {
  let open: Open[] = [];
  await looksAfterJob(desk, batch, graceLooks(end), (sight) => {
    open = settle(desk, batch, sight, sent, { job, end });
    if (open.length === 0) return true;
    batch.note(`job ${job.jobId}: ${end.job?.status ?? end.how}, but the desktop does not show it yet`);
    return false;
  });
  return open;
}

/** Takes a batch that was refused or failed as a whole apart, until only the guilty fails. */
async function apart(desk: Desk, open: readonly Open[], sent: Sent): Promise<void> {
  const middle = Math.ceil(open.length / 2);
  for (const half of [open.slice(0, middle), open.slice(middle)]) {
    await changeDisks(
      desk,
      half.map(({ asked }) => asked),
      sent,
    );
  }
}
