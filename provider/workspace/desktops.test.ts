import { type Exchange, patience, scripted } from "../testing/scripted";
import { listDesktops, showDesktop } from "./desktops";
import { listGoingOn, listSubJobs, showJob, jobState } from "./jobs";

const desktop = (id: string) => ({ desktop_id: id, computer_name: id, status: "ACTIVE", data_volumes: [] });

function world(...exchanges: Exchange[]) {
  const it = scripted(exchanges);
  return { ...it, who: patience(it.time, 60_000) };
}

describe("one desktop", () => {
  const show = async (json: unknown) => {
    const { client, time, who } = world(["GET /desktops/d", { json }]);
    return time.until(showDesktop(client, "d", who));
  };

  test("is read with its volumes; what is not told is absent", async () => {
    const volume = { volume_id: "v", id: "row", type: "SSD", size: "20", iops: null, kms_id: null };
    const root_volume = { volume_id: "r" };
    const shown = { ...desktop("d"), task_status: "", root_volume, data_volumes: [volume] };
    expect(await show({ desktop: shown })).toEqual({
      desktopId: "d",
      computerName: "d",
      status: "ACTIVE",
      rootVolumeId: "r",
      dataVolumes: [{ volumeId: "v", type: "SSD", size: 20 }],
      serverTime: undefined,
    });
    expect(await show({ desktop: [shown] })).toMatchObject({ desktopId: "d" });
  });

  test.each([[undefined], [null], ["none"], [{}]])("data_volumes %j is no list", async (data_volumes) => {
    expect((await show({ desktop: { ...desktop("d"), data_volumes } })).dataVolumes).toBeUndefined();
  });

  test.each([
    [{}],
    [{ desktop: null }],
    [{ desktop: [] }],
    [{ desktop: "d" }],
    [{ desktop: { status: "ACTIVE" } }],
    [{ desktop: desktop("other") }],
    [{ desktop: { ...desktop("d"), data_volumes: [{ id: "row" }] } }],
    [{ desktop: { ...desktop("d"), data_volumes: [{ volume_id: "" }] } }],
    [{ desktop: { ...desktop("d"), data_volumes: ["v"] } }],
  ])("%j proves nothing", async (json) => {
    await expect(show(json)).rejects.toThrow(/not as documented/);
  });
});

describe("lists go on by what came back", () => {
  const page = (offset: number, ids: string[], total: number | undefined): Exchange => [
    `GET /desktops/detail?desktop_id=a%2Cb%2Cc&limit=100&offset=${offset}`,
    { json: { desktops: ids.map(desktop), ...(total === undefined ? {} : { total_count: total }) } },
  ];
  test.each<[string, Exchange[], string[]]>([
    ["one page", [page(0, ["a", "b", "c"], 3)], ["a", "b", "c"]],
    ["pages of any size", [page(0, ["a"], 3), page(1, ["b", "c"], 3)], ["a", "b", "c"]],
    ["less than the total", [page(0, ["a"], 3), page(1, [], 3)], ["a"]],
    ["no total", [page(0, ["a", "b"], undefined)], ["a", "b"]],
    ["nothing", [page(0, [], 0)], []],
  ])("%s", async (_, exchanges, ids) => {
    const { client, time, who, end } = world(...exchanges);
    const listed = await time.until(listDesktops(client, ["a", "b", "c"], who));
    expect(listed.map(({ desktopId }) => desktopId)).toEqual(ids);
    end();
  });

  test("an answer without the list is an error and not an empty list", async () => {
    const { client, time, who } = world([
      "GET /workspace-sub-jobs?limit=1000&offset=0",
      { json: { total_count: 0 } },
    ]);
    await expect(time.until(listSubJobs(client, {}, who))).rejects.toThrow(/it has no list "jobs"/);
  });
});

describe("jobs", () => {
  test.each([
    ["WAITING", "going on"],
    ["INIT", "going on"],
    ["RUNNING", "going on"],
    ["running", "going on"],
    ["SUCCESS", "ended well"],
    ["COMPLETE", "ended well"],
    ["FAIL", "failed"],
    ["FAILED", "failed"],
    ["SUSPENDED", "unknown"],
    ["", "unknown"],
    ["constructor", "unknown"],
  ])("the word %j means %s", (word, state) => {
    expect(jobState(word)).toBe(state);
  });

  const part = (id: string, more: object = {}) => ({ id, job_id: "j", status: "SUCCESS", ...more });

  test("all parts of an ended job are read, where it does not show them itself", async () => {
    const { client, time, who, end } = world(
      ["GET /workspace-jobs/j", { json: { status: "SUCCESS", sub_jobs: [part("1")], sub_jobs_total: 2 } }],
      [
        "GET /workspace-sub-jobs?job_id=j&limit=1000&offset=0",
        { json: { jobs: [part("1"), part("2", { status: "FAIL" })], total_count: 2 } },
      ],
    );
    const job = await time.until(showJob(client, "j", who));
    expect(job.subJobs.map(({ id, state }) => [id, state])).toEqual([
      ["1", "ended well"],
      ["2", "failed"],
    ]);
    end();
  });

  test("a running job tells its progress, and its parts are not asked for", async () => {
    const sub_jobs = [part("1", { process: 40 }), part("2", { process: 60 })];
    const { client, time, who, end } = world([
      "GET /workspace-jobs/j",
      { json: { status: "RUNNING", sub_jobs, sub_jobs_total: 9 } },
    ]);
    expect(await time.until(showJob(client, "j", who))).toMatchObject({ state: "going on", progress: 50 });
    end();
  });

  test("a job without a status is an error", async () => {
    const { client, time, who } = world(["GET /workspace-jobs/j", { json: { id: "j" } }]);
    await expect(time.until(showJob(client, "j", who))).rejects.toThrow(/job without status/);
  });

  test.each([
    ["2026-01-02T03:04:05.000Z", "2026-01-02T03:04:05Z"],
    ["2026-01-02T03:04:05+08:00", "2026-01-01T19:04:05Z"],
    ["2026-01-02 03:04:05", "2026-01-02T03:04:05Z"],
    ["2026-01-02T03:04:05", "2026-01-02T03:04:05Z"],
    ["lately", undefined],
    [null, undefined],
  ])("a part that began at %j", async (begin_time, expected) => {
    const { client, time, who } = world(
      [
        "GET /workspace-sub-jobs?status=RUNNING&limit=1000&offset=0",
        { json: { jobs: [part("1", { begin_time })], total_count: 1 } },
      ],
      ["GET /workspace-sub-jobs?status=WAITING&limit=1000&offset=0", { json: { jobs: [], total_count: 0 } }],
    );
    const [only] = await time.until(listGoingOn(client, who));
    expect(only?.beganAt).toBe(expected === undefined ? undefined : Date.parse(expected));
  });
});
