import { VirtualTime } from "../testing/virtualTime";
import { Operation } from "./operation";
import { TimeoutError } from "./service";

function operation(timeoutMs = 60_000) {
  const time = new VirtualTime();
  const facts = { doing: "deleting", disk: "disk v", desktopId: "d", timeoutMs };
  return { time, it: new Operation(time.clock, facts) };
}

test("tells what it is about, and since when", async () => {
  const { time, it } = operation();
  await time.pass(12_400);
  expect(it.title).toBe("deleting disk v of desktop d");
  expect(it.seconds).toBe(12);
  expect(it.remaining()).toBe(47_600);
});

test("its signal fires at its deadline, and not after it is finished", async () => {
  const first = operation();
  await first.time.pass(59_999);
  expect(first.it.signal.aborted).toBe(false);
  await first.time.pass(1);
  expect(first.it.signal.aborted).toBe(true);
  expect(first.it.remaining()).toBe(0);
  const second = operation();
  second.it.finish();
  await second.time.pass(120_000);
  expect(second.it.signal.aborted).toBe(false);
  expect(second.time.clock.sleeping).toBe(0);
});

test.each<[number, string | undefined, string | undefined, RegExp]>([
  [
    1_800_000,
    undefined,
    undefined,
    /^its time of 30 min is over .*Last seen, 5 s ago: nothing yet, it was waiting for its turn\. No change was sent to the service\.$/,
  ],
  [
    90_000,
    "job j is RUNNING",
    "Job j",
    /^its time of 90 s is over .*Last seen, 5 s ago: job j is RUNNING\. Job j was sent and may still finish: /,
  ],
])("a deadline of %d ms tells what was seen and what is true", async (timeoutMs, seen, sent, says) => {
  const { time, it } = operation(timeoutMs);
  if (seen !== undefined) it.note(seen);
  it.noteSent(sent);
  await time.pass(5000);
  expect(it.timeoutError().message).toMatch(says);
});

describe("what it waits for", () => {
  test("comes in time, or fails in its own way", async () => {
    const { time, it } = operation();
    expect(await it.inTime(Promise.resolve(1))).toBe(1);
    await expect(it.inTime(Promise.reject(new Error("no")))).rejects.toThrow("no");
    await time.pass(60_000);
  });

  test("is given up at the deadline, however long it takes", async () => {
    const { time, it } = operation();
    const waited = it.inTime(new Promise(() => undefined));
    await expect(time.until(waited)).rejects.toThrow(/its time of 1 min is over/);
    await expect(it.inTime(new Promise(() => undefined))).rejects.toThrow(/its time of 1 min is over/);
  });

  test("runs out of time by itself: the error is the one that tells all", async () => {
    const { it } = operation();
    it.note("GET /desktops/d answered 503");
    await expect(it.inTime(Promise.reject(new TimeoutError("no time was left")))).rejects.toThrow(
      /Last seen, 0 s ago: GET/,
    );
    it.finish();
  });
});
