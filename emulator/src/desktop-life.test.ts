import type { EmulatorOptions } from "./emulator";
import { codeOf, type Client, type Json } from "./testing/client";
import { d1, d2, running, withDisks } from "./testing/running";

const wanted = {
  desktop_type: "DEDICATED",
  image_id: "image-1",
  image_type: "private",
  product_id: "workspace.x86.ultimate.xlarge2",
  root_volume: { type: "SAS", size: 80 },
};

const run = (client: Client, op_type: string, ids: string[], type?: string) =>
  client.call("POST", "/desktops/action", { desktop_ids: ids, op_type, ...(type !== undefined && { type }) });

/** What reads show of a desktop's task during a job of a second, every quarter of it. */
async function course(
  change: (client: Client) => Promise<unknown>,
  desktopId: string,
  options: EmulatorOptions = {},
): Promise<[string, unknown][]> {
  const { emulator, client } = await running({ jobTimeMs: 1000, ...options });
  await change(client);
  const seen: [string, unknown][] = [];
  for (let quarter = 0; quarter < 5; quarter += 1) {
    const reply = await client.call("GET", `/desktops/${desktopId}`);
    const { status = "gone", task_status = null } = (reply.json?.desktop ?? {}) as Json;
    seen.push([String(status), task_status]);
    emulator.advance(250);
  }
  return seen;
}

describe("the task moves through the documented words:", () => {
  test.each<[string, (client: Client) => Promise<unknown>, [string, string][]]>([
    [
      "a stop",
      (client) => run(client, "os-stop", [d1]),
      [...Array<[string, string]>(4).fill(["ACTIVE", "powering-off"]), ["SHUTOFF", ""]],
    ],
    [
      "a reboot",
      (client) => run(client, "reboot", [d1], "SOFT"),
      [
        ["ACTIVE", "reboot_pending"],
        ["ACTIVE", "reboot_pending"],
        ["ACTIVE", "reboot_started"],
        ["ACTIVE", "rebooting"],
        ["ACTIVE", ""],
      ],
    ],
    [
      "a forced reboot",
      (client) => run(client, "reboot", [d1], "HARD"),
      [
        ["ACTIVE", "reboot_pending_hard"],
        ["ACTIVE", "reboot_pending_hard"],
        ["ACTIVE", "reboot_started_hard"],
        ["ACTIVE", "rebooting_hard"],
        ["ACTIVE", ""],
      ],
    ],
  ])("%s", async (_, change, words) => {
    expect(await course(change, d1)).toEqual(words);
  });

  test("a start", async () => {
    const { emulator, client } = await running();
    emulator.addDesktops([{ desktop_id: d1, status: "SHUTOFF" }]);
    expect((await run(client, "os-start", [d1])).json).toEqual({ failed_operation_list: [] });
    expect(await client.desktop(d1)).toMatchObject({ status: "SHUTOFF", task_status: "powering-on" });
    emulator.advance(1000);
    expect(await client.desktop(d1)).toMatchObject({ status: "ACTIVE", task_status: "" });
  });

  test("a delete", async () => {
    const seen = await course((client) => client.call("DELETE", `/desktops/${d1}`), d1);
    expect(seen).toEqual([...Array<unknown>(4).fill(["ACTIVE", "deleting"]), ["gone", null]]);
  });
});

test("a desktop is created with what was asked for, and shows it", async () => {
  const { emulator, client } = await running({ jobTimeMs: 1000 });
  const job = await client.begin("POST", "/desktops", {
    ...wanted,
    data_volumes: [{ type: "SSD", size: 20 }],
    desktops: [
      { user_name: "alice", user_email: "alice@example.com", user_group: "users", computer_name: "PC-1" },
    ],
    nics: [{ subnet_id: "subnet-1" }],
    security_groups: [{ id: "sg-1" }],
    desktop_ips: ["172.16.9.9"],
    tags: [{ key: "team", value: "one" }],
    availability_zone: "cn-north-4c",
  });
  const [subJob] = (await client.job(job)).sub_jobs;
  const id = subJob?.entities?.desktop_id ?? "";
  const words: unknown[] = [];
  for (let quarter = 0; quarter < 4; quarter += 1) {
    const { status, task_status } = await client.desktop(id);
    words.push([status, task_status]);
    emulator.advance(250);
  }
  expect(words).toEqual([
    ["SHUTOFF", "scheduling"],
    ["SHUTOFF", "block_device_mapping"],
    ["SHUTOFF", "networking"],
    ["SHUTOFF", "spawning"],
  ]);
  expect(await client.job(job)).toMatchObject({ job_type: "createDesktops", status: "SUCCESS" });
  expect(await client.desktop(id)).toMatchObject({
    status: "ACTIVE",
    computer_name: "PC-1",
    user_name: "alice",
    product_id: wanted.product_id,
    product: { product_id: wanted.product_id },
    metadata: { "metering.image_id": "image-1", "metering.resourcespeccode": wanted.product_id },
    root_volume: { type: "SAS", size: 80 },
    data_volumes: [{ type: "SSD", size: 20 }],
    subnet_id: "subnet-1",
    security_groups: [{ id: "sg-1" }],
    ip_addresses: ["172.16.9.9"],
    tags: [{ key: "team", value: "one" }],
    availability_zone: "cn-north-4c",
  });
  expect((await client.add(id, { type: "SAS", size: 10 })).status).toBe(200);
});

