/** Foreign disks that nothing in any answer tells from ours. */
import type { Evidence } from "./evidence";
import type { Life } from "./truth";

/** Times of jobs are whole seconds, and clocks of two machines a little apart, in ms. */
const SECONDS_APART_MS = 2_000;

/**
 * A disk without a job of its own that appears while an add of ours runs, of
 * which fewer new disks than were asked for show until it is taken: it makes no
 * more, or reads lag.
 */
export function hidesInOurJob({ record }: Evidence, { desktop, added, volumeId }: Life): boolean {
  if (added === undefined || added.job_id !== undefined) return false;
  const takers = record.operations.filter(({ result }) => result?.some((disk) => disk.volumeId === volumeId));
  const takenAt = Math.min(...takers.map(({ endedAt = Infinity }) => endedAt));
  const here = record.events.filter(({ desktop_id: on }) => on === desktop);
  return here.some((start) => {
    const { job_id: job, by } = start;
    if (start.what !== "job-started" || by.who !== "request" || start.at > added.at) return false;
    const end = here.find((event) => event.what === "job-ended" && event.job_id === job);
    if (end !== undefined && end.at < added.at) return false;
    const asked = record.requests.find(({ label }) => label === by.label)?.change;
    const made = here.filter((event) => event.what === "volume-added" && event.job_id === job);
    if (asked?.kind !== "add") return false;
    const ids = new Set(made.map(({ volume_id: id }) => id));
    return !record.requests.some(
      ({ shows = [], answeredAt = Infinity }) =>
        answeredAt < takenAt &&
        shows.includes(volumeId) &&
        shows.filter((id) => ids.has(id)).length >= asked.count,
    );
  });
}

/** A job of somebody else that stands exactly where the job of a lost add of this stack would stand. */
export function standsForLostAdd({ record }: Evidence, stack: string, { desktop, added }: Life): boolean {
  if (added?.job_id === undefined) return false;
  const ofJob = record.events.filter(({ job_id: job }) => job === added.job_id);
  const begun = ofJob.find(({ what }) => what === "job-started");
  const made = ofJob.filter(({ what }) => what === "volume-added").length;
  if (begun === undefined) return false;
  return record.requests.some(({ label, process, change, desktops, at, answeredAt = at }) => {
    if (change?.kind !== "add" || change.count !== made || !desktops.includes(desktop)) return false;
    if (record.processes.find(({ id }) => id === process)?.stack !== stack) return false;
    if (begun.at < at - SECONDS_APART_MS || begun.at > answeredAt + SECONDS_APART_MS) return false;
    return !record.events.some(
      ({ what, by }) => what === "job-started" && by.who === "request" && by.label === label,
    );
  });
}
