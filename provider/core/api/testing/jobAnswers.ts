import type { Reply } from "../../../../testing/scripted";

/** The request for the list of sub-jobs. */
export const line = (query: string, offset = 0) =>
  `GET /workspace-sub-jobs?${query}${query === "" ? "" : "&"}limit=1000&offset=${offset}`;

/** A sub-job as the service writes it. */
export const part = (id: string, more = {}) => ({
  id,
  job_id: "j1",
  job_type: "addVolumes",
  status: "RUNNING",
  entities: { desktop_id: "d1" },
  begin_time: "2026-01-02 03:04:05",
  ...more,
});

/** A list of them. */
export const parts = (...jobs: object[]): Reply => ({ json: { jobs, total_count: jobs.length } });

/** A time of the day of these jobs, ms since 1970. */
export const utc = (time: string) => Date.parse(`2026-01-02T${time}Z`);
