import type { JobEnd } from "../api/jobs";
import { MAX_VOLUMES_PER_CALL, type Volume } from "../api/volumes";
import { CoreError } from "../errors";
import {
  type AddFacts,
  type AddJudgement,
  cannotTell,
  describeVolumes,
  endedAgo,
  howToAdopt,
  jobOutcomeError,
  judgeAdds,
  madeBy,
  possibleDisks,
} from "./adds";
import { type Attempt, resumeAttempt } from "./attempt";
import type { Batch } from "./batch";
import type { Refused } from "./busy";
import type { DesktopContext } from "./desktopContext";
import { findLostAdd, otherAdds, SETTLED_MS } from "./evidence";
import type { PendingRequest } from "./queue";
import { readAgain } from "./readAgain";
import type { ChangeKind, Phase } from "./runBatch";
import type { DesktopSnapshot, ShownDesktop } from "./snapshot";

/** Pauses between reads for the new disks, in ms; the last one is repeated. */
const READS_MS = [0, 250, 500, 1_000, 2_000, 4_000];
/** A job whose end is not known may still run: reads go on for so long, in ms. */
const UNKNOWN_END_MS = 30_000;

/**
 * Adds disks. An add names no new volume and has no idempotency token: the new
 * disks are told by evidence, and one that may have been carried out is never
 * sent again.
 */
