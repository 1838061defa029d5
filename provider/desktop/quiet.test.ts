import { VirtualClock } from "../testing/virtualClock";
import { Quiet, QUIET_AT_MOST_MS, QUIET_GAPS, QUIET_MS, STREAM_AT_MOST_MS } from "./quiet";

interface Arrival {
  at: number;
  /** A check or diff: joins nothing. Default: false */
  check?: boolean;
}

/** When someone who has waited since the first arrival may go on, in ms after it. */
async function settledAfter(arrivals: readonly Arrival[]): Promise<number> {
  const clock = new VirtualClock();
  clock.advance(10_000);
  const quiet = new Quiet(clock);
  const start = clock.now();
  for (const { at, check } of arrivals.slice(1)) {
    void clock.sleep(at).then(() => {
      quiet.noteArrival(check !== true);
    });
  }
  quiet.noteArrival(arrivals[0]?.check !== true);
  let settled: number | undefined;
  void quiet.settled().then(() => {
    settled = clock.now() - start;
  });
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    if (settled !== undefined) return settled;
    if (!clock.step()) throw new Error("nobody sleeps, and nothing has settled");
  }
}

const every = (gap: number, count: number, check = false): Arrival[] =>
  Array.from({ length: count }, (_, index) => ({ at: index * gap, check }));

test("one request alone waits for the shortest pause", async () => {
  expect(await settledAfter([{ at: 0 }])).toBe(QUIET_MS);
});

test("a hundred requests over half a second are waited for together", async () => {
  expect(await settledAfter(every(5, 100))).toBe(99 * 5 + QUIET_MS);
});

test("a slow engine's usual gap is no pause, five of them are", async () => {
  expect(await settledAfter(every(40, 1000))).toBeCloseTo(999 * 40 + QUIET_GAPS * 40, -1);
});

test("a second without a request is a pause, however slow the engine was", async () => {
  const slower = [0, 40, 100, 200, 400, 700, 1200].map((at) => ({ at }));
  expect(await settledAfter(slower)).toBe(1200 + QUIET_AT_MOST_MS);
});

test("a program that registers more and more resources does not hold up the changes before", async () => {
  expect(await settledAfter([{ at: 0 }, ...every(20, 500, true).slice(1)])).toBe(QUIET_AT_MOST_MS);
});

test("a stream that never pauses holds nobody up for ever", async () => {
  expect(await settledAfter(every(40, STREAM_AT_MOST_MS / 40 + 100))).toBe(STREAM_AT_MOST_MS);
});
