import { ask, codeOf } from "./testing/client";
import { d1, isBusy, d2, running, withDisks } from "./testing/running";

const sas = { type: "SAS", size: 10 };

test("respond: any status, body and headers, without doing the work", async () => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "respond", status: 503, body: { a: [1] }, headers: { "X-Odd": "1" }, times: 2 });
  for (let time = 0; time < 2; time += 1) {
    const reply = await client.add(d1, sas);
    expect([reply.status, reply.json, reply.headers.get("x-odd")]).toEqual([503, { a: [1] }, "1"]);
  }
  expect(isBusy(emulator, d1)).toBe(false);
  expect((await client.add(d1, sas)).status).toBe(200);
});

test("respond: a text, or nothing at all", async () => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "respond", status: 500, body: "boom" });
  emulator.addFault({ fault: "respond", status: 204 });
  expect((await client.call("GET", "/quotas")).text).toBe("boom");
  const empty = await client.call("GET", "/quotas");
  expect([empty.status, empty.text]).toEqual([204, ""]);
});

test("respond: it can hide that the work has been done", async () => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "respond", status: 502, work: "done" });
  expect((await client.add(d1, sas)).status).toBe(502);
  expect(isBusy(emulator, d1)).toBe(true);
});

test("respond: it comes before any look at who asks, and reaches IAM", async () => {
  const { emulator } = await running();
  emulator.addFault({ fault: "respond", status: 418, match: { path: "*/auth/tokens" } });
  expect((await ask(emulator, "POST", "/v3/auth/tokens", { body: {} })).status).toBe(418);
});

test("throttle: 429 with Retry-After", async () => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "throttle", retry_after_s: 7 });
  const reply = await client.call("GET", "/quotas");
  expect([reply.status, codeOf(reply), reply.headers.get("retry-after")]).toEqual([429, "APIGW.0308", "7"]);
});

test.each([
  ["409", {}, 409, "WKS.00010409"],
  ["disks-being-added", {}, 400, "WKS.0407"],
  ["instance-status", {}, 409, "WKS.00010032"],
  ["409", { status: 400, code: "WKS.1", message: "m" }, 400, "WKS.1"],
] as const)(
  "conflict: changes are refused as %s %j for a time, reads are not",
  async (as, more, status, code) => {
    const { emulator, client } = await running();
    emulator.addFault({ fault: "conflict", as, ...more, for_ms: 5000, match: { desktop_id: d1 } });
    const refused = await client.add(d1, sas);
    expect([refused.status, codeOf(refused)]).toEqual([status, code]);
    expect((await client.call("GET", `/desktops/${d1}`)).status).toBe(200);
    expect((await client.add(d2, sas)).status).toBe(200);
    emulator.advance(5000);
    expect((await client.add(d1, sas)).status).toBe(200);
  },
);

test("refuse-batch: one bad id refuses the whole of it, and nothing without it", async () => {
  const { emulator, client } = await running();
  withDisks(emulator, "v1", "v2", "v3");
  emulator.addFault({ fault: "refuse-batch", volume_id: "v2", times: "always" });
  const remove = (...volume_ids: string[]) =>
    client.call("POST", `/desktops/${d1}/volumes/batch-delete`, { volume_ids });
  const refused = await remove("v1", "v2");
  expect([refused.status, codeOf(refused)]).toEqual([404, "WKS.00020404"]);
  const expand = { desktop_volumes_expansion: [{ desktop_id: d1, volume_id: "v2", new_size: 90 }] };
  expect((await client.call("POST", "/volumes/expand", expand)).status).toBe(404);
  expect((await remove("v1", "v3")).status).toBe(200);
  emulator.advance(1000);
  expect(await client.disks(d1)).toMatchObject([{ volume_id: "v2" }]);
});

