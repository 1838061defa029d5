import { operations } from "./contract";
import type { DesktopSpec } from "./index";
import { codeOf, type DesktopJson, type JobJson, type Reply, type SubJobJson } from "./testing/client";
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
    ["?tag=", ["a", "b", "c"]],
    ["?without_any_tag=true", ["c"]],
    ["?without_any_tag=false", ["a", "b", "c"]],
    ["?computer_names=PC-C,PC-A,PC", ["a", "c"]],
    ["?pool_id=p0,p1", ["c"]],
    ["?user_names=bob,ann", ["a"]],
    ["?user_names=ann&user_names=bob", ["a"]],
    ["?user_names=bob&user_name=ann", []],
    ["?user_attached=true", ["a"]],
    ["?user_attached=false", ["b", "c"]],
    ["?desktop_ip=10.0.0.2", ["b"]],
    ["?desktop_ip=10.0.0.", []],
    ["?desktop_type=POOLED", ["c"]],
    ["?desktop_type=DEDICATED", ["a", "b"]],
    ["?desktop_type=", ["a", "b", "c"]],
    ["?image_id=image-b", ["b"]],
    ["?charge_mode=0", ["b"]],
    ["?charge_mode=1", ["a", "c"]],
    ["?in_maintenance_mode=true", ["b"]],
    ["?in_maintenance_mode=false", ["a", "c"]],
    ["?subnet_id=s2", ["b"]],
    ["?availability_zone=cn-north-4b", ["b"]],
    ["?sort_field=created", ["c", "a", "b"]],
    ["?sort_field=computer_name&sort_type=ASC", ["a", "b", "c"]],
    ["?sort_field=computer_name&sort_type=DESC", ["c", "b", "a"]],
    ["?sort_type=DESC", ["a", "b", "c"]],
  ])("a list%s", async (query, expected) => {
    const env = { key: "env", value: "test" };
    const specs: DesktopSpec[] = [
      {
        desktop_id: "a",
        computer_name: "PC-A",
        user_name: "ann",
        tags: [env],
        created: "2026-02-01T00:00:00.000Z",
      },
      {
        desktop_id: "b",
        computer_name: "PC-B",
        status: "SHUTOFF",
        tags: [env, { key: "team", value: "x" }],
        ip_addresses: ["10.0.0.1", "10.0.0.2"],
        subnet_id: "s2",
        availability_zone: "cn-north-4b",
        in_maintenance_mode: true,
        metadata: { charging_mode: "1", "metering.image_id": "image-b" },
        created: "2026-03-01T00:00:00.000Z",
      },
      {
        desktop_id: "c",
        computer_name: "PC-C",
        pool_id: "p1",
        enterprise_project_id: "7",
        created: "2026-01-01T00:00:00.000Z",
      },
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
    emulator.addDesktops([{ desktop_id: d1, pool_id: "p1" }]);
    expect(await find("?desktop_pool_id=p1")).toEqual([[second, first], 2]);
    expect(await find("?desktop_pool_id=p2")).toEqual([[], 0]);
  });

  test("the packages that desktops can be bought as, by every filter", async () => {
    const { client } = await running();
    const list = async (query: string) => (await client.call("GET", `/products${query}`)).json ?? {};
    const [large, larger, arm] = ["x86.ultimate.large2", "x86.ultimate.xlarge2", "k.xlarge.2.linux"].map(
      (name) => `workspace.${name}`,
    );
    const found = async (query: string) =>
      ((await list(query)).products as { product_id: string }[]).map(({ product_id }) => product_id);
    expect(await found("")).toEqual([large, larger, arm]);
    expect(await list(`?product_id=${String(larger)}`)).toMatchObject({
      products: [{ cpu: "4", memory: "8192", type: "BASE", status: "normal", charge_mode: "1" }],
      total_count: 1,
    });
    expect(await found("?os_type=Linux")).toEqual([arm]);
    expect(await found("?charge_mode=0")).toEqual([arm]);
    expect(await found("?architecture=x86")).toEqual([large, larger]);
    expect(await found("?package_type=ultimate")).toEqual([large, larger]);
    expect(await found("?availability_zone=cn-south-1a")).toEqual([]);
    expect(await found("?availability_zone=cn-north-4a&product_id=")).toEqual([large, larger, arm]);
    expect(await found("?offset=1&limit=1")).toEqual([larger]);
    // It repeats what was asked for, the architecture in one series only.
    expect(await list("?availability_zone=cn-north-4a&os_type=Linux&architecture=arm")).toEqual(
      expect.objectContaining({ availability_zone: "cn-north-4a", os_type: "Linux", total_count: 1 }),
    );
    expect(await list("?package_type=agile&architecture=arm")).toEqual({
      products: [],
      total_count: 0,
      architecture: "arm",
    });
    expect((await client.call("GET", "/products?limit=101")).status).toBe(400);
  });

  test("products of disks, and quotas", async () => {
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
    const elsewhere = await client.call("GET", "/volume/products?availability_zone=cn-south-1a");
    expect(elsewhere.json?.volumes).toEqual([]);
    expect((await client.call("GET", "/quotas")).json).toMatchObject({
      quotas: { resources: [{ used: 2 }, { used: 3 }, { type: "volume_gigabytes", used: 180 }] },
    });
  });
});

