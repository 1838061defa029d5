import { dialectCatalogue, dialectNames, type DialectName } from "./dialects";
import { startEmulator, type Emulator, type EmulatorOptions } from "./emulator";
import { ask, codeOf, type Client, type JobJson, type Reply, type SubJobJson } from "./testing/client";
import { d1, d2, isBusy, root1, running, withDisks } from "./testing/running";

const sas = { type: "SAS", size: 10 };
const unknown = "d0000000-0000-4000-8000-00000000dead";
const inPlain: readonly DialectName[] = ["absent-lists", "official-job-words", "idle-is-empty"];

/** One dialect alone: nothing of the plain reading beside it. */
function alone(name: DialectName, options: EmulatorOptions = {}) {
  const dialects = inPlain.filter((one) => one !== name).map((one) => `no-${one}`);
  return running({ ...options, dialects: [...dialects, name] });
}

function remove(client: Client, ...volume_ids: string[]): Promise<Reply> {
  return client.call("POST", `/desktops/${d1}/volumes/batch-delete`, { volume_ids });
}

async function listed(client: Client, query = ""): Promise<Record<string, unknown>[]> {
  return (await client.call("GET", `/desktops/detail${query}`)).json?.desktops as Record<string, unknown>[];
}

async function jobsOf(client: Client, query: string): Promise<SubJobJson[]> {
  return (await client.call("GET", `/workspace-sub-jobs${query}`)).json?.jobs as SubJobJson[];
}

/** Whether a null stands anywhere in it. */
function hasNull(value: unknown): boolean {
  return value === null || (typeof value === "object" && Object.values(value).some(hasNull));
}

/** The first seed with which something is drawn as wanted. */
async function seedWith(
  name: DialectName,
  isWanted: (world: { emulator: Emulator; client: Client }) => Promise<boolean>,
): Promise<number> {
  for (let seed = 1; seed < 30; seed += 1) if (await isWanted(await alone(name, { seed }))) return seed;
  throw new Error(`no seed below 30 draws it in ${name}`);
}

describe("which are spoken", () => {
  test("without an order it is the plain reading of the documents", async () => {
    const { emulator } = await running();
    expect(emulator.dialects()).toEqual(inPlain);
  });

  test("what is ordered is spoken besides it, and one of it can be left out", async () => {
    const { emulator } = await running({ dialects: ["five-minutes", "no-absent-lists"] });
    expect(emulator.dialects()).toEqual(["official-job-words", "idle-is-empty", "five-minutes"]);
  });

  test("all can be spoken together", async () => {
    for (const dialects of [dialectNames, ["all"]]) {
      const { emulator } = await running({ dialects });
      expect(emulator.dialects()).toEqual([...dialectNames]);
    }
  });

  test("an unknown name is refused, and the known ones are listed", async () => {
    await expect(startEmulator({ dialects: ["lagging"] })).rejects.toThrow(
      `There is no dialect "lagging". Known dialects: ${dialectNames.join(", ")}.`,
    );
    await expect(startEmulator({ dialects: ["no-five-minutes"] })).rejects.toThrow(
      "five-minutes is not a default dialect: there is nothing to remove. Known dialects: ",
    );
  });

  test("two that contradict each other are refused by name", async () => {
    await expect(startEmulator({ dialects: ["no-absent-lists", "absent-lists"] })).rejects.toThrow(
      "The dialects absent-lists and no-absent-lists contradict each other.",
    );
  });

  test("the admin side shows and changes them at run time", async () => {
    const { emulator, client } = await running();
    expect((await ask(emulator, "GET", "/_emulator/dialects")).json).toEqual({
      dialects: inPlain,
      drawn: {
        zoneless_times: "+08:00",
        job_lists: "newest first",
        job_types_without_sub_jobs: expect.any(Array) as string[],
        max_lag_ms: 10_000,
      },
    });
    const body = { dialects: ["no-idle-is-empty", "unknown-as-400"] };
    const changed = await ask(emulator, "POST", "/_emulator/dialects", { body });
    expect(changed.json).toMatchObject({
      dialects: ["absent-lists", "official-job-words", "unknown-as-400"],
    });
    expect((await client.call("GET", `/desktops/${unknown}`)).status).toBe(400);
    for (const wrong of [{ dialects: ["nope"] }, { dialects: "absent-lists" }, {}])
      expect((await ask(emulator, "POST", "/_emulator/dialects", { body: wrong })).status).toBe(400);
    expect(emulator.dialects()).toContain("unknown-as-400");
  });

  test("the admin side itself speaks none", async () => {
    const { emulator } = await running({ dialects: ["errors-as-200"] });
    const bodies: [string, unknown][] = [
      ["dialects", { dialects: ["nope"] }],
      ["desktops", { desktops: [{ desktop_id: "a", project_id: "nope" }] }],
      ["second-actor", { seed: 1, everyMs: { min: 2, max: 1 } }],
      ["faults", { fault: "foreign-job", desktop_id: "nope" }],
    ];
    for (const [path, body] of bodies)
      expect([path, (await ask(emulator, "POST", `/_emulator/${path}`, { body })).status]).toEqual([
        path,
        400,
      ]);
  });

  test("an option that is unknown, or makes no sense, is refused", async () => {
    const options = [
      { dialect: ["five-minutes"] },
      { seed: "7" },
      { jobTimeMs: "500-2000" },
      { clock: "fast" },
    ];
    for (const one of options)
      await expect(startEmulator(one as unknown as EmulatorOptions)).rejects.toThrow(/^options/);
  });

  test("what is no list of names, and a lag that is no time, is refused", async () => {
    const wrong = ["five-minutes" as unknown as string[], [1] as unknown as string[]];
    for (const dialects of wrong)
      await expect(startEmulator({ dialects })).rejects.toThrow("options/dialects");
    for (const maxLagMs of [-1, NaN, 1.5])
      await expect(startEmulator({ maxLagMs })).rejects.toThrow("maxLagMs");
  });

  test("each says in one line what it means and where it comes from", () => {
    for (const { summary, source } of Object.values(dialectCatalogue)) {
      expect(summary).toMatch(/^\S.{20,120}$/);
      expect(source).toMatch(/^(documents: |Terraform provider: |common with )/);
    }
  });
});

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

