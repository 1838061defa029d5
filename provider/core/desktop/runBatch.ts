import type { JobEnd } from "../api/jobs";
import { AMBIGUOUS_CODES, UNKNOWN_VOLUME_CODES } from "../api/response";
import { isLasting, mayConcernOneDisk } from "../api/retry";
import { CoreError, isApiError } from "../errors";
import { overriding } from "../operation";
import { AddKind } from "./addKind";
import {
  type Attempt,
  Batch,
  type ChangeKind,
  type DesktopContext,
  type Member,
  noteSent,
  type Phase,
  readAgain,
  saysBusy,
  startAttempt,
} from "./batch";
import { AbsoluteKind } from "./changes";
import { beganBefore, SETTLED_MS } from "./findJob";
import type { ShownDesktop } from "./snapshot";

/** A job that is waited for less than this, in ms, did not hold anybody up: polling faster does not help. */
const BRIEFLY_MS = 1_000;
/** An add that was refused is not sent again with less than this left, in ms: a refusal could not be settled any more. */
const SETTLED_IN_TIME_MS = SETTLED_MS + 3_000;
/** How long a desktop may show the old state when a request is refused because of the new one, as pauses between reads, in ms. */
const REFUSED_READS_MS = [0, 500, 1_000, 2_000, 4_000, 8_000];
/** A change that somebody on the way answers in the service's place is sent so often at most. */
const SENDS_AT_MOST = 3;
/** A conflict that lasts this long, in ms, is told to whoever watches the run. */
const TOLD_AFTER_MS = 5_000;

/**
 * Carries out requests of one kind on one desktop, as one job where that
 * works. Every member has its outcome when this resolves; it never throws.
 *
 * What was sent is kept as an `Attempt`, also where its answer was lost or said
 * "not now": an add that may have been carried out is never sent again.
 * @param attempts what was sent for these members before; halves of a bisected batch inherit it
 */
export async function runBatch(
  desktop: DesktopContext,
  members: readonly Member[],
  attempts: readonly Attempt[] = [],
): Promise<void> {
  const batch = new Batch(desktop, members);
  try {
    await runPhases(desktop, batch, [...attempts]);
  } catch (error) {
    batch.fail(error instanceof Error ? error : new Error(String(error)));
  } finally {
    batch.release();
  }
}

interface Run {
  desktop: DesktopContext;
  batch: Batch;
  kind: ChangeKind;
  attempts: Attempt[];
  /** How often the batch has paused. */
  pauses: number;
}

async function runPhases(desktop: DesktopContext, batch: Batch, attempts: Attempt[]): Promise<void> {
  const isAdd = batch.members[0]?.request.kind === "add";
  const kind = isAdd ? new AddKind(desktop, batch) : new AbsoluteKind(desktop, batch, attempts);
  const run: Run = { desktop, batch, kind, attempts, pauses: 0 };
  let phase: Phase | undefined = { name: "read" };
  while (phase !== undefined && !batch.done) {
    desktop.log.debug(
      `desktop ${desktop.desktopId}: ${phase.name}, to ${kind.verb} ${batch.open.length} disks`,
    );
    phase = await step(run, phase);
  }
}

/** Does one phase and says which one is next; undefined: nothing more. */
async function step(run: Run, phase: Phase): Promise<Phase | undefined> {
  const { desktop, batch, kind } = run;
  switch (phase.name) {
    case "read": {
      const now = await desktop.readShared(batch, (row) => kind.isEnoughToSend(row));
      const first = await kind.beforeSend(now);
      if (first === "read again" || now.gone) return { name: "read" };
      return first === undefined ? { name: "send", before: now } : { name: "wait", attempt: first };
    }
    case "send":
      return send(run, phase.before);
    case "pause":
      return pause(run, phase);
    case "wait": {
      const { attempt } = phase;
      if (attempt.job !== undefined) {
        const end = await desktop.waitForJob(attempt.job.jobId, batch, {
          kind: kind.jobKind,
          disks: attempt.members.length,
        });
        return { name: "verify", attempt, jobs: [end] };
      }
      const jobs = await givingWay(run, attempt.refused, () => kind.findJobs(attempt));
      if (jobs !== "none") return { name: "verify", attempt, jobs };
      kind.forget(attempt);
      const { error, refused } = attempt;
      if (isLasting(error)) return { name: "bisect", cause: error };
      if (error !== undefined && refused) await givingWay(run, refused, () => pauseAfterRefusal(run, error));
      return { name: "read" };
    }
    case "verify": {
      const { attempt, jobs } = phase;
      return givingWay(run, attempt.refused, () => kind.verify(attempt, jobs));
    }
    case "bisect":
      await bisect(run, phase.cause);
      return undefined;
  }
}

