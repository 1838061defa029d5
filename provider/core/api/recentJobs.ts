import type { Waiter } from "../operation";
import type { WorkspaceClient } from "./client";
import { readNewestJobs } from "./jobPages";
import {
  jobFamilies,
  type JobEnd,
  type JobKind,
  type JobSummary,
  jobWord,
  parsePart,
  refusesFilter,
} from "./jobs";
import type { Answer } from "./response";

/** What a job of ours does: on one desktop, to so many disks. */
export interface JobWork {
  kind: JobKind;
  disks: number;
}

/** Which jobs are looked for. */
export interface RecentJobs {
  /** How many. */
  count: number;
  /** Their kinds; of jobs whose kind is not known, nothing may be found. */
  kinds: readonly JobKind[];
  /** Whether all of them that may be of this kind are among these. */
  isEnough: (found: ReadonlySet<string>, kind: JobKind | undefined) => boolean;
}

/** How many calls `listRecentJobs` takes at least. */
export function callsOfRecentJobs({ learnt }: WorkspaceClient, kinds: readonly JobKind[]): number {
  return learnt.narrowJobLists === true ? kinds.length * jobFamilies(learnt).length : 1;
}

/**
 * ListItaSubJobs: the newest parts of jobs, those that run and those that have
 * ended, by job. One call where the service lists all kinds together. What is
 * not found may run all the same. Throws `ApiError`.
 */
export async function listRecentJobs(
  client: WorkspaceClient,
  { count, kinds, isEnough }: RecentJobs,
  waiter: Waiter,
): Promise<ReadonlyMap<string, readonly JobSummary[]>> {
  const parts = new Map<string, JobSummary[]>();
  const parse = (answer: Answer, item: unknown) => parsePart(answer, item, "");
  const read = async (query: Readonly<Record<string, string>>, kind?: JobKind) => {
    const foundAll = (found: readonly JobSummary[]) =>
      isEnough(new Set(found.map(({ jobId }) => jobId)), kind);
    const found = await readNewestJobs(client, query, { count, parse, isEnough: foundAll }, waiter);
    for (const part of found) {
      const known = parts.get(part.jobId) ?? [];
      // What moves from page to page while they are read shows twice.
      const others = known.filter(({ partId }) => partId === "" || partId !== part.partId);
      parts.set(part.jobId, [...others, part]);
    }
    return found;
  };
  const { learnt } = client;
  if (learnt.narrowJobLists !== true) {
    try {
      await read({});
      return parts;
    } catch (error) {
      if (!refusesFilter(error)) throw error;
      learnt.narrowJobLists = true;
    }
  }
  for (const kind of kinds) {
    const families = jobFamilies(learnt);
    let refused = 0;
    for (const family of families) {
      try {
        const found = await read({ job_type: jobWord(family, kind) }, kind);
        if (!found.some((part) => part.kind === kind)) continue;
        learnt.jobWords = family;
        break;
      } catch (error) {
        refused += 1;
        if (!refusesFilter(error) || refused === families.length) throw error;
      }
    }
  }
  return parts;
}

/**
 * The end of a job of ours from its part in the list, where there is nothing
 * left to ask: it has succeeded, and this part is all of it. That a job has one
 * part for a desktop, however many disks, is only known once ShowJob has shown
 * it (`wholeParts`). Undefined: it goes on, or has to be asked for. Pure.
 */
export function endByParts(
  parts: readonly JobSummary[],
  work: JobWork | undefined,
  wholeParts: ReadonlySet<JobKind>,
): JobEnd | undefined {
  const [part] = parts;
  if (part === undefined || parts.length > 1 || work === undefined) return undefined;
  const { jobId, state, status, kind, begin, end, serviceCode, reason, progress } = part;
  const isWhole = work.disks === 1 || wholeParts.has(work.kind);
  const isTold = (kind ?? work.kind) === work.kind && begin.length > 0 && end.length > 0;
  // "Success" with a code is no success that needs no question.
  if (!isWhole || !isTold || state !== "succeeded" || serviceCode !== "") return undefined;
  return { jobId, state, status, kind, begin, end, serviceCode, reason, failedParts: [], progress };
}
