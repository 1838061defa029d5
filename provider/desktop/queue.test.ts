import { desktopId, eachOnStage, MINUTE } from "../testing/stage";
import { QUIET_AT_MOST_MS, QUIET_GAPS, QUIET_MS } from "./quiet";

const on = eachOnStage();
const GPSSD2 = { type: "GPSSD2", iops: 3000, throughput: 125 };

/** What changed something, in words: kind and desktop's number, how many disks, when. */
function calls() {
  const start = on.it.clock.date().getTime() - on.it.clock.now();
  return on.it.changes().map(({ path, body, time }) => {
    const { volumes, volume_ids, desktop_volumes_expansion } = body as Record<string, unknown[] | undefined>;
    const count = (volumes ?? volume_ids ?? desktop_volumes_expansion ?? []).length;
    const desktop = /desktops\/d.*?([1-9]\d*)\//.exec(path)?.[1] ?? "";
    return { what: `${path.split("/").at(-1)} ${desktop} ${count}`.replace("  ", " "), at: time - start };
  });
}
const names = () => calls().map(({ what }) => what);

test("what is asked for within one moment goes in one call", async () => {
  on.it.furnish(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
  const results = on.it.disks().map(({ volume_id }) => on.it.remove(volume_id));
  await on.it.time.until(Promise.all(results));
  expect(names()).toEqual(["batch-delete 1 10"]);
});

test("what waits while a job runs goes together in the next one", async () => {
  on.it.furnish(["1", "2", "3"]);
  const results = [on.it.remove("1")];
  await on.it.time.pass(1000);
  results.push(on.it.remove("2"), on.it.remove("3"), on.it.add(), on.it.add());
  const errors = (await on.it.time.until(Promise.all(results))).map(({ error }) => error);
  expect(errors).toEqual(Array.from({ length: 5 }, () => undefined));
  expect(names()).toEqual(["batch-delete 1 1", "batch-delete 1 2", "volumes 1 2"]);
});

test("deletes go first, so that a full desktop has room for what replaces them", async () => {
  on.it.furnish(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
  const results = [on.it.add(), on.it.remove("1"), on.it.add(), on.it.remove("2")];
  const errors = (await on.it.time.until(Promise.all(results))).map(({ error }) => error);
  expect(errors).toEqual(Array.from({ length: 4 }, () => undefined));
  expect(names()).toEqual(["batch-delete 1 2", "volumes 1 2"]);
});

test("nobody is overtaken by deletes more than three times", async () => {
  on.it.furnish(["1", "2", "3", "4", "5", "6", "7", "8"]);
  const results = [on.it.remove("1"), on.it.add()];
  for (let disk = 2; disk <= 8; disk += 1) {
    await on.it.time.pass(4000);
    results.push(on.it.remove(String(disk)));
  }
  await on.it.time.until(Promise.all(results));
  expect(names().indexOf("volumes 1 1")).toBe(4);
});

test("ten ids go in one call at most", async () => {
  on.it.furnish(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]);
  const ids = [...on.it.disks().map(({ volume_id }) => volume_id), "x", "y"];
  await on.it.time.until(Promise.all(ids.map((id) => on.it.remove(id))));
  expect(names()).toEqual(["batch-delete 1 10"]);
});

test("different kinds of the same moment go one after another, and each gets what it asked for", async () => {
  const data_volumes = ["1", "2"].map((volume_id) => ({ volume_id, size: 20, ...GPSSD2 }));
  on.it.emulator.addDesktops([{ desktop_id: desktopId(), data_volumes }]);
  const [grown, faster, added] = await on.it.time.until(
    Promise.all([
      on.it.ask({ kind: "grow", volumeId: "1", size: 40 }),
      on.it.ask({ kind: "qos", volumeId: "2", iops: 5000, throughput: 200 }),
      on.it.add(),
    ]),
  );
  expect(grown.volume).toMatchObject({ volumeId: "1", size: 40 });
  expect(faster.volume).toMatchObject({ volumeId: "2", iops: 5000, throughput: 200 });
  expect(added.volume).toMatchObject({ type: "SSD", size: 20 });
  expect(names()).toEqual(["expand 1", "batch-modify-qos 1", "volumes 1 1"]);
});

test("adds for different enterprise projects go in calls of their own", async () => {
  const add = (enterpriseProjectId: string) =>
    on.it.ask({ kind: "add", spec: { type: "SSD", size: 20 }, enterpriseProjectId });
  await on.it.time.until(Promise.all([add("0"), add("e"), add("0")]));
  expect(
    on.it.changes().map(({ body }) => (body as { enterprise_project_id: string }).enterprise_project_id),
  ).toEqual(["0", "e"]);
  expect(names()).toEqual(["volumes 1 2", "volumes 1 1"]);
});

test("desktops are worked on side by side", async () => {
  const results = [1, 2, 3].map((number) => on.it.add({}, { on: desktopId(number) }));
  await on.it.time.until(Promise.all(results));
  expect(names().sort()).toEqual(["volumes 1 1", "volumes 2 1", "volumes 3 1"]);
  expect(on.it.clock.now()).toBeLessThan(6000);
});

describe("an idle desktop starts", () => {
  test("when nothing has arrived for a moment", async () => {
    on.it.furnish(["1", "2"]);
    const results = [on.it.remove("1")];
    await on.it.time.pass(QUIET_MS - 10);
    results.push(on.it.remove("2"));
    await on.it.time.until(Promise.all(results));
    expect(calls()).toEqual([
      { what: "batch-delete 1 2", at: QUIET_MS - 10 + (QUIET_GAPS * (QUIET_MS - 10)) / 2 },
    ]);
  });

  test("at the latest a second after the last change, while the engine goes on with other things", async () => {
    on.it.furnish(["1"]);
    const result = on.it.remove("1");
    for (let ms = 0; ms < 2000; ms += 40) {
      await on.it.time.pass(40);
      on.it.quiet.noteArrival(false);
    }
    await on.it.time.until(result);
    expect(calls()).toEqual([{ what: "batch-delete 1 1", at: QUIET_AT_MOST_MS }]);
  });
});

test("a request whose time is over while it waits is never sent, and the next ones go on", async () => {
  on.it.furnish(["1", "2", "3"]);
  const results = [on.it.remove("1")];
  await on.it.time.pass(1000);
  results.push(on.it.remove("2", { timeoutMs: 2000 }), on.it.remove("3"));
  const [, second, third] = await on.it.time.until(Promise.all(results));
  expect(second?.error?.message).toMatch(
    /its time of 2 s is over .*it was waiting for its turn. No change was sent/,
  );
  expect(third?.error).toBeUndefined();
  expect(names()).toEqual(["batch-delete 1 1", "batch-delete 1 1"]);
  expect(on.it.disks().map(({ volume_id }) => volume_id)).toEqual(["2"]);
});

test("a queue that has been empty starts again", async () => {
  for (let round = 0; round < 3; round += 1) {
    expect((await on.it.time.until(on.it.add())).error).toBeUndefined();
    await on.it.time.pass(MINUTE);
  }
  expect(on.it.disks()).toHaveLength(3);
});
