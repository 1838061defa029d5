/** What changes of many desktops cost in calls: one for each change, and few beside. */
import type { EmulatorOptions, LoggedRequest } from "huaweicloud-workspace-emulator";
import { coreAlone } from "../../bench/alone";
import { desktopId } from "../../testing/emulatedCloud";

type World = Awaited<ReturnType<typeof coreAlone>>;
let world: World | undefined;

afterEach(async () => {
  await world?.cloud.end();
  world = undefined;
});

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** So many desktops, each with so many disks that nobody has. */
async function fleet(desktops: number, old: number, more: EmulatorOptions = {}): Promise<World> {
  world = await coreAlone({ desktops, jobTimeMs: 5_000, maxRequests: 100_000, ...more }, 20);
  const data_volumes = numbers(old).map((n) => ({ type: "SAS", size: 50 + 10 * n }));
  if (old > 0)
    world.emulator.addDesktops(numbers(desktops).map((n) => ({ desktop_id: desktopId(n), data_volumes })));
  return world;
}

/** Adds so many disks to each desktop and deletes them; the calls of both. */
async function addAndRemove({ emulator, time, add, remove }: World, desktops: number, disks: number) {
  const wanted = numbers(desktops).flatMap((n) => Array.from({ length: disks }, () => desktopId(n)));
  const all = async <T>(work: readonly Promise<T>[]) => {
    const before = emulator.requests().length;
    const done = await time.until(Promise.all(work));
    return { done, calls: emulator.requests().slice(before) };
  };
  const up = await all(wanted.map(async (on) => ({ on, ...(await add(on)) })));
  const destroy = await all(
    up.done.flatMap(({ volume, on }) => (volume === undefined ? [] : [remove(volume.volumeId, on)])),
  );
  const errors = [...up.done, ...destroy.done].flatMap(({ error }) => (error === undefined ? [] : [error]));
  expect(errors).toEqual([]);
  return { up: up.calls, destroy: destroy.calls };
}

/** Calls by what they are, for a failure that says more than a number. */
function kinds(calls: readonly LoggedRequest[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { method, path } of calls) {
    const kind = `${method} ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID").replace(/^\/v2\/[^/]+/, "")}`;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** Fails with the calls by kind. */
function expectAtMost(calls: readonly LoggedRequest[], most: number): void {
  expect({ ...kinds(calls), isEnough: calls.length <= most }).toEqual({ ...kinds(calls), isEnough: true });
}

test.each<[string, number, number, number, EmulatorOptions]>([
  ["a disk before, one is added", 100, 1, 1, {}],
  ["no disk before, one is added", 100, 0, 1, {}],
  ["no disk before, ten are added", 100, 0, 10, {}],
  ["jobs of ten seconds", 100, 0, 1, { jobTimeMs: 10_000 }],
  ["a thousand desktops, ten disks are added to each", 1_000, 0, 10, {}],
])(
  "%s: %d changes cost at most 15 %% more calls each way",
  async (_, desktops, old, disks, options) => {
    const { up, destroy } = await addAndRemove(await fleet(desktops, old, options), desktops, disks);
    expectAtMost(up, 1.15 * desktops);
    expectAtMost(destroy, 1.15 * desktops);
  },
  240_000,
);

test("a desktop that the list omits is read by itself, and the others are not", async () => {
  const its = await fleet(100, 0);
  its.emulator.addFault({ fault: "list-misses-desktop", desktop_id: desktopId(7), times: "always" });
  const { up, destroy } = await addAndRemove(its, 100, 1);
  for (const calls of [up, destroy]) {
    const alone = calls.filter(({ method, path }) => method === "GET" && path.includes("desktops/d0"));
    expect(alone.filter(({ path }) => path.endsWith(desktopId(7)))).toHaveLength(2);
    // One whose job ends before all others may be read alone, too.
    expect(alone.length).toBeLessThanOrEqual(4);
    expectAtMost(calls, 117);
  }
});

const REFUSED = { error_code: "WKS.0403", error_msg: "not allowed" };

test("without the permission for the lists each desktop is read by itself", async () => {
  const its = await fleet(20, 0);
  for (const operation of ["ListDesktopsDetail", "ListItaSubJobs"])
    its.emulator.addFault({
      fault: "respond",
      match: { operation },
      status: 403,
      body: REFUSED,
      times: "always",
    });
  const { up, destroy } = await addAndRemove(its, 20, 1);
  for (const calls of [up, destroy]) {
    expect(kinds(calls)["GET /desktops/ID"]).toBe(40);
    expect(kinds(calls)["GET /workspace-sub-jobs"] ?? 0).toBeLessThanOrEqual(1);
  }
});
