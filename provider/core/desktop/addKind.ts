import type { JobEnd } from "../api/jobs";
import { MAX_VOLUMES_PER_CALL, type Volume } from "../api/volumes";
import { CoreError } from "../errors";
import { type AddFacts, type AddsSeen, gatherEvidence, judgeAdds, NOTHING_ELSE } from "./addEvidence";
import { oddDisks, possibleDisks } from "./possibleDisks";
import {
  type Attempt,
  type Batch,
  type ChangeKind,
  type DesktopContext,
  jobOutcomeError,
  madeBy,
  type Member,
  type Phase,
  readAgain,
} from "./batch";
import { beganWithin, findLostAdd, resumeAttempt } from "./findJob";
import { isLike } from "./matchVolumes";
import { type DesktopSnapshot, isBareRow, isWhole, type ShownDesktop } from "./snapshot";
import { type PendingAdd, UnfinishedAddError } from "./volumeRequest";
import { describeVolumes, howToAdopt } from "./volumesInWords";

/** Pauses between reads for a disk that nothing but its showing can prove, in ms. */
const UNTIMED_READS_MS = [0, 1_000, 2_000, 4_000, 4_000];

/**
 * Adds disks. An add names no new volume and has no idempotency token: the new
 * disks are told by evidence, and one that may have been carried out is never
 * sent again.
 */
export class AddKind implements ChangeKind {
  readonly repeatable = false;
  readonly verb = "add";
  readonly jobKind = "add";
  #resumed = false;
  #lateJobs: ReadonlySet<string> = new Set();
  /** The job has ended, or nobody can follow it: others may have added disks since. */
  #hasEnded = false;

  constructor(
    private readonly desktop: DesktopContext,
    private readonly batch: Batch,
  ) {}

  /** What is refused or found before the request needs a read of the desktop alone. */
  isEnoughToSend(row: ShownDesktop): boolean {
    const { open } = this.batch;
    const isNew = open.every(({ request }) => request.kind === "add" && request.pending === undefined);
    const isKnown = isWhole(row) || this.#isDatedBareRow(row);
    return isNew && isKnown && row.volumes.length + open.length <= MAX_VOLUMES_PER_CALL;
  }

