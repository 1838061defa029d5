import { Clock } from "./clock";
import { makeDesktop, type Desktop } from "./desktops";
import { History } from "./history";
import { Jobs, type Job, type SubJob } from "./jobs";
import { by } from "./testing/small-world";

let clock: Clock;
let desktop: Desktop;
let other: Desktop;

const step = { what: "detach", volumeId: "v" } as const;

/** Jobs that take so many ms, and report each step that they do. */
function jobsOf(duration: () => number, maxKept = 10) {
  const done = jest.fn();
  return { jobs: new Jobs({ clock, history: new History(), perform: done, duration, maxKept }), done };
}

function statusOf(jobs: Jobs, part: Job | SubJob): string {
  return jobs.state("job" in part ? part.job : part, part.endsAt, part.failure);
}

beforeEach(() => {
  clock = new Clock(() => 0, "manual");
  desktop = makeDesktop({ desktop_id: "d1" }, "p", "r", 0);
  other = makeDesktop({ desktop_id: "d2" }, "p", "r", 0);
});

test("a job waits, runs and ends; its progress counts up; its work is done at its end", () => {
  const { jobs, done } = jobsOf(() => 1000);
  const job = jobs.start("ADD_VOLUME", [{ desktop, steps: [step] }], by);
  const [subJob] = job.subJobs;
  if (!subJob) throw new Error("no sub-job");
  const course: [number, string, number][] = [];
  for (const ms of [0, 99, 1, 400, 499, 1]) {
    clock.advance(ms);
    jobs.settle(desktop);
    course.push([clock.now(), statusOf(jobs, job), jobs.progress(subJob)]);
    expect(done).toHaveBeenCalledTimes(clock.now() < 1000 ? 0 : 1);
  }
  expect(course).toEqual([
    [0, "WAITING", 0],
    [99, "WAITING", 9],
    [100, "RUNNING", 10],
    [500, "RUNNING", 50],
    [999, "RUNNING", 99],
    [1000, "SUCCESS", 100],
  ]);
  expect(desktop.running).toBeUndefined();
});

test("a job that takes no time is over at once", () => {
  const { jobs, done } = jobsOf(() => 0);
  const job = jobs.start("ADD_VOLUME", [{ desktop, steps: [step] }], by);
  expect(statusOf(jobs, job)).toBe("SUCCESS");
  jobs.settle(desktop);
  expect(done).toHaveBeenCalledTimes(1);
});

test("the job ends with its last sub-job; each desktop is free with its own", () => {
  const durations = [100, 300];
  const { jobs } = jobsOf(() => durations.shift() ?? 0);
  const job = jobs.start(
    "EXPAND_VOLUME",
    [
      { desktop, steps: [] },
      { desktop: other, steps: [] },
    ],
    by,
  );
  clock.advance(100);
  jobs.settle(desktop);
  jobs.settle(other);
  expect(job.subJobs.map((subJob) => statusOf(jobs, subJob))).toEqual(["SUCCESS", "RUNNING"]);
  expect(statusOf(jobs, job)).toBe("RUNNING");
  expect([desktop.running, other.running?.job]).toEqual([undefined, job]);
});

test("above its limit it drops the oldest finished jobs, and keeps their work and those that still run", () => {
  const { jobs, done } = jobsOf(() => 10, 2);
  const endless = jobs.start("ADD_VOLUME", [{ desktop: other, steps: [] }], by, { neverEnds: true });
  const oldest = jobs.start("ADD_VOLUME", [{ desktop, steps: [step] }], by);
  clock.advance(10);
  const third = makeDesktop({ desktop_id: "d3" }, "p", "r", 0);
  const newest = jobs.start("ADD_VOLUME", [{ desktop: third, steps: [] }], by);
  expect(jobs.count).toBe(2);
  expect(done).toHaveBeenCalledTimes(1);
  expect([endless, oldest, newest].map(({ id }) => jobs.get(id) !== undefined)).toEqual([true, false, true]);
});

test("sub-jobs come newest first", () => {
  const { jobs } = jobsOf(() => 10);
  const first = jobs.start("ADD_VOLUME", [{ desktop, steps: [] }], by);
  const second = jobs.start("ADD_VOLUME", [{ desktop: other, steps: [] }], by);
  expect([...jobs.subJobs()].map(({ job }) => job)).toEqual([second, first]);
  expect([...jobs.subJobs(first.id)].map(({ job }) => job)).toEqual([first]);
});
