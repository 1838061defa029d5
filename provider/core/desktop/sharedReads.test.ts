import { clientAnswering, refusal, type Reply, waiter } from "../../../testing/scripted";
import { BatchingWindow } from "./queue";
import { SharedReads } from "./sharedReads";

const listing = (id: string, more: object = {}) => ({
  desktop_id: id,
  status: "ACTIVE",
  data_volumes: [{ volume_id: `${id}-v`, type: "SSD", size: 20 }],
  ...more,
});

/** A service whose list answers this for the ids that it is asked for. */
function service(list: (ids: string[]) => Reply) {
  const world = clientAnswering((line) =>
    list(decodeURIComponent(/desktop_id=([^&]*)/.exec(line)?.[1] ?? "").split(",")),
  );
  const reads = new SharedReads(world.client, new BatchingWindow(world.clock));
  const listed = (id: string, who = waiter(world.time, 300_000)) => reads.listed(id, who);
  const wait = (ms: number) => waiter(world.time, ms);
  return { ...world, listed, wait };
}

const shows = (ids: string[]) => ({
  json: { desktops: ids.map((id) => listing(id)), total_count: ids.length },
});
const all: (ids: string[]) => Reply = shows;

test("reads of the same moment share a list call for each hundred desktops", async () => {
  const world = service(all);
  const ids = Array.from({ length: 250 }, (_, index) => `d${index}`);
  const shown = await world.time.until(Promise.all([...ids, ...ids].map((id) => world.listed(id))));
  expect(shown.map((desktop) => desktop?.volumes[0]?.volumeId)).toEqual(
    [...ids, ...ids].map((id) => `${id}-v`),
  );
  expect(world.seen).toHaveLength(3);
});

test("one desktop alone is not listed", async () => {
  const world = service(all);
  expect(await world.time.until(Promise.all([world.listed("a"), world.listed("a")]))).toEqual([
    undefined,
    undefined,
  ]);
  expect(world.seen).toEqual([]);
});

test.each<[string, Reply, number]>([
  ["does not have it", { json: { desktops: [listing("a")], total_count: 1 } }, 1_000],
  [
    "shows it as DELETED",
    { json: { desktops: [listing("a"), listing("b", { status: "DELETED" })], total_count: 2 } },
    1_000,
  ],
  ["is refused", { status: 403 }, 1_000],
  ["gives no answer", { afterMs: 3_600_000 }, 11_000],
])("a list that %s proves nothing about a desktop", async (_, reply, ms) => {
  const world = service(() => reply);
  const [, b] = await world.time.until(Promise.all([world.listed("a"), world.listed("b")]));
  expect(b).toBeUndefined();
  expect(world.clock.now()).toBeLessThan(ms);
});

describe("a list that gives no answer", () => {
  test("holds up nobody for more than a quarter of the time that is left, and no longer than ten seconds", async () => {
    const world = service(() => ({ afterMs: 3_600_000 }));
    const at = async (ms: number) => {
      await world.listed(`d${ms}`, world.wait(ms));
      return world.clock.now();
    };
    const [short, long] = await world.time.until(Promise.all([at(8_000), at(300_000)]));
    expect(short).toBeLessThanOrEqual(2_100);
    expect(long).toBeGreaterThanOrEqual(10_000);
    expect(long).toBeLessThanOrEqual(10_100);
  });

  test("is left by those who wait no more, and the others get what it shows", async () => {
    const world = service((ids) => ({ ...shows(ids), afterMs: 2_000 }));
    const leaves = world.wait(300_000);
    const left = world.listed("a", leaves);
    const stays = world.listed("b");
    await world.time.pass(500);
    leaves.leave();
    expect(await left).toBeUndefined();
    expect(world.clock.now()).toBe(500);
    expect(await world.time.until(stays)).toMatchObject({ desktopId: "b" });
  });

  test("who waits no more before it asks takes no call", async () => {
    const world = service(all);
    const gone = world.wait(1_000);
    gone.leave();
    expect(await world.listed("a", gone)).toBeUndefined();
    await world.time.pass(5_000);
    expect(world.seen).toEqual([]);
  });
});

describe("a list that the service refuses", () => {
  test("for speed is sent again when the pause is over, and no desktop is read by itself meanwhile", async () => {
    let refusals = 0;
    const world = service((ids) => {
      refusals += 1;
      return refusals < 3
        ? { status: 429, json: { error_code: "APIGW.0308" }, headers: { "retry-after": "30" } }
        : all(ids);
    });
    const shown = await world.time.until(Promise.all([world.listed("a"), world.listed("b")]));
    expect(shown.map((desktop) => desktop?.desktopId)).toEqual(["a", "b"]);
    expect(world.seen).toHaveLength(3);
    expect(world.clock.now()).toBeGreaterThanOrEqual(60_000);
  });

  test.each<[string, Reply, number]>([
    ["for speed, again and again", refusal(429, "APIGW.0308"), 3],
    ["for good", { status: 403 }, 1],
    ["because it fails", { status: 503 }, 1],
  ])("%s is sent so often, and then each desktop is read by itself", async (_, reply, times) => {
    const world = service(() => reply);
    const shown = await world.time.until(Promise.all([world.listed("a"), world.listed("b")]));
    expect(shown).toEqual([undefined, undefined]);
    expect(world.seen).toHaveLength(times);
  });
});

test("who comes while a list waits for its turn goes with the others who come then", async () => {
  const world = service(all);
  world.limiter.refused(0, 20_000);
  const some = (from: number) => [0, 1].map((index) => world.listed(`d${from + index}`));
  const shown = some(0);
  for (const from of [2, 4, 6]) {
    await world.time.pass(2_000);
    shown.push(...some(from));
  }
  await world.time.until(Promise.all(shown));
  const counts = world.seen.map(({ line }) => (decodeURIComponent(line).match(/\bd\d/g) ?? []).length);
  expect(counts).toEqual([2, 6]);
});

test("a read starts after it was asked for: a list that has left has no place for it", async () => {
  const world = service((ids) => ({ ...shows(ids), afterMs: 1_000 }));
  const first = ["a", "b"].map((id) => world.listed(id));
  await world.time.pass(500);
  const second = ["a", "b"].map((id) => world.listed(id));
  await world.time.until(Promise.all([...first, ...second]));
  expect(world.seen).toHaveLength(2);
  expect(world.seen[1]?.at).toBeGreaterThanOrEqual(500);
});
