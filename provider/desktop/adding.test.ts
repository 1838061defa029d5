import type { Fault } from "huaweicloud-workspace-emulator";
import { desktopId, eachOnStage, MINUTE } from "../testing/stage";
import { HalfDoneError } from "./halfDone";

const on = eachOnStage();
const disk = { type: "SSD", size: 20 };
const bodies = () => on.it.changes().map(({ body }) => (body as { volumes: object[] }).volumes);
const errorOf = (result: { error?: Error }) => `${result.error?.name}: ${result.error?.message}`;

describe("who gets which", () => {
  test("one gets its disk, and it is held and recorded", async () => {
    on.it.furnish(["a"]);
    const { volume } = await on.it.time.until(on.it.add());
    expect(volume).toMatchObject(disk);
    expect(on.it.disks().map(({ volume_id }) => volume_id)).toEqual(["a", volume?.volumeId]);
    expect(on.it.holdings.isHeld(volume?.volumeId ?? "")).toBe(true);
    expect(on.it.audited).toMatchObject([{ action: "added", volume }]);
    expect(on.it.audited[0]?.job?.jobId).toBeDefined();
  });

  test("askers for different disks in one call get each their own", async () => {
    const specs = [
      { type: "SSD", size: 20 },
      { type: "SSD", size: 30 },
      { type: "SAS", size: 20 },
      { type: "SSD", size: 20 },
      { type: "GPSSD2", size: 20, iops: 4000, throughput: 200 },
    ];
    const results = await on.it.time.until(Promise.all(specs.map((spec) => on.it.add(spec))));
    expect(results.map(({ volume }) => volume)).toMatchObject(specs);
    expect(new Set(results.map(({ volume }) => volume?.volumeId)).size).toBe(5);
    expect(bodies()).toEqual([specs]);
  });

  test("disks that might not be told apart afterwards go in two calls", async () => {
    on.it.emulator.addFault({ fault: "older-fields", times: "always" });
    const specs = [4000, 5000].map((iops) => ({ type: "GPSSD2", size: 20, iops, throughput: 200 }));
    const results = await on.it.time.until(Promise.all(specs.map((spec) => on.it.add(spec))));
    const iops = results.map(
      ({ volume }) => on.it.disks().find(({ volume_id }) => volume_id === volume?.volumeId)?.iops,
    );
    expect(iops).toEqual([4000, 5000]);
    expect(bodies()).toEqual([[specs[0]], [specs[1]]]);
  });

  test("a volume that shows up between the conflict and the next send is nobody's", async () => {
    on.it.emulator.addFault({ fault: "foreign-job", desktop_id: desktopId(), duration_ms: 20_000 });
    const adding = on.it.add();
    await on.it.time.pass(10_000);
    on.it.emulator.addFault({
      fault: "volumes-added",
      desktop_id: desktopId(),
      volumes: [{ ...disk, volume_id: "theirs" }],
    });
    const { volume, error } = await on.it.time.until(adding);
    expect(error).toBeUndefined();
    expect(volume?.volumeId).not.toBe("theirs");
    expect(on.it.disks()).toHaveLength(2);
  });

  test("a foreign disk of the same kind that appears during the job makes it ambiguous: nothing is guessed", async () => {
    const adding = on.it.add();
    await on.it.time.pass(1000);
    on.it.emulator.addFault({
      fault: "volumes-added",
      desktop_id: desktopId(),
      volumes: [{ ...disk, volume_id: "theirs" }],
    });
    const result = await on.it.time.until(adding);
    expect(errorOf(result)).toMatch(/OutcomeUnknownError: .*theirs.*whose is whose cannot be told/);
    expect(bodies()).toHaveLength(1);
    expect(on.it.holdings.isHeld("theirs")).toBe(false);
  });

  test("a foreign disk of another kind is left alone", async () => {
    const adding = on.it.add();
    await on.it.time.pass(1000);
    on.it.emulator.addFault({
      fault: "volumes-added",
      desktop_id: desktopId(),
      volumes: [{ type: "SSD", size: 30 }],
    });
    expect((await on.it.time.until(adding)).volume).toMatchObject(disk);
  });

  test("the disk of one whose time is over is not taken for a foreign one", async () => {
    const [short, long] = await on.it.time.until(
      Promise.all([on.it.add({}, { timeoutMs: 2000 }), on.it.add()]),
    );
    expect(errorOf(short)).toMatch(/TimeoutError: .*Job .* was sent and may still finish/);
    expect(long.error).toBeUndefined();
    expect(on.it.disks().map(({ volume_id }) => volume_id)).toContain(long.volume?.volumeId);
  });
});