test.each([
  ["not-done", false],
  ["done", true],
] as const)("no-answer: nothing comes, the work is %s", async (work, busy) => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "no-answer", work, match: { method: "POST" } });
  const gone = new AbortController();
  const waiting = client.call("POST", `/desktops/${d1}/volumes`, { volumes: [sas] }, { signal: gone.signal });
  waiting.catch(() => undefined);
  // A later request is answered, so this one would have been long ago.
  while (emulator.faults()[0]?.struck !== 1) await client.call("GET", "/quotas");
  expect(isBusy(emulator, d1)).toBe(busy);
  gone.abort();
  await expect(waiting).rejects.toThrow("abort");
  expect(emulator.requests().find(({ method }) => method === "POST")).toMatchObject({ status: null });
});

test("no-answer: closing the emulator ends it", async () => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "no-answer", match: { method: "POST" } });
  const waiting = client.add(d1, sas);
  waiting.catch(() => undefined);
  while (emulator.faults()[0]?.struck !== 1) await client.call("GET", "/quotas");
  await emulator.close();
  await expect(waiting).rejects.toThrow("fetch failed");
});

test("slow: the answer comes when emulator time has gone by, the work is done before", async () => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "slow", delay_ms: 30_000, match: { method: "POST" } });
  let answered = false;
  const waiting = client.add(d1, sas).finally(() => {
    answered = true;
  });
  while (!isBusy(emulator, d1)) await client.call("GET", "/quotas");
  emulator.advance(29_999);
  await client.call("GET", "/quotas");
  expect(answered).toBe(false);
  emulator.advance(1);
  expect((await waiting).status).toBe(200);
});

test.each([
  ["cut-before-work", []],
  ["cut-after-work", [{ type: "SAS", size: 10 }]],
] as const)("%s: the connection is cut", async (fault, disks) => {
  const { emulator, client } = await running();
  emulator.addFault({ fault });
  await expect(client.add(d1, sas)).rejects.toThrow("fetch failed");
  emulator.advance(1000);
  expect(await client.disks(d1)).toMatchObject(disks);
  expect(emulator.requests()[0]).toMatchObject({ method: "POST", status: null });
});

test("truncated: less comes than was promised", async () => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "truncated" });
  await expect(client.add(d1, sas)).rejects.toThrow("terminated");
  expect(isBusy(emulator, d1)).toBe(true);
});

test("truncated: a whole answer with half a JSON", async () => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "truncated", length: "kept", keep_bytes: 5 });
  const reply = await client.call("GET", "/quotas");
  expect([reply.status, reply.text, reply.json]).toEqual([200, '{"quo', undefined]);
});

test("not-json: a page of HTML, with the work done", async () => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "not-json" });
  emulator.addFault({
    fault: "not-json",
    status: 502,
    body: "<h1>Bad gateway</h1>",
    content_type: "text/plain",
  });
  const reply = await client.add(d1, sas);
  expect([reply.status, reply.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(reply.text).toContain("<html>");
  expect((await client.call("GET", "/quotas")).status).toBe(502);
  expect(isBusy(emulator, d1)).toBe(true);
});

test.each([
  [{}, 302, "/_emulator/elsewhere"],
  [{ status: 307, location: "http://127.0.0.1:9/" }, 307, "http://127.0.0.1:9/"],
] as const)("redirect: the client is sent elsewhere %j", async (fields, status, location) => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "redirect", ...fields });
  const reply = await client.add(d1, sas);
  expect([reply.status, reply.headers.get("location")]).toEqual([status, location]);
  expect(isBusy(emulator, d1)).toBe(false);
});

test("wrong-project: a bare 404, with no code of the service", async () => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "wrong-project", times: "always" });
  const reply = await client.call("GET", `/desktops/${d1}`);
  expect([reply.status, reply.text]).toEqual([404, ""]);
});

test("order-instead-of-job: an add answers an order, other changes do not", async () => {
  const { emulator, client } = await running();
  withDisks(emulator, "v1");
  emulator.addFault({ fault: "order-instead-of-job", order_id: "CS1" });
  const remove = await client.call("POST", `/desktops/${d2}/volumes/batch-delete`, { volume_ids: ["v1"] });
  expect(remove.status).toBe(404);
  expect((await client.add(d1, sas)).json).toEqual({ order_id: "CS1" });
  expect(isBusy(emulator, d1)).toBe(false);
});
