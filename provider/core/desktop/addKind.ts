import type { JobEnd } from "../api/jobs";
import { MAX_VOLUMES_PER_CALL, type Volume } from "../api/volumes";
import { CoreError } from "../errors";
import {
  type AddFacts,
  cannotTell,
  describeVolumes,
  howToAdopt,
  jobOutcomeError,
  judgeAdds,
  madeBy,
  possibleDisks,
} from "./adds";
import { type Attempt, type Member, resumeAttempt, saysBusy } from "./attempt";
import type { Batch } from "./batch";
import type { Refused } from "./busy";
import type { DesktopContext } from "./desktopContext";
import { findLostAdd } from "./findLostAdd";
import { type AddsSeen, gatherEvidence, listShowsTheSame } from "./gatherEvidence";
import { isLike } from "./matchVolumes";
import { UnfinishedAddError } from "./pendingAdd";
import type { ChangeKind, Phase } from "./phases";
import type { DesktopSnapshot, ShownDesktop } from "./snapshot";

/**
 * Adds disks. An add names no new volume and has no idempotency token: the new
 * disks are told by evidence, and one that may have been carried out is never
 * sent again.
 */
export class AddKind implements ChangeKind {
  readonly repeatable = false;
  readonly verb = "add";
  #resumed = false;
  #lateJobs: ReadonlySet<string> = new Set();
  /** The job has ended, or nobody can follow it: others may have added disks since. */
  #hasEnded = false;
  /** Attempts that the service refused because of a job that began in the same second. */
  readonly #doubtful: Attempt[] = [];

  constructor(
    private readonly desktop: DesktopContext,
    private readonly batch: Batch,
  ) {}

  beforeSend(now: DesktopSnapshot): Promise<Attempt | undefined> {
    if (now.gone) {
      for (const member of this.batch.open) member.fail(desktopGone(member, now.said));
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
    if (lost.is === "not carried out" && lost.beside) this.#doubtful.push(attempt);
    const now = await this.desktop.read(this.batch);
    const candidates = now.gone ? [] : possibleDisks(attempt, now, this.#isOwned);
    // Whoever made them: a disk that shows is not bought a second time, unless the service itself refused to.
    const isRefused = candidates.length === 0 || saysBusy(attempt.error);
    if (lost.is === "not carried out" && isRefused) return "none";
    const said = attempt.error?.message ?? "the answer was lost";
    for (const member of this.batch.open) {
      member.fail(
        cannotTell(
          member,
          this.desktop.desktopId,
          `${said}, and no job shows whether the disk was added`,
          candidates,
        ),
      );
    }
    return [];
  }

  async verify(attempt: Attempt, jobs: readonly JobEnd[]): Promise<Phase> {
    const [end] = jobs;
    if (end === undefined) return { name: "read" };
    const { desktop, batch } = this;
    this.#hasEnded = true;
    const evidence = { attempt, jobs, lateJobs: this.#lateJobs, isOwned: this.#isOwned };
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
      this.#warn(attempt, seen.now);
      return { name: "read" };
    }
    return this.#conclude(attempt, jobs, end, seen);
  }

  accepted(attempt: Attempt): void {
    for (const member of attempt.members) member?.noteLastLook(() => this.#lastLook(attempt, member));
  }

  forget(attempt: Attempt, refusal?: Refused): void {
    if (refusal?.isSameSecond === true) this.#doubtful.push(attempt);
    for (const member of attempt.members) member?.noteNothingDone();
  }

  /** Everything that can be learnt is known, and some have no disk. */
  #conclude(
    attempt: Attempt,
    jobs: readonly JobEnd[],
    end: JobEnd,
    { now, judgement: { missing, unproved, candidates } }: AddsSeen,
  ): Phase {
    const lost = attempt.job === undefined;
    const fail = (members: readonly Member[], why: string, volumes: readonly Volume[]) => {
      for (const member of members) member.fail(cannotTell(member, this.desktop.desktopId, why, volumes));
    };
    // What an error has not named stands in the way of the next run as well.
    const possible = possibleDisks(attempt, now, this.#isOwned, attempt.resumed ? "any time" : "its time");
    fail(
      unproved,
      lost
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
      if (end.state !== "failed" && possible.length > 0) fail(missing, cause.why, possible);
      this.forget(attempt);
      return { name: "read" };
    }
    if (madeBy(end) === "some") for (const member of missing) member.noteNothingDone();
    return { name: "failed", cause };
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
    const { job, window } = attempt;
    if (this.#hasEnded || job === undefined) return;
    const now = await this.desktop.read(member);
    if (now.gone) return;
    const begin = [Math.floor(window.from / 1000) * 1000];
    const end = [now.desktop.serverTime ?? window.to];
    const running: JobEnd = { ...NOTHING_SAID, jobId: job.jobId, begin, end };
    const facts: AddFacts = {
      jobs: [running],
      lost: false,
      lateJobs: new Set(),
      settled: false,
      confirmed: false,
      others: undefined,
      isOwned: this.#isOwned,
    };
    let judgement = judgeAdds(attempt, now, facts);
    if (judgement.lacks.has("second read")) {
      facts.confirmed = await listShowsTheSame(this.desktop, member, attempt, now);
      judgement = judgeAdds(attempt, now, facts);
    }
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

  /** What a person should know though every disk was found. */
  #warn(attempt: Attempt, now: ShownDesktop): void {
    const { log, name } = this.desktop;
    for (const doubtful of this.#doubtful) {
      const [first, ...rest] = possibleDisks(doubtful, now, this.#isOwned);
      if (first === undefined) continue;
      log.warn(
        `desktop ${name}: the service refused an add because of another one of the same second, and was asked again. ` +
          `If no other client added ${describeVolumes([first, ...rest])}, it is a disk too many: delete it. ${howToAdopt(first.volumeId)}.`,
      );
    }
    const [first, ...rest] = attempt.before.filter(
      (volume) => !this.#isOwned(volume.volumeId) && attempt.specs.some((spec) => isLike(spec, volume)),
    );
    if (first === undefined) return;
    log.warn(
      `desktop ${name} also has ${describeVolumes([first, ...rest])}, of the same type and size as a disk that was just added, ` +
        `and this run has seen no resource that has it. If an earlier run was interrupted, it may be its disk; ` +
        `the orphans command lists such disks. ${howToAdopt(first.volumeId)}.`,
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

function desktopGone({ operation }: Member, said: string): CoreError {
  return new CoreError({ code: "HWD1701", failed: operation.title, why: said, now: operation.now });
}
