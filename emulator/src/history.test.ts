import type { HistoryEvent } from "./history";
import { ask } from "./testing/client";
import { d1, d2, running, withDisks } from "./testing/running";

const short = ({ what, volume_id, by }: HistoryEvent) => [what, volume_id, by.who];

test("it tells which job of which request made or removed which disk", async () => {
  const { emulator, client } = await running();
  withDisks(emulator, "v1");
  const started = emulator.clock().now;
  const url = `/v2/${emulator.env.HW_PROJECT_ID}/desktops/${d1}/volumes/batch-delete`;
  const reply = await client.raw("POST", url, { volume_ids: ["v1"] }, { label: "run 1, request 7" });
  emulator.advance(5_000);
  const by = {
    who: "request",
    request_id: reply.headers.get("x-request-id"),
    label: "run 1, request 7",
    operation: "DeleteDesktopVolumes",
    copy: 0,
  };
  const job = { desktop_id: d1, job_id: reply.json?.job_id, job_type: "DELETE_VOLUME", by };
  expect(emulator.history().filter(({ by: { who } }) => who !== "admin")).toEqual([
    { at: started, what: "job-started", ...job },
    { at: started + 1_000, what: "volume-removed", volume_id: "v1", type: "SAS", size: 20, ...job },
    { at: started + 1_000, what: "job-ended", result: "succeeded", ...job },
  ]);
  expect(emulator.requests().at(-1)).toMatchObject({ request_id: by.request_id, label: by.label });
});

test("what is expanded and tuned is in it, with the size that the disk then has", async () => {
  const { emulator, client } = await running();
  emulator.addDesktops([{ desktop_id: d1, data_volumes: [{ volume_id: "v1", type: "GPSSD2", size: 20 }] }]);
  const expansion = { desktop_volumes_expansion: [{ desktop_id: d1, volume_id: "v1", new_size: 30 }] };
  await client.begin("POST", "/volumes/expand", expansion);
  emulator.advance(1_000);
  await client.begin("PUT", "/volumes/batch-modify-qos", {
    volume_ids: ["v1"],
    qos: { iops: 3000, throughput: 125 },
  });
  emulator.advance(1_000);
  const changes = emulator.history().filter(({ what }) => /expanded|tuned/.test(what));
  expect(changes).toMatchObject([
    { what: "volume-expanded", volume_id: "v1", size: 30 },
    { what: "volume-tuned", volume_id: "v1", size: 30 },
  ]);
});

test("what faults do is in it, as theirs", async () => {
  const { emulator } = await running();
  withDisks(emulator, "v1");
  emulator.addFault({ fault: "volumes-added", desktop_id: d2, volumes: [{ volume_id: "v2" }] });
  emulator.addFault({ fault: "volumes-removed", desktop_id: d1, volume_ids: ["v1"] });
  emulator.addFault({ fault: "desktop-deleted", desktop_id: d1 });
  emulator.addFault({ fault: "desktop-deleted", desktop_id: d2, as: "status" });
  expect(emulator.history().map(short)).toEqual([
    ["volume-added", "v1", "admin"],
    ["volume-added", "v2", "fault"],
    ["volume-removed", "v1", "fault"],
    ["desktop-deleted", undefined, "fault"],
    ["volume-removed", "v2", "fault"],
    ["desktop-deleted", undefined, "fault"],
  ]);
});

test("a disk that was taken away during its expansion is not expanded any more", async () => {
  const { emulator, client } = await running();
  withDisks(emulator, "v1");
  await client.begin("POST", `/desktops/${d1}/volumes/v1/expand`, { new_size: 30 });
  emulator.addDesktops([{ desktop_id: d1, data_volumes: [] }]);
  emulator.advance(1_000);
  expect(emulator.history().map(short)).toEqual([
    ["volume-added", "v1", "admin"],
    ["job-started", undefined, "request"],
    ["volume-removed", "v1", "admin"],
    ["job-ended", undefined, "request"],
  ]);
});

test.each(["404", "status"] as const)(
  "the job of a desktop that is deleted (%s) ends, and adds nothing",
  async (as) => {
    const { emulator, client } = await running();
    const job = await client.begin("POST", `/desktops/${d1}/volumes`, {
      volumes: [{ type: "SAS", size: 10 }],
    });
    emulator.addFault({ fault: "desktop-deleted", desktop_id: d1, as });
    emulator.advance(1_000);
    expect(emulator.history().map(({ what }) => what)).toEqual([
      "job-started",
      "job-ended",
      "desktop-deleted",
    ]);
    expect(await client.job(job)).toMatchObject({ status: "SUCCESS", sub_jobs: [{ status: "FAILED" }] });
  },
);

test("no desktop ever has more than ten disks, and no disk is on two desktops", async () => {
  const { emulator } = await running();
  withDisks(emulator, ...Array.from({ length: 9 }, (_, index) => `v${index}`));
  const match = { operation: "ShowQuotas" };
  const volumes = [{ volume_id: "x" }, { volume_id: "y" }];
  emulator.addFault({ fault: "volumes-added", desktop_id: d1, volumes, match });
  emulator.addFault({ fault: "volumes-added", desktop_id: d2, volumes, match });
  await ask(emulator, "GET", "/v2/p/quotas");
  const disks = emulator.desktops().map(({ data_volumes }) => data_volumes.map(({ volume_id }) => volume_id));
  expect(disks.map((ids) => ids.length)).toEqual([10, 1]);
  expect(new Set(disks.flat()).size).toBe(11);
});

test("a job that changes nothing has begun and ended, and changed nothing", async () => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "job-fails" });
  await client.add(d1, { type: "SAS", size: 10 });
  emulator.advance(1_000);
  expect(emulator.history()).toMatchObject([
    { what: "job-started" },
    { what: "job-ended", result: "failed" },
  ]);
});

test("the admin side shows it, and a reset forgets it", async () => {
  const { emulator, client } = await running();
  await client.add(d1, { type: "SAS", size: 10 });
  const { history } = (await ask(emulator, "GET", "/_emulator/history")).json ?? {};
  expect(history).toEqual(emulator.history());
  expect(history).toHaveLength(1);
  emulator.reset();
  expect(emulator.history()).toEqual([]);
});