test("desktops without users are counted, and named after their number", async () => {
  const { emulator, client } = await running();
  await client.begin("POST", "/desktops", { ...wanted, size: 2, desktop_name: "POOL" });
  await client.begin("POST", "/desktops", { ...wanted, size: 1, desktop_name: "SINGLE" });
  expect(emulator.desktops().slice(2)).toMatchObject([
    { computer_name: "POOL01", user_name: null },
    { computer_name: "POOL02", user_name: null },
    { computer_name: "SINGLE", user_name: null },
  ]);
});

test.each<[string, object, number, string]>([
  ["neither users nor a count", {}, 400, "Give either desktops or size."],
  [
    "both",
    { size: 1, desktop_name: "A", desktops: [{ user_name: "a" }] },
    400,
    "Give either desktops or size.",
  ],
  ["no name", { size: 1 }, 400, "desktop_name is missing"],
  ["a name that is taken", { size: 1, desktop_name: "DESKTOP-0001" }, 400, "There is a desktop DESKTOP-0001"],
  ["a small root volume", { size: 1, root_volume: { type: "SAS", size: 40 } }, 400, "must be >= 80"],
  ["too few addresses", { size: 2, desktop_name: "A", desktop_ips: ["172.16.0.1"] }, 400, "desktop_ips"],
  ["QoS of a disk without", { size: 1, data_volumes: [{ type: "SSD", size: 10, iops: 9 }] }, 400, "GPSSD2"],
  [
    "an address of the internet",
    { size: 1, eip: { type: "x" } },
    501,
    "does not honour eip of CreateDesktop",
  ],
  ["a copied disk", { desktops: [{ user_name: "a", copy_volume_ids: ["v"] }] }, 501, "copy_volume_ids"],
])("a desktop with %s is refused, and none is created", async (_, change, status, message) => {
  const { emulator, client } = await running();
  const reply = await client.call("POST", "/desktops", { ...wanted, ...change });
  expect([reply.status, reply.json?.error_msg]).toEqual([status, expect.stringContaining(message)]);
  expect(emulator.desktops()).toHaveLength(2);
});

test("a creation that fails leaves a desktop in error", async () => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "job-fails" });
  const job = await client.begin("POST", "/desktops", { ...wanted, size: 1, desktop_name: "A" });
  emulator.advance(1000);
  const id = (await client.job(job)).sub_jobs[0]?.entities?.desktop_id ?? "";
  expect([(await client.job(job)).status, (await client.desktop(id)).status]).toEqual(["FAILED", "ERROR"]);
});

test("a delete answers nothing, takes the disks with it, and its job is in no list", async () => {
  const { emulator, client } = await running();
  withDisks(emulator, "v1");
  const reply = await client.call("DELETE", `/desktops/${d1}?delete_users=true`);
  expect([reply.status, reply.text]).toEqual([204, ""]);
  expect((await client.call("GET", "/workspace-sub-jobs")).json).toMatchObject({ total_count: 0 });
  expect(codeOf(await client.add(d1, { type: "SSD", size: 20 }))).toBe("WKS.00010032");
  emulator.advance(1000);
  const listed = await client.call("GET", "/desktops/detail");
  expect(listed.json).toMatchObject({ total_count: 1, desktops: [{ desktop_id: d2 }] });
  expect(codeOf(await client.call("DELETE", `/desktops/${d1}`))).toBe("WKS.00010404");
  const expansion = { desktop_volumes_expansion: [{ desktop_id: d2, volume_id: "v1", new_size: 30 }] };
  expect(codeOf(await client.call("POST", "/volumes/expand", expansion))).toBe("WKS.00020404");
  const [added, ...after] = emulator.history().map(({ what }) => what);
  expect(added).toBe("volume-added");
  expect(after).toEqual(["job-started", "volume-removed", "desktop-deleted", "job-ended"]);
});

