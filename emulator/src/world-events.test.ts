import { ask, codeOf } from "./testing/client";
import { d1, d2, running, withDisks } from "./testing/running";

const sas = { type: "SAS", size: 10 };

test.each([
  [true, 1],
  [false, 0],
])("foreign-job: changes are refused while it runs (visible: %s)", async (visible, listed) => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "foreign-job", desktop_id: d1, duration_ms: 5000, visible });
  expect((await client.call("GET", "/workspace-sub-jobs")).json).toMatchObject({ total_count: listed });
  emulator.advance(4999);
  expect(codeOf(await client.add(d1, sas))).toBe("WKS.00010032");
  emulator.advance(1);
  expect((await client.add(d1, sas)).status).toBe(200);
});

test("volumes-added: at once and without a trace, identical ones too", async () => {
  const { emulator, client } = await running();
  emulator.addFault({
    fault: "volumes-added",
    desktop_id: d1,
    volumes: [sas, sas, { ...sas, volume_id: "v3" }],
  });
  const { data_volumes = [], task_status } = await client.desktop(d1);
  expect([data_volumes.length, task_status]).toEqual([3, ""]);
  expect(new Set(data_volumes.map(({ volume_id }) => volume_id)).size).toBe(3);
  expect((await client.call("GET", "/workspace-sub-jobs")).json).toMatchObject({ total_count: 0 });
  const remove = { volume_ids: ["v3"] };
  expect((await client.call("POST", `/desktops/${d1}/volumes/batch-delete`, remove)).status).toBe(200);
});

test("volumes-added: by a job that can be seen", async () => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "volumes-added", desktop_id: d1, volumes: [sas], job: "visible" });
  expect((await client.call("GET", "/workspace-sub-jobs")).json).toMatchObject({
    jobs: [{ job_type: "addVolumes" }],
  });
  expect(await client.disks(d1)).toHaveLength(0);
  emulator.advance(1000);
  expect(await client.disks(d1)).toHaveLength(1);
});

test.each(["none", "visible"] as const)("volumes-removed: with job %s", async (job) => {
  const { emulator, client } = await running();
  withDisks(emulator, "v1", "v2");
  emulator.addFault({ fault: "volumes-removed", desktop_id: d1, volume_ids: ["v1"], job });
  if (job === "visible") emulator.advance(1000);
  expect(await client.disks(d1)).toMatchObject([{ volume_id: "v2" }]);
  expect((await client.call("POST", `/desktops/${d1}/volumes/v1/expand`, { new_size: 90 })).status).toBe(404);
});

test("desktop-deleted: it is unknown, and so are its disks", async () => {
  const { emulator, client } = await running();
  withDisks(emulator, "v1");
  emulator.addFault({ fault: "desktop-deleted", desktop_id: d1 });
  expect(codeOf(await client.call("GET", `/desktops/${d1}`))).toBe("WKS.00010404");
  expect((await client.call("GET", "/desktops/detail")).json).toMatchObject({ total_count: 1 });
  const qos = { volume_ids: ["v1"], qos: { iops: 1, throughput: 1 } };
  expect(codeOf(await client.call("PUT", "/volumes/batch-modify-qos", qos))).toBe("WKS.00020404");
});

test("desktop-deleted: it is shown as DELETED, and takes no change", async () => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "desktop-deleted", desktop_id: d1, as: "status" });
  expect(await client.desktop(d1)).toMatchObject({ status: "DELETED" });
  expect(codeOf(await client.add(d1, sas))).toBe("WKS.00010404");
});

test("desktop-deleted: in the middle of a job, which ends with it", async () => {
  const { emulator, client } = await running({ maxJobs: 1 });
  const job = await client.begin("POST", `/desktops/${d1}/volumes`, { volumes: [{ ...sas }] });
  emulator.addFault({ fault: "desktop-deleted", desktop_id: d1, match: { operation: "ShowJob" }, nth: 2 });
  expect((await client.job(job)).status).toBe("WAITING");
  expect((await client.call("GET", `/desktops/${d1}`)).status).toBe(200);
  expect((await client.job(job)).status).toBe("SUCCESS");
  expect((await client.call("GET", `/desktops/${d1}`)).status).toBe(404);
  emulator.advance(1000);
  expect((await client.job(job)).status).toBe("SUCCESS");
  await client.begin("POST", `/desktops/${d2}/volumes`, { volumes: [sas] });
  expect(emulator.desktops().map(({ desktop_id }) => desktop_id)).toEqual([d2]);
});

test("token-revoked: one token, or all, before their time", async () => {
  const { emulator } = await running();
  const user = { name: "emulator", password: "Emulator-Password-1", domain: { name: "emulator" } };
  const scope = { project: { name: "cn-north-4" } };
  const body = { auth: { identity: { methods: ["password"], password: { user } }, scope } };
  const take = async (): Promise<string> =>
    (await ask(emulator, "POST", "/v3/auth/tokens", { body })).headers.get("x-subject-token") ?? "";
  const [first, second] = [await take(), await take()];
  const use = async (token: string): Promise<unknown> => {
    const path = `/v2/${emulator.env.HW_PROJECT_ID}/quotas`;
    const reply = await ask(emulator, "GET", path, { headers: { "X-Auth-Token": token } });
    return codeOf(reply) ?? reply.status;
  };
  emulator.addFault({ fault: "token-revoked", token: first });
  expect([await use(first), await use(second)]).toEqual(["APIGW.0307", 200]);
  emulator.addFault({ fault: "token-revoked", match: { operation: "ShowQuotas" }, nth: 2 });
  expect([await use(second), await use(second)]).toEqual([200, "APIGW.0307"]);
  expect(await use(await take())).toBe(200);
});

test("an event with a match waits for its request, and happens before it is worked on", async () => {
  const { emulator, client } = await running();
  emulator.addFault({
    fault: "volumes-added",
    desktop_id: d1,
    volumes: [sas],
    match: { operation: "AddDesktopVolumes" },
  });
  expect(await client.disks(d1)).toHaveLength(0);
  await client.add(d1, sas);
  expect(await client.disks(d1)).toHaveLength(1);
  emulator.advance(1000);
  expect(await client.disks(d1)).toHaveLength(2);
});

test.each([
  ["a desktop that there is not", { fault: "desktop-deleted", desktop_id: "nope" }],
  ["a desktop that there is not, later", { fault: "desktop-deleted", desktop_id: "nope", nth: 1 }],
  ["a volume that there is not", { fault: "volumes-removed", desktop_id: d1, volume_ids: ["nope"] }],
  [
    "an eleventh disk",
    { fault: "volumes-added", desktop_id: d1, volumes: Array.from({ length: 10 }, () => sas) },
  ],
  ["a second job", { fault: "foreign-job", desktop_id: d2 }],
] as const)("what cannot happen is refused: %s", async (_, fault) => {
  const { emulator } = await running();
  withDisks(emulator, "v1");
  emulator.addFault({ fault: "foreign-job", desktop_id: d2 });
  const reply = await ask(emulator, "POST", "/_emulator/faults", { body: fault });
  expect(reply.status).toBe(400);
  expect(emulator.faults()).toEqual([]);
});
