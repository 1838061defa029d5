import { mayConcernOneDisk } from "../api/retry";
import { CoreError, isApiError } from "../errors";
import { AddKind } from "./addKind";
import { type Attempt, type Member, noteSent, startAttempt } from "./attempt";
import { Batch } from "./batch";
import { explainRefusal, waitWhileBusy } from "./busy";
import { AbsoluteKind } from "./changeKind";
import type { DesktopContext } from "./desktopContext";
import type { ChangeKind, Phase } from "./phases";
import type { ShownDesktop } from "./snapshot";

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
      const now = await desktop.read(batch);
      const first = await kind.beforeSend(now);
      if (first === "read again" || now.gone) return { name: "read" };
      return first === undefined ? { name: "send", before: now } : { name: "wait", attempt: first };
    }
    case "send":
      return batch.done ? undefined : send(run, phase.before);
    case "pause":
      return pause(run, phase);
    case "wait": {
      const { attempt } = phase;
      if (attempt.job !== undefined) {
        const end = await desktop.waitForJob(attempt.job.jobId, batch);
        return { name: "verify", attempt, jobs: [end] };
      }
      const jobs = await kind.findJobs(attempt);
      if (jobs !== "none") return { name: "verify", attempt, jobs };
      kind.forget(attempt);
      return { name: "read" };
    }
    case "verify":
      return kind.verify(phase.attempt, phase.jobs);
    case "bisect":
      await bisect(run, phase.cause);
      return undefined;
    case "failed":
      batch.fail(phase.cause);
      return undefined;
  }
}

async function pause(
  run: Run,
  { attempt, error, before }: Extract<Phase, { name: "pause" }>,
): Promise<Phase> {
  const { desktop, batch, kind } = run;
  run.pauses += 1;
  batch.note(`${error instanceof CoreError ? error.why : error.message} (tried ${run.pauses} times)`);
  const what = { attempt, error, before, pauses: run.pauses };
  const refused = await explainRefusal(desktop, batch, what);
  if (attempt !== undefined && refused.isExplained) kind.forget(attempt, refused);
  await waitWhileBusy(desktop, batch, refused, what);
  const isDecided = attempt === undefined || refused.isExplained || kind.repeatable;
  return isDecided ? { name: "read" } : { name: "wait", attempt };
}

/** Sends one request for all that are open; it is remembered unless it was surely not carried out. */
async function send({ desktop, batch, kind, attempts }: Run, before: ShownDesktop): Promise<Phase> {
  vetoDeletes(batch.open);
  const { open } = batch;
  for (const { operation } of open) operation.throwIfHalted();
  if (open.length === 0) return { name: "read" };
  const attempt = startAttempt(open, before, desktop);
  attempts.push(attempt);
  const drop = () => {
    attempts.splice(attempts.indexOf(attempt), 1);
    kind.forget(attempt);
  };
  batch.noteDoing(
    `asking the service to ${kind.verb} ${open.length === 1 ? "1 disk" : `${open.length} disks`}`,
  );
  for (const member of open) member.noteAttempt(attempt, `A request to ${kind.verb} it`);
  let sent;
  try {
    sent = await desktop.send(open, batch);
  } catch (error) {
    // Nothing was sent: nobody waits any more, the engine is gone, or there are no credentials.
    drop();
    throw error;
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

/** A delete waits for the batching window, other jobs and reads: another resource may have claimed its disk meanwhile. */
function vetoDeletes(open: readonly Member[]): void {
  for (const member of open) {
    const reason = member.request.kind === "delete" ? member.request.veto?.() : undefined;
    if (reason !== undefined) member.fail(reason);
  }
}

/** What was refused or failed as a whole may concern one disk only: halves are tried until only that one fails. */
async function bisect({ desktop, batch, kind, attempts }: Run, cause: Error): Promise<void> {
  const { open } = batch;
  const isRefusal = isApiError(cause);
  const isDivisible = !isRefusal || mayConcernOneDisk(cause);
  if (open.length === 1 && isRefusal && isDivisible && kind.repeatable) {
    // What others did since the last read may be why it was refused, and be just what was asked for.
    await kind.beforeSend(await desktop.read(batch));
  }
  if (open.length === 1 || !isDivisible) {
    batch.fail(cause);
    return;
  }
  const middle = Math.ceil(open.length / 2);
  await runBatch(desktop, open.slice(0, middle), attempts);
  await runBatch(desktop, open.slice(middle), attempts);
}