describe("narrow-job-lists", () => {
  test("a list wants job_id or job_type, and an offset that is not too large", async () => {
    const { client } = await alone("narrow-job-lists");
    const statuses = async (...queries: string[]) =>
      Promise.all(
        queries.map(async (query) => (await client.call("GET", `/workspace-sub-jobs${query}`)).status),
      );
    expect(await statuses("", "?status=RUNNING", "?job_type=ADD_VOLUME", "?job_id=x")).toEqual([
      400, 400, 200, 200,
    ]);
    expect(await statuses("?job_id=x&offset=10000", "?job_id=x&offset=10001")).toEqual([200, 400]);
  });

  test("it comes newest first with one seed, oldest first with another", async () => {
    const orderWith = async ({ emulator, client }: { emulator: Emulator; client: Client }) => {
      const first = await client.begin("POST", `/desktops/${d1}/volumes`, { volumes: [sas] });
      emulator.advance(1000);
      await client.begin("POST", `/desktops/${d1}/volumes`, { volumes: [sas] });
      const [top] = await jobsOf(client, "?job_type=ADD_VOLUME");
      return top?.job_id === first ? "oldest" : "newest";
    };
    for (const order of ["oldest", "newest"])
      await seedWith("narrow-job-lists", async (world) => (await orderWith(world)) === order);
  });

  test("without it, everything can be listed", async () => {
    const { client } = await running();
    expect((await client.call("GET", "/workspace-sub-jobs")).status).toBe(200);
  });
});

