import fc from "fast-check";
import { withChance } from "../../../testing/history/chance";
import { VirtualTime } from "../../../testing/virtualTime";
import { Limiter } from "./limiter";

/** How many requests may leave in so many ms, with any number waiting, all of them accepted. */
async function through(world: VirtualTime, limiter: Limiter, ms: number): Promise<number> {
  const count = { passed: 0, over: false };
  const run = async () => {
    for (;;) {
      await limiter.take();
      if (count.over) return;
      count.passed += 1;
      limiter.accepted(world.clock.now());
    }
  };
  void run();
  await world.pass(ms);
  count.over = true;
  return count.passed;
}

test("it begins slowly, and is at the full rate when some requests were accepted", async () => {
  const world = new VirtualTime();
  const limiter = new Limiter(world.clock, 20);
  expect(await through(world, limiter, 0)).toBe(2);
  expect(await through(world, limiter, 1_000)).toBeGreaterThanOrEqual(5);
  await through(world, limiter, 2_000);
  const full = await through(world, limiter, 10_000);
  expect(full).toBeGreaterThanOrEqual(195);
  expect(full).toBeLessThanOrEqual(202);
});

test.each([
  ["a short line with one whose refusal is costly", 100, true, 6.3],
  ["a line that takes longer than such a refusal", 2_000, true, 16],
  ["no such request", 100, false, 16],
])("how fast the rate grows at the start: %s", (_, waiting, isCostly, expected) => {
  const world = new VirtualTime();
  const limiter = new Limiter(world.clock, 20);
  const leaves = new AbortController();
  for (let n = 1; n < waiting; n += 1) void limiter.take();
  void limiter.take(leaves.signal, isCostly);
  for (let n = 0; n < 20; n += 1) limiter.accepted(0);
  expect(limiter.perSecond).toBeCloseTo(expected);
  // Those that have left the line are costly no more.
  leaves.abort();
  limiter.accepted(0);
  expect(limiter.perSecond).toBeCloseTo(expected + 1);
});

test("idle time saves up next to nothing", async () => {
  const world = new VirtualTime();
  const limiter = new Limiter(world.clock, 5);
  await world.pass(3_600_000);
  expect(await through(world, limiter, 0)).toBe(2);
});

test("first come, first served", async () => {
  const world = new VirtualTime();
  const limiter = new Limiter(world.clock, 1);
  const order: number[] = [];
  const all = [1, 2, 3, 4].map((who) => limiter.take().then(() => order.push(who)));
  await world.until(Promise.all(all));
  expect(order).toEqual([1, 2, 3, 4]);
  expect(world.clock.now()).toBe(3000);
});

test("who leaves uses up no turn, leaves at once, and keeps no timer", async () => {
  const world = new VirtualTime();
  const limiter = new Limiter(world.clock, 1);
  await limiter.take();
  limiter.refused(world.clock.now() + 1, 3_600_000);
  const [one, other] = [new AbortController(), new AbortController()];
  const left: string[] = [];
  const first = limiter.take(one.signal).then(() => left.push("first"));
  const second = limiter.take(other.signal).then(() => left.push("second"));
  other.abort();
  await second;
  expect([left, world.clock.sleeping]).toEqual([["second"], 1]);
  one.abort();
  await first;
  await world.idle();
  expect([world.clock.now(), world.clock.sleeping]).toEqual([0, 0]);
});

test("nothing leaves before the service has said, whoever was refused", async () => {
  const world = new VirtualTime();
  const limiter = new Limiter(world.clock, 20);
  await world.pass(100);
  limiter.refused(100, 30_000);
  const began = world.clock.now();
  await world.until(Promise.all([limiter.take(), limiter.take()]));
  expect(world.clock.now() - began).toBeGreaterThanOrEqual(30_000);
});

test("what was refused together counts once; the longest pause counts", async () => {
  const world = new VirtualTime();
  const limiter = new Limiter(world.clock, 20);
  for (let request = 0; request < 50; request += 1) limiter.accepted(0);
  await world.pass(1_000);
  for (let request = 0; request < 5; request += 1) limiter.refused(900, 1_000 * request);
  expect(limiter.perSecond).toBeCloseTo(20 / (1 + 20 / 15));
  expect(limiter.pauseMs).toBe(4_000);
});

test("a gateway that refuses everything is asked ever less often, and never given up", async () => {
  const world = new VirtualTime();
  const limiter = new Limiter(world.clock, 20);
  const asked: number[] = [];
  const run = async () => {
    while (asked.length < 30) {
      await limiter.take();
      asked.push(world.clock.now());
      await world.clock.sleep(10);
      limiter.refused(asked.at(-1) ?? 0);
    }
  };
  await world.until(run());
  const pauses = asked.map((at, index) => at - (asked[index - 1] ?? at));
  expect(Math.max(...pauses.slice(1, 4))).toBeLessThan(5_000);
  expect(Math.min(...pauses.slice(-10))).toBeGreaterThan(15_000);
  expect(Math.max(...pauses)).toBeLessThan(45_000);
});

