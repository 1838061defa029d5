import { clientAnswering, patience, type Reply } from "../testing/scripted";
import { Quiet } from "./quiet";
import { SharedReads } from "./sharedReads";
import { find } from "./sight";

const shown = (id: string, more: object = {}) => ({
  desktop_id: id,
  status: "ACTIVE",
  data_volumes: [{ volume_id: `${id}-v`, type: "SSD", size: 20 }],
  ...more,
});

/** A service whose list answers this, and whose single reads show any desktop. */
function service(
  list: (ids: string[]) => Reply,
  single: (id: string) => Reply = (id) => ({ json: { desktop: shown(id) } }),
) {
  const world = clientAnswering((line) => {
    const ids = /detail\?desktop_id=([^&]*)/.exec(line)?.[1];
    if (ids !== undefined) return list(decodeURIComponent(ids).split(","));
    return single(line.replace("GET /desktops/", ""));
  });
  const reads = new SharedReads(world.client, new Quiet(world.clock));
  const read = (id: string, ms = 300_000) => reads.read(id, patience(world.time, ms));
  const lists = () => world.seen.filter(({ line }) => line.includes("detail"));
  const singles = () => world.seen.filter(({ line }) => !line.includes("detail"));
  return { ...world, read, lists, singles };
}

const all = (ids: string[]): Reply => ({
  json: { desktops: ids.map((id) => shown(id)), total_count: ids.length },
});

test("reads of the same moment share a list call for each hundred desktops", async () => {
  const world = service(all);
  const ids = Array.from({ length: 250 }, (_, index) => `d${index}`);
  const sights = await world.time.until(Promise.all([...ids, ...ids].map((id) => world.read(id))));
  expect(sights.map((sight, at) => find(sight, `${ids[at % 250]}-v`)?.size)).toEqual(
    Array.from({ length: 500 }, () => 20),
  );
  expect(world.lists()).toHaveLength(3);
  expect(world.singles()).toEqual([]);
});

test("one desktop alone is asked for directly", async () => {
  const world = service(all);
  await world.time.until(Promise.all([world.read("a"), world.read("a")]));
  expect(world.seen.map(({ line }) => line)).toEqual(["GET /desktops/a"]);
});

test.each<[string, object | undefined]>([
  ["is missing in the list", undefined],
  ["is listed as DELETED", shown("b", { status: "DELETED" })],
  ["is listed without its volumes", { desktop_id: "b", status: "ACTIVE" }],
])("a desktop that %s is asked for singly", async (_, listed) => {
  const world = service(() => ({
    json: { desktops: [shown("a"), ...(listed === undefined ? [] : [listed])], total_count: 2 },
  }));
  const [, b] = await world.time.until(Promise.all([world.read("a"), world.read("b")]));
  expect(find(b, "b-v")).toBeDefined();
  expect(world.singles().map(({ line }) => line)).toEqual(["GET /desktops/b"]);
});

test.each<[string, Reply, number]>([
  ["is refused", { status: 403 }, 1000],
  ["goes on failing", { status: 500 }, 5000],
  ["gives no answer", { afterMs: 3_600_000 }, 35_000],
  ["comes in another shape", { json: {} }, 1000],
])("where the list %s each is asked for singly, in good time", async (_, reply, ms) => {
  const world = service(() => reply);
  const [a, b] = await world.time.until(Promise.all([world.read("a"), world.read("b")]));
  expect([find(a, "a-v"), find(b, "b-v")]).not.toContain(undefined);
  expect(world.clock.now()).toBeLessThan(ms);
});

test("what proves nothing is thrown, to those alone who asked for it", async () => {
  const world = service(
    () => ({ json: { desktops: [shown("a")], total_count: 1 } }),
    () => ({ status: 404, text: "" }),
  );
  const a = world.read("a");
  const b = world.read("b").catch((error: unknown) => error);
  const gone = await world.time.until(Promise.all([a, b]));
  expect(find(gone[0], "a-v")).toBeDefined();
  expect(gone[1]).toMatchObject({ status: 404 });
});

test("a desktop that the service does not know is gone", async () => {
  const world = service(all, () => ({
    status: 404,
    json: { error_code: "WKS.1", error_msg: "no such desktop" },
  }));
  expect(await world.time.until(world.read("a"))).toEqual({ gone: true });
});

test("nothing older than the question is an answer to it", async () => {
  const count = { asked: 0 };
  const world = service(all, (id) => {
    count.asked += 1;
    return { afterMs: 1000, json: { desktop: shown(id, { computer_name: `answer ${count.asked}` }) } };
  });
  const first = world.read("a");
  await world.time.pass(500);
  const second = world.read("a");
  const sights = await world.time.until(Promise.all([first, second]));
  expect(sights.map((sight) => (sight.gone ? "" : sight.desktop.computerName))).toEqual([
    "answer 1",
    "answer 2",
  ]);
});
