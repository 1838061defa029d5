import {
  clientAnswering,
  type Exchange,
  outcome,
  refusal,
  type Reply,
  scripted,
  waiter,
} from "../../../testing/scripted";
import { type JobFilter, jobKind, jobState, listJobs, showJob } from "./jobs";

const SHOW = "GET /workspace-jobs/j1";
const line = (query: string, offset = 0) =>
  `GET /workspace-sub-jobs?${query}${query === "" ? "" : "&"}limit=1000&offset=${offset}`;
const part = (id: string, more = {}) => ({
  id,
  job_id: "j1",
  job_type: "addVolumes",
  status: "RUNNING",
  entities: { desktop_id: "d1" },
  begin_time: "2026-01-02 03:04:05",
  ...more,
});
const parts = (...jobs: object[]): Reply => ({ json: { jobs, total_count: jobs.length } });
const utc = (time: string) => Date.parse(`2026-01-02T${time}Z`);
const HOURS = 3_600_000;

test.each<[string, string]>([
  ["WAITING", "running"],
  ["INIT", "running"],
  ["RUNNING", "running"],
  ["running", "running"],
  ["SUCCESS", "succeeded"],
  ["COMPLETE", "succeeded"],
  ["FAIL", "failed"],
  ["FAILED", "failed"],
  ["DANCING", "unknown word"],
  ["", "unknown word"],
  ["constructor", "unknown word"],
])("the status %j means %s", (word, state) => {
  expect(jobState(word)).toBe(state);
});

test.each<[string, string | undefined]>([
  ["addVolumes", "add"],
  ["deleteVolumes", "delete"],
  ["expandVolumes", "expand"],
  ["batchModifyQosVolumes", "qos"],
  ["ADD_VOLUME", "add"],
  ["DELETE_VOLUME", "delete"],
  ["EXPAND_VOLUME", "expand"],
  ["MODIFY_VOLUME_QOS", "qos"],
  ["batchAddVolumes", "add"],
  ["DETACH_DISK", "delete"],
  ["rebootDesktops", undefined],
  ["createDesktops", undefined],
  ["", undefined],
])("the job type %j is %s", (word, kind) => {
  expect(jobKind(word)).toBe(kind);
});

describe("a job that is shown", () => {
  async function show(reply: Reply, more: Exchange[] = []) {
    const world = scripted([[SHOW, reply], ...more], { maxRetries: 0 });
    const result = await outcome(world.time, showJob(world.client, "j1", waiter(world.time, 60_000)));
    world.end();
    return result;
  }
  const job = (more: object): Reply => ({
    json: { id: "j1", job_type: "addVolumes", status: "SUCCESS", sub_jobs: [], sub_jobs_total: 0, ...more },
  });

  test.each<[string, Reply, object]>([
    [
      "running, with its progress",
      job({
        status: "RUNNING",
        sub_jobs: [part("a", { process: 30 }), part("b", { process: "70" })],
        sub_jobs_total: 2,
      }),
      { state: "running", status: "RUNNING", kind: "add", progress: 50 },
    ],
    [
      "with the older words",
      job({ job_type: "ADD_VOLUME", status: "COMPLETE" }),
      { kind: "add", state: "succeeded" },
    ],
    [
      "zoneless-times: two readings",
      job({ begin_time: "2026-01-02 03:04:05", end_time: "2026-01-02 03:05:05" }),
      {
        begin: [utc("03:04:05"), utc("03:04:05") - 8 * HOURS],
        end: [utc("03:05:05"), utc("03:05:05") - 8 * HOURS],
      },
    ],
    [
      "with times that name a zone",
      job({ begin_time: "2026-01-02T03:04:05Z" }),
      { begin: [utc("03:04:05")], end: [] },
    ],
    [
      "sparse-sub-jobs: none at all",
      job({ sub_jobs: undefined, sub_jobs_total: undefined }),
      { state: "succeeded", failedParts: [], progress: undefined },
    ],
    [
      "sparse-sub-jobs: a failed part without its desktop",
      job({ sub_jobs: [{ id: "a", status: "FAILED", error_code: "WKS.7" }], sub_jobs_total: 1 }),
      { state: "succeeded", failedParts: [{ id: "a", serviceCode: "WKS.7", reason: "" }] },
    ],
    [
      "failed, with code and reason",
      job({
        status: "FAIL",
        job_error_code: "WKS.1",
        fail_reason: "no\u001b room for token 0",
        sub_jobs_total: 0,
      }),
      { state: "failed", serviceCode: "WKS.1", reason: "no room for [secret]" },
    ],
    ["with a word that is new", job({ status: "DANCING" }), { state: "unknown word", status: "DANCING" }],
    ["of another kind", job({ job_type: "rebootDesktops" }), { kind: undefined }],
  ])("%s", async (_, reply, facts) => {
    const { value, error } = await show(reply);
    expect(error).toBeUndefined();
    expect(value).toMatchObject({ jobId: "j1", ...facts });
  });

  test("is completed with the list where the answer does not hold all of its parts", async () => {
    const { value } = await show(job({ sub_jobs: [part("a")], sub_jobs_total: 2 }), [
      [
        line("job_id=j1"),
        parts(part("a", { status: "SUCCESS" }), part("b", { status: "FAIL", fail_reason: "full" })),
      ],
    ]);
    expect(value?.failedParts).toEqual([{ id: "b", serviceCode: "", reason: "full" }]);
  });

  test.each<[string, Reply]>([
    ["404 with its own code", refusal(404, "WKS.00030404")],
    ["errors-as-200", refusal(200, "WKS.00030404")],
    ["unknown-as-400: 500 WKS.0202", refusal(500, "WKS.0202")],
    ["unknown-as-400: 400 WKS.0001", refusal(400, "WKS.0001")],
    ["404 with a code that nobody knows", refusal(404, "WKS.1")],
  ])("is forgotten: %s", async (_, reply) => {
    expect((await show(reply)).value).toMatchObject({
      jobId: "j1",
      state: "forgotten",
      status: "",
      error: { name: "ApiError" },
    });
  });

  test.each<[string, Reply]>([
    ["a bare 404", { status: 404 }],
    ["404 of the gateway", refusal(404, "APIGW.0101")],
    ["403", refusal(403, "WKS.00030404")],
    ["503", { status: 503 }],
    ["a job without a status", { json: { id: "j1" } }],
    ["a refusal as 200 about something else", refusal(200, "WKS.00010109")],
    ["HTML", { text: "<html>" }],
  ])("says nothing about it: %s", async (_, reply) => {
    const { value, error } = await show(reply);
    expect(value).toBeUndefined();
    expect(error).toMatchObject({ name: "ApiError" });
  });
});

