import { ask } from "./testing/client";
import { d1, d2, running, withDisks } from "./testing/running";
import type { Overview } from "./overview";

async function overviewOf(emulator: Awaited<ReturnType<typeof running>>["emulator"]): Promise<Overview> {
  return (await ask(emulator, "GET", "/_emulator/overview")).json as unknown as Overview;
}

test.each([
  ["/", "text/html; charset=utf-8", "<!doctype html>"],
  ["/_emulator/page/page.css", "text/css; charset=utf-8", ":root"],
  ["/_emulator/page/page.js", "text/javascript; charset=utf-8", "fetch("],
])("%s is served, needs no other host, and is in no log", async (path, type, part) => {
  const { emulator } = await running();
  const { status, headers, text } = await ask(emulator, "GET", path);
  expect([status, headers.get("content-type")]).toEqual([200, type]);
  expect(headers.get("content-security-policy")).toMatch(/^default-src 'self'; /);
  expect(text).toContain(part);
  expect(text).not.toMatch(/https?:\/\//);
  expect(emulator.requests()).toEqual([]);
});

test("desktops show their disks and the job that runs", async () => {
  const { emulator, client } = await running();
  withDisks(emulator, "v1");
  await client.add(d1, { type: "SSD", size: 20 });
  emulator.advance(500);
  const { desktops, desktop_count, jobs, clock } = await overviewOf(emulator);
  const job = { type: "addVolumes", desktop_id: d1, status: "RUNNING", process: 50, reason: null };
  expect(desktops).toMatchObject([
    { desktop_id: d1, status: "ACTIVE", data_volumes: [{ volume_id: "v1" }], job },
    { desktop_id: d2, data_volumes: [], job: null },
  ]);
  expect([desktop_count, clock.mode]).toEqual([2, "manual"]);
  expect(jobs).toMatchObject([job]);

  emulator.advance(500);
  const later = await overviewOf(emulator);
  expect(later.desktops[0]).toMatchObject({ data_volumes: [{}, {}], job: null });
  expect(later.jobs).toMatchObject([{ status: "SUCCESS", process: 100 }]);
});

test("jobs are listed newest first, with why one failed, and those that no client can know of", async () => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "job-fails", reason: "no space" });
  await client.add(d1, { type: "SSD", size: 20 });
  emulator.advance(1000);
  emulator.addFault({ fault: "foreign-job", desktop_id: d2, visible: false });
  expect((await overviewOf(emulator)).jobs).toMatchObject([
    { desktop_id: d2, type: "rebootDesktops" },
    { desktop_id: d1, status: "FAIL", reason: "no space" },
  ]);
});

test("requests come newest first, with status, dialects and faults", async () => {
  const { emulator, client } = await running();
  await client.call("GET", `/desktops/${d1}`);
  emulator.setDialects(["errors-as-200", "no-absent-lists"]);
  emulator.addFault({ fault: "older-fields", match: { operation: "ShowDesktopDetail" } });
  emulator.addFault({ fault: "throttle", match: { operation: "ShowDesktopDetail" } });
  await client.call("GET", `/desktops/${d1}`);
  emulator.addFault({ fault: "job-fails" });
  await client.add(d1, { type: "SSD", size: 20 });
  const dialects = ["no-absent-lists", "errors-as-200"];
  expect((await overviewOf(emulator)).requests).toMatchObject([
    { method: "POST", status: 200, dialects, faults: ["job-fails"] },
    { method: "GET", status: 429, dialects, faults: ["older-fields", "throttle"] },
    { method: "GET", path: expect.stringContaining(d1) as string, status: 200, dialects: [], faults: [] },
  ]);
});

test("only so much is shown as a person can read", async () => {
  const { emulator, client } = await running({ desktops: 300 });
  for (let count = 0; count < 110; count += 1) await client.call("GET", "/quotas");
  const { desktops, desktop_count, requests } = await overviewOf(emulator);
  expect([desktops.length, desktop_count, requests.length]).toEqual([200, 300, 100]);
});

test("everything that can be ordered is named, with the fields that it needs", async () => {
  const { emulator } = await running();
  const { catalogue, operations, dialects } = await overviewOf(emulator);
  expect(catalogue).toContainEqual({
    fault: "respond",
    kind: "answer",
    summary: expect.any(String) as string,
    required: ["status"],
  });
  expect(operations).toContain("AddDesktopVolumes");
  expect(operations).not.toContain("KeystoneListProjects");
  expect(dialects).toHaveLength(13);
});