describe("after the job", () => {
  test("reads that lag are waited for", async () => {
    on.it.emulator.addFault({ fault: "reads-lag", lag_ms: 6000 });
    expect((await on.it.time.until(on.it.add())).volume).toMatchObject(disk);
  });

  test.each<[string, Fault, RegExp]>([
    [
      "a failed job",
      { fault: "job-fails", code: "EVS.2", reason: "sold out" },
      /JobFailedError: .*EVS\.2 sold out/,
    ],
    [
      "a failed part",
      { fault: "sub-job-fails", code: "EVS.2", reason: "sold out" },
      /JobFailedError: .*EVS\.2 sold out/,
    ],
    [
      "a success that made nothing",
      { fault: "partial-batch", done: 0 },
      /OutcomeUnknownError: .*ended as SUCCESS, but the desktop shows no new disk/,
    ],
    [
      "an order",
      { fault: "order-instead-of-job", order_id: "CS1" },
      /ApiError: .*made order CS1 and started no job: .*yearly\/monthly/,
    ],
  ])("%s is told as it is, and nothing is sent again", async (_, fault, says) => {
    on.it.emulator.addFault(fault);
    expect(errorOf(await on.it.time.until(on.it.add()))).toMatch(says);
    expect(bodies()).toHaveLength(1);
    expect(on.it.disks()).toEqual([]);
  });

  test("of a batch that is half done, as many get a disk as there are", async () => {
    on.it.emulator.addFault({ fault: "partial-batch", done: 2, status: "FAIL" });
    const results = await on.it.time.until(Promise.all([on.it.add(), on.it.add(), on.it.add()]));
    expect(results.filter(({ volume }) => volume !== undefined)).toHaveLength(2);
    expect(results.map(errorOf).filter((text) => text.startsWith("JobFailedError"))).toHaveLength(1);
    expect(on.it.disks()).toHaveLength(2);
  });

  test("of a batch that is half done, what reads show late is not called failed", async () => {
    on.it.emulator.addFault({ fault: "partial-batch", done: 1, status: "FAIL" });
    on.it.emulator.addFault({ fault: "reads-lag", lag_ms: 5000 });
    const results = await on.it.time.until(Promise.all([on.it.add(), on.it.add()]));
    expect(results.filter(({ volume }) => volume !== undefined)).toHaveLength(1);
    expect(on.it.disks()).toHaveLength(1);
  });

  test("a look that shows nothing does not lose the disk", async () => {
    on.it.emulator.addFault({ fault: "no-data-volumes", nth: 2, times: 2 });
    expect((await on.it.time.until(on.it.add())).volume).toMatchObject(disk);
  });

  test("where no look shows anything, it says that a disk may be there", async () => {
    on.it.emulator.addFault({
      fault: "respond",
      status: 403,
      body: {},
      match: { operation: "ShowDesktopDetail" },
      nth: 2,
      times: "always",
    });
    const result = await on.it.time.until(on.it.add());
    expect(errorOf(result)).toMatch(
      /OutcomeUnknownError: job .* was taken on, but what it added cannot be seen: .* 403/,
    );
  });

  test.each<[string, Fault]>([
    ["forgotten", { fault: "job-forgotten", after_ms: 500 }],
    ["in words nobody knows", { fault: "job-unknown-status" }],
  ])("a job that is %s is looked for on the desktop", async (_, fault) => {
    on.it.emulator.addFault(fault);
    expect((await on.it.time.until(on.it.add())).volume).toMatchObject(disk);
    expect(bodies()).toHaveLength(1);
  });
});

