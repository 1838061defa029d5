import { clientAnswering, type Reply } from "../../../../testing/scripted";
import { JobPoller } from "../jobPoller";

/** How a job goes: how long it takes, and what is answered for it instead. */
export interface Course {
  ms: number;
  word?: string;
  shows?: () => Reply;
  /** In no list, though it is there. */
  unlisted?: boolean;
}

/** A service with these jobs, all begun at the start. */
export function service(courses: Record<string, Course>, list?: () => Reply) {
  const extra: { shows?: object } = {};
  const world = clientAnswering((line) => {
    const now = world.clock.now();
    const id = /^GET \/workspace-jobs\/(.+)$/.exec(line)?.[1];
    if (id !== undefined) {
      const { ms, word, shows } = courses[id] ?? { ms: 0 };
      if (shows !== undefined) return shows();
      if (extra.shows !== undefined && now >= ms) return { json: { id, ...extra.shows } };
      return { json: { id, status: word ?? (now < ms ? "RUNNING" : "SUCCESS"), sub_jobs: [] } };
    }
    if (list !== undefined) return list();
    const listed = Object.entries(courses).filter(([, { unlisted }]) => unlisted !== true);
    const jobs = listed.map(([job_id, { ms, word }]) => ({
      id: `part-of-${job_id}`,
      job_id,
      job_type: "addVolumes",
      status: now < ms ? "RUNNING" : (word ?? "SUCCESS"),
      process: now < ms ? 1 : 100,
      begin_time: "2026-01-02 03:04:05",
      end_time: now < ms ? null : "2026-01-02 03:04:25",
    }));
    return { json: { jobs, total_count: jobs.length } };
  });
  const poller = new JobPoller(world.client);
  const asked = (pattern: RegExp) => world.seen.filter(({ line }) => pattern.test(line));
  return Object.assign(extra, { ...world, poller, asked });
}
