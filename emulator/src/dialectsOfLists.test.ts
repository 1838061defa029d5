import type { Emulator } from "./emulator";
import { alone, jobsOf, listed, remove, sas, seedWith } from "./testing/alone";
import { codeOf, type Client } from "./testing/client";
import { d1, d2, running, withDisks } from "./testing/running";

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