describe("the list of jobs", () => {
  async function list(filter: JobFilter, exchanges: Exchange[], learnt = {}) {
    const world = scripted(exchanges);
    Object.assign(world.client.learnt, learnt);
    const result = await outcome(world.time, listJobs(world.client, filter, waiter(world.time, 60_000)));
    world.end();
    return { ...result, ids: result.value?.jobs.map(({ partId }) => partId), learnt: world.client.learnt };
  }
  const running = (word: string) => `status=${word}`;
  const NARROW = refusal(400, "WKS.0400", "job_id or job_type is missing");

  test.each<[string, JobFilter, Exchange[], string[]]>([
    [
      "of one kind, in the words of the documents",
      { kind: "add" },
      [[line("job_type=addVolumes"), parts(part("a"))]],
      ["a"],
    ],
    [
      "of one kind, in the older words",
      { kind: "delete" },
      [
        [line("job_type=deleteVolumes"), parts()],
        [line("job_type=DELETE_VOLUME"), parts(part("a", { job_type: "DELETE_VOLUME" }))],
      ],
      ["a"],
    ],
    ["of one job", { jobId: "j1" }, [[line("job_id=j1"), parts(part("a"), part("b"))]], ["a", "b"]],
    [
      "whose filter is ignored",
      { jobId: "j1" },
      [[line("job_id=j1"), parts(part("a"), part("x", { job_id: "j2" }))]],
      ["a"],
    ],
    [
      "sparse-sub-jobs: a kind that is not shown may be the one",
      { kind: "qos" },
      [[line("job_type=batchModifyQosVolumes"), parts(part("a", { job_type: undefined }), part("b"))]],
      ["a"],
    ],
    [
      "whose answers use other words than its filter takes",
      { kind: "add" },
      [[line("job_type=addVolumes"), parts(part("a", { job_type: "ADD_VOLUME" }))]],
      ["a"],
    ],
    [
      "that refuses the words of the other family",
      { kind: "delete" },
      [
        [line("job_type=deleteVolumes"), parts()],
        [line("job_type=DELETE_VOLUME"), refusal(400, "WKS.0400")],
      ],
      [],
    ],
    [
      "that refuses the words of the documents",
      { kind: "add" },
      [
        [line("job_type=addVolumes"), refusal(200, "WKS.0400")],
        [line("job_type=ADD_VOLUME"), parts(part("a", { job_type: "ADD_VOLUME" }))],
      ],
      ["a"],
    ],
    [
      "that run",
      { status: "running" },
      [
        [line(running("RUNNING")), parts(part("a"))],
        [line(running("WAITING")), parts(part("b", { status: "WAITING" }))],
      ],
      ["a", "b"],
    ],
    [
      "absent-lists: nothing at all",
      { jobId: "j1" },
      [[line("job_id=j1"), { json: { total_count: 0 } }]],
      [],
    ],
  ])("%s", async (_, filter, exchanges, ids) => {
    const { value, ids: found } = await list(filter, exchanges);
    expect(found).toEqual(ids);
    expect(value?.complete).toBe(true);
  });

  test.each<[string, Exchange[], "official" | "older" | undefined]>([
    ["a job that it finds", [[line("job_type=addVolumes"), parts(part("a"))]], "official"],
    [
      "a job that it finds, whatever its answers call it",
      [[line("job_type=addVolumes"), parts(part("a", { job_type: "ADD_VOLUME" }))]],
      "official",
    ],
    [
      "nothing",
      [
        [line("job_type=addVolumes"), parts()],
        [line("job_type=ADD_VOLUME"), parts()],
      ],
      undefined,
    ],
    [
      "what it does not ask for: the filter is ignored",
      [
        [line("job_type=addVolumes"), parts(part("x", { job_type: "DELETE_VOLUME" }))],
        [line("job_type=ADD_VOLUME"), parts(part("x", { job_type: "DELETE_VOLUME" }))],
      ],
      undefined,
    ],
  ])("which words its filter takes is learnt from %s", async (_, exchanges, words) => {
    const { learnt } = await list({ kind: "add" }, exchanges);
    expect(learnt.jobWords).toBe(words);
  });

  test("once a filter has worked, one call is enough, also where it finds nothing", async () => {
    const { learnt } = await list({ kind: "add" }, [[line("job_type=addVolumes"), parts(part("a"))]]);
    await list({ kind: "delete" }, [[line("job_type=deleteVolumes"), parts()]], learnt);
  });

  test("the word of a job that is shown says nothing about the filter", async () => {
    const world = scripted([
      [SHOW, { json: { id: "j1", job_type: "ADD_VOLUME", status: "RUNNING" } }],
      [line("job_type=addVolumes"), parts()],
      [line("job_type=ADD_VOLUME"), parts()],
    ]);
    const who = waiter(world.time, 60_000);
    await outcome(world.time, showJob(world.client, "j1", who));
    const { value } = await outcome(world.time, listJobs(world.client, { kind: "add" }, who));
    expect(value).toEqual({ jobs: [], complete: true });
    world.end();
  });

  test("narrow-job-lists: each kind is asked for by itself, and from then on at once", async () => {
    const kinds = ["addVolumes", "deleteVolumes", "expandVolumes", "batchModifyQosVolumes"];
    const byKind = kinds.map((word): Exchange => [
      line(`job_type=${word}`),
      parts(part(word, { id: word, job_type: word })),
    ]);
    const { ids, learnt } = await list({}, [[line(""), NARROW], ...byKind]);
    expect(ids).toEqual(kinds);
    expect(learnt).toMatchObject({ narrowJobLists: true, jobWords: "official" });
    expect((await list({}, byKind, learnt)).ids).toEqual(kinds);
  });

  test("sparse-sub-jobs: what is left out is unknown", async () => {
    const bare = { id: "a", job_id: "j1", status: "SUCCESS" };
    const { value } = await list({ jobId: "j1" }, [[line("job_id=j1"), parts(bare)]]);
    expect(value?.jobs).toEqual([
      {
        jobId: "j1",
        partId: "a",
        desktopId: undefined,
        kind: undefined,
        state: "succeeded",
        status: "SUCCESS",
        begin: [],
        end: [],
        serviceCode: "",
        reason: "",
        progress: undefined,
      },
    ]);
  });

  test.each<[string, Reply]>([
    ["no list and no total", { json: {} }],
    ["403", refusal(403, "APIGW.0302")],
    ["a part that is no object", parts("x" as unknown as object)],
  ])("is none: %s", async (_, reply) => {
    expect((await list({ jobId: "j1" }, [[line("job_id=j1"), reply]])).error).toMatchObject({
      name: "ApiError",
    });
  });

  test("is none where the words of both families are refused", async () => {
    const { error } = await list({ kind: "add" }, [
      [line("job_type=addVolumes"), refusal(400, "WKS.0400")],
      [line("job_type=ADD_VOLUME"), refusal(400, "WKS.0400")],
    ]);
    expect(error).toMatchObject({ name: "ApiError", serviceCode: "WKS.0400" });
  });
});

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
    return {
      ids,
      complete: value?.complete,
      offsets,
      time: (index: number) => utc("00:00:00") + index * 60_000,
    };
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
    const { ids, complete, offsets, time } = await read(
      { count: 5_000, order },
      { since: utc("00:00:00") + 4_900 * 60_000 },
    );
    expect(offsets).toEqual(asked);
    expect(complete).toBe(true);
    for (let index = 4_900; index < 5_000; index++) expect(ids.has(`j${index}`)).toBe(true);
    expect(time(0)).toBeLessThan(time(1));
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