test("a desktop shows its product, its network and its user as the definitions have it", async () => {
  const { emulator, client } = await running();
  emulator.addDesktops([{ desktop_id: d1, user_name: "ann", product_id: "p1" }]);
  expect(await client.desktop(d1)).toMatchObject({
    product: { product_id: "p1", charge_mode: "1", cpu: "2" },
    metadata: { charging_mode: "0", "metering.resourcetype": "1" },
    desktop_type: "DEDICATED",
    ip_addresses: [expect.stringMatching(/^172\.16\.\d+\.\d+$/)],
    security_groups: [{ name: "WorkspaceUserSecurityGroup" }],
    attach_state: "ATTACHED",
    attach_user_infos: [{ user_name: "ann", type: "USER" }],
    login_status: "REGISTERED",
  });
  const product_id = "workspace.k.xlarge.2.linux";
  emulator.addDesktops([{ desktop_id: d1, user_name: null, status: "SHUTOFF", product_id }]);
  expect(await client.desktop(d1)).toMatchObject({
    product: { product_id, flavor_id: "kc1.xlarge.2", cpu: "4", memory: "8192" },
    flavor: { id: "kc1.xlarge.2" },
  });
  expect(await client.desktop(d1)).toMatchObject({ attach_state: "UNATTACH", login_status: "UNREGISTER" });
});

test("the enterprise project of new disks is kept, and shown to the admin only", async () => {
  const { emulator, client } = await running();
  const body = { volumes: [sas], enterprise_project_id: "7" };
  await client.begin("POST", `/desktops/${d1}/volumes`, body);
  emulator.advance(1000);
  expect(emulator.desktops()[0]?.data_volumes).toMatchObject([{ enterprise_project_id: "7" }]);
  expect(await client.disks(d1)).toEqual([expect.not.objectContaining({ enterprise_project_id: "7" })]);
});

describe("what is documented and not honoured is refused by name", () => {
  /** Filters of which there is a row above. */
  const honoured = [
    ...["desktop_id", "computer_name", "computer_names", "tag", "pool_id", "user_name", "user_names"],
    ...["user_attached", "status", "enterprise_project_id", "desktop_ip", "desktop_type", "image_id"],
    ...["charge_mode", "in_maintenance_mode", "subnet_id", "availability_zone", "without_any_tag"],
    ...["sort_field", "sort_type", "offset", "limit"],
  ];
  const parameters =
    operations.find(({ id }) => id === "ListDesktopsDetail")?.queryTypes ?? new Map<string, string>();

  test.each([...parameters].filter(([name]) => !honoured.includes(name)))(
    "?%s of ListDesktopsDetail",
    async (name: string, type: string) => {
      const { client } = await running();
      const value = { integer: "1", boolean: "true" }[type] ?? "x";
      const reply = await client.call("GET", `/desktops/detail?${name}=${value}`);
      expect([reply.status, codeOf(reply)]).toEqual([501, "EMULATOR.501"]);
      expect(reply.json?.error_msg).toBe(`The emulator does not honour ${name} of ListDesktopsDetail.`);
    },
  );

  test("in the dialect errors-as-200 too, and before anything is done", async () => {
    const { client } = await running({ dialects: ["errors-as-200"] });
    expect((await client.call("GET", "/desktops/detail?user_id=1")).status).toBe(501);
  });

  test.each([
    ["auth.identity.policy", { policy: { Version: "1.1", Statement: [] } }],
    ["auth.identity.assume_role.session_user", {}, { session_user: { name: "x" } }],
  ])("%s of CreateTemporaryAccessKey", async (place, identity: object, role: object = {}) => {
    const { client } = await running();
    const assume_role = { agency_name: "emulator-agency", domain_name: "emulator", ...role };
    const body = { auth: { identity: { methods: ["assume_role"], assume_role, ...identity } } };
    const reply = await client.raw("POST", "/v3.0/OS-CREDENTIAL/securitytokens", body);
    expect(reply).toMatchObject({
      status: 501,
      json: { error: { message: `The emulator does not honour ${place} of CreateTemporaryAccessKey.` } },
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