/** Sends one request for all that are open; it is remembered unless it was surely not carried out. */
async function send({ desktop, batch, kind, attempts }: Run, before: ShownDesktop): Promise<Phase> {
  dismissUnwanted(batch.open);
  const { open } = batch;
  if (open.length === 0) return { name: "read" };
  const [first] = open;
  const causes = attempts.flatMap(({ error, members }) =>
    isLasting(error) && members.includes(first) ? [error] : [],
  );
  const cause = causes[SENDS_AT_MOST - 1];
  if (cause !== undefined) return { name: "bisect", cause };
  const attempt = startAttempt(open, before, desktop);
  attempts.push(attempt);
  const drop = () => {
    attempts.splice(attempts.indexOf(attempt), 1);
    kind.forget(attempt);
  };
  batch.noteDoing(
    `asking the service to ${kind.verb} ${open.length === 1 ? "1 disk" : `${open.length} disks`}`,
  );
  const leaving = overriding(batch, {
    noteRequest: () => {
      for (const member of open) member.noteAttempt(attempt, `A request to ${kind.verb} it`);
    },
    // Asked again when it leaves: it may have waited for its turn, or for new credentials. It names them all.
    halted: () => {
      dismissUnwanted(batch.open);
      const left = open.length - batch.open.length;
      return left === 0
        ? undefined
        : new Error(`${left} of its ${open.length} disks are not wanted any more`);
    },
  });
  let sent;
  try {
    sent = await desktop.send(open, leaving);
  } catch (error) {
    // Nothing was sent: the engine is gone, there are no credentials, or some do not wait any more: then the others go on.
    drop();
    if (batch.done || batch.open.length === open.length) throw error;
    return { name: "read" };
  }
  noteSent(attempt, sent, before);
  switch (sent.outcome) {
    case "accepted":
      for (const member of open) member.noteAttempt(attempt, `Job ${sent.jobId}`);
      batch.note(`job ${sent.jobId} accepted`);
      kind.accepted(attempt);
      return { name: "wait", attempt };
    case "unknown":
      batch.note(`the outcome of the request is unknown: ${sent.error.why}`);
      return kind.repeatable
        ? { name: "pause", before, attempt, error: sent.error }
        : { name: "wait", attempt };
    case "not now":
      return { name: "pause", before, attempt, error: sent.error };
    case "never sent":
      drop();
      return { name: "pause", before, attempt: undefined, error: sent.error };
    case "refused":
      drop();
      return { name: "bisect", cause: sent.error };
  }
}

