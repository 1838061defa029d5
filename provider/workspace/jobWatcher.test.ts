import fc from "fast-check";
import { CredentialsError } from "../auth/errors";
import { clientAnswering, patience, type Reply } from "../testing/scripted";
import { ConnectionError, OutcomeUnknownError, TimeoutError } from "./errors";
import { type JobEnd, JobWatcher, LISTED_FROM_JOBS, nextLook } from "./jobWatcher";

const HOUR = 3_600_000;

/** How a job goes: how long it takes, and what is answered for it instead. */
interface Course {
  ms: number;
  word?: string;
  shows?: () => Reply;
  /** Not in the lists, though it is going on. */
  unlisted?: boolean;
}

/** A service with these jobs, all begun at the start. */
function service(courses: Record<string, Course>, list?: () => Reply) {
  const world = clientAnswering((line) => {
    const now = world.clock.now();
    const id = /^GET \/workspace-jobs\/(.+)$/.exec(line)?.[1];
    if (id !== undefined) {
      const { ms, word, shows } = courses[id] ?? { ms: 0 };
      if (shows !== undefined) return shows();
      return { json: { id, status: word ?? (now < ms ? "RUNNING" : "SUCCESS"), sub_jobs: [] } };
    }
    if (list !== undefined) return list();
    const running = Object.entries(courses).filter(([, { ms, unlisted }]) => now < ms && !unlisted);
    const jobs = running.map(([job_id]) => ({ id: "s", job_id, status: "RUNNING", process: 1 }));
    return {
      json: line.includes("status=RUNNING")
        ? { jobs, total_count: jobs.length }
        : { jobs: [], total_count: 0 },
    };
  });
  const watcher = new JobWatcher(world.client);
  const asked = (pattern: RegExp) => world.seen.filter(({ line }) => pattern.test(line));
  return { ...world, watcher, asked };
}

test.each([
  [0, 250, 250],
  [2500, 250, 250],
  [5000, 400, 500],
  [60_000, 4800, 6000],
  [100_000, 8000, 10_000],
  [HOUR, 8000, 10_000],
])("having waited %d ms it looks again after %d to %d ms", (waited, least, most) => {
  expect([nextLook(waited, () => 1), nextLook(waited, () => 0)]).toEqual([least, most]);
});

test("the end of a job is noticed within a tenth of its time, or a quarter of a second", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 100_000 }), async (ms) => {
      const { watcher, time, clock } = service({ j: { ms } });
      const end = await time.until(watcher.wait("j", patience(time, 2 * HOUR)));
      expect(end.how).toBe("ended well");
      expect(clock.now() - ms).toBeLessThanOrEqual(Math.max(250, ms / 10) + 1);
    }),
    { numRuns: 25, seed: 7 },
  );
});

test("with many jobs the end of each is noticed in time, too", async () => {
  const courses = Object.fromEntries([3, 7, 20, 45, 90, 91].map((s) => [`j${s}`, { ms: s * 1000 }]));
  const { watcher, time, clock } = service(courses);
  const ends = Object.keys(courses).map(async (id) => {
    await watcher.wait(id, patience(time, HOUR));
    return clock.now();
  });
  const at = await time.until(Promise.all(ends));
  Object.values(courses).forEach(({ ms }, index) => {
    expect((at[index] ?? 0) - ms).toBeGreaterThanOrEqual(0);
    expect((at[index] ?? 0) - ms).toBeLessThanOrEqual(Math.max(250, ms / 10) + 50);
  });
});

test("one poll serves all who wait on a job", async () => {
  const alone = service({ j: { ms: 10_000 } });
  await alone.time.until(alone.watcher.wait("j", patience(alone.time, HOUR)));
  const shared = service({ j: { ms: 10_000 } });
  const ten = Array.from({ length: 10 }, () => shared.watcher.wait("j", patience(shared.time, HOUR)));
  const ends = await shared.time.until(Promise.all(ten));
  expect(new Set(ends.map(({ how }) => how))).toEqual(new Set(["ended well"]));
  expect(Math.abs(shared.seen.length - alone.seen.length)).toBeLessThanOrEqual(4);
});

