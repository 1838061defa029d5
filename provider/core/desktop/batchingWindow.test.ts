import { VirtualClock } from "../../../testing/virtualClock";
import {
  BatchingWindow,
  LONGEST_PAUSE_MS,
  LONGEST_STREAM_MS,
  PAUSE_IN_GAPS,
  PAUSE_MS,
} from "./batchingWindow";

interface Arrival {
  at: number;
  /** A check or diff: joins nothing. Default: false */
  check?: boolean;
}

/** When the window that was opened by the first arrival closes, in ms after it. */
async function closedAfter(arrivals: readonly Arrival[]): Promise<number> {
  const clock = new VirtualClock();
  clock.advance(10_000);
  const window = new BatchingWindow(clock);
  const start = clock.now();
  for (const { at, check } of arrivals.slice(1)) {
    void clock.sleep(at).then(() => {
      window.noteArrival(check !== true);
    });
  }
  window.noteArrival(arrivals[0]?.check !== true);
  let closed: number | undefined;
  void window.close().then(() => {
    closed = clock.now() - start;
  });
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    if (closed !== undefined) return closed;
    if (!clock.step()) throw new Error("nobody sleeps, and nothing has closed");
  }
}

const every = (gap: number, count: number, check = false): Arrival[] =>
  Array.from({ length: count }, (_, index) => ({ at: index * gap, check }));

test("one request alone waits for the shortest pause", async () => {
  expect(await closedAfter([{ at: 0 }])).toBe(PAUSE_MS);
});

test("a hundred requests over half a second are waited for together", async () => {
  expect(await closedAfter(every(5, 100))).toBe(99 * 5 + PAUSE_MS);
});

test("a slow engine's usual gap is no pause, five of them are", async () => {
  expect(await closedAfter(every(40, 1000))).toBeCloseTo(999 * 40 + PAUSE_IN_GAPS * 40, -1);
});

test("a second without a request is a pause, however slow the engine was", async () => {
  const slower = [0, 40, 100, 200, 400, 700, 1200].map((at) => ({ at }));
  expect(await closedAfter(slower)).toBe(1200 + LONGEST_PAUSE_MS);
});

test("a program that registers more and more resources does not hold up the changes before", async () => {
  expect(await closedAfter([{ at: 0 }, ...every(20, 500, true).slice(1)])).toBe(LONGEST_PAUSE_MS);
});

test("a stream that never pauses holds nobody up for ever", async () => {
  expect(await closedAfter(every(40, LONGEST_STREAM_MS / 40 + 100))).toBe(LONGEST_STREAM_MS);
});
