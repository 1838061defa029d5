import { type Exchange, outcome, refusal, type Reply, scripted, waiter } from "../../../testing/scripted";
import { jobKind, jobState, showJob } from "./jobs";
import { line, part, parts, utc } from "./testing/jobAnswers";

const SHOW = "GET /workspace-jobs/j1";
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