describe("the time is over before the job", () => {
  test("the disk is there: it is handed over as half done", async () => {
    on.it.emulator.addFault({ fault: "job-never-ends" });
    const adding = on.it.add({}, { timeoutMs: 10 * MINUTE });
    await on.it.time.pass(MINUTE);
    on.it.emulator.addFault({
      fault: "volumes-added",
      desktop_id: desktopId(),
      volumes: [{ ...disk, volume_id: "new" }],
    });
    const { error, at } = await on.it.time.until(adding);
    expect(error).toBeInstanceOf(HalfDoneError);
    expect((error as HalfDoneError).volume.volumeId).toBe("new");
    expect(at).toBeLessThan(10 * MINUTE);
    expect(on.it.holdings.isHeld("new")).toBe(true);
  });

  test("each has a last look of its own, and nobody gets the same disk", async () => {
    on.it.emulator.addFault({ fault: "job-never-ends" });
    const adding = Promise.all([
      on.it.add({}, { timeoutMs: 2 * MINUTE }),
      on.it.add({}, { timeoutMs: 4 * MINUTE }),
    ]);
    await on.it.time.pass(MINUTE);
    const appear = (volume_id: string) =>
      on.it.emulator.addFault({
        fault: "volumes-added",
        desktop_id: desktopId(),
        volumes: [{ ...disk, volume_id }],
      });
    appear("one");
    await on.it.time.pass(2 * MINUTE);
    appear("two");
    const errors = (await on.it.time.until(adding)).map(({ error }) => error as HalfDoneError);
    expect(errors.map(({ name, volume }) => [name, volume.volumeId])).toEqual([
      ["HalfDoneError", "one"],
      ["HalfDoneError", "two"],
    ]);
  });

  test("a last look that fails is no end for those who have time left", async () => {
    const look = { operation: "ShowDesktopDetail" };
    on.it.emulator.addFault({ fault: "respond", status: 403, body: {}, match: look, nth: 2, times: 1 });
    const [short, long] = await on.it.time.until(
      Promise.all([on.it.add({}, { timeoutMs: 3000 }), on.it.add()]),
    );
    expect(errorOf(short)).toMatch(/TimeoutError: .*Job .* was sent and may still finish/);
    expect(long.volume).toMatchObject(disk);
  });

  test("the disk is not there: it says what was sent", async () => {
    on.it.emulator.addFault({ fault: "job-never-ends" });
    const result = await on.it.time.until(on.it.add({}, { timeoutMs: MINUTE }));
    expect(errorOf(result)).toMatch(
      /TimeoutError: its time of 1 min is over.*job .* is RUNNING.*Job .* was sent and may still finish/,
    );
  });
});

describe("refused before the call", () => {
  test("a desktop holds ten: who came last is told so", async () => {
    on.it.furnish(["1", "2", "3", "4", "5", "6", "7", "8"]);
    on.it.emulator.addFault({ fault: "root-among-data", times: "always" });
    const results = await on.it.time.until(Promise.all([on.it.add(), on.it.add(), on.it.add()]));
    expect(results.map(({ volume }) => volume?.size)).toEqual([20, 20, undefined]);
    expect(errorOf(results[2])).toMatch(
      /has 8 data disks, and ten is the most.*nothing was sent.*deleteBeforeReplace/,
    );
    expect(bodies()).toEqual([[disk, disk]]);
  });

  test("a desktop that is gone", async () => {
    on.it.emulator.addFault({ fault: "desktop-deleted", desktop_id: desktopId() });
    expect(errorOf(await on.it.time.until(on.it.add()))).toMatch(/does not exist or was deleted/);
    expect(bodies()).toEqual([]);
  });
});

test("a kind that the service refuses fails alone", async () => {
  const specs = [{ size: 20 }, { type: "GPSSD2", size: 20 }, { size: 30 }];
  const results = await on.it.time.until(Promise.all(specs.map((spec) => on.it.add(spec))));
  expect(results.map(({ volume }) => volume?.size)).toEqual([20, undefined, 30]);
  expect(errorOf(results[1] ?? {})).toMatch(/needs iops and throughput/);
  expect(on.it.disks()).toHaveLength(2);
});
