import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { systemClock } from "./clock";

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ["setImmediate"] });
});

afterEach(() => {
  jest.useRealTimers();
});

/** How a sleep stands after a turn of the event loop. */
async function slept(sleep: Promise<void>, ms: number): Promise<boolean> {
  let over = false;
  void sleep.then(() => (over = true));
  await jest.advanceTimersByTimeAsync(ms);
  await new Promise(setImmediate);
  return over;
}

test("a sleep ends when its time is over, not before", async () => {
  const sleep = systemClock.sleep(1000);
  expect(await slept(sleep, 999)).toBe(false);
  expect(await slept(sleep, 1)).toBe(true);
});

test("a signal ends it at once, and leaves no timer behind", async () => {
  const early = new AbortController();
  const sleep = systemClock.sleep(1000, early.signal);
  early.abort();
  await sleep;
  expect(jest.getTimerCount()).toBe(0);
  await systemClock.sleep(1000, early.signal);
  expect(jest.getTimerCount()).toBe(0);
});

test("a time-out of a thousand hours is not over at once", () => {
  const timer = jest.spyOn(globalThis, "setTimeout");
  void systemClock.sleep(1000 * 3_600_000);
  expect(timer.mock.calls[0]?.[1]).toBe(2 ** 31 - 1);
});

test("what came in while the process was busy is seen before a sleeper wakes", async () => {
  jest.useRealTimers();
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [there] = (await once(server, "connection")) as [Socket];
  try {
    const order: string[] = [];
    const arrived = once(there, "data").then(() => order.push("a request"));
    const woke = systemClock.sleep(20).then(() => order.push("the sleeper"));
    client.write("a request");
    const busyUntil = performance.now() + 60;
    while (performance.now() < busyUntil);
    await Promise.all([arrived, woke]);
    expect(order).toEqual(["a request", "the sleeper"]);
  } finally {
    client.destroy();
    there.destroy();
    server.close();
  }
});
