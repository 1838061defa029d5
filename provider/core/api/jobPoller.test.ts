import fc from "fast-check";
import { refusal, type Reply, waiter } from "../../../testing/scripted";
import { CredentialsError, TimeoutError } from "../errors";
import { nextPoll } from "./jobPoller";
import type { JobEnd } from "./jobs";
import { type Course, service } from "./testing/jobService";

const HOUR = 3_600_000;

test.each([
  [0, 250, 250],
  [2500, 250, 250],
  [5000, 400, 500],
  [60_000, 4800, 6000],
  [100_000, 8000, 10_000],
  [HOUR, 8000, 10_000],
])("having waited %d ms it polls again after %d to %d ms", (waited, least, most) => {
  expect([nextPoll(waited, () => 1), nextPoll(waited, () => 0)]).toEqual([least, most]);
});

test("the end of a job is noticed within a tenth of its time, or a quarter of a second", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 100_000 }), async (ms) => {
      const { poller, time, clock } = service({ j: { ms } });
      const end = await time.until(poller.wait("j", waiter(time, 2 * HOUR)));
      expect(end.state).toBe("succeeded");
      expect(clock.now() - ms).toBeLessThanOrEqual(Math.max(250, ms / 10) + 1);
    }),
    { numRuns: 25, seed: 7 },
  );
});

test("with many jobs the end of each is noticed in time, too", async () => {
  const courses = Object.fromEntries([3, 7, 20, 45, 90, 91].map((s) => [`j${s}`, { ms: s * 1000 }]));
  const { poller, time, clock } = service(courses);
  const ends = Object.keys(courses).map(async (id) => {
    await poller.wait(id, waiter(time, HOUR));
    return clock.now();
  });
  const at = await time.until(Promise.all(ends));
  Object.values(courses).forEach(({ ms }, index) => {
    expect((at[index] ?? 0) - ms).toBeGreaterThanOrEqual(0);
    expect((at[index] ?? 0) - ms).toBeLessThanOrEqual(Math.max(250, ms / 10) + 50);
  });
});

test("one poll serves all who wait on a job", async () => {
  const alone = service({ j: { ms: 10_000 } });
  await alone.time.until(alone.poller.wait("j", waiter(alone.time, HOUR)));
  const shared = service({ j: { ms: 10_000 } });
  const ten = Array.from({ length: 10 }, () => shared.poller.wait("j", waiter(shared.time, HOUR)));
  const ends = await shared.time.until(Promise.all(ten));
  expect(new Set(ends.map(({ state }) => state))).toEqual(new Set(["succeeded"]));
  expect(Math.abs(shared.seen.length - alone.seen.length)).toBeLessThanOrEqual(4);
});

test.each<[string, Course, Partial<JobEnd>]>([
  ["a word that nobody knows ends the waiting", { ms: 0, word: "SUSPENDED" }, { state: "unknown word" }],
  ["a failure ends it", { ms: 0, word: "FAIL" }, { state: "failed" }],
  ["a missing permission ends it", { ms: 0, shows: () => ({ status: 403 }) }, { state: "forgotten" }],
])("%s at once", async (_, course, expected) => {
  const { poller, time, clock } = service({ j: course });
  expect(await time.until(poller.wait("j", waiter(time, HOUR)))).toMatchObject({ jobId: "j", ...expected });
  expect(clock.now()).toBeLessThan(1000);
});

describe("a job that is not shown", () => {
  test.each<[string, Reply]>([
    ["404 with its own code", refusal(404, "WKS.00030404")],
    ["unknown-as-400: 500 WKS.0202", refusal(500, "WKS.0202")],
    ["errors-as-200", refusal(200, "WKS.00030404")],
    ["a bare 404", { status: 404 }],
    ["404 of the gateway", refusal(404, "APIGW.0101")],
    ["a job without a status", { json: {} }],
  ])("is forgotten after 15 s, when no lag explains it any more: %s", async (_, reply) => {
    const { poller, time, clock, seen } = service({ j: { ms: 0, shows: () => reply } });
    const end = await time.until(poller.wait("j", waiter(time, HOUR)));
    expect(end).toMatchObject({ jobId: "j", state: "forgotten", error: { name: "ApiError" } });
    expect(clock.now()).toBeGreaterThanOrEqual(15_000);
    expect(clock.now()).toBeLessThan(20_000);
    expect(seen.length).toBeLessThan(60);
  });

  test("is waited for when it is shown a little later: reads may lag", async () => {
    const world = service({
      j: {
        ms: 0,
        shows: () =>
          world.clock.now() < 10_000
            ? refusal(404, "WKS.00030404")
            : { json: { status: world.clock.now() < 30_000 ? "RUNNING" : "SUCCESS" } },
      },
    });
    expect((await world.time.until(world.poller.wait("j", waiter(world.time, HOUR)))).state).toBe(
      "succeeded",
    );
  });
});