/** Whether a request at this time, in ms, is within the account's limit; else how long to wait, in s. */
type Account = (now: number) => { accepted: boolean; retryAfterS: number };

/** `count` requests in each window of so many ms. */
function fixedWindow(count: number, ms: number): Account {
  let [window, used] = [-1, 0];
  return (now) => {
    const current = Math.floor(now / ms);
    if (current !== window) [window, used] = [current, 0];
    used += 1;
    return { accepted: used <= count, retryAfterS: Math.ceil(((current + 1) * ms - now) / 1000) };
  };
}

/** So many requests a second, of which a second's worth at once. */
function bucket(rate: number): Account {
  let [tokens, at] = [rate, 0];
  return (now) => {
    tokens = Math.min(rate, tokens + ((now - at) * rate) / 1000);
    at = now;
    const accepted = tokens >= 1;
    if (accepted) tokens -= 1;
    return { accepted, retryAfterS: Math.ceil((1 - tokens) / rate) };
  };
}

interface Runner {
  finished: number;
  accepted: number;
  refused: number;
}

/** Runners that know nothing of each other, each with so many requests to be accepted. */
async function share(
  {
    runners,
    requests,
    account,
    says = false,
  }: { runners: number; requests: number; account: Account; says?: boolean },
  seed: number,
): Promise<Runner[]> {
  const world = new VirtualTime();
  const { clock } = world;
  const one = async (): Promise<Runner> => {
    const runner: Runner = { finished: 0, accepted: 0, refused: 0 };
    await clock.sleep(1_000 * Math.random());
    const began = clock.now();
    const limiter = new Limiter(clock, 20);
    let open = requests;
    const request = async (): Promise<void> => {
      await limiter.take();
      const left = clock.now();
      await clock.sleep(10 + 20 * Math.random());
      const { accepted, retryAfterS } = account(clock.now());
      await clock.sleep(5);
      if (accepted) {
        limiter.accepted(left);
        runner.accepted += 1;
        return;
      }
      limiter.refused(left, says ? 1_000 * retryAfterS : undefined);
      runner.refused += 1;
      open += 1;
    };
    const all: Promise<void>[] = [];
    for (; open > 0; open -= 1) {
      all.push(request());
      if (open === 1) await Promise.all(all.splice(0));
    }
    runner.finished = clock.now() - began;
    return runner;
  };
  return withChance(seed, () => world.until(Promise.all(Array.from({ length: runners }, one))));
}

const median = (numbers: readonly number[]) =>
  [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)];
const sum = (numbers: readonly number[]) => numbers.reduce((all, number) => all + number, 0);

describe("an account that takes 10 requests a second", () => {
  describe.each<[string, () => Account, boolean]>([
    ["a bucket", () => bucket(10), false],
    ["a bucket, with Retry-After", () => bucket(10), true],
    ["windows of a second", () => fixedWindow(10, 1_000), false],
    ["windows of a second, with Retry-After", () => fixedWindow(10, 1_000), true],
  ])("%s", (_, account, says) => {
    test("one runner has most of it", async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(), async (seed) => {
          const [runner] = await share({ runners: 1, requests: 400, account: account(), says }, seed);
          expect(runner?.refused).toBeLessThanOrEqual(8);
          expect(runner?.finished).toBeLessThan(65_000);
        }),
        { numRuns: 3 },
      );
    });

    const eight = (seed: number) => share({ runners: 8, requests: 50, account: account(), says }, seed);
    const refusedShare = (all: readonly Runner[]) => sum(all.map(({ refused }) => refused)) / 400;

    test("eight that know nothing of each other are all served", async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(), async (seed) => {
          const all = await eight(seed);
          expect(all.map(({ accepted }) => accepted)).toEqual(Array.from({ length: 8 }, () => 50));
          expect(refusedShare(all)).toBeLessThanOrEqual(0.08);
          expect(Math.max(...all.map(({ finished }) => finished))).toBeLessThan(75_000);
        }),
        { numRuns: 3 },
      );
    });

    test("most often the eight finish together, with few requests refused", async () => {
      const runs: Runner[][] = [];
      for (const seed of [1, 2, 3, 4, 5]) runs.push(await eight(seed * 7_919));
      const times = runs.map((all) => all.map(({ finished }) => finished));
      expect(median(times.map((all) => Math.max(...all) / Math.min(...all)))).toBeLessThan(1.2);
      expect(median(runs.map(refusedShare))).toBeLessThanOrEqual(0.04);
    });
  });
});

test.each([false, true])("200 requests in 5 minutes are used up, Retry-After: %s", async (says) => {
  const account = fixedWindow(200, 300_000);
  const [runner] = await share({ runners: 1, requests: 800, account, says }, 1);
  expect(runner?.finished).toBeLessThan(1_000_000);
  expect(runner?.refused).toBeLessThan(says ? 8 : 70);
});