describe("many jobs", () => {
  const many = (count: number, more: Partial<Course> = {}) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`j${index}`, { ms: 20_000, ...more }]));
  const waitAll = (world: ReturnType<typeof service>, ids: string[]) =>
    world.time.until(Promise.all(ids.map((id) => world.watcher.wait(id, patience(world.time, HOUR)))));

  test("fewer than four are asked for one by one", async () => {
    const world = service(many(LISTED_FROM_JOBS - 1));
    await waitAll(world, ["j0", "j1", "j2"]);
    expect(world.asked(/sub-jobs/)).toEqual([]);
  });

  test("from four on it is two lists a tick, and one call for each that has left them", async () => {
    const courses = { ...many(30), odd: { ms: 20_000, unlisted: true } };
    const world = service(courses);
    await waitAll(world, Object.keys(courses));
    const ticks = world.asked(/status=RUNNING/).length;
    expect(world.asked(/status=WAITING/)).toHaveLength(ticks);
    const singly = world.asked(/workspace-jobs\/j\d+$/);
    // Each of them once, when it was over.
    expect(singly.map(({ line }) => line)).toHaveLength(new Set(singly.map(({ line }) => line)).size);
    expect(Math.min(...singly.map(({ at }) => at))).toBeGreaterThanOrEqual(20_000);
    // The one in neither list is asked for at each tick.
    expect(world.asked(/workspace-jobs\/odd$/).length).toBeGreaterThanOrEqual(ticks - 1);
  });

  test.each<[string, Reply]>([
    ["is refused", { status: 403 }],
    ["breaks", new ConnectionError("reset", "unknown", "ECONNRESET")],
    ["is no JSON", { text: "<html>" }],
    ["has another shape", { json: { items: [] } }],
  ])("a list that %s is replaced by a call for each, and not asked for at every tick", async (_, reply) => {
    const world = service(many(5), () => reply);
    const ends = await waitAll(world, ["j0", "j1", "j2", "j3", "j4"]);
    expect(ends.map(({ how }) => how)).toEqual(Array.from({ length: 5 }, () => "ended well"));
    expect(world.clock.now()).toBeLessThanOrEqual(22_100);
    expect(world.asked(/sub-jobs/)).toHaveLength(1);
  });

  test("a list that gives no answer holds them up for five seconds, once", async () => {
    const world = service(many(5), () => ({ afterMs: 60_000 }));
    const waited = ["j0", "j1", "j2", "j3", "j4"];
    await waitAll(world, waited);
    expect(world.clock.now()).toBeLessThanOrEqual(22_100);
    expect(world.asked(/sub-jobs/)).toHaveLength(1);
  });
});

test.each<[string, Course, Partial<JobEnd>]>([
  ["a word that nobody knows ends the waiting", { ms: 0, word: "SUSPENDED" }, { how: "unknown" }],
  ["a failure is told", { ms: 0, word: "FAIL" }, { how: "failed" }],
  ["404 ends as forgotten", { ms: 0, shows: () => ({ status: 404 }) }, { how: "forgotten" }],
  ["403 ends as forgotten", { ms: 0, shows: () => ({ status: 403 }) }, { how: "forgotten" }],
  ["a job without status ends as forgotten", { ms: 0, shows: () => ({ json: {} }) }, { how: "forgotten" }],
])("%s", async (_, course, expected) => {
  const { watcher, time, clock } = service({ j: course });
  expect(await time.until(watcher.wait("j", patience(time, HOUR)))).toMatchObject({
    jobId: "j",
    ...expected,
  });
  expect(clock.now()).toBeLessThan(1000);
});

test("credentials that have ended end the waiting of all at once, and the error names the job", async () => {
  const ended = new CredentialsError("expired", "the token ended at noon");
  const { watcher, time, clock, seen } = service({ j: { ms: 0, shows: () => ended } });
  const all = [1, 2].map(() => watcher.wait("j", patience(time, HOUR)).catch((error: unknown) => error));
  for (const error of await time.until(Promise.all(all))) {
    expect(error).toBeInstanceOf(OutcomeUnknownError);
    expect(String(error)).toMatch(/job j was taken on and may still finish.*the token ended at noon/);
  }
  expect(clock.now()).toBeLessThan(1000);
  expect(seen).toHaveLength(1);
});