describe("sparse-sub-jobs", () => {
  test("sub-jobs come without entities, process and message", async () => {
    const { client } = await alone("sparse-sub-jobs");
    await client.add(d1, sas);
    const [part] = await jobsOf(client, "");
    expect(part).toMatchObject({ job_type: "ADD_VOLUME" });
    for (const field of ["entities", "process", "message"]) expect(part).not.toHaveProperty(field);
  });

  test("jobs of some types have no sub-jobs: with one seed adds, with another deletes", async () => {
    const isBarren = async (client: Client, id: string) => {
      const { sub_jobs, sub_jobs_total } = await client.job(id);
      expect(sub_jobs).toHaveLength(sub_jobs_total);
      return sub_jobs_total === 0;
    };
    await seedWith("sparse-sub-jobs", async ({ client }) =>
      isBarren(client, String((await client.add(d1, sas)).json?.job_id)),
    );
    await seedWith("sparse-sub-jobs", async ({ emulator, client }) => {
      withDisks(emulator, "v1");
      return isBarren(client, String((await remove(client, "v1")).json?.job_id));
    });
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

describe("running-only", () => {
  test.each(["SHUTOFF", "ERROR"])(
    "an add is refused while the desktop is %s; other changes are not",
    async (status) => {
      const { emulator, client } = await alone("running-only");
      withDisks(emulator, "v1");
      emulator.addDesktops([{ desktop_id: d1, status }]);
      const refused = await client.add(d1, sas);
      expect([refused.status, codeOf(refused)]).toEqual([409, "WKS.00010032"]);
      expect(refused.text).toContain(`[${status}]`);
      expect((await remove(client, "v1")).status).toBe(200);
      emulator.advance(1000);
      emulator.addDesktops([{ desktop_id: d1, status: "ACTIVE" }]);
      expect((await client.add(d1, sas)).status).toBe(200);
    },
  );

  test("without it, a desktop that is shut off takes disks", async () => {
    const { emulator, client } = await running();
    emulator.addDesktops([{ desktop_id: d1, status: "SHUTOFF" }]);
    expect((await client.add(d1, sas)).status).toBe(200);
  });
});

describe("five-minutes", () => {
  test("a second add on a desktop is refused for five minutes; deletes and other desktops are not", async () => {
    const { emulator, client } = await alone("five-minutes");
    withDisks(emulator, "v1");
    await client.add(d1, sas);
    emulator.advance(1000);
    const refused = await client.add(d1, sas);
    expect([refused.status, codeOf(refused)]).toEqual([400, "WKS.0407"]);
    expect((await remove(client, "v1")).status).toBe(200);
    expect((await client.add(d2, sas)).status).toBe(200);
    emulator.advance(5 * 60_000 - 1001);
    expect((await client.add(d1, sas)).status).toBe(400);
    emulator.advance(1);
    expect((await client.add(d1, sas)).status).toBe(200);
  });

  test("without it, the next add is taken as soon as the job is over", async () => {
    const { emulator, client } = await running();
    await client.add(d1, sas);
    emulator.advance(1000);
    expect((await client.add(d1, sas)).status).toBe(200);
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

describe("lagging-reads", () => {
  interface Seen {
    desktop: number;
    list: number;
    jobList: string | undefined;
  }

  async function look(client: Client): Promise<Seen> {
    const [first] = (await listed(client, `?desktop_id=${d1}`)) as { data_volumes?: unknown[] }[];
    const [job] = await jobsOf(client, "");
    return {
      desktop: (await client.disks(d1)).length,
      list: first?.data_volumes?.length ?? 0,
      jobList: job?.status,
    };
  }

  /** When each kind of read showed the change, in ms after its job's end. */
  async function lagsOf(seed: number, change: (client: Client, emulator: Emulator) => Promise<unknown>) {
    const { emulator, client } = await alone("lagging-reads", { seed });
    withDisks(emulator, "v1");
    await change(client, emulator);
    emulator.advance(1000);
    const before = 1;
    const lags: Record<keyof Seen, number> = { desktop: NaN, list: NaN, jobList: NaN };
    for (let ms = 0; ms <= 10_000; ms += 250) {
      const seen = await look(client);
      if (Number.isNaN(lags.desktop) && seen.desktop !== before) lags.desktop = ms;
      if (Number.isNaN(lags.list) && seen.list !== before) lags.list = ms;
      if (Number.isNaN(lags.jobList) && seen.jobList === "SUCCESS") lags.jobList = ms;
      emulator.advance(250);
    }
    return lags;
  }

  test.each([
    ["a new disk appears late", (client: Client) => client.add(d1, sas)],
    ["a removed one disappears late", (client: Client) => remove(client, "v1")],
  ])("%s, in each kind of read by a lag of its own, up to 10 s", async (_, change) => {
    const [one, other] = [await lagsOf(1, change), await lagsOf(2, change)];
    for (const lags of [one, other])
      for (const lag of Object.values(lags)) expect(lag).toBeLessThanOrEqual(10_250);
    expect(one.desktop).not.toBe(one.list);
    expect(one).not.toEqual(other);
    expect(await lagsOf(1, change)).toEqual(one);
  });

  test("the truth does not lag: the service refuses by it, and the admin side shows it", async () => {
    const { emulator, client } = await alone("lagging-reads", { seed: 1 });
    withDisks(emulator, "v1");
    await remove(client, "v1");
    emulator.advance(1000);
    expect(emulator.desktops()[0]?.data_volumes).toEqual([]);
    expect(await client.disks(d1)).toHaveLength(1);
    expect(codeOf(await remove(client, "v1"))).toBe("WKS.00020404");
  });

  test("a desktop that is being removed is shown with an empty status, then not at all", async () => {
    const { emulator, client } = await alone("lagging-reads", { seed: 1 });
    emulator.addFault({ fault: "desktop-deleted", desktop_id: d1 });
    expect((await client.desktop(d1)).status).toBe("");
    expect(await listed(client)).toHaveLength(2);
    expect((await client.add(d1, sas)).status).toBe(404);
    emulator.advance(10_000);
    expect((await client.call("GET", `/desktops/${d1}`)).status).toBe(404);
    expect(await listed(client)).toHaveLength(1);
  });

  test("the longest lag can be chosen", async () => {
    const { emulator, client } = await alone("lagging-reads", { maxLagMs: 100 });
    await client.add(d1, sas);
    emulator.advance(1100);
    expect(await client.disks(d1)).toHaveLength(1);
  });
});

describe("repeated-parameter", () => {
  const ids = async (client: Client, query: string) =>
    (await listed(client, query)).map(({ desktop_id }) => desktop_id);

  test("ids that are joined with commas are ignored, repeated ones are a filter", async () => {
    const { emulator, client } = await alone("repeated-parameter");
    emulator.addDesktops([{ desktop_id: "third" }]);
    expect(await ids(client, `?desktop_id=${d1},${d2}`)).toEqual([d1, d2, "third"]);
    expect(await ids(client, `?desktop_id=${d1}&desktop_id=third`)).toEqual([d1, "third"]);
    expect(await ids(client, "?desktop_id=third")).toEqual(["third"]);
    expect(await ids(client, `?desktop_id=${d1},${d2}&desktop_id=third`)).toEqual(["third"]);
    expect(await ids(client, "?desktop_id=third&desktop_id=third")).toEqual(["third"]);
  });

  test("without it, both forms are a filter", async () => {
    const { emulator, client } = await running();
    emulator.addDesktops([{ desktop_id: "third" }]);
    expect(await ids(client, `?desktop_id=${d1},third`)).toEqual([d1, "third"]);
    expect(await ids(client, `?desktop_id=${d1}&desktop_id=third`)).toEqual([d1, "third"]);
  });

  test("a fault of a desktop strikes a request that repeats the parameter", async () => {
    const { emulator, client } = await running();
    emulator.addFault({ fault: "respond", status: 503, match: { desktop_id: d2 } });
    expect((await client.call("GET", `/desktops/detail?desktop_id=${d1}&desktop_id=${d2}`)).status).toBe(503);
  });
});

describe("repeating-gateway", () => {
  /** What the caller saw; "cut" where no answer came. */
  async function seenBy(call: Promise<Reply>): Promise<number | "cut"> {
    return call.then(
      ({ status }) => status,
      () => "cut" as const,
    );
  }

  const added = (emulator: Emulator) => emulator.history().filter(({ what }) => what === "volume-added");

  test.each([302, 408, 409, 429, 503, 504, "cut"] as const)(
    "once: the change is carried out, and its caller sees %s",
    async (sees) => {
      const { emulator, client } = await running();
      emulator.addFault({ fault: "repeat", reaches: "once", sees });
      expect(await seenBy(client.add(d1, sas))).toBe(sees);
      emulator.advance(1000);
      expect(added(emulator)).toHaveLength(1);
    },
  );

  test("twice: the second is refused while the first one's job runs", async () => {
    const { emulator, client } = await running();
    emulator.addFault({ fault: "repeat", reaches: "twice", sees: 409 });
    expect(await seenBy(client.add(d1, sas))).toBe(409);
    emulator.advance(1000);
    expect(added(emulator)).toMatchObject([{ by: { copy: 0 } }]);
  });

  test("twice, answered by the service: the refusal of the second copy, also where it comes later", async () => {
    const { emulator, client } = await running();
    emulator.addFault({ fault: "repeat", reaches: "twice", sees: "last", times: 1 });
    const refused = await client.add(d1, sas);
    expect([refused.status, codeOf(refused)]).toEqual([409, "WKS.00010032"]);
    emulator.advance(1000);
    expect(added(emulator)).toHaveLength(1);
    emulator.addFault({ fault: "repeat", reaches: "twice", sees: "last", after_ms: 500, times: 1 });
    const later = seenBy(client.add(d1, sas));
    while (!isBusy(emulator, d1)) await new Promise(setImmediate);
    emulator.advance(500);
    expect(await later).toBe(409);
    emulator.advance(1000);
    expect(added(emulator)).toHaveLength(2);
  });

  test("twice, the second after the first one's job: both are carried out", async () => {
    const { emulator, client } = await running();
    emulator.addFault({ fault: "repeat", reaches: "twice", after_ms: 2000 });
    expect(await seenBy(client.add(d1, sas))).toBe(504);
    emulator.advance(3000);
    expect(added(emulator).map(({ at, by }) => [at - (emulator.clock().now - 3000), by])).toMatchObject([
      [1000, { copy: 0 }],
      [3000, { copy: 1 }],
    ]);
  });

  test("late: it is carried out 30 s after its caller has got an answer", async () => {
    const { emulator, client } = await running();
    emulator.addFault({ fault: "repeat", reaches: "late", sees: 503 });
    expect(await seenBy(client.add(d1, sas))).toBe(503);
    emulator.advance(29_999);
    expect(isBusy(emulator, d1)).toBe(false);
    emulator.advance(1);
    expect(isBusy(emulator, d1)).toBe(true);
    emulator.advance(1000);
    expect(added(emulator)).toHaveLength(1);
  });

  test("as a dialect it draws all of this, the same for the same seed; reads and sign-in are left alone", async () => {
    const course = async (seed: number) => {
      const { emulator, client } = await alone("repeating-gateway", { seed });
      const seen: (number | "cut")[] = [];
      for (let round = 0; round < 60; round += 1) {
        seen.push(await seenBy(client.add(d1, sas)));
        emulator.advance(40_000);
        const ids = (emulator.desktops()[0]?.data_volumes ?? []).map(({ volume_id }) => volume_id);
        if (ids.length > 0) seen.push(await seenBy(remove(client, ...ids)));
        emulator.advance(40_000);
        expect((await client.call("GET", `/desktops/${d1}`)).status).toBe(200);
      }
      return seen;
    };
    const seen = await course(1);
    expect(new Set(seen)).toEqual(new Set([200, 302, 408, 409, 429, 503, 504, "cut"]));
    expect(seen.filter((status) => status === 200).length).toBeGreaterThan(seen.length / 2);
    expect(await course(1)).toEqual(seen);
  }, 60_000);

  test("as a dialect it carries some changes out twice", async () => {
    const { emulator, client } = await alone("repeating-gateway", { seed: 2 });
    for (let round = 0; round < 100; round += 1) {
      emulator.addDesktops([{ desktop_id: d1, data_volumes: [] }]);
      await seenBy(client.add(d1, sas));
      emulator.advance(40_000);
    }
    expect(added(emulator).filter(({ by }) => by.who === "request" && by.copy === 1)).not.toEqual([]);
  }, 60_000);

  test("a reset calls off what is late", async () => {
    const { emulator, client } = await running();
    emulator.addFault({ fault: "repeat", reaches: "late" });
    await client.add(d1, sas);
    emulator.reset();
    emulator.addDesktops([{ desktop_id: d1 }]);
    emulator.advance(60_000);
    expect(emulator.desktops()[0]?.data_volumes).toEqual([]);
  });

  test("a refused change stays refused, whatever its caller sees", async () => {
    const { emulator, client } = await running();
    emulator.addFault({ fault: "repeat", reaches: "twice", sees: 429 });
    expect(await seenBy(client.add("nope", sas))).toBe(429);
    expect(emulator.history()).toEqual([]);
  });
});

test("together they still carry a disk's life", async () => {
  const dialects = dialectNames.filter((name) => name !== "repeating-gateway");
  const { emulator, client } = await running({ dialects });
  expect((await client.add(d1, sas)).status).toBe(200);
  emulator.advance(11_000);
  const [disk] = await client.disks(d1);
  const { root_volume } = await client.desktop(d1);
  expect(root_volume.volume_id).toBe(root1);
  expect((await remove(client, disk?.volume_id ?? "")).status).toBe(200);
  emulator.advance(11_000);
  expect(await client.desktop(d1)).not.toHaveProperty("data_volumes");
});