export class AddKind implements ChangeKind {
  readonly repeatable = false;
  readonly verb = "add";
  #resumed = false;
  #late = false;
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
      this.#late = lost.late;
      return lost.jobs;
    }
    const now = await this.desktop.read(this.batch);
    const candidates = now.gone ? [] : possibleDisks(attempt, now, this.#isOwned);
    // Whoever made them: a disk that shows is not bought a second time.
    if (lost.is === "not carried out" && candidates.length === 0) return "none";
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
    const { clock } = this.desktop;
    const learntAt = clock.now();
    let settledAt = learntAt + (jobs.every((job) => madeBy(job) !== "unknown") ? SETTLED_MS : UNKNOWN_END_MS);
    let others: AddFacts["others"];
    let askedSettled = false;
    let reads = 0;
    let result: AddJudgement | undefined;
    const lost = attempt.job === undefined;
    const untilSettled = function* () {
      for (let index = 0; index === 0 || clock.now() < settledAt; index += 1) {
        yield Math.min(READS_MS[index] ?? READS_MS.at(-1) ?? 0, Math.max(0, settledAt - clock.now()));
      }
    };
    await readAgain(this.desktop, this.batch, untilSettled(), async (now) => {
      reads += 1;
      if (now.gone) {
        for (const member of this.batch.open) {
          member.noteNothingDone();
          member.fail(desktopGone(member, now.said));
        }
        return true;
      }
      // What ended long ago, as in an earlier run, shows by now.
      const ago = Math.min(...jobs.map((job) => endedAgo(job.end, now.desktop.serverTime)));
      if (ago > 0) settledAt = Math.min(settledAt, now.at + SETTLED_MS - ago);
      const settled = clock.now() >= settledAt;
      const facts = {
        jobs,
        lost,
        late: this.#late,
        settled,
        confirmed: false,
        others,
        isOwned: this.#isOwned,
      };
      result = judgeAdds(attempt, now, facts);
      if (reads === 1 && !settled && result.lacks.has("second read")) {
        facts.confirmed = await this.#listShowsTheSame(attempt, now);
        result = judgeAdds(attempt, now, facts);
      }
      // A list that was read before everything shows may lack a job.
      if (result.lacks.has("job list") && (settled ? !askedSettled : others === undefined && reads === 1)) {
        askedSettled = settled;
        const ours = jobs.map(({ jobId }) => jobId);
        others = await otherAdds(this.desktop, this.batch, attempt, now, { ours, lost, late: this.#late });
        result = judgeAdds(attempt, now, { ...facts, others });
      }
      for (const [member, volume] of result.given) this.#give(member, volume, attempt);
      const possible = possibleDisks(attempt, now, this.#isOwned);
      for (const member of this.batch.open) member.noteCandidates(possible);
      if (this.batch.done) {
        this.#warnOfDoubtful(now);
        if (lost) this.#warnOfRepeats(attempt);
        return true;
      }
      this.batch.note(`job ${end.jobId} is ${end.status || end.state}, but not all new disks show yet`);
      return settled;
    });
    return this.batch.done || result === undefined
      ? { name: "failed", cause: this.#outcomeError(end, "the desktop cannot be read") }
      : this.#conclude(attempt, end, result, lost);
  }

  forget(attempt: Attempt, refusal?: Refused): void {
    if (refusal?.isSameSecond === true) this.#doubtful.push(attempt);
    for (const member of attempt.members) member?.noteNothingDone();
  }

  /** Everything that can be learnt is known. */
  #conclude(
    attempt: Attempt,
    end: JobEnd,
    { missing, unproved, candidates }: AddJudgement,
    lost: boolean,
  ): Phase {
    for (const member of unproved.filter(({ settled }) => !settled)) {
      const why = lost
        ? "the answer to the add was lost, and it cannot be told whether this request or another client added a disk"
        : "the new disks cannot be matched to the requests, because another client added disks at the same time";
      member.fail(cannotTell(member, this.desktop.desktopId, why, candidates));
    }
    // Nothing shows though everything must: it made nothing. What an earlier run asked for may be sent again.
    const madeNothing = end.state === "failed" || end.state === "succeeded";
    if (madeNothing && (attempt.resumed || lost)) {
      this.forget(attempt);
      return { name: "read" };
    }
    if (madeBy(end) === "some") for (const member of missing) member.noteNothingDone();
    return {
      name: "failed",
      cause: this.#outcomeError(end, "the desktop shows no new disk like the one asked for"),
    };
  }

  #outcomeError(end: JobEnd, shows: string): CoreError {
    return jobOutcomeError(end, this.batch.open[0]?.operation.title ?? "Adding a disk", shows);
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

  async #listShowsTheSame({ beforeIds }: Attempt, now: ShownDesktop): Promise<boolean> {
    const listed = await this.desktop.readByList(this.batch);
    if (listed === undefined || listed.gone) return false;
    const fresh = ({ volumes }: ShownDesktop) =>
      volumes
        .map(({ volumeId }) => volumeId)
        .filter((id) => !beforeIds.has(id))
        .sort()
        .join();
    return fresh(listed) === fresh(now);
  }

  #give(member: PendingRequest, volume: Volume, { job }: Attempt): void {
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

  /** A gateway that repeats a request may deliver it once more, long after the first copy was carried out. */
  #warnOfRepeats({ answeredAt = 0, lateBy, job, error }: Attempt): void {
    if (job !== undefined || this.desktop.clock.now() >= answeredAt + lateBy) return;
    this.desktop.log.warn(
      `desktop ${this.desktop.desktopId}: the answer to an add was lost (${error instanceof CoreError ? error.why : "no answer"}), and the disk was found. ` +
        `If a gateway sends the request again, another disk may still appear on this desktop within ${lateBy / 1000} s: ` +
        `then delete it, or adopt it with existingVolumeId.`,
    );
  }

  #warnOfDoubtful(now: ShownDesktop): void {
    for (const attempt of this.#doubtful) {
      const [first, ...rest] = possibleDisks(attempt, now, this.#isOwned);
      if (first === undefined) continue;
      this.desktop.log.warn(
        `desktop ${this.desktop.name}: the service refused an add because of another one of the same second, and was asked again. ` +
          `If no other client added ${describeVolumes([first, ...rest])}, it is a disk too many: delete it. ${howToAdopt(first.volumeId)}`,
      );
    }
  }
}

function desktopGone({ operation }: PendingRequest, said: string): CoreError {
  return new CoreError({ code: "HWD1701", failed: operation.title, why: said, now: operation.now });
}
