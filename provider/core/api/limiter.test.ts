import { VirtualTime } from "../../../testing/virtualTime";
import { Limiter, REQUESTS_PER_SECOND } from "./client";

const time = () => new VirtualTime();

/** How many requests may go out in so many ms, with any number waiting. */
async function through(world: VirtualTime, limiter: Limiter, ms: number): Promise<number> {
  const count = { passed: 0, over: false };
  const run = async () => {
    for (;;) {
      await limiter.take();
      if (count.over) return;
      count.passed += 1;
    }
  };
  void run();
  await world.pass(ms);
  count.over = true;
  return count.passed;
}

test("one second's worth at once, then at the full rate", async () => {
  const world = time();
  const limiter = new Limiter(world.clock);
  expect(await through(world, limiter, 0)).toBe(REQUESTS_PER_SECOND);
  // The one that waits when the count ends is let through for it.
  expect(await through(world, limiter, 10_000)).toBeGreaterThanOrEqual(10 * REQUESTS_PER_SECOND - 2);
  expect(await through(world, limiter, 10_000)).toBeLessThanOrEqual(10 * REQUESTS_PER_SECOND + 2);
});

test("idle time saves up one second's worth and no more", async () => {
  const world = time();
  const limiter = new Limiter(world.clock, 5);
  await world.pass(3_600_000);
  expect(await through(world, limiter, 0)).toBe(5);
});

test("a refusal halves the rate, many within a second count once, and it comes back slowly", async () => {
  const world = time();
  const limiter = new Limiter(world.clock, 20);
  for (let refusal = 0; refusal < 5; refusal += 1) limiter.slowDown();
  const first = await through(world, limiter, 2000);
  expect(first).toBeGreaterThanOrEqual(19);
  expect(first).toBeLessThanOrEqual(24);
  await world.pass(20_000);
  const later = await through(world, limiter, 10_000);
  expect(later).toBeGreaterThanOrEqual(199);
});

test("a gateway that refuses everything is asked every other second or so, and never given up", async () => {
  const world = time();
  const limiter = new Limiter(world.clock, 20);
  const asked: number[] = [];
  const run = async () => {
    while (asked.length < 50) {
      await limiter.take();
      asked.push(world.clock.now());
      limiter.slowDown();
    }
  };
  await world.until(run());
  const pauses = asked.map((at, index) => at - (asked[index - 1] ?? at)).slice(-20);
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(400);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(2000);
});

test("first come, first served", async () => {
  const world = time();
  const limiter = new Limiter(world.clock, 1);
  const order: number[] = [];
  const all = [1, 2, 3, 4].map((who) => limiter.take().then(() => order.push(who)));
  await world.until(Promise.all(all));
  expect(order).toEqual([1, 2, 3, 4]);
  expect(world.clock.now()).toBe(3000);
});
