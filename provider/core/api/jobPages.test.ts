import { clientAnswering, outcome, refusal, waiter } from "../../../testing/scripted";
import { type JobFilter, listJobs } from "./jobs";
import { part, utc } from "./testing/jobAnswers";

describe("a long list of jobs", () => {
  /** So many jobs, one a minute, oldest or newest first, of which the service gives so many at once. */
  async function read(
    { count, order, pageSize = 1000 }: { count: number; order: "oldest" | "newest"; pageSize?: number },
    filter: Omit<JobFilter, "kind"> = {},
  ) {
    const began = (index: number) =>
      new Date(utc("00:00:00") + index * 60_000).toISOString().slice(0, 19).replace("T", " ");
    const offsets: number[] = [];
    const world = clientAnswering((request) => {
      const offset = Number(/offset=(\d+)/.exec(request)?.[1]);
      offsets.push(offset);
      if (offset > 10_000) return refusal(400, "WKS.0400", "offset must be at most 10000");
      const jobs = Array.from({ length: Math.max(0, Math.min(pageSize, count - offset)) }, (_, at) => {
        const index = order === "oldest" ? offset + at : count - 1 - offset - at;
        return part(`p${index}`, { job_id: `j${index}`, begin_time: began(index) });
      });
      return { json: { jobs, total_count: count } };
    });
    world.client.learnt.jobWords = "official";
    const { value, error } = await outcome(
      world.time,
      listJobs(world.client, { kind: "add", ...filter }, waiter(world.time, 600_000)),
    );
    expect(error).toBeUndefined();
    const ids = new Set(value?.jobs.map(({ jobId }) => jobId));
    return { ids, complete: value?.complete, offsets };
  }

  test.each<["oldest" | "newest"]>([["oldest"], ["newest"]])(
    "%s first: is read to its end",
    async (order) => {
      const { ids, complete } = await read({ count: 2_500, order });
      expect(ids.size).toBe(2_500);
      expect(complete).toBe(true);
    },
  );

  test("by what comes back, not by what was asked for", async () => {
    const { ids, complete, offsets } = await read({ count: 250, order: "newest", pageSize: 100 });
    expect([ids.size, complete, offsets]).toEqual([250, true, [0, 100, 200]]);
  });

  test.each<["oldest" | "newest", number[]]>([
    ["newest", [0]],
    ["oldest", [0, 4_000]],
  ])("%s first: only as far back as needed", async (order, asked) => {
    const { ids, complete, offsets } = await read(
      { count: 5_000, order },
      { since: utc("00:00:00") + 4_900 * 60_000 },
    );
    expect(offsets).toEqual(asked);
    expect(complete).toBe(true);
    for (let index = 4_900; index < 5_000; index++) expect(ids.has(`j${index}`)).toBe(true);
  });

  test("oldest first and longer than the largest offset: the newest cannot be reached, and that is said", async () => {
    const { complete } = await read(
      { count: 20_000, order: "oldest" },
      { since: utc("00:00:00") + 19_900 * 60_000 },
    );
    expect(complete).toBe(false);
  });

  test("newest first and longer than the largest offset: what is needed is there", async () => {
    const since = utc("00:00:00") + 19_900 * 60_000;
    const { complete, ids } = await read({ count: 20_000, order: "newest" }, { since });
    expect([complete, ids.has("j19999"), ids.has("j19900")]).toEqual([true, true, true]);
    expect((await read({ count: 20_000, order: "newest" })).complete).toBe(false);
  });

  test("a service that ignores the offset ends it", async () => {
    const world = clientAnswering(() => ({ json: { jobs: [part("a")], total_count: 5 } }));
    world.client.learnt.jobWords = "official";
    const { value } = await outcome(
      world.time,
      listJobs(world.client, { kind: "add" }, waiter(world.time, 60_000)),
    );
    expect(value).toMatchObject({ complete: false, jobs: [{ partId: "a" }] });
    expect(world.seen).toHaveLength(2);
  });
});
