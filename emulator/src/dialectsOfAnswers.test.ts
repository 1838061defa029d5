import { alone, hasNull, inPlain, jobsOf, listed, remove, sas, unknown } from "./testing/alone";
import { codeOf, type JobJson } from "./testing/client";
import { d1, d2, running, withDisks } from "./testing/running";

describe("absent-lists", () => {
  test("a desktop without data disks has no data_volumes, and no field is null", async () => {
    const { emulator, client } = await alone("absent-lists");
    withDisks(emulator, "v1");
    const job = (await client.add(d2, sas)).json?.job_id as string;
    const answers = [
      await client.desktop(d1),
      await client.desktop(d2),
      await listed(client),
      await client.job(job),
      (await client.call("GET", "/volume/products")).json,
    ];
    expect(answers.map(hasNull)).toEqual([false, false, false, false, false]);
    const [first, second] = await listed(client);
    expect([first, second].map((desktop) => desktop && "data_volumes" in desktop)).toEqual([true, false]);
    expect("data_volumes" in (await client.desktop(d2))).toBe(false);
    emulator.advance(1000);
    expect(await client.desktop(d2)).toHaveProperty("data_volumes");
  });

  test("without it, lists are empty and fields are null", async () => {
    const { client } = await running({ dialects: ["no-absent-lists"] });
    const desktop = await client.desktop(d1);
    expect([desktop.data_volumes, desktop.process, hasNull(desktop.root_volume)]).toEqual([[], null, true]);
  });
});

describe("errors-as-200", () => {
  test("a refusal is 200 with its code and no job", async () => {
    const { emulator, client } = await alone("errors-as-200");
    withDisks(emulator, "v1");
    const unknownVolume = await remove(client, "nope");
    expect([unknownVolume.status, codeOf(unknownVolume), unknownVolume.json?.job_id]).toEqual([
      200,
      "WKS.00020404",
      undefined,
    ]);
    await client.begin("POST", `/desktops/${d1}/volumes`, { volumes: [sas] });
    const refusals = [
      await remove(client, "v1"),
      await client.add(d1, { type: "SAS", size: 15 }),
      await client.call("GET", `/desktops/${unknown}`),
    ];
    expect(refusals.map((reply) => [reply.status, codeOf(reply)])).toEqual([
      [200, "WKS.00010032"],
      [200, "WKS.0400"],
      [200, "WKS.00010404"],
    ]);
    for (const { json } of refusals) expect(typeof json?.error_msg).toBe("string");
  });

  test("refusals that are ordered as faults are 200, too, unless their status is ordered", async () => {
    const { emulator, client } = await alone("errors-as-200");
    withDisks(emulator, "v1");
    const statuses: number[] = [];
    for (const fault of [
      { fault: "conflict" },
      { fault: "conflict", as: "disks-being-added" },
      { fault: "refuse-batch", volume_id: "v1" },
      { fault: "conflict", status: 409 },
    ] as const) {
      emulator.addFault(fault);
      statuses.push((await remove(client, "v1")).status);
    }
    expect(statuses).toEqual([200, 200, 200, 409]);
  });

  test("what the gateway refuses keeps its status", async () => {
    const { emulator, client } = await alone("errors-as-200");
    const secret = "WrongSecret000000000000000000000000000000";
    expect((await client.call("GET", "/quotas", undefined, { secret })).status).toBe(401);
    emulator.addFault({ fault: "throttle" });
    expect((await client.call("GET", "/quotas")).status).toBe(429);
    expect((await client.raw("GET", "/v2/other/quotas")).status).toBe(403);
  });
});

describe("official-job-words", () => {
  test("job types and states are the documents' own, also as filters", async () => {
    const { emulator, client } = await alone("official-job-words");
    withDisks(emulator, "v1", "v2");
    emulator.addDesktops([
      { desktop_id: d2, data_volumes: [{ volume_id: "fast", type: "GPSSD2", size: 20 }] },
    ]);
    emulator.addFault({ fault: "job-fails", match: { operation: "DeleteDesktopVolumes" } });
    const expansion = { desktop_volumes_expansion: [{ desktop_id: d1, volume_id: "v2", new_size: 30 }] };
    const qos = { volume_ids: ["fast"], qos: { iops: 3000, throughput: 125 } };
    const steps: [string, string, object][] = [
      ["POST", `/desktops/${d1}/volumes`, { volumes: [sas] }],
      ["POST", `/desktops/${d1}/volumes/batch-delete`, { volume_ids: ["v1"] }],
      ["POST", "/volumes/expand", expansion],
      ["PUT", "/volumes/batch-modify-qos", qos],
    ];
    const jobs: JobJson[] = [];
    for (const [method, path, body] of steps) {
      const id = await client.begin(method, path, body);
      emulator.advance(1000);
      jobs.push(await client.job(id));
    }
    expect(jobs.map(({ job_type, status }) => [job_type, status])).toEqual([
      ["addVolumes", "SUCCESS"],
      ["deleteVolumes", "FAILED"],
      ["expandVolumes", "SUCCESS"],
      ["batchModifyQosVolumes", "SUCCESS"],
    ]);
    expect(await jobsOf(client, "?job_type=deleteVolumes&status=FAILED")).toHaveLength(1);
    expect(await jobsOf(client, "?job_type=DELETE_VOLUME")).toHaveLength(0);
  });

  test("without it, they are other words", async () => {
    const { emulator, client } = await running({ dialects: ["no-official-job-words"] });
    emulator.addFault({ fault: "job-fails" });
    const id = await client.begin("POST", `/desktops/${d1}/volumes`, { volumes: [sas] });
    emulator.advance(1000);
    expect(await client.job(id)).toMatchObject({ job_type: "ADD_VOLUME", status: "FAIL" });
  });
});

