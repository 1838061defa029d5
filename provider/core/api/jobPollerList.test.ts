import { broken, clientAnswering, refusal, type Reply, waiter } from "../../../testing/scripted";
import { JobPoller, LISTED_FROM_JOBS } from "./jobPoller";
import type { JobWork } from "./recentJobs";
import { type Course, service } from "./testing/jobService";

const HOUR = 3_600_000;

describe("many jobs", () => {
  const many = (count: number, more: Partial<Course> = {}) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`j${index}`, { ms: 20_000, ...more }]));
  const waitAll = (world: ReturnType<typeof service>, ids: string[], work?: JobWork) =>
    world.time.until(Promise.all(ids.map((id) => world.poller.wait(id, waiter(world.time, HOUR), work))));
  const ONE: JobWork = { kind: "add", disks: 1 };
  const TEN: JobWork = { kind: "add", disks: 10 };
  const singly = (world: ReturnType<typeof service>) =>
    world.asked(/workspace-jobs/).map(({ line }) => line.replace("GET /workspace-jobs/", ""));

  test("one alone is asked for by itself", async () => {
    const world = service(many(LISTED_FROM_JOBS - 1));
    await waitAll(world, ["j0"], ONE);
    expect(world.asked(/sub-jobs/)).toEqual([]);
  });

  test("from two on it is one list a tick, and the list tells that they have succeeded", async () => {
    const courses = { ...many(30), odd: { ms: 20_000, unlisted: true } };
    const world = service(courses);
    const ends = await waitAll(world, Object.keys(courses), ONE);
    expect(new Set(ends.map(({ state }) => state))).toEqual(new Set(["succeeded"]));
    expect(ends[0]).toMatchObject({
      jobId: "j0",
      kind: "add",
      begin: [expect.any(Number), expect.any(Number)],
    });
    const lists = world.asked(/sub-jobs/);
    expect(lists.filter(({ line }) => line.includes("status="))).toEqual([]);
    expect(lists.length).toBeLessThan(60);
    // Only the one that is in no list is asked for.
    expect(new Set(singly(world))).toEqual(new Set(["odd"]));
  });

  test.each<[string, Partial<Course>, JobWork | undefined]>([
    ["that has failed", { word: "FAIL" }, ONE],
    ["whose word nobody knows", { word: "SUSPENDED" }, ONE],
    ["of somebody else", {}, undefined],
    ["that does something else than it should", {}, { kind: "delete", disks: 1 }],
  ])("how one ended %s is asked for, once", async (_, more, work) => {
    const world = service(many(5, more));
    const ends = await waitAll(world, ["j0", "j1", "j2", "j3", "j4"], work);
    expect(ends.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => more.word ?? "SUCCESS"));
    expect(singly(world).sort()).toEqual(["j0", "j1", "j2", "j3", "j4"]);
  });

  test("with several disks, one is asked for first: a job has one part for a desktop", async () => {
    const world = service(many(30));
    const parts = [{ id: "s", status: "SUCCESS" }];
    world.shows = { status: "SUCCESS", sub_jobs: parts, sub_jobs_total: 1 };
    await waitAll(world, Object.keys(many(30)), TEN);
    expect(singly(world)).toHaveLength(1);
  });

  test.each<[string, object]>([
    [
      "a job has more parts than the list shows",
      { sub_jobs: [{ id: "s", status: "SUCCESS" }], sub_jobs_total: 2 },
    ],
    ["the service does not say how many parts it has", { sub_jobs: [], sub_jobs_total: 0 }],
  ])("with several disks each is asked for where %s", async (_, shows) => {
    const world = service(many(5));
    world.shows = { status: "SUCCESS", ...shows };
    await waitAll(world, ["j0", "j1", "j2", "j3", "j4"], TEN);
    expect(new Set(singly(world)).size).toBe(5);
  });

  test("lists are as far apart as one request for each job would be", async () => {
    const world = service(many(30));
    world.client.parts.limiter.refused(0);
    const rate = world.client.parts.limiter.perSecond;
    await waitAll(world, Object.keys(many(30)), ONE);
    const at = world.asked(/sub-jobs/).map((one) => one.at);
    const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(Math.min(5_000, 30_000 / rate) - 1);
  });

  test("jobs that begin while the list waits for its turn are not asked for because of it", async () => {
    const courses = many(30);
    const world = service(courses, () => {
      // Those that came meanwhile are not in this answer.
      const jobs = ["j0", "j1"].map((job_id) => ({
        id: job_id,
        job_id,
        status: world.clock.now() < 20_000 ? "RUNNING" : "SUCCESS",
      }));
      return { json: { jobs, total_count: 2 }, afterMs: world.clock.now() < 1_000 ? 4_000 : 0 };
    });
    const first = ["j0", "j1"].map((id) => world.poller.wait(id, waiter(world.time, HOUR)));
    await world.time.pass(1_500);
    const later = Object.keys(courses)
      .slice(2)
      .map((id) => world.poller.wait(id, waiter(world.time, HOUR)));
    // The answer is there, and the next list has not left yet.
    await world.time.pass(2_760);
    expect([world.asked(/sub-jobs/).length, singly(world)]).toEqual([1, []]);
    await world.time.until(Promise.all([...first, ...later]));
  });

  test("a list that is refused for speed is not replaced by a call for each", async () => {
    const world = service(many(30), () =>
      world.clock.now() < 5_000 ? refusal(429, "APIGW.0308") : { json: { jobs: [], total_count: 0 } },
    );
    for (const id of Object.keys(many(30)))
      world.poller.wait(id, waiter(world.time, HOUR), ONE).catch(() => undefined);
    await world.time.pass(4_900);
    expect(world.asked(/sub-jobs/).length).toBeGreaterThan(0);
    expect(singly(world)).toEqual([]);
  });

  test.each<[string, Reply]>([
    ["is refused", { status: 403 }],
    ["breaks", broken("unknown")],
    ["is no JSON", { text: "<html>" }],
    ["has another shape", { json: { items: [] } }],
  ])("a list that %s is replaced by a call for each, and not asked for at every tick", async (_, reply) => {
    const world = service(many(5), () => reply);
    const ends = await waitAll(world, ["j0", "j1", "j2", "j3", "j4"]);
    expect(ends.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => "succeeded"));
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

test("narrow-job-lists: the kinds that run are listed, each by itself, from twice as many jobs on", async () => {
  const world = clientAnswering((line) => {
    const id = /^GET \/workspace-jobs\/(.+)$/.exec(line)?.[1];
    const status = world.clock.now() < 20_000 ? "RUNNING" : "SUCCESS";
    if (id !== undefined) return { json: { id, job_type: "addVolumes", status } };
    if (!line.includes("job_type=")) return refusal(400, "WKS.0400");
    const times = { begin_time: "2026-01-02 03:04:05", end_time: "2026-01-02 03:04:25" };
    const jobs = ids
      .filter(() => line.includes("addVolumes"))
      .map((job_id) => ({ id: job_id, job_id, job_type: "addVolumes", status, ...times }));
    return { json: { jobs, total_count: jobs.length } };
  });
  const ids = Array.from({ length: 30 }, (_, index) => `j${index}`);
  const poller = new JobPoller(world.client);
  const waitAll = (some: string[], kind: "add" | "delete") =>
    world.time.until(
      Promise.all(some.map((id) => poller.wait(id, waiter(world.time, HOUR), { kind, disks: 1 }))),
    );
  const lists = () => world.seen.filter(({ line }) => line.includes("sub-jobs"));
  await waitAll(ids, "add");
  expect(world.seen.filter(({ line }) => line.includes("/workspace-jobs/"))).toEqual([]);
  expect(lists().filter(({ line }) => !line.includes("job_type="))).toHaveLength(1);
  expect(lists().filter(({ line }) => /deleteVolumes|expandVolumes|Qos/.test(line))).toEqual([]);
  const before = lists().length;
  await waitAll(["j0"], "add");
  expect(lists()).toHaveLength(before);
});
