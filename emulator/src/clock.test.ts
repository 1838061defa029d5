import { Clock } from "./clock";

test("a manual clock stands still until it is moved", () => {
  let wall = 1000;
  const clock = new Clock(() => wall, "manual");
  wall = 5000;
  expect(clock.now()).toBe(1000);
  clock.advance(250);
  expect(clock.now()).toBe(1250);
});

test("a real clock goes with the wall, and keeps what it was moved by", () => {
  let wall = 1000;
  const clock = new Clock(() => wall);
  clock.advance(100);
  wall = 2000;
  expect(clock.now()).toBe(2100);
});

test("changing the mode never makes time jump", () => {
  let wall = 1000;
  const clock = new Clock(() => wall);
  clock.advance(100);
  clock.setMode("manual");
  wall = 9000;
  expect(clock.now()).toBe(1100);
  clock.setMode("real");
  expect(clock.now()).toBe(1100);
  wall = 9001;
  expect(clock.now()).toBe(1101);
});

test("who sleeps wakes when enough time has gone by, and not before", async () => {
  const clock = new Clock(() => 0, "manual");
  const woken: string[] = [];
  const short = clock.sleep(10).then((came) => woken.push(`short ${String(came)}`));
  const long = clock.sleep(20).then((came) => woken.push(`long ${String(came)}`));
  clock.advance(9);
  await Promise.resolve();
  expect(woken).toEqual([]);
  clock.advance(1);
  await short;
  expect(woken).toEqual(["short true"]);
  clock.close();
  await long;
  expect(woken).toEqual(["short true", "long false"]);
});

describe("with real time", () => {
  beforeEach(() => jest.useFakeTimers({ now: 0 }));
  afterEach(() => jest.useRealTimers());

  test("a sleep ends by itself, or earlier when the clock is moved", async () => {
    const clock = new Clock(() => Date.now());
    const first = clock.sleep(1000);
    await jest.advanceTimersByTimeAsync(1000);
    expect(await first).toBe(true);
    const second = clock.sleep(1000);
    clock.advance(1000);
    expect(await second).toBe(true);
  });

  test("closing leaves no timer behind", async () => {
    const clock = new Clock(() => Date.now());
    const sleep = clock.sleep(3 * 2 ** 31);
    expect(jest.getTimerCount()).toBe(1);
    clock.close();
    expect(await sleep).toBe(false);
    expect(jest.getTimerCount()).toBe(0);
  });
});