  /** Nothing is known of disks on the desktop, and the service dates disks so that a new one will be told by its time. */
  #isDatedBareRow(row: ShownDesktop): boolean {
    const { rootCreatedAt, serverTime } = row.desktop;
    const isDated = rootCreatedAt?.length === 1 && serverTime !== undefined;
    return isBareRow(row) && isDated && [...this.desktop.knownVolumes].length === 0;
  }

  beforeSend(now: DesktopSnapshot): Promise<Attempt | undefined> {
    if (now.gone) {
      for (const member of this.batch.open) member.fail(desktopGone(member, now.said, now.deleted));
      return Promise.resolve(undefined);
    }
    const earlier = this.#earlier(now);
    if (earlier !== undefined) return Promise.resolve(earlier);
    for (const member of this.batch.open) {
      if (member.request.kind === "add" && member.request.resumeOnly === true) member.succeed(undefined);
    }
    this.#refuseWhatHasNoRoom(now);
    return Promise.resolve(undefined);
  }

  async findJobs(attempt: Attempt): Promise<readonly JobEnd[] | "none"> {
    const lost = await findLostAdd(this.desktop, this.batch, attempt);
    if (lost.is === "found") {
      this.#lateJobs = lost.lateJobs;
      return lost.jobs;
    }
    const isExcluded = lost.is === "not carried out";
    // What shows meanwhile is another client's where the service itself refused the request.
    if (isExcluded && attempt.refused && attempt.timed) return "none";
    let candidates: readonly Volume[] = [];
    // Where no times tell, the disks are all the evidence, and one read may be old.
    await readAgain(this.desktop, this.batch, attempt.timed ? [0] : UNTIMED_READS_MS, (now) => {
      candidates = now.gone ? [] : possibleDisks(attempt, now, this.#isOwned);
      return now.gone || candidates.length > 0;
    });
    // Whoever made them: a disk that shows is not bought a second time.
    if (isExcluded && candidates.length === 0) return "none";
    const said = attempt.error?.message ?? "the answer was lost";
    this.#cannotTell(this.batch.open, `${said}, and no job shows whether the disk was added`, candidates);
    return [];
  }

  async verify(attempt: Attempt, jobs: readonly JobEnd[]): Promise<Phase> {
    const [end] = jobs;
    if (end === undefined) return { name: "read" };
    const { desktop, batch } = this;
    this.#hasEnded = true;
    const [member] = batch.members;
    const alsoLookedFor = () => (member === undefined ? [] : desktop.alsoLookedFor(member.request));
    const evidence = { attempt, jobs, lateJobs: this.#lateJobs, isOwned: this.#isOwned, alsoLookedFor };
    const seen = await gatherEvidence(desktop, batch, evidence, (judgement) => {
      for (const [member, volume] of judgement.given) this.#give(member, volume, attempt);
    });
    if (seen === undefined) {
      for (const member of batch.open) {
        member.noteNothingDone();
        member.fail(desktopGone(member, "the desktop was deleted while disks were added to it"));
      }
      return { name: "read" };
    }
    if (batch.done) {
      this.#warn(attempt);
      this.#warnOfCopy(attempt, seen.now);
      return { name: "read" };
    }
    return this.#conclude(attempt, jobs, end, seen);
  }

  accepted(attempt: Attempt): void {
    for (const member of attempt.members) member?.noteLastLook(() => this.#lastLook(attempt, member));
  }

  forget(attempt: Attempt): void {
    for (const member of attempt.members) member?.noteNothingDone();
  }

  /** Everything that can be learnt is known, and some have no disk. */
  #conclude(
    attempt: Attempt,
    jobs: readonly JobEnd[],
    end: JobEnd,
    { now, judgement: { missing, unproved, candidates, lacks } }: AddsSeen,
  ): Phase {
    const lost = attempt.job === undefined;
    // What an error has not named stands in the way of the next run as well.
    const possible = possibleDisks(attempt, now, this.#isOwned, attempt.resumed ? "any time" : "its time");
    this.#cannotTell(
      unproved,
      lacks.has("holders")
        ? "its request added several disks alike, and this run does not know which of them other resources of this program have"
        : attempt.refused
          ? "the service refused the add while an add of the same moment ran, and it cannot be told whether a copy of this request or another client began that one"
          : lost
            ? "the answer to the add was lost, and it cannot be told whether this request or another client added a disk"
            : "the new disks cannot be matched to the requests, because another client added disks at the same time",
      [...new Set([...candidates, ...possible])],
    );
    if (lost) {
      // They made nothing like it: they are others' jobs, and a copy of the request may still arrive.
      for (const { jobId } of jobs) attempt.foreignJobs.add(jobId);
      return { name: "wait", attempt };
    }
    const cause = jobOutcomeError(
      end,
      this.batch.open[0]?.operation.title ?? "Adding a disk",
      "the desktop shows no new disk like the one asked for",
    );
    // A job that the service has forgotten, or that has an end, does not run any more.
    const isEnded = end.state !== "unknown word" || end.end.length > 0;
    if (isEnded && attempt.resumed) {
      // Whatever its time says: where a disk shows that the job may have made, none is bought.
      if (end.state !== "failed" && possible.length > 0) this.#cannotTell(missing, cause.why, possible);
      this.forget(attempt);
      return { name: "read" };
    }
    if (madeBy(end) === "some") for (const member of missing) member.noteNothingDone();
    else {
      const odd = oddDisks(attempt, now, end, this.#isOwned);
      if (odd.length > 0) this.#cannotTell(missing, cause.why, odd);
    }
    throw cause;
  }

  #cannotTell(members: readonly Member[], why: string, candidates: readonly Volume[]): void {
    for (const member of members) member.fail(cannotTell(member, this.desktop.desktopId, why, candidates));
  }

  /** An add of an earlier run is looked for before anything is sent. */
  #earlier(now: ShownDesktop): Attempt | undefined {
    const [first] = this.batch.open;
    if (this.#resumed || first?.request.kind !== "add" || first.request.pending === undefined)
      return undefined;
    this.#resumed = true;
    const { open } = this.batch;
    const attempt = resumeAttempt(open, first.request.pending, {
      at: now.at,
      serverTime: now.desktop.serverTime,
    });
    const { job } = attempt;
    if (job !== undefined) this.accepted(attempt);
    for (const member of open) {
      member.noteAttempt(attempt, job === undefined ? "A request to add it" : `Job ${job.jobId}`);
    }
    return attempt;
  }

  /** A desktop holds ten data disks: those that came last are refused before the call. */
  #refuseWhatHasNoRoom({ volumes }: ShownDesktop): void {
    const { open } = this.batch;
    const room = Math.max(0, MAX_VOLUMES_PER_CALL - volumes.length);
    for (const member of open.slice(room)) {
      member.fail(
        new CoreError({
          code: "HWD1703",
          failed: member.operation.title,
          why: `the desktop has ${volumes.length} data disks, ${open.length} more would be added, and ten is the most it can hold`,
          now: "No change was sent for this disk",
          next: "Remove a disk first. If this one replaces another, set the resource option `deleteBeforeReplace: true`",
        }),
      );
    }
  }

  /**
   * The time of one member is nearly over, and the job still runs: nobody else's
   * job can have made what appeared since, so a disk that is there is kept.
   */
  async #lastLook(attempt: Attempt, member: Member): Promise<void> {
    const { job, window, timed } = attempt;
    if (this.#hasEnded || job === undefined || !timed) return;
    const now = await this.desktop.read(member);
    if (now.gone) return;
    const begin = [Math.floor(window.from / 1000) * 1000];
    const end = [now.desktop.serverTime ?? window.to];
    const running: JobEnd = { ...NOTHING_SAID, jobId: job.jobId, begin, end };
    const facts: AddFacts = {
      jobs: [running],
      lost: false,
      lateJobs: new Set(),
      ...NOTHING_ELSE,
      isOwned: this.#isOwned,
      alsoLookedFor: () => [],
    };
    const judgement = judgeAdds(attempt, now, facts);
    const [, volume] = judgement.given.find(([other]) => other === member) ?? [];
    if (volume === undefined || member.settled) return;
    this.desktop.noteAdded(volume.volumeId, member);
    const { failed, why } = member.operation.timeoutError();
    const state = `Disk ${volume.volumeId} is there, and job ${job.jobId} has not ended`;
    const parts = { code: "HWD1502", failed, why, now: state, next: 'Run "pulumi up" again' } as const;
    member.fail(new UnfinishedAddError(parts, { desktopId: this.desktop.desktopId, volume }));
  }

  #give(member: Member, volume: Volume, { job }: Attempt): void {
    const { desktopId } = this.desktop;
    const { volumeId, type, size } = volume;
    this.desktop.noteAdded(volumeId, member);
    this.desktop.audit({
      action: "added",
      desktopId,
      volume: { volumeId, ...(type !== undefined && { type }), ...(size !== undefined && { size }) },
      ...(job !== undefined && { job }),
    });
    member.succeed(volume);
  }

  readonly #isOwned = (volumeId: string) => this.desktop.ownership.isHeld(volumeId) !== undefined;

  /**
   * Every disk was found: another one like it, that nobody has, may be what an
   * earlier run lost. It may also be the disk that the engine replaces: the
   * provider sees the state with its id only in the delete that follows.
   */
  #warn({ before, specs }: Attempt): void {
    const { log, name } = this.desktop;
    const [first, ...rest] = before.filter(
      (volume) => !this.#isOwned(volume.volumeId) && specs.some((spec) => isLike(spec, volume)),
    );
    if (first === undefined) return;
    log.warn(
      `desktop ${name} also has ${describeVolumes([first, ...rest])}, of the same type and size as a disk that was just added, ` +
        `and this run has seen no resource that has it. If this run replaces a resource ("--replace" or "pulumi state taint"), it may be its old disk. ` +
        `If the disk that was added belongs to an old resource with a new name, ` +
        `this run deletes the old disk with its data: stop it now (Ctrl-C), and set the resource option aliases: [{ name: "the old name" }]. ` +
        `If an earlier run was interrupted, it may be its disk; the orphans command lists such disks. ${howToAdopt(first.volumeId, "a new resource")}.`,
    );
  }

  /** Between the request and its answer, a gateway may have sent a copy that was carried out as well. */
  #warnOfCopy(attempt: Attempt, now: ShownDesktop): void {
    const { specs, window, timed } = attempt;
    if (!timed) return;
    const [first, ...rest] = possibleDisks(attempt, now, this.#isOwned).filter(
      (volume) =>
        specs.some((spec) => isLike(spec, volume)) && beganWithin(volume.createdAt, window.from, window.to),
    );
    if (first === undefined) return;
    this.desktop.log.warn(
      `desktop ${this.desktop.name} also has ${describeVolumes([first, ...rest])}, like a disk that was just added: it appeared before the service ` +
        `answered, so a gateway may have sent the request twice, and both disks cost money. If nobody else added it, delete it in the console. ${howToAdopt(first.volumeId, "a new resource")}.`,
    );
  }
}

/** A job that runs, as evidence until now. */
const NOTHING_SAID: Omit<JobEnd, "jobId" | "begin" | "end"> = {
  state: "succeeded",
  status: "",
  kind: "add",
  serviceCode: "",
  reason: "",
  failedParts: [],
  progress: undefined,
};

function desktopGone({ operation }: Member, said: string, deleted = false): CoreError {
  return new CoreError({
    code: "HWD1701",
    failed: operation.title,
    why: said,
    now: operation.now,
    next: deleted ? "Remove the disk from the program, or use the id of another desktop" : undefined,
  });
}

/** The error of one add whose disk cannot be told: says which may be meant, what may still appear, and how to adopt. */
function cannotTell(
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
