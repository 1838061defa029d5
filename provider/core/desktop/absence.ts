import type { JobSummary } from "../api/jobs";
import type { Times } from "../api/response";
import { beganWithin } from "./findJob";

/** No lag of a read is longer, in ms: what is older than this shows in every answer. */
const LONGEST_LAG_MS = 10_000;
/** An absence that lasts this long, in ms, outlasts every lag. */
export const ABSENT_FOR_MS = 15_000;
/** So many complete answers have to agree. */
const ABSENT_ANSWERS = 3;
/** Answers that are older than this, in ms, are not kept. */
const KEPT_MS = 120_000;

/** Which call an answer comes from. Each kind of call may lag by its own time. */
export type ReadKind = "single" | "list";

/** One complete answer about a desktop. */
export interface DesktopAnswer {
  /** When it was there, by the clock. */
  at: number;
  kind: ReadKind;
  /** Ids of the data disks that it shows; undefined: it does not have the desktop. */
  volumeIds: ReadonlySet<string> | undefined;
}

/** What is asked of the answers. */
export interface AbsenceQuestion {
  /** The disk; undefined: the desktop itself. */
  volumeId: string | undefined;
  /** Answers before this moment, by the clock, do not count: the disk was not there yet. */
  since: number;
  /** An answer that shows it has to be at least as new as this, by the clock. One that is gone stays gone. */
  freshFrom: number;
  /** After a delete job that is newer than the disk: from this moment on, by the clock, no lag can hide the disk. */
  deletedFrom: number | undefined;
}

/**
 * The complete answers about one desktop that this process has got, whatever
 * they were asked for. They are evidence that costs no call.
 */
export class DesktopAnswers {
  #answers: DesktopAnswer[] = [];

  note(answer: DesktopAnswer): void {
    this.#answers = [...this.#answers.filter(({ at }) => at > answer.at - KEPT_MS), answer];
  }

  /**
   * Whether the disk is there or proved to be gone: at least three answers over
   * at least 15 s, of both kinds of call, do not have it; one answer of each
   * kind after a delete job that is newer than the disk. Pure.
   */
  verdict({ volumeId, since, freshFrom, deletedFrom }: AbsenceQuestion): "there" | "gone" | "open" {
    const has = ({ volumeIds }: DesktopAnswer) =>
      volumeId === undefined ? volumeIds !== undefined : volumeIds?.has(volumeId) === true;
    const counted = this.#answers.filter(({ at }) => at >= since);
    const lastSeen = counted.findLastIndex(has);
    const absent = counted.slice(lastSeen + 1);
    const [first] = absent;
    const newest = absent.at(-1);
    if (first === undefined || newest === undefined) {
      return (counted[lastSeen]?.at ?? -Infinity) >= freshFrom ? "there" : "open";
    }
    const ofBothKinds = (answers: readonly DesktopAnswer[]) =>
      new Set(answers.map(({ kind }) => kind)).size > 1;
    if (deletedFrom !== undefined && ofBothKinds(absent.filter(({ at }) => at >= deletedFrom))) return "gone";
    const lasts = newest.at - first.at >= ABSENT_FOR_MS && absent.length >= ABSENT_ANSWERS;
    return lasts && ofBothKinds(absent) ? "gone" : "open";
  }
}

/**
 * Where a job deleted disks on this desktop after the disk was created: how
 * long ago, in ms, the longest lag of its creation was over. Undefined where
 * there is no such job, or the disk is too new. Pure.
 */
export function deletedSince(
  createdAt: Times,
  jobs: readonly JobSummary[],
  { desktopId, now }: { desktopId: string; now: number },
): number | undefined {
  // The latest reading that is not in the future: the disk is at least as old as that.
  const created = Math.max(...createdAt.filter((at) => at <= now));
  if (!Number.isFinite(created) || now - created <= ABSENT_FOR_MS) return undefined;
  const shows = created + LONGEST_LAG_MS;
  const isDeleted = jobs.some(
    (job) =>
      job.kind === "delete" &&
      job.desktopId === desktopId &&
      job.state === "succeeded" &&
      beganWithin(job.begin, shows, now),
  );
  return isDeleted ? now - shows : undefined;
}
