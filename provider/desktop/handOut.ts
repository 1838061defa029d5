import type { Asked, VolumeRequest } from "./asked";
import { assign } from "./assign";
import type { Batch } from "./batch";
import { describeVolumes, howToAdopt } from "./describe";
import type { Desk } from "./desk";
import { HalfDoneError } from "./halfDone";
import { graceLooksForNew, notAsTheJobSays } from "./jobResult";
import { looksAfterJob } from "./looksAfterJob";
import { type AcceptedJob, type JobEnd, OutcomeUnknownError, TimeoutError, type Volume } from "./service";
import type { Sight } from "./sight";

export type AddRequest = Extract<VolumeRequest, { kind: "add" }>;
export type AddMember = Asked<AddRequest>;

/** Set aside before a deadline for a last look, in ms; a tenth of what is left where that is less. */
export const LAST_LOOK_MS = 5_000;

/**
 * Gives the new volumes of one add to those who asked for them. A member whose
 * time is over before still counts: its disk is among the new ones too, and
 * nobody is given it for a foreign one.
 */
export class HandOut {
  /** Those for whom a disk was bought that nobody has been given yet. */
  #waiting: readonly AddMember[];

  constructor(
    private readonly desk: Desk,
    private readonly batch: Batch<AddRequest>,
    members: readonly AddMember[],
    /** What was on the desktop before the first send that may have been carried out. */
    private readonly before: ReadonlySet<string>,
    private readonly job: AcceptedJob | undefined,
  ) {
    this.#waiting = members;
  }

  /** After the job: everybody has an outcome when this resolves. */
  async afterJob(end: JobEnd): Promise<void> {
    const see = (sight: Sight, isLast: boolean) => {
      const fresh = this.#fresh(sight);
      const result = this.#assign(this.#waiting, fresh);
      // All of a kind or, at the end, as many as there are: a late one might show which were foreign.
      if (result.unmet.length > 0 && !isLast) {
        this.batch.note(`job ${end.jobId} is over, but ${result.unmet.length} new disk(s) do not show yet`);
        return false;
      }
      for (const [asked, volume] of result.given) {
        this.#give(asked, volume);
        asked.succeed(volume);
      }
      const shows = "the desktop shows no new disk like the one asked for";
      for (const asked of result.unmet) asked.fail(notAsTheJobSays(end, shows));
      return true;
    };
    try {
      await looksAfterJob(this.desk, this.batch, graceLooksForNew(end), see);
    } catch (error) {
      if (error instanceof TimeoutError) throw error;
      throw new OutcomeUnknownError(
        `job ${end.jobId} was taken on, but what it added cannot be seen: ${(error as Error).message}. ` +
          `Look at the desktop's disks before you run "pulumi up" again, which would add another one`,
      );
    }
  }

  /**
   * Just before the time of some is over, and the job is not: one look at what
   * it has done so far, so that a disk that is there is not forgotten, and
   * bought again by the next run. The others go on waiting.
   */
  async atLastMoment(jobId: string): Promise<void> {
    const due = new Set(
      this.#waiting.filter((asked) => !asked.settled && asked.operation.remaining() <= LAST_LOOK_MS),
    );
    if (due.size === 0) return;
    const see = (sight: Sight) => {
      const dueFirst = [...due, ...this.#waiting.filter((asked) => !due.has(asked))];
      const { given } = this.#assign(dueFirst, this.#fresh(sight), due);
      for (const [asked, volume] of given) {
        if (!due.has(asked)) continue;
        this.#give(asked, volume);
        asked.fail(new HalfDoneError(`the disk is there, but job ${jobId} was not over in time`, volume));
      }
      return true;
    };
    try {
      await looksAfterJob(this.desk, this.batch, [0], see);
    } catch (error) {
      // No reason to stop the others, who have time left to see what becomes of the job.
      for (const asked of due) asked.operation.note(`job ${jobId} is going on; ${(error as Error).message}`);
    }
    for (const asked of due) asked.fail(asked.operation.timeoutError());
  }

  /** What the desktop has that it did not have before, and that no resource holds. */
  #fresh(sight: Sight): Volume[] {
    if (sight.gone) throw new Error("the desktop was deleted while disks were being added to it");
    this.desk.seen = sight.volumes;
    const { holdings } = this.desk;
    return sight.volumes.filter(({ volumeId }) => !this.before.has(volumeId) && !holdings.isHeld(volumeId));
  }

  /** Who gets which; where that cannot be told, those of `concerned` have their outcome now. */
  #assign(members: readonly AddMember[], fresh: readonly Volume[], concerned = new Set(members)) {
    // Those who still wait come first: a disk of one who has left is of no use to anybody.
    const inOrder = [...members.filter((one) => !one.settled), ...members.filter((one) => one.settled)];
    const result = assign(
      inOrder.map((asked) => ({ asker: asked, spec: asked.request.spec })),
      fresh,
    );
    for (const { askers, volumes } of result.ambiguous) {
      for (const asked of askers) if (concerned.has(asked)) asked.fail(tooMany(askers, volumes));
    }
    return result;
  }

  #give(asked: AddMember, volume: Volume): void {
    this.#waiting = this.#waiting.filter((other) => other !== asked);
    const { desk, job } = this;
    // The disk of one who has left belongs to no resource: whoever adds the next one like it is told of it.
    if (!asked.settled) desk.holdings.hold(volume.volumeId);
    desk.audit({ action: "added", desktopId: desk.desktopId, volume, job });
  }
}

function tooMany(askers: readonly AddMember[], volumes: readonly Volume[]): Error {
  return new OutcomeUnknownError(
    `${askers.length} new disk(s) of this kind were asked for, but the desktop shows more that could be meant: ` +
      `${describeVolumes(volumes)}. Somebody else added disks at the same moment, and whose is whose cannot be told. ` +
      howToAdopt(volumes[0]?.volumeId ?? ""),
  );
}