/** Fails those for whom nothing must be sent now. */
function dismissUnwanted(open: readonly Member[]): void {
  for (const member of open) {
    try {
      // A delete waits for the batching window, other jobs and reads: another resource may have claimed its disk meanwhile.
      const reason = member.request.kind === "delete" ? member.request.veto?.() : undefined;
      if (reason !== undefined) throw reason;
      // The engine may have left one call only: the others of the batch go on.
      member.operation.throwIfHalted();
    } catch (error) {
      member.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

type Pause = Extract<Phase, { name: "pause" }>;

/**
 * Waits until another attempt is worth while: for the job that runs on the
 * desktop, else for a growing time. Says which phase is next: an add is sent
 * again only if it was surely not carried out.
 */
async function pause(run: Run, phase: Pause): Promise<Phase> {
  const { desktop, batch, kind } = run;
  const { attempt, error } = phase;
  run.pauses += 1;
  batch.note(`${error instanceof CoreError ? error.why : error.message} (tried ${run.pauses} times)`);
  const startedAt = desktop.clock.now();
  const isExplained = await waitForOthers(run, phase);
  if (isExplained && attempt !== undefined) kind.forget(attempt);
  const isDecided = attempt === undefined || isExplained || kind.repeatable;
  // An add that the service has refused pauses when that is decided: most deadlines then find that nothing was done.
  if (!isDecided && attempt.refused) return { name: "wait", attempt };
  if (desktop.clock.now() - startedAt < BRIEFLY_MS) await desktop.pause(error, run.pauses, batch);
  return isDecided ? { name: "read" } : { name: "wait", attempt };
}

/** Pauses; where another refusal would not be settled before the deadline, until then: nothing was done is the truth. */
async function pauseAfterRefusal({ desktop, batch, pauses }: Run, error: Error): Promise<void> {
  await desktop.pause(error, pauses, batch);
  const left = batch.remaining();
  if (left < SETTLED_IN_TIME_MS) await desktop.clock.sleep(left, batch.signal);
}

/**
 * Waits for the job that keeps the desktop busy, if there is one. Returns
 * whether the request was surely not carried out: the service itself refused
 * it, because of a job that began before the request and ended after its
 * answer. A gateway that repeats a request may answer "conflict" to one that
 * was, or later will be, carried out; and what the service says to the second
 * copy may be because of the job of the first.
 */
async function waitForOthers(
  { desktop, batch, kind }: Run,
  { attempt, error, before }: Pause,
): Promise<boolean> {
  const isBusy = saysBusy(error);
  if (isBusy && before.desktop.runs === false) {
    batch.note(`the desktop does not run (${before.desktop.status}), and the service refuses the change now`);
    return kind.repeatable;
  }
  if (!isApiError(error) || error.code !== "HWD1305") return false;
  const listing = await desktop.listJobs({ status: "running" }, batch);
  const running = listing?.jobs.find(({ desktopId }) => desktopId === desktop.desktopId);
  if (running === undefined) return false;
  batch.note(`the desktop is busy with job ${running.jobId}`);
  const isOlder = isBusy && attempt?.timed === true && beganBefore(running.begin, attempt.window.from);
  const since = desktop.clock.now();
  const end = await whileItRuns(desktop, batch, running.jobId, [
    [
      TOLD_AFTER_MS,
      () => {
        desktop.log.info(`desktop ${desktop.name} is kept busy by another client; waiting for it`);
      },
    ],
    // No read lags so long: it still runs. A deadline that passes from now on finds that nothing was done.
    [
      SETTLED_MS,
      () => {
        if (isOlder) kind.forget(attempt);
      },
    ],
  ]);
  const ranOn = desktop.clock.now() - since >= SETTLED_MS;
  return isOlder && (ranOn || (end.end.length > 0 && !beganBefore(end.end, attempt.window.to)));
}

/** Waits for a job, and does something each time that it has taken so many ms. */
async function whileItRuns(
  desktop: DesktopContext,
  batch: Batch,
  jobId: string,
  then: readonly (readonly [ms: number, act: () => void])[],
): Promise<JobEnd> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, batch.signal]);
  for (const [ms, act] of then) {
    void desktop.clock.sleep(ms, signal).then(() => {
      if (!signal.aborted) act();
    });
  }
  try {
    return await desktop.waitForJob(jobId, batch);
  } finally {
    over.abort("over");
  }
}

/** Where the service has refused an add, none of it is under way: other changes have the desktop meanwhile. */
function givingWay<T>({ desktop, kind }: Run, isRefused: boolean, wait: () => Promise<T>): Promise<T> {
  return isRefused && !kind.repeatable ? desktop.giveWay(wait) : wait();
}

/** Whether the service said that it does not know the disk, or may have said so. */
function saysUnknown(error: unknown): boolean {
  return isApiError(error, ...UNKNOWN_VOLUME_CODES, ...AMBIGUOUS_CODES);
}

/** What was refused or failed as a whole may concern one disk only: halves are tried until only that one fails. */
async function bisect({ desktop, batch, kind, attempts }: Run, cause: Error): Promise<void> {
  const { open } = batch;
  const isRefusal = isApiError(cause);
  const isDivisible = !isRefusal || mayConcernOneDisk(cause);
  if (open.length === 1 && isRefusal && isDivisible && kind.repeatable) {
    // What others did, or an earlier request of ours, may be why it was refused, and be just what was
    // asked for: "no such disk" of one that is deleted. A read that lags does not show it yet.
    const mayShowLater = attempts.length > 0 || saysUnknown(cause);
    await readAgain(desktop, batch, REFUSED_READS_MS, async (now) => {
      await kind.beforeSend(now);
      return batch.done || !mayShowLater;
    });
  }
  if (open.length === 1 || !isDivisible) {
    batch.fail(cause);
    return;
  }
  const middle = Math.ceil(open.length / 2);
  await runBatch(desktop, open.slice(0, middle), attempts);
  await runBatch(desktop, open.slice(middle), attempts);
}