describe("zoneless-times", () => {
  const begun = Date.UTC(2026, 0, 2, 3, 4, 5);
  const wall = { wall: () => begun, skewMs: Date.now() - begun };

  async function timesWith(seed: number): Promise<string[]> {
    const { emulator, client } = await alone("zoneless-times", { ...wall, seed });
    const id = await client.begin("POST", `/desktops/${d1}/volumes`, { volumes: [sas] });
    emulator.advance(1000);
    const [disk] = await client.disks(d1);
    const { begin_time } = (await client.call("GET", `/workspace-jobs/${id}`)).json ?? {};
    return [String(begin_time), String((disk as { create_time?: string }).create_time)];
  }

  test("times of jobs and disks have no zone, and are UTC with one seed, +08:00 with another", async () => {
    const drawn = new Set<string>();
    for (let seed = 1; seed <= 10; seed += 1) {
      const [job = "", disk = ""] = await timesWith(seed);
      expect(job).toMatch(/^2026-01-02 (03|11):04:05$/);
      expect(disk.slice(0, 13)).toBe(job.slice(0, 13));
      drawn.add(job);
    }
    expect(drawn.size).toBe(2);
  });

  test("without it, jobs write UTC as in their example, and disks write a zone", async () => {
    const { emulator, client } = await running({ ...wall });
    const id = await client.begin("POST", `/desktops/${d1}/volumes`, { volumes: [sas] });
    emulator.advance(1000);
    expect(await client.job(id)).toMatchObject({ begin_time: "2026-01-02 03:04:05" });
    expect(await client.disks(d1)).toMatchObject([{ create_time: "2026-01-02T03:04:05.750Z" }]);
  });
});

describe("idle-is-empty", () => {
  test('task_status is "" when idle and during volume jobs, and a word otherwise', async () => {
    const { emulator, client } = await alone("idle-is-empty");
    const seen = [(await client.desktop(d1)).task_status];
    await client.add(d1, sas);
    seen.push((await client.desktop(d1)).task_status);
    emulator.addFault({ fault: "foreign-job", desktop_id: d2 });
    const { task_status, process } = await client.desktop(d2);
    expect(seen).toEqual(["", ""]);
    expect(["rebooting", "powering-off", "networking", "rebuilding"]).toContain(task_status);
    expect(process).toBe(0);
    emulator.addDesktops([{ desktop_id: d1, task_status: "deleteFailed" }]);
    expect((await client.desktop(d1)).task_status).toBe("deleteFailed");
  });

  test("without it, it is null when idle, and the job's type otherwise", async () => {
    const { client } = await running({ dialects: inPlain.map((name) => `no-${name}`) });
    expect((await client.desktop(d1)).task_status).toBeNull();
    await client.add(d1, sas);
    expect((await client.desktop(d1)).task_status).toBe("ADD_VOLUME");
  });
});

describe("unknown-as-400", () => {
  test("an unknown desktop is 400 WKS.0001, other unknown objects are 500 WKS.0202", async () => {
    const { emulator, client } = await alone("unknown-as-400");
    withDisks(emulator, "v1");
    const replies = [
      await client.call("GET", `/desktops/${unknown}`),
      await client.add(unknown, sas),
      await remove(client, "nope"),
      await client.call("GET", "/workspace-jobs/nope"),
    ];
    expect(replies.map((reply) => [reply.status, codeOf(reply)])).toEqual([
      [400, "WKS.0001"],
      [400, "WKS.0001"],
      [500, "WKS.0202"],
      [500, "WKS.0202"],
    ]);
    expect(replies[0]?.json?.error_msg).toBe("The request message input by the interface is empty.");
    expect(await listed(client, `?desktop_id=${unknown}`)).toEqual([]);
  });

  test("it goes before errors-as-200, which is about all other refusals", async () => {
    const { client } = await running({ dialects: ["unknown-as-400", "errors-as-200"] });
    expect((await client.call("GET", `/desktops/${unknown}`)).status).toBe(400);
    expect((await client.add(d1, { type: "SAS", size: 15 })).status).toBe(200);
  });
});