test("an IAM that cannot be reached for a while ends nothing", async () => {
  const away = new CredentialsError("unreachable", "no route");
  let tries = 0;
  const { watcher, time } = service({
    j: { ms: 0, shows: () => ((tries += 1) < 5 ? away : { json: { status: "SUCCESS" } }) },
  });
  expect((await time.until(watcher.wait("j", patience(time, HOUR)))).how).toBe("ended well");
});

describe("those who leave", () => {
  test("do not stop the others, and are told so", async () => {
    const { watcher, time, clock } = service({ j: { ms: 10_000 } });
    const short = watcher.wait("j", patience(time, 3000)).catch((error: unknown) => error);
    const long = watcher.wait("j", patience(time, HOUR));
    expect(await time.until(short)).toBeInstanceOf(TimeoutError);
    expect(clock.now()).toBe(3000);
    expect((await time.until(long)).how).toBe("ended well");
  });

  test("end the polling when they were the last", async () => {
    const { watcher, time, seen } = service({ j: { ms: HOUR } });
    const short = watcher.wait("j", patience(time, 3000)).catch(() => undefined);
    await time.until(short);
    const calls = seen.length;
    await time.pass(HOUR);
    expect(seen).toHaveLength(calls);
    expect(time.clock.sleeping).toBe(0);
  });

  test("before they came are not waited for", async () => {
    const { watcher, time, seen } = service({ j: { ms: HOUR } });
    const who = patience(time, 1000);
    who.leave();
    await expect(watcher.wait("j", who)).rejects.toThrow(TimeoutError);
    await time.pass(10_000);
    expect(seen).toEqual([]);
  });

  test("and come back while the last call is still out are served by a new watch", async () => {
    // The answer to the first watch's call comes late, when the second watch is on.
    let calls = 0;
    const world = service({
      j: {
        ms: 0,
        shows: () => {
          calls += 1;
          return { json: { status: calls === 1 ? "SUCCESS" : "FAIL" }, afterMs: calls === 1 ? 5000 : 0 };
        },
      },
    });
    const who = patience(world.time, HOUR);
    const first = world.watcher.wait("j", who).catch(() => undefined);
    await world.time.pass(1000);
    who.leave();
    await first;
    await world.time.pass(4100);
    const second = world.watcher.wait("j", patience(world.time, 60_000));
    expect((await world.time.until(second)).how).toBe("failed");
    expect(world.clock.now()).toBeLessThan(10_000);
  });
});

test("a call that hangs for one job does not hold up the others", async () => {
  const { watcher, time, clock } = service({
    hangs: { ms: 0, shows: () => ({ afterMs: 50_000, json: { status: "SUCCESS" } }) },
    j: { ms: 5000 },
  });
  const hanging = watcher.wait("hangs", patience(time, HOUR));
  expect((await time.until(watcher.wait("j", patience(time, HOUR)))).how).toBe("ended well");
  expect(clock.now()).toBeLessThan(5600);
  expect((await time.until(hanging)).how).toBe("ended well");
});

test("a job that is waited on while another one sleeps long is looked at soon", async () => {
  const world = service({ old: { ms: HOUR }, young: { ms: HOUR } });
  const old = world.watcher.wait("old", patience(world.time, HOUR)).catch(() => undefined);
  await world.time.pass(HOUR / 2);
  void world.watcher.wait("young", patience(world.time, HOUR)).catch(() => undefined);
  await world.time.pass(300);
  expect(world.asked(/young/)).toHaveLength(1);
  await world.time.until(old);
});

test("what was seen is told to those who wait", async () => {
  const sub_jobs = [{ id: "s", status: "RUNNING", process: 42 }];
  const { watcher, time } = service({
    j: { ms: 0, shows: () => ({ json: { status: "RUNNING", sub_jobs } }) },
  });
  const who = patience(time, 1000);
  await time.until(watcher.wait("j", who).catch(() => undefined));
  expect(who.noted.at(-1)).toBe("42 %, job j is RUNNING");
});
