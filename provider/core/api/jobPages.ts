import type { Waiter } from "../operation";
import type { Query, WorkspaceClient } from "./client";
import { type Answer, list, missing, number, type Times } from "./response";

/** How many jobs are asked for at once. */
const PAGE = 1000;
/** The service takes no larger offset. */
const MAX_OFFSET = 10_000;
/** A time without a zone may be read eight hours too early; a job that began before this is older for certain. */
const CERTAINLY_OLDER_MS = 60_000;

/** What matters here of a job. */
interface Begun {
  begin: Times;
}

interface PageOptions<T> {
  since: number | undefined;
  atMost: number;
  parse: (answer: Answer, item: unknown) => T;
  keyOf: (job: T) => string;
}

/**
 * Reads the job list, which may be newest or oldest first and much longer than
 * what can be reached: forwards where the newest jobs come first, until `since`
 * is passed; else its last pages first, and the rest only where `since` asks
 * for them.
 */
export async function readJobPages<T extends Begun>(
  client: WorkspaceClient,
  query: Query,
  { since, atMost, parse, keyOf }: PageOptions<T>,
  waiter: Waiter,
): Promise<{ jobs: T[]; complete: boolean }> {
  const jobs = new Map<string, T>();
  const readPage = async (offset: number) => {
    const answer = await client.read("/workspace-sub-jobs", { ...query, limit: PAGE, offset }, waiter, {
      atMost,
    });
    const { total, page } = pageOf(answer);
    const known = jobs.size;
    const parsed = page.map((item) => parse(answer, item));
    for (const job of parsed) jobs.set(keyOf(job), job);
    return { parsed, next: offset + page.length, total, isNew: jobs.size > known };
  };
  /** Reads on from `offset`; says where it ended and whether that is the end of the list. */
  const readOn = async (from: number, until: number, stop: (parsed: readonly Begun[]) => boolean) => {
    let offset = from;
    for (;;) {
      if (offset >= until) return true;
      if (offset > MAX_OFFSET) return false;
      const { parsed, next, total, isNew } = await readPage(offset);
      if (stop(parsed)) return true;
      if (parsed.length === 0 || (total !== undefined && next >= total)) {
        return total === undefined || next >= Math.min(total, until);
      }
      // A service that ignores `offset` repeats itself without end.
      if (!isNew) return false;
      offset = next;
    }
  };
  const done = (complete: boolean) => ({ jobs: [...jobs.values()], complete });

  const first = await readPage(0);
  const end = first.total ?? Infinity;
  if (first.parsed.length === 0) return done(first.total === undefined || first.total === 0);
  if (first.next >= end) return done(true);
  const passed = (parsed: readonly Begun[]) =>
    since !== undefined && parsed.length > 0 && parsed.every((job) => isOlder(job, since));
  if (!isOldestFirst(first.parsed)) {
    const tail = first.parsed.slice(-1);
    return done(passed(tail) || (await readOn(first.next, Infinity, (parsed) => passed(parsed.slice(-1)))));
  }
  const last = Math.min(Math.max(first.next, end - PAGE), MAX_OFFSET);
  if (!(await readOn(last, Infinity, () => false))) return done(false);
  // Everything between the first page and the last ones is older than the first job of the last page.
  const between = [...jobs.values()].slice(first.parsed.length, first.parsed.length + 1);
  return done(passed(between) || (await readOn(first.next, last, () => false)));
}

/** A list of the newest jobs asks for at least so many: other clients have jobs, too. */
const NEWEST_AT_LEAST = 200;

interface NewestOptions<T> {
  /** So many are looked for. */
  count: number;
  parse: (answer: Answer, item: unknown) => T;
  /** Whether all that are looked for have been found. */
  isEnough: (found: readonly T[]) => boolean;
}

/** The newest jobs of a list in either order, in one call where that finds enough, and in two at most. */
export async function readNewestJobs<T extends Begun>(
  client: WorkspaceClient,
  query: Query,
  { count, parse, isEnough }: NewestOptions<T>,
  waiter: Waiter,
): Promise<T[]> {
  const read = async (offset: number, limit: number) => {
    const answer = await client.read("/workspace-sub-jobs", { ...query, limit, offset }, waiter, {
      atMost: 1,
    });
    const { total, page } = pageOf(answer);
    return { total, jobs: page.map((item) => parse(answer, item)) };
  };
  const { total = 0, jobs } = await read(0, Math.min(PAGE, Math.max(NEWEST_AT_LEAST, 2 * count)));
  if (jobs.length === 0 || jobs.length >= total) return jobs;
  const isReversed = isOldestFirst(jobs);
  if (!isReversed && isEnough(jobs)) return jobs;
  const next = isReversed ? Math.min(Math.max(jobs.length, total - PAGE), MAX_OFFSET) : jobs.length;
  return [...jobs, ...(await read(next, PAGE)).jobs];
}

function pageOf(answer: Answer): { total: number | undefined; page: readonly unknown[] } {
  const total = number(answer.body.total_count);
  const page = list(answer.body.jobs) ?? (total === undefined ? undefined : []);
  if (page === undefined) throw missing(answer, 'it has no list "jobs"');
  return { total, page };
}

function isOldestFirst(page: readonly Begun[]): boolean {
  const [first, last] = [page[0]?.begin[0], page.at(-1)?.begin[0]];
  return first !== undefined && last !== undefined && first < last;
}

/** Whether a job began before `since` however its times are read. */
function isOlder({ begin }: Begun, since: number): boolean {
  return begin.length > 0 && begin.every((time) => time < since - CERTAINLY_OLDER_MS);
}
