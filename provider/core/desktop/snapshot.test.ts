import { clientAnswering, type Reply, waiter } from "../../../testing/scripted";
import { BatchingWindow } from "./queue";
import { limited, SharedReads } from "./snapshot";

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
  return { ...world, listed: (id: string) => reads.listed(id, waiter(world.time, 300_000)) };
}

const all = (ids: string[]): Reply => ({
  json: { desktops: ids.map((id) => listing(id)), total_count: ids.length },
});

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

test("a time limit counts from the first request on: many of our own may wait for their turn before it", () => {
  const { time, clock } = clientAnswering(() => ({ status: 200, body: {} }));
  const limit = limited(waiter(time, 300_000), 10_000, clock);
  limit.noteCall?.("waiting until the service takes requests again");
  time.clock.advance(60_000);
  expect(limit.remaining()).toBe(10_000);
  limit.noteRequest?.();
  time.clock.advance(4_000);
  expect(limit.remaining()).toBe(6_000);
});
