import type { DesktopSpec } from "./index";
import type { DesktopJson, JobJson, Reply, SubJobJson } from "./testing/client";
import { d1, running, withDisks } from "./testing/running";

const sas = { type: "SAS", size: 10 };

describe("reads", () => {
  async function listed(specs: DesktopSpec[], query: string): Promise<[string[], number]> {
    const { emulator, client } = await running({ desktops: 0 });
    emulator.addDesktops(specs);
    const { desktops, total_count } = (await client.call("GET", `/desktops/detail${query}`))
      .json as unknown as { desktops: DesktopJson[]; total_count: number };
    return [desktops.map(({ desktop_id }) => desktop_id), total_count];
  }

  test.each([
    ["", ["a", "b", "c"]],
    ["?desktop_id=c,a,nope", ["c", "a"]],
    ["?desktop_id=c&desktop_id=a", ["c", "a"]],
    ["?computer_name=PC-B", ["b"]],
    ["?computer_name=PC", ["a", "b", "c"]],
    ["?user_name=ann", ["a"]],
    ["?pool_id=p1", ["c"]],
    ["?status=SHUTOFF", ["b"]],
    ["?enterprise_project_id=7", ["c"]],
    ["?tag=env%3Dtest", ["a", "b"]],
    ["?tag=env%3Dtest%2Cteam%3Dx", ["b"]],
    ["?desktop_id=a,b&status=ACTIVE", ["a"]],
    ["?unknown=1", ["a", "b", "c"]],
  ])("a list%s", async (query, expected) => {
    const env = { key: "env", value: "test" };
    const specs: DesktopSpec[] = [
      { desktop_id: "a", computer_name: "PC-A", user_name: "ann", tags: [env] },
      { desktop_id: "b", computer_name: "PC-B", status: "SHUTOFF", tags: [env, { key: "team", value: "x" }] },
      { desktop_id: "c", computer_name: "PC-C", pool_id: "p1", enterprise_project_id: "7" },
    ];
    expect(await listed(specs, query)).toEqual([expected, expected.length]);
  });

  test.each([
    ["", 0, 100],
    ["?limit=1000", 0, 100],
    ["?limit=7&offset=3", 3, 7],
    ["?offset=200", 200, 50],
    ["?offset=250", 250, 0],
    ["?limit=0", 0, 0],
  ])("a page%s of 250 desktops", async (query, from, count) => {
    const ids = Array.from({ length: 250 }, (_, index) => `d${String(index)}`);
    const specs = ids.map((desktop_id) => ({ desktop_id }));
    expect(await listed(specs, query)).toEqual([ids.slice(from, from + count), 250]);
  });

  test("data disks come in no order", async () => {
    const { emulator, client } = await running();
    withDisks(emulator, "v1", "v2", "v3", "v4", "v5");
    const orders = new Set<string>();
    for (let read = 0; read < 10; read += 1) {
      orders.add((await client.disks(d1)).map(({ volume_id }) => volume_id).join());
    }
    expect(orders.size).toBeGreaterThan(1);
    expect(emulator.desktops()[0]?.data_volumes.map(({ volume_id }) => volume_id)).toEqual([
      "v1",
      "v2",
      "v3",
      "v4",
      "v5",
    ]);
  });

  test("sub-jobs are found by job, type and status, newest first, in pages", async () => {
    const { emulator, client } = await running();
    const first = await client.begin("POST", `/desktops/${d1}/volumes`, { volumes: [sas] });
    emulator.advance(1000);
    const disk = emulator.desktops()[0]?.data_volumes[0]?.volume_id;
    const second = await client.begin("POST", `/desktops/${d1}/volumes/batch-delete`, { volume_ids: [disk] });
    emulator.advance(500);
    const find = async (query: string): Promise<[string[], number]> => {
      const { jobs, total_count } = (await client.call("GET", `/workspace-sub-jobs${query}`))
        .json as unknown as { jobs: SubJobJson[]; total_count: number };
      return [jobs.map(({ job_id }) => job_id), total_count];
    };
    expect(await find("")).toEqual([[second, first], 2]);
    expect(await find(`?job_id=${first}`)).toEqual([[first], 1]);
    expect(await find("?job_id=nope")).toEqual([[], 0]);
    expect(await find("?job_type=deleteVolumes")).toEqual([[second], 1]);
    expect(await find("?status=SUCCESS")).toEqual([[first], 1]);
    expect(await find("?status=RUNNING")).toEqual([[second], 1]);
    expect(await find("?limit=1&offset=1")).toEqual([[first], 2]);
  });

  test("products and quotas", async () => {
    const { emulator, client } = await running();
    withDisks(emulator, "v1");
    const products = (await client.call("GET", "/volume/products")).json as unknown as {
      volumes: { volume_type: string; iops: unknown }[];
    };
    expect(products.volumes.map(({ volume_type }) => volume_type)).toEqual([
      "SAS",
      "SSD",
      "GPSSD",
      "GPSSD2",
      "ESSD",
    ]);
    const one = await client.call("GET", "/volume/products?volume_type=GPSSD2&availability_zone=cn-north-4a");
    expect(one.json?.volumes).toMatchObject([{ volume_type: "GPSSD2", iops: { min: 3000, max: 128_000 } }]);
    expect((await client.call("GET", "/quotas")).json).toMatchObject({
      quotas: { resources: [{ used: 2 }, { used: 3 }, { type: "volume_gigabytes", used: 180 }] },
    });
  });
});

test("every answer says when it was given, and under which id", async () => {
  const { client } = await running();
  const replies: Reply[] = [
    await client.call("GET", "/desktops/detail"),
    await client.call("GET", "/nowhere"),
  ];
  for (const { headers } of replies) {
    expect(headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
    expect(Math.abs(Date.parse(headers.get("date") ?? "") - Date.now())).toBeLessThan(60_000);
  }
  expect(replies[0]?.headers.get("x-request-id")).not.toBe(replies[1]?.headers.get("x-request-id"));
});

test("a job shows who it works for, and when", async () => {
  const { emulator, client } = await running();
  emulator.addDesktops([{ desktop_id: d1, user_name: "ann", product_id: "p1" }]);
  const job = await client.begin("POST", `/desktops/${d1}/volumes`, { volumes: [sas] });
  emulator.advance(5000);
  const shown: JobJson & { begin_time?: string } = await client.job(job);
  expect(Date.parse(shown.end_time ?? "") - Date.parse(shown.begin_time ?? "")).toBe(1000);
  expect(shown.sub_jobs[0]).toMatchObject({
    job_id: job,
    process: 100,
    entities: { desktop_id: d1, product_id: "p1", user_name: "ann" },
  });
});
