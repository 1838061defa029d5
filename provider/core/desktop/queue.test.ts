import { VirtualClock } from "../../../testing/virtualClock";
import type { VolumeSpec } from "../api/volumes";
import { UnfinishedAddError } from "./volumeRequest";
import type { Member } from "./batch";
import {
  BatchingWindow,
  DesktopQueue,
  LONGEST_PAUSE_MS,
  LONGEST_STREAM_MS,
  PAUSE_IN_GAPS,
  PAUSE_MS,
  takeBatch,
} from "./queue";
import { ScriptedDesktop } from "./testing/scriptedDesktop";
import { SAS, SSD } from "./testing/times";
import type { VolumeRequest } from "./volumeRequest";

const add = (spec: VolumeSpec = SSD, enterpriseProjectId?: string): VolumeRequest => ({
  kind: "add",
  spec,
  enterpriseProjectId,
});
const remove = (volumeId: string): VolumeRequest => ({ kind: "delete", volumeId });
const grow = (volumeId: string): VolumeRequest => ({ kind: "grow", volumeId, size: 40 });
const tune = (volumeId: string, iops = 5000): VolumeRequest => ({
  kind: "qos",
  volumeId,
  iops,
  throughput: 200,
});
const pendingOf = (jobId: string): VolumeRequest => ({
  kind: "add",
  spec: SSD,
  pending: { jobId, sentAt: "2026-01-02T03:04:00.000Z", tookMs: 0, beforeIds: [], spec: SSD, request: [SSD] },
});

const name = ({ request }: Member) =>
  request.kind === "add"
    ? `${request.pending === undefined ? "add" : "resume"} ${request.spec.type}`
    : `${request.kind} ${request.volumeId}`;

/** The batches in which these are carried out, in order. */
function batches(requests: readonly VolumeRequest[]): string[][] {
  const desktop = new ScriptedDesktop({ read: () => new Error("not read") });
  const pending = requests.map((request) => desktop.member(request));
  const all: string[][] = [];
  for (let batch = takeBatch(pending); batch.length > 0; batch = takeBatch(pending))
    all.push(batch.map(name));
  return all;
}

describe("what goes together, and what goes first", () => {
  test.each<[string, VolumeRequest[], string[][]]>([
    ["the same kind", [remove("a"), remove("b")], [["delete a", "delete b"]]],
    [
      "deletes before others, so that there is room",
      [add(), remove("a"), grow("b")],
      [["delete a"], ["add SSD"], ["grow b"]],
    ],
    ["adds of an earlier run before all", [remove("a"), pendingOf("j")], [["resume SSD"], ["delete a"]]],
    [
      "adds of two earlier requests apart",
      [pendingOf("j"), pendingOf("k"), pendingOf("j")],
      [["resume SSD", "resume SSD"], ["resume SSD"]],
    ],
    ["speeds with the same values", [tune("a"), tune("b", 4000), tune("c")], [["qos a", "qos c"], ["qos b"]]],
    [
      "adds to the same enterprise project",
      [add(), add(SAS, "e"), add()],
      [["add SSD", "add SSD"], ["add SAS"]],
    ],
    [
      "no two new disks that might not be told apart",
      [add({ ...SSD, iops: 1 }), add({ ...SSD, iops: 2 }), add({ ...SSD, iops: 1 }), add(SAS)],
      [["add SSD", "add SSD", "add SAS"], ["add SSD"]],
    ],
    [
      "ten at most",
      Array.from({ length: 12 }, (_, index) => remove(String(index))),
      [Array.from({ length: 10 }, (_, index) => `delete ${index}`), ["delete 10", "delete 11"]],
    ],
  ])("%s", (_, requests, expected) => {
    expect(batches(requests)).toEqual(expected);
  });

  test("nobody is overtaken more than three times", () => {
    const desktop = new ScriptedDesktop({ read: () => new Error("not read") });
    const pending = [desktop.member(add())];
    const taken = Array.from({ length: 5 }, (_, index) => {
      pending.push(desktop.member(remove(String(index))));
      return takeBatch(pending).map(name).join();
    });
    expect(taken).toEqual(["delete 0", "delete 1", "delete 2", "add SSD", "delete 3,delete 4"]);
  });
});

/** A queue whose window closes, and whose batches end, when the test says so. */
function queue() {
  const desktop = new ScriptedDesktop({ read: () => new Error("not read") });
  const ran: string[][] = [];
  const ends: (() => void)[] = [];
  let close: () => void = () => undefined;
  const window = { close: () => new Promise<void>((resolve) => (close = resolve)) };
  const all = new DesktopQueue(window, (batch) => {
    ran.push(batch.map(name));
    return new Promise((resolve) => {
      ends.push(() => {
        for (const member of batch) member.succeed(undefined);
        resolve();
      });
    });
  });
  const submit = (request: VolumeRequest, timeoutMs?: number) =>
    all.submit(desktop.member(request, timeoutMs));
  const end = async () => {
    ends.shift()?.();
    await desktop.time.idle();
  };
  return { desktop, ran, submit, end, closeWindow: async () => (close(), desktop.time.idle()) };
}

describe("idle -> collecting -> running -> idle", () => {
  test("what arrives while the window is open, and while a job runs, goes together", async () => {
    const it = queue();
    const first = [it.submit(remove("a")), it.submit(remove("b"))];
    expect(it.ran).toEqual([]);
    await it.closeWindow();
    expect(it.ran).toEqual([["delete a", "delete b"]]);
    const second = [it.submit(remove("c")), it.submit(remove("d"))];
    await it.end();
    await Promise.all(first);
    // No second window: those that waited for the job have waited long enough.
    expect(it.ran).toEqual([
      ["delete a", "delete b"],
      ["delete c", "delete d"],
    ]);
    await it.end();
    await Promise.all(second);
    void it.submit(remove("e"));
    expect(it.ran).toHaveLength(2);
    await it.closeWindow();
    expect(it.ran[2]).toEqual(["delete e"]);
  });

  test("one whose time is over leaves the queue", async () => {
    const it = queue();
    const late = it.submit(remove("a"), 1_000).catch((error: unknown) => error);
    void it.submit(remove("b"));
    await it.desktop.time.pass(1_000);
    expect(await late).toMatchObject({ code: "HWD1501" });
    await it.closeWindow();
    expect(it.ran).toEqual([["delete b"]]);
  });

  test("an add of an earlier run that never has its turn keeps what it had", async () => {
    const it = queue();
    const late = it.submit(pendingOf("j"), 10_000).catch((error: unknown) => error);
    await it.desktop.time.pass(9_000);
    const error = await late;
    expect(error).toBeInstanceOf(UnfinishedAddError);
    expect((error as UnfinishedAddError).pending).toMatchObject({ jobId: "j" });
  });
});

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
