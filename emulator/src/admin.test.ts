import { catalogue } from "./fault-catalogue";
import type { FaultName } from "./index";
import { ask, type Reply } from "./testing/client";
import { d1, d2, running, withDisks } from "./testing/running";

describe("desktops", () => {
  test("one is added with nothing but an id", async () => {
    const { emulator, client } = await running({ desktops: 0 });
    const reply = await ask(emulator, "POST", "/_emulator/desktops", {
      body: { desktops: [{ desktop_id: "desk" }] },
    });
    expect(reply.status).toBe(200);
    expect(reply.json?.desktops).toMatchObject([
      {
        desktop_id: "desk",
        computer_name: "DESKTOP-DESK",
        status: "ACTIVE",
        root_volume: { size: 80 },
        data_volumes: [],
      },
    ]);
    expect(await client.desktop("desk")).toMatchObject({ desktop_id: "desk", task_status: "" });
  });

  test("what is given of a known one is changed, the rest stays", async () => {
    const { emulator } = await running();
    withDisks(emulator, "v1", "v2");
    emulator.addDesktops([{ desktop_id: d1, status: "SHUTOFF", root_volume: { size: 100 } }]);
    expect(emulator.desktops()[0]).toMatchObject({
      computer_name: "DESKTOP-0001",
      status: "SHUTOFF",
      root_volume: { volume_id: "a0000000-0000-4000-8000-000000000001", size: 100 },
      data_volumes: [{ volume_id: "v1" }, { volume_id: "v2" }],
    });
    emulator.addDesktops([{ desktop_id: d1, data_volumes: [{ volume_id: "v2" }] }]);
    expect(emulator.desktops()[0]?.data_volumes).toMatchObject([{ volume_id: "v2" }]);
    expect(emulator.desktops()).toHaveLength(2);
  });

  test("what is read can be written again", async () => {
    const { emulator } = await running();
    withDisks(emulator, "v1");
    const before = await ask(emulator, "GET", "/_emulator/desktops");
    emulator.reset();
    expect(emulator.desktops()).toEqual([]);
    const reply = await ask(emulator, "POST", "/_emulator/desktops", { body: before.json });
    expect(reply.status).toBe(200);
    expect((await ask(emulator, "GET", "/_emulator/desktops")).json).toEqual(before.json);
  });

  test("a thousand with ten disks each fit into one call", async () => {
    const { emulator } = await running({ desktops: 0 });
    const kms_id = "k".repeat(150);
    const data_volumes = Array.from({ length: 10 }, () => ({ type: "SSD", size: 10, kms_id }));
    const desktops = Array.from({ length: 1000 }, (_, index) => ({
      desktop_id: `d${String(index)}`,
      data_volumes,
    }));
    expect((await ask(emulator, "POST", "/_emulator/desktops", { body: { desktops } })).status).toBe(200);
    expect(emulator.desktops()).toHaveLength(1000);
  });

  test.each([
    ["no id", { desktops: [{}] }],
    ["an unknown field", { desktops: [{ desktop_id: "a", colour: "red" }] }],
    ["an unknown field of a disk", { desktops: [{ desktop_id: "a", data_volumes: [{ colour: "red" }] }] }],
    [
      "eleven disks",
      { desktops: [{ desktop_id: "a", data_volumes: Array.from({ length: 11 }, () => ({})) }] },
    ],
    ["an unknown project", { desktops: [{ desktop_id: "a", project_id: "nope" }] }],
    ["the disk of another desktop", { desktops: [{ desktop_id: "a", data_volumes: [{ volume_id: "v1" }] }] }],
    [
      "the same disk twice",
      { desktops: [{ desktop_id: "a", data_volumes: [{ volume_id: "x" }, { volume_id: "x" }] }] },
    ],
    ["no list", { desktops: {} }],
    ["nothing", undefined],
  ])("%s is refused", async (_, body) => {
    const { emulator } = await running();
    withDisks(emulator, "v1");
    const before = emulator.desktops();
    expect((await ask(emulator, "POST", "/_emulator/desktops", { body })).status).toBe(400);
    expect(emulator.desktops()).toEqual(before);
  });
});

