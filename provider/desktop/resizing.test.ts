import type { Fault } from "huaweicloud-workspace-emulator";
import { desktopId, eachOnStage } from "../testing/stage";

const on = eachOnStage();
const GPSSD2 = { type: "GPSSD2", size: 20, iops: 3000, throughput: 125 };

beforeEach(() => {
  const data_volumes = ["a", "b", "c"].map((volume_id) => ({ ...GPSSD2, volume_id }));
  on.it.emulator.addDesktops([{ desktop_id: desktopId(), data_volumes }]);
});

const grow = (volumeId: string, size: number) => on.it.ask({ kind: "grow", volumeId, size });
const pace = (volumeId: string, iops: number) => on.it.ask({ kind: "qos", volumeId, iops, throughput: 200 });
const real = (id: string) => on.it.disks().find(({ volume_id }) => volume_id === id);

test("those that are as they shall be are not sent", async () => {
  const results = await on.it.time.until(Promise.all([grow("a", 20), grow("b", 30)]));
  expect(results.map(({ volume }) => volume?.size)).toEqual([20, 30]);
  expect(on.it.changes().map(({ body }) => body)).toEqual([
    { desktop_volumes_expansion: [{ desktop_id: desktopId(), volume_id: "b", new_size: 30 }] },
  ]);
});

test("disks of the same new speed go in one call, those of another in the next", async () => {
  const results = await on.it.time.until(Promise.all([pace("a", 4000), pace("b", 4000), pace("c", 5000)]));
  expect(results.map(({ volume }) => volume?.iops)).toEqual([4000, 4000, 5000]);
  expect(on.it.changes().map(({ body }) => (body as { volume_ids: string[] }).volume_ids)).toEqual([
    ["a", "b"],
    ["c"],
  ]);
});

test("a disk does not shrink: it is refused before the call, and alone", async () => {
  const results = await on.it.time.until(Promise.all([grow("a", 10), grow("b", 30)]));
  expect(results[0].error?.message).toMatch(/already has 20 GB and cannot shrink to 10 GB/);
  expect(results[1].volume?.size).toBe(30);
});

test("a disk that has vanished is an error", async () => {
  const result = await on.it.time.until(grow("x", 30));
  expect(result.error?.message).toMatch(/no longer has disk x/);
  expect(on.it.changes()).toEqual([]);
});

test("a disk that vanishes during the job is an error, too", async () => {
  const growing = grow("a", 30);
  await on.it.time.pass(1000);
  on.it.emulator.addFault({ fault: "volumes-removed", desktop_id: desktopId(), volume_ids: ["a"] });
  expect((await on.it.time.until(growing)).error?.message).toMatch(/no longer has disk a/);
});

test.each<[string, Fault]>([
  ["cut after the work", { fault: "cut-after-work" }],
  ["cut before the work", { fault: "cut-before-work" }],
  ["502, done", { fault: "respond", status: 502, work: "done" }],
  ["503", { fault: "respond", status: 503 }],
  ["409", { fault: "conflict" }],
])("%s: what shall be is reached all the same", async (_, fault) => {
  on.it.emulator.addFault({ ...fault, match: { operation: "ExpandVolumes" } });
  on.it.emulator.addFault({ ...fault, match: { operation: "BatchModifyQosVolumes" } });
  const results = await on.it.time.until(Promise.all([grow("a", 50), pace("b", 9000)]));
  expect(results.map(({ error }) => error)).toEqual([undefined, undefined]);
  expect([real("a")?.size, real("b")?.iops]).toEqual([50, 9000]);
});

test("a size that somebody else has set meanwhile, just as it was asked for, is no error", async () => {
  on.it.emulator.addFault({
    fault: "respond",
    status: 400,
    body: { error_code: "WKS.00020402", error_msg: "not larger" },
    match: { operation: "ExpandVolumes" },
  });
  const growing = grow("a", 30);
  await on.it.time.pass(40);
  on.it.emulator.addFault({ fault: "slow", delay_ms: 1000, match: { operation: "ShowDesktopDetail" } });
  await on.it.time.pass(500);
  on.it.emulator.addDesktops([
    { desktop_id: desktopId(), data_volumes: [{ ...GPSSD2, volume_id: "a", size: 30 }] },
  ]);
  expect((await on.it.time.until(growing)).volume).toMatchObject({ size: 30 });
});

describe("speed that the service does not tell", () => {
  beforeEach(() => {
    on.it.emulator.addFault({ fault: "older-fields", times: "always" });
  });

  test("is set by a job that ended well", async () => {
    expect((await on.it.time.until(pace("a", 4000))).error).toBeUndefined();
    expect(on.it.changes()).toHaveLength(1);
    expect(real("a")?.iops).toBe(4000);
  });

  test("is not set by one that ended well with a failed part", async () => {
    on.it.emulator.addFault({ fault: "sub-job-fails", code: "EVS.3", reason: "not now" });
    expect((await on.it.time.until(pace("a", 4000))).error?.message).toMatch(/EVS\.3 not now/);
  });
});

test("a failed job is tried disk by disk, once, and tells its reason", async () => {
  on.it.emulator.addFault({ fault: "job-fails", code: "EVS.4", reason: "no room", times: "always" });
  const results = await on.it.time.until(Promise.all([grow("a", 30), grow("b", 30)]));
  expect(results.map(({ error }) => error?.message)).toEqual(
    Array.from({ length: 2 }, () => expect.stringMatching(/EVS\.4 no room/) as string),
  );
  expect(on.it.changes()).toHaveLength(3);
});
