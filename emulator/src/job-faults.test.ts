import type { Emulator, Fault } from "./index";
import { codeOf, type Client, type DesktopJson } from "./testing/client";
import { d1, d2, running, withDisks } from "./testing/running";

const sas = { type: "SAS", size: 10 };
const both = { desktop_volumes: [d1, d2].map((desktop_id) => ({ desktop_id, volumes: [sas, sas, sas] })) };

/** Orders a fault, begins an add of three disks on both desktops, and lets its time go by. */
async function struck(
  fault: Fault,
): Promise<{ emulator: Emulator; client: Client; job: string; disks: () => number[] }> {
  const { emulator, client } = await running();
  emulator.addFault(fault);
  const job = await client.begin("POST", "/volumes", both);
  emulator.advance(1000);
  return {
    emulator,
    client,
    job,
    disks: () => emulator.desktops().map(({ data_volumes }) => data_volumes.length),
  };
}

test("job-fails: the whole job fails and changes nothing", async () => {
  const { client, job, disks } = await struck({ fault: "job-fails", code: "EVS.1", reason: "sold out" });
  expect(await client.job(job)).toMatchObject({
    status: "FAILED",
    job_error_code: "EVS.1",
    fail_reason: "sold out",
    sub_jobs: [
      { status: "FAILED", error_code: "EVS.1" },
      { status: "FAILED", fail_reason: "sold out" },
    ],
  });
  expect(disks()).toEqual([0, 0]);
});

test("job-fails: nothing shows before the end", async () => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "job-fails" });
  const job = await client.begin("POST", "/volumes", both);
  emulator.advance(999);
  expect(await client.job(job)).toMatchObject({ status: "RUNNING" });
});

test.each<[{ desktop_id?: string; code?: string; reason?: string }, string[], number[]]>([
  [{}, ["SUCCESS", "FAILED"], [3, 0]],
  [{ desktop_id: d1, code: "EVS.2", reason: "no" }, ["FAILED", "SUCCESS"], [0, 3]],
])("sub-job-fails: the job succeeds, one sub-job fails %j", async (fields, statuses, counts) => {
  const { client, job, disks } = await struck({ fault: "sub-job-fails", ...fields });
  const shown = await client.job(job);
  expect([shown.status, shown.job_error_code]).toEqual(["SUCCESS", undefined]);
  expect(shown.sub_jobs.map(({ status }) => status)).toEqual(statuses);
  expect(shown.sub_jobs.find(({ status }) => status === "FAILED")?.error_code).toBe(
    fields.code ?? "WKS.00030500",
  );
  expect(disks()).toEqual(counts);
});

test.each([
  ["SUCCESS", 2],
  ["FAIL", 1],
] as const)("partial-batch: the job says %s, %i disks of each desktop are done", async (status, done) => {
  const { client, job, disks } = await struck({ fault: "partial-batch", done, status });
  expect((await client.job(job)).status).toBe(status === "FAIL" ? "FAILED" : status);
  expect(disks()).toEqual([done, done]);
});

test("partial-batch: a delete of three deletes only the first", async () => {
  const { emulator, client } = await running();
  withDisks(emulator, "v1", "v2", "v3");
  emulator.addFault({ fault: "partial-batch", done: 1 });
  await client.begin("POST", `/desktops/${d1}/volumes/batch-delete`, { volume_ids: ["v3", "v2", "v1"] });
  emulator.advance(1000);
  expect(emulator.desktops()[0]?.data_volumes.map(({ volume_id }) => volume_id)).toEqual(["v1", "v2"]);
});

test("job-never-ends: it runs, and its desktop stays busy", async () => {
  const { emulator, client, job, disks } = await struck({ fault: "job-never-ends" });
  emulator.advance(30 * 24 * 3_600_000);
  expect(await client.job(job)).toMatchObject({
    status: "RUNNING",
    sub_jobs: [{ process: 99 }, {}],
  });
  expect((await client.add(d1, sas)).status).toBe(409);
  expect(disks()).toEqual([0, 0]);
});

test("job-forgotten: nobody knows it any more, but it is done", async () => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "job-forgotten", after_ms: 500 });
  const job = await client.begin("POST", "/volumes", both);
  emulator.advance(499);
  expect((await client.job(job)).status).toBe("RUNNING");
  emulator.advance(1);
  const gone = await client.call("GET", `/workspace-jobs/${job}`);
  expect([gone.status, codeOf(gone)]).toEqual([404, "WKS.00030404"]);
  expect((await client.call("GET", "/workspace-sub-jobs")).json).toMatchObject({ total_count: 0 });
  emulator.advance(500);
  expect(await client.disks(d1)).toHaveLength(3);
});

test("job-unknown-status: a word that nobody knows, while the job goes on", async () => {
  const { emulator, client } = await running({ checkAnswers: false });
  emulator.addFault({ fault: "job-unknown-status", status: "PAUSED" });
  const job = await client.begin("POST", "/volumes", both);
  for (const ms of [0, 500, 500]) {
    emulator.advance(ms);
    expect(await client.job(job)).toMatchObject({ status: "PAUSED", sub_jobs: [{ status: "PAUSED" }, {}] });
  }
  expect(await client.disks(d1)).toHaveLength(3);
});

test("job-other-words: INIT and COMPLETE for WAITING and SUCCESS", async () => {
  const { emulator, client } = await running({ checkAnswers: false });
  emulator.addFault({ fault: "job-other-words", waiting: "INIT", success: "COMPLETE" });
  const job = await client.begin("POST", "/volumes", both);
  const seen: string[] = [];
  for (const ms of [0, 500, 500]) {
    emulator.advance(ms);
    seen.push((await client.job(job)).status);
  }
  expect(seen).toEqual(["INIT", "RUNNING", "COMPLETE"]);
});

test("reads-lag: for a time, reads show what was before the job's end", async () => {
  const { emulator, client, job, disks } = await struck({ fault: "reads-lag", lag_ms: 2000 });
  expect((await client.job(job)).status).toBe("SUCCESS");
  expect(await client.disks(d1)).toEqual([]);
  emulator.advance(1999);
  const list = (await client.call("GET", "/desktops/detail")).json?.desktops as DesktopJson[];
  expect(list.map(({ data_volumes }) => data_volumes)).toEqual([undefined, undefined]);
  emulator.advance(1);
  expect(await client.disks(d1)).toHaveLength(3);
  expect(disks()).toEqual([3, 3]);
});

test("reads-lag: for so many reads", async () => {
  const { client } = await struck({ fault: "reads-lag", lag_reads: 2 });
  const counts: number[] = [];
  for (let read = 0; read < 4; read += 1) counts.push((await client.disks(d1)).length);
  expect(counts).toEqual([0, 0, 3, 3]);
});

test("a refused change uses up no fault", async () => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "job-fails" });
  expect((await client.add(d1, { type: "SAS", size: 15 })).status).toBe(400);
  expect((await client.add("nope", sas)).status).toBe(404);
  expect(emulator.faults()).toMatchObject([{ struck: 0, over: false }]);
  const job = await client.begin("POST", "/volumes", both);
  emulator.advance(1000);
  expect((await client.job(job)).status).toBe("FAILED");
});