describe("requests", () => {
  test("they are listed oldest first, without those to the admin side", async () => {
    const { emulator, client } = await running();
    await client.call("GET", "/desktops/detail?limit=5&tag=a%3Db");
    await client.add(d1, { type: "SAS", size: 10 });
    await ask(emulator, "GET", "/nowhere");
    const { requests, forgotten } = (await ask(emulator, "GET", "/_emulator/requests")).json ?? {};
    const project = `/v2/${emulator.env.HW_PROJECT_ID}`;
    const time = emulator.clock().now;
    expect(requests).toEqual([
      {
        time,
        method: "GET",
        path: `${project}/desktops/detail`,
        query: { limit: "5", tag: "a=b" },
        body: null,
        status: 200,
        request_id: expect.any(String) as string,
        label: null,
        account: "emulator",
      },
      {
        time,
        method: "POST",
        path: `${project}/desktops/${d1}/volumes`,
        query: {},
        body: { volumes: [{ type: "SAS", size: 10 }] },
        status: 200,
        request_id: expect.any(String) as string,
        label: null,
        account: "emulator",
      },
      {
        time,
        method: "GET",
        path: "/nowhere",
        query: {},
        body: null,
        status: 404,
        request_id: expect.any(String) as string,
        label: null,
        account: null,
      },
    ]);
    expect(forgotten).toBe(0);
  });

  test("the number of those that are forgotten is told", async () => {
    const { emulator, client } = await running({ maxRequests: 10 });
    for (let count = 0; count < 25; count += 1) await client.call("GET", "/quotas");
    const { requests, forgotten } = emulator.requestLog();
    expect([requests.length, forgotten]).toEqual([10, 15]);
  });

  test("a reset forgets requests, jobs, faults and desktops", async () => {
    const { emulator, client } = await running();
    const job = await client.begin("POST", `/desktops/${d1}/volumes`, {
      volumes: [{ type: "SAS", size: 10 }],
    });
    emulator.addFault({ fault: "throttle" });
    expect((await ask(emulator, "POST", "/_emulator/reset")).status).toBe(204);
    expect([emulator.requests(), emulator.faults(), emulator.desktops()]).toEqual([[], [], []]);
    expect((await client.call("GET", `/workspace-jobs/${job}`)).status).toBe(404);
    expect((await client.call("GET", `/desktops/${d2}`)).status).toBe(404);
  });
});

describe("faults", () => {
  const fields: Record<FaultName, object> = {
    respond: { status: 500 },
    throttle: {},
    conflict: {},
    "refuse-batch": { volume_id: "v" },
    "no-answer": {},
    slow: { delay_ms: 1 },
    "cut-before-work": {},
    "cut-after-work": {},
    truncated: {},
    "not-json": {},
    redirect: {},
    "wrong-project": {},
    repeat: { reaches: "twice" },
    "order-instead-of-job": {},
    "job-fails": {},
    "sub-job-fails": {},
    "partial-batch": { done: 1 },
    "job-never-ends": {},
    "job-forgotten": {},
    "job-unknown-status": {},
    "job-other-words": {},
    "reads-lag": { lag_ms: 1 },
    "list-misses-desktop": { desktop_id: d1 },
    "no-data-volumes": {},
    "root-among-data": {},
    "older-fields": {},
    "desktop-as-array": {},
    "foreign-job": { desktop_id: d1 },
    "volumes-added": { desktop_id: d1, volumes: [{}] },
    "volumes-removed": { desktop_id: d1, volume_ids: ["v1"] },
    "desktop-deleted": { desktop_id: d1 },
    "token-revoked": {},
  };

  test("each can be ordered with what it needs; without that, or with more, it is refused", async () => {
    for (const [name, needed] of Object.entries(fields)) {
      const { emulator } = await running();
      withDisks(emulator, "v1");
      const order = (body: unknown): Promise<Reply> => ask(emulator, "POST", "/_emulator/faults", { body });
      const reply = await order({ fault: name, ...needed });
      expect([name, reply.status, reply.json?.faults]).toMatchObject([name, 200, [{ fault: name }]]);
      for (const missing of Object.keys(needed)) {
        expect([
          name,
          missing,
          (await order({ fault: name, ...needed, [missing]: undefined })).status,
        ]).toEqual([name, missing, 400]);
      }
      const more = await order({ fault: name, ...needed, nonsense: 1 });
      expect([name, more.status, more.json?.error_msg]).toEqual([
        name,
        400,
        expect.stringContaining("nonsense"),
      ]);
    }
    expect(Object.keys(fields).sort()).toEqual(Object.keys(catalogue).sort());
  });

  test.each([
    ["an unknown name", { fault: "flood" }, "fault must be one of respond, throttle,"],
    ["no name", { status: 500 }, "fault must be one of"],
    ["a text", "throttle", "fault must be one of"],
    ["nothing", undefined, "fault must be one of"],
    ["a status that is none", { fault: "respond", status: 99 }, "/status must be >= 200"],
    ["an unknown way", { fault: "conflict", as: "410" }, "(409, disks-being-added, instance-status)"],
    ["an unknown operation", { fault: "throttle", match: { operation: "DeleteAll" } }, "/match/operation"],
    ["an unknown method", { fault: "throttle", match: { method: "get" } }, "/match/method"],
    ["an unknown condition", { fault: "throttle", match: { header: "x" } }, "(header)"],
    ["no condition", { fault: "throttle", match: {} }, "/match"],
    ["a path that is none", { fault: "throttle", match: { path: "v2" } }, "/match/path"],
    ["no times", { fault: "throttle", times: 0 }, "/times"],
    ["a probability above 1", { fault: "throttle", probability: 2 }, "/probability"],
    ["a lag of nothing", { fault: "reads-lag" }, "lag_ms"],
  ])("%s is refused, and the answer says why", async (_, body, message) => {
    const { emulator } = await running();
    const reply = await ask(emulator, "POST", "/_emulator/faults", { body });
    expect([reply.status, reply.json?.error_code]).toEqual([400, "EMULATOR.0400"]);
    expect(reply.json?.error_msg).toContain(message);
    expect(emulator.faults()).toEqual([]);
  });

  test("many are ordered together, all or none", async () => {
    const { emulator } = await running();
    const order = (faults: unknown[]): Promise<Reply> =>
      ask(emulator, "POST", "/_emulator/faults", { body: { faults } });
    expect((await order([{ fault: "throttle" }, { fault: "flood" }])).status).toBe(400);
    expect(emulator.faults()).toEqual([]);
    expect((await order([{ fault: "throttle" }, { fault: "job-fails" }])).status).toBe(200);
    expect(emulator.faults()).toMatchObject([{ id: "1" }, { id: "2" }]);
  });

  test("they can be looked at and taken back", async () => {
    const { emulator, client } = await running();
    emulator.addFault({ fault: "throttle" });
    emulator.addFault({ fault: "throttle", match: { method: "PUT" } });
    await client.call("GET", "/quotas");
    const listed = await ask(emulator, "GET", "/_emulator/faults");
    expect(listed.json?.faults).toMatchObject([
      { id: "1", struck: 1, over: true },
      { id: "2", struck: 0, over: false },
    ]);
    expect((await ask(emulator, "DELETE", "/_emulator/faults/1")).status).toBe(204);
    expect((await ask(emulator, "DELETE", "/_emulator/faults/1")).status).toBe(404);
    expect((await ask(emulator, "DELETE", "/_emulator/faults")).status).toBe(204);
    expect(emulator.faults()).toEqual([]);
  });
});

