import { clientAnswering, refusal, type Reply, waiter } from "../../../testing/scripted";
import type { JobKind, JobSummary } from "./jobs";
import { endByParts, type JobWork, listRecentJobs } from "./recentJobs";

const START = Date.parse("2026-01-02T03:00:00Z");
const time = (second: number) => new Date(START + second * 1000).toISOString().slice(0, 19).replace("T", " ");
const part = (number: number, more: object = {}) => ({
  id: `part-${number}`,
  job_id: `j${number}`,
  job_type: "addVolumes",
  status: "RUNNING",
  begin_time: time(number),
  ...more,
});

/** A service with so many jobs, in this order. */
function service(
  count: number,
  order: "newest first" | "oldest first",
  refuse?: (line: string) => Reply | undefined,
) {
  const jobs = Array.from({ length: count }, (_, index) => part(index));
  if (order === "newest first") jobs.reverse();
  const world = clientAnswering((line) => {
    const refused = refuse?.(line);
    if (refused !== undefined) return refused;
    const [limit = 0, offset = 0] = ["limit", "offset"].map((name) =>
      Number(new RegExp(`${name}=(\\d+)`).exec(line)?.[1]),
    );
    return { json: { jobs: jobs.slice(offset, offset + limit), total_count: count } };
  });
  const list = async (wanted: readonly string[], kinds: readonly JobKind[] = ["add"]) => {
    const isEnough = (found: ReadonlySet<string>) => wanted.every((jobId) => found.has(jobId));
    const asked = { count: wanted.length, kinds, isEnough };
    const parts = await world.time.until(listRecentJobs(world.client, asked, waiter(world.time, 60_000)));
    return wanted.filter((jobId) => parts.has(jobId));
  };
  return {
    ...world,
    list,
    lines: () => world.seen.map(({ line }) => line.replace("GET /workspace-sub-jobs?", "")),
  };
}

describe("the newest jobs of a long list", () => {
  test("one call finds them", async () => {
    const world = service(5_000, "newest first");
    expect(await world.list(["j4999", "j4950"])).toEqual(["j4999", "j4950"]);
    expect(world.lines()).toEqual(["limit=200&offset=0"]);
  });

  test("a second call is made for those that are farther back, and no third", async () => {
    const world = service(5_000, "newest first");
    expect(await world.list(["j4999", "j4000", "j10"])).toEqual(["j4999", "j4000"]);
    expect(world.lines()).toEqual(["limit=200&offset=0", "limit=1000&offset=200"]);
  });

  test("oldest first, the second call is for its end", async () => {
    const world = service(5_000, "oldest first");
    expect(await world.list(["j4999", "j4950"])).toEqual(["j4999", "j4950"]);
    expect(world.lines()).toEqual(["limit=200&offset=0", "limit=1000&offset=4000"]);
  });

  test("oldest first and longer than can be reached, nothing is found", async () => {
    const world = service(20_000, "oldest first");
    expect(await world.list(["j19999"])).toEqual([]);
    expect(world.lines()).toEqual(["limit=200&offset=0", "limit=1000&offset=10000"]);
  });

  test("a part that moves to the next page while they are read is one part", async () => {
    const same = { json: { jobs: [part(1)], total_count: 2 } };
    const world = clientAnswering(() => same);
    const asked = { count: 2, kinds: [], isEnough: () => false };
    const parts = await world.time.until(listRecentJobs(world.client, asked, waiter(world.time, 60_000)));
    expect(parts.get("j1")).toHaveLength(1);
  });
});

describe("a service that wants a job type", () => {
  const narrow = (line: string) => (line.includes("job_type=") ? undefined : refusal(400, "WKS.0400"));

  test("is asked for the kinds that are looked for, and later for nothing else", async () => {
    const world = service(10, "newest first", narrow);
    expect(await world.list(["j9"])).toEqual(["j9"]);
    expect(await world.list(["j8"])).toEqual(["j8"]);
    expect(world.lines()).toEqual([
      "limit=200&offset=0",
      "job_type=addVolumes&limit=200&offset=0",
      "job_type=addVolumes&limit=200&offset=0",
    ]);
  });

  test("is asked in the other words where it refuses these", async () => {
    const world = service(
      10,
      "newest first",
      (line) => narrow(line) ?? (line.includes("addVolumes") ? refusal(400, "WKS.0400") : undefined),
    );
    expect(await world.list(["j9"])).toEqual(["j9"]);
    expect(world.lines().at(-1)).toBe("job_type=ADD_VOLUME&limit=200&offset=0");
  });

  test("and refuses all of them", async () => {
    const world = service(10, "newest first", () => refusal(400, "WKS.0400"));
    await expect(world.list(["j9"])).rejects.toMatchObject({ serviceCode: "WKS.0400" });
  });
});

describe("the end of a job by its part in a list", () => {
  const its: JobSummary = {
    jobId: "j",
    partId: "p",
    desktopId: "d",
    kind: "delete",
    state: "succeeded",
    status: "SUCCESS",
    begin: [1_000],
    end: [6_000],
    serviceCode: "",
    reason: "",
    progress: 100,
  };
  const one: JobWork = { kind: "delete", disks: 1 };
  const known: ReadonlySet<JobKind> = new Set<JobKind>(["delete"]);
  const none: ReadonlySet<JobKind> = new Set<JobKind>();

  test.each<[string, readonly JobSummary[], JobWork | undefined, ReadonlySet<JobKind>, boolean]>([
    ["one disk, it has succeeded", [its], one, none, true],
    ["the list does not say of which kind it is", [{ ...its, kind: undefined }], one, none, true],
    ["ten disks, and a job has one part", [its], { ...one, disks: 10 }, known, true],
    ["ten disks, and it is not known how many parts a job has", [its], { ...one, disks: 10 }, none, false],
    [
      "ten disks, and another kind of job has one part",
      [its],
      { ...one, disks: 10 },
      new Set<JobKind>(["add"]),
      false,
    ],
    ["two parts", [its, { ...its, partId: "q" }], one, known, false],
    ["no part", [], one, known, false],
    ["it is somebody else's job", [its], undefined, known, false],
    ["it is of another kind", [{ ...its, kind: "add" }], one, known, false],
    ["it goes on", [{ ...its, state: "running" }], one, known, false],
    ["it has failed", [{ ...its, state: "failed" }], one, known, false],
    ["a word that nobody knows", [{ ...its, state: "unknown word" }], one, known, false],
    ["a success with a code", [{ ...its, serviceCode: "WKS.0001" }], one, known, false],
    ["it does not say when it began", [{ ...its, begin: [] }], one, known, false],
    ["it does not say when it ended", [{ ...its, end: [] }], one, known, false],
  ])("%s", (_, parts, work, whole, isTold) => {
    const end = endByParts(parts, work, whole);
    expect(end?.state).toBe(isTold ? "succeeded" : undefined);
    if (isTold) expect(end).toMatchObject({ jobId: "j", begin: [1_000], end: [6_000], failedParts: [] });
  });
});
