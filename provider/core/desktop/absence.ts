import type { JobSummary } from "../api/jobs";
import type { Times } from "../api/times";
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
  /** The newest answer has to be at least as new as this, by the clock. */
  freshFrom: number;
  /** A delete job that is newer than the disk has ended on the desktop, and no lag hides the disk: see `deletedSince`. */
  deleted: boolean;
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

  /** Whether there are already answers of both kinds that reach back far enough: one more now decides. */
  covers(now: number): boolean {
    const recent = this.#answers.filter(({ at }) => at > now - KEPT_MS);
    const reaches = recent.length > 1 && now - (recent[0]?.at ?? now) >= ABSENT_FOR_MS;
    return reaches && new Set(recent.map(({ kind }) => kind)).size > 1;
  }

  /**
   * Whether the disk is there or proved to be gone: at least three answers over
   * at least 15 s, of both kinds of call, do not have it; one answer of each
   * kind after a delete job that is newer than the disk. Pure.
   */
  verdict({ volumeId, since, freshFrom, deleted }: AbsenceQuestion): "there" | "gone" | "open" {
    const has = ({ volumeIds }: DesktopAnswer) =>
      volumeId === undefined ? volumeIds !== undefined : volumeIds?.has(volumeId) === true;
    const counted = this.#answers.filter(({ at }) => at >= since);
    const lastSeen = counted.findLastIndex(has);
    const absent = counted.slice(lastSeen + 1);
    const newest = absent.at(-1);
    const seen = counted[lastSeen];
    if (newest === undefined || newest.at < freshFrom) {
      return seen !== undefined && seen.at >= freshFrom ? "there" : "open";
    }
    const kinds = new Set(absent.map(({ kind }) => kind));
    if (kinds.size < 2) return "open";
    if (deleted) return "gone";
    const lasts = newest.at - (absent[0]?.at ?? newest.at) >= ABSENT_FOR_MS;
    return lasts && absent.length >= ABSENT_ANSWERS ? "gone" : "open";
  }
}

/**
 * Whether a job that deleted disks on this desktop began after the disk was
 * created, and the disk is old enough to show in every answer. Pure.
 */
export function deletedSince(
  createdAt: Times,
  jobs: readonly JobSummary[],
  { desktopId, now }: { desktopId: string; now: number },
): boolean {
  // The latest reading that is not in the future: the disk is at least as old as that.
  const created = Math.max(...createdAt.filter((at) => at <= now));
  if (!Number.isFinite(created) || now - created <= ABSENT_FOR_MS) return false;
  return jobs.some(
    (job) =>
      job.kind === "delete" &&
      job.desktopId === desktopId &&
      job.state === "succeeded" &&
      beganWithin(job.begin, created + LONGEST_LAG_MS, now),
  );
}