test("many desktops are deleted by one job", async () => {
  const { emulator, client } = await running();
  const reply = await client.call("POST", "/desktops/batch-delete", { desktop_ids: [d1, d2] });
  expect(reply.status).toBe(202);
  emulator.advance(1000);
  const job = await client.job(String(reply.json?.job_id));
  expect(job).toMatchObject({ job_type: "deleteDesktops", status: "SUCCESS", sub_jobs_total: 2 });
  expect(emulator.desktops()).toEqual([]);
});

test("a busy desktop is deleted by force only, and its job fails", async () => {
  const { emulator, client } = await running();
  const job = await client.begin("POST", `/desktops/${d1}/volumes`, { volumes: [{ type: "SSD", size: 20 }] });
  expect(codeOf(await client.call("DELETE", `/desktops/${d1}`))).toBe("WKS.00010032");
  expect((await client.call("DELETE", `/desktops/${d1}?is_force_delete=true`)).status).toBe(204);
  expect(codeOf(await client.call("DELETE", `/desktops/${d1}?is_force_delete=true`))).toBe("WKS.00010032");
  emulator.advance(1000);
  const [subJob] = (await client.job(job)).sub_jobs;
  expect([subJob?.status, emulator.desktops().length]).toEqual(["FAILED", 1]);
});

test("a delete that fails leaves the desktop with its disks, and says so", async () => {
  const { emulator, client } = await running();
  withDisks(emulator, "v1");
  emulator.addFault({ fault: "job-fails", match: { operation: "DeleteDesktop" } });
  await client.call("DELETE", `/desktops/${d1}`);
  emulator.advance(1000);
  expect(await client.desktop(d1)).toMatchObject({
    task_status: "deleteFailed",
    data_volumes: [{ volume_id: "v1" }],
  });
});

test("what cannot be done on one desktop does not keep the others from it", async () => {
  const { emulator, client } = await running();
  emulator.addDesktops([
    { desktop_id: "off", status: "SHUTOFF" },
    { desktop_id: "error", status: "ERROR" },
  ]);
  await client.add(d2, { type: "SSD", size: 20 });
  const ids = [d1, d2, "off", "error", "unknown"];
  const stopped = await run(client, "os-stop", ids);
  const denied = (id: string, status: string) => ({
    desktop_id: id,
    error_code: "WKS.00010032",
    error_msg: expect.stringContaining(`[${status}] and deny operation [os-stop]`) as string,
  });
  expect(stopped.json?.failed_operation_list).toMatchObject([
    denied(d2, "addVolumes"),
    denied("off", "SHUTOFF"),
    denied("error", "ERROR"),
    { desktop_id: "unknown", desktop_name: "", error_code: "WKS.00010404" },
  ]);
  expect((await run(client, "reboot", ["error"], "HARD")).json).toEqual({ failed_operation_list: [] });
  emulator.advance(1000);
  const statuses = emulator.desktops().map(({ status }) => status);
  expect(statuses).toEqual(["SHUTOFF", "ACTIVE", "SHUTOFF", "ACTIVE"]);
});

test("a desktop hibernates and is started again, without a word for its task", async () => {
  const { emulator, client } = await running();
  await run(client, "os-hibernate", [d1]);
  expect(await client.desktop(d1)).toMatchObject({ status: "ACTIVE", task_status: "" });
  emulator.advance(1000);
  expect(await client.desktop(d1)).toMatchObject({ status: "HIBERNATED" });
  await run(client, "os-start", [d1]);
  emulator.advance(1000);
  expect(await client.desktop(d1)).toMatchObject({ status: "ACTIVE" });
});

test("an unknown operation is refused", async () => {
  const { client } = await running();
  expect((await run(client, "sleep", [d1])).status).toBe(400);
});

test("running-only: disks are added to a desktop that was started, and to none that was stopped", async () => {
  const { emulator, client } = await running({ dialects: ["running-only"] });
  const add = async () => (await client.add(d1, { type: "SSD", size: 10 })).status;
  await run(client, "os-stop", [d1]);
  emulator.advance(1000);
  expect(await add()).toBe(409);
  await run(client, "os-start", [d1]);
  emulator.advance(1000);
  expect(await add()).toBe(200);
});

test("lagging-reads: a deleted desktop is still shown for a while, without a status", async () => {
  const { emulator, client } = await running({ dialects: ["lagging-reads"], jobTimeMs: 1 });
  await client.call("DELETE", `/desktops/${d1}`);
  emulator.advance(1);
  expect(await client.desktop(d1)).toMatchObject({ status: "" });
  emulator.advance(10_000);
  expect((await client.call("GET", `/desktops/${d1}`)).status).toBe(404);
});