test("credentials that have ended end the waiting of all at once, as they are", async () => {
  const ended = new CredentialsError("expired", "the token ended at noon");
  const { poller, time, clock, seen } = service({ j: { ms: 0, shows: () => ended } });
  const all = [1, 2].map(() => poller.wait("j", waiter(time, HOUR)).catch((error: unknown) => error));
  for (const error of await time.until(Promise.all(all))) expect(error).toBe(ended);
  expect(clock.now()).toBeLessThan(1000);
  expect(seen).toHaveLength(1);
});

test("an IAM that cannot be reached for a while ends nothing", async () => {
  const away = new CredentialsError("unreachable", "no route");
  let tries = 0;
  const { poller, time } = service({
    j: { ms: 0, shows: () => ((tries += 1) < 5 ? away : { json: { status: "SUCCESS" } }) },
  });
  expect((await time.until(poller.wait("j", waiter(time, HOUR)))).state).toBe("succeeded");
});

describe("those who leave", () => {
  test("do not stop the others, and are told so", async () => {
    const { poller, time, clock } = service({ j: { ms: 10_000 } });
    const short = poller.wait("j", waiter(time, 3000)).catch((error: unknown) => error);
    const long = poller.wait("j", waiter(time, HOUR));
    expect(await time.until(short)).toBeInstanceOf(TimeoutError);
    expect(clock.now()).toBe(3000);
    expect((await time.until(long)).state).toBe("succeeded");
  });

  test("end the polling when they were the last", async () => {
    const { poller, time, seen } = service({ j: { ms: HOUR } });
    const short = poller.wait("j", waiter(time, 3000)).catch(() => undefined);
    await time.until(short);
    const calls = seen.length;
    await time.pass(HOUR);
    expect(seen).toHaveLength(calls);
    expect(time.clock.sleeping).toBe(0);
  });

  test("before they came are not waited for", async () => {
    const { poller, time, seen } = service({ j: { ms: HOUR } });
    const who = waiter(time, 1000);
    who.leave();
    await expect(poller.wait("j", who)).rejects.toThrow(TimeoutError);
    await time.pass(10_000);
    expect(seen).toEqual([]);
  });

  test("and come back while the last call is still out are served by a new watch", async () => {
    // The answer to the first watch's call comes late, when the second watch is on.
    let calls = 0;
    const world = service({
      j: {
        ms: 0,
        shows: () => {
          calls += 1;
          return { json: { status: calls === 1 ? "SUCCESS" : "FAIL" }, afterMs: calls === 1 ? 5000 : 0 };
        },
      },
    });
    const who = waiter(world.time, HOUR);
    const first = world.poller.wait("j", who).catch(() => undefined);
    await world.time.pass(1000);
    who.leave();
    await first;
    await world.time.pass(4100);
    const second = world.poller.wait("j", waiter(world.time, 60_000));
    expect((await world.time.until(second)).state).toBe("failed");
    expect(world.clock.now()).toBeLessThan(10_000);
  });
});

test("a call that hangs for one job does not hold up the others", async () => {
  const { poller, time, clock } = service({
    hangs: { ms: 0, shows: () => ({ afterMs: 50_000, json: { status: "SUCCESS" } }) },
    j: { ms: 5000 },
  });
  const hanging = poller.wait("hangs", waiter(time, HOUR));
  expect((await time.until(poller.wait("j", waiter(time, HOUR)))).state).toBe("succeeded");
  expect(clock.now()).toBeLessThan(5600);
  expect((await time.until(hanging)).state).toBe("succeeded");
});

test("a job that is waited on while another one sleeps long is looked at soon", async () => {
  const world = service({ old: { ms: HOUR }, young: { ms: HOUR } });
  const old = world.poller.wait("old", waiter(world.time, HOUR)).catch(() => undefined);
  await world.time.pass(HOUR / 2);
  void world.poller.wait("young", waiter(world.time, HOUR)).catch(() => undefined);
  await world.time.pass(300);
  expect(world.asked(/sub-jobs/)).toHaveLength(1);
  await world.time.until(old);
});

test("what was seen is told to those who wait", async () => {
  const sub_jobs = [{ id: "s", status: "RUNNING", process: 42 }];
  const { poller, time } = service({
    j: { ms: 0, shows: () => ({ json: { status: "RUNNING", sub_jobs } }) },
  });
  const who = waiter(time, 1000);
  await time.until(poller.wait("j", who).catch(() => undefined));
  expect(who.noted.at(-1)).toBe("42 %, job j is RUNNING");
});