describe("clock", () => {
  test("it is stopped, moved and looked at", async () => {
    const { emulator } = await running({ clock: "real" });
    const move = async (body: unknown): Promise<unknown> =>
      (await ask(emulator, "POST", "/_emulator/clock", { body })).json;
    const stopped = (await move({ mode: "manual" })) as { now: number };
    expect(await move({ advance_ms: 5000 })).toEqual({ mode: "manual", now: stopped.now + 5000, skew_ms: 0 });
    expect(await move({ skew_ms: -1 })).toMatchObject({ skew_ms: -1 });
    expect((await ask(emulator, "GET", "/_emulator/clock")).json).toEqual({
      mode: "manual",
      now: stopped.now + 5000,
      skew_ms: -1,
    });
  });

  test.each([{}, { advance_ms: -1 }, { advance_ms: "5" }, { mode: "fast" }, { forward: 1 }, undefined])(
    "%j moves nothing",
    async (body) => {
      const { emulator } = await running();
      const before = emulator.clock();
      expect((await ask(emulator, "POST", "/_emulator/clock", { body })).status).toBe(400);
      expect(emulator.clock()).toEqual(before);
    },
  );
});

test("an unknown admin path is a 404", async () => {
  const { emulator } = await running();
  expect((await ask(emulator, "GET", "/_emulator/nothing")).status).toBe(404);
  expect(emulator.requests()).toEqual([]);
});

test.each<[string, unknown]>([
  ["faults", { fault: "respond", status: 200, headers: { "X-A": "a\nb" } }],
  ["faults", { fault: "respond", status: 200, headers: { "bad header": "x" } }],
  ["faults", { fault: "respond", status: 200, headers: { "": "x" } }],
  ["faults", { fault: "redirect", location: "/€" }],
  ["faults", { fault: "throttle", faults: [] }],
  ["clock", { advance_ms: 1e16 }],
  ["clock", { skew_ms: 1e300 }],
  ["dialects", { dialects: Array.from({ length: 101 }, () => "absent-lists") }],
])("an order to %s that could not be carried out is refused: %j", async (path, body) => {
  const { emulator, client } = await running();
  expect((await ask(emulator, "POST", `/_emulator/${path}`, { body })).status).toBe(400);
  expect((await client.call("GET", "/quotas")).status).toBe(200);
});

test("a path with many stars is looked at in no time", async () => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "throttle", match: { path: `/*${"a*".repeat(40)}z` } });
  expect((await client.call("GET", `/desktops/${"a".repeat(250)}`)).status).toBe(404);
  emulator.addFault({ fault: "throttle", match: { path: "/v2/*/quotas" } });
  expect((await client.call("GET", "/quotas")).status).toBe(429);
});

test("after a reset the same seed does the same again", async () => {
  const { emulator, client } = await running({ jobTimeMs: { min: 100, max: 10_000 } });
  const times: number[][] = [];
  for (let round = 0; round < 2; round += 1) {
    emulator.reset();
    emulator.addDesktops([{ desktop_id: d1 }]);
    await client.add(d1, { type: "SAS", size: 10 });
    const began = emulator.clock().now;
    emulator.advance(10_000);
    times.push(emulator.history().map(({ at }) => at - began));
  }
  expect(times[0]).toEqual(times[1]);
});
