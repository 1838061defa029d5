import { type Exchange, outcome, refusal, type Reply, scripted, waiter } from "../../../testing/scripted";
import { type JobFilter, listJobs, showJob } from "./jobs";
import { line, part, parts } from "./testing/jobAnswers";

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
      ["GET /workspace-jobs/j1", { json: { id: "j1", job_type: "ADD_VOLUME", status: "RUNNING" } }],
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
