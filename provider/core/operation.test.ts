import { Lines } from "../../testing/authWorld";
import { outcome, waiter } from "../../testing/scripted";
import { VirtualTime } from "../../testing/virtualTime";
import { CoreError, StoppedError, TimeoutError } from "./errors";
import type { Call } from "./host";
import {
  formatDuration,
  limited,
  mergeWaiters,
  OperationContext,
  overriding,
  runOperation,
  SharedWork,
  type Waiter,
  WaiterGroup,
} from "./operation";

function call(more: Partial<Call> = {}): Call {
  return {
    phase: "run",
    resourceKey: "r",
    timeoutMs: 60_000,
    timeoutSetBy: "customTimeouts.create",
    halted: () => undefined,
    ...more,
  };
}

const TITLE = "Deleting disk v of desktop d";

function begin(more: Partial<Call> = {}) {
  const time = new VirtualTime();
  const operation = new OperationContext(call(more), { title: TITLE }, time.clock);
  return { time, operation };
}

describe("the deadline", () => {
  test("fires the signal and ends what is waited for", async () => {
    const { time, operation } = begin();
    const { error } = await outcome(time, operation.inTime(new Promise(() => undefined)));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(time.clock.now()).toBe(60_000);
    expect([operation.signal.aborted, operation.remaining()]).toEqual([true, 0]);
  });

  test.each<[string, (operation: OperationContext) => void, string, RegExp]>([
    [
      "nothing was seen or sent",
      (operation) => {
        operation.noteDoing("waiting for its turn");
      },
      "HWD1501",
      /timed out after 1m \(limit set by customTimeouts\.create\); last seen 60 s ago: nothing was seen yet, it was waiting for its turn\. No change was sent to the service\. If what was seen last is an error, .* Then run again/,
    ],
    [
      "an answer is waited for, through shared work",
      (operation) => {
        operation.noteDoing("waiting for its turn");
        mergeWaiters([operation]).noteCall?.("waiting for the answer of IAM to POST /v3/auth/tokens");
      },
      "HWD1501",
      /nothing was seen yet, it was waiting for the answer of IAM to POST \/v3\/auth\/tokens\. No change/,
    ],
    [
      "an answer is waited for by shared work that was joined later",
      (operation) => {
        const shared = new WaiterGroup();
        shared.noteCall("waiting for the answer to GET /desktops/d");
        shared.join(operation);
      },
      "HWD1501",
      /nothing was seen yet, it was waiting for the answer to GET \/desktops\/d\. No change/,
    ],
    [
      "something was seen",
      (operation) => {
        operation.note("job j is RUNNING");
      },
      "HWD1501",
      /last seen 60 s ago: job j is RUNNING/,
    ],
    [
      "something was sent",
      (operation) => {
        operation.noteSent("job j");
      },
      "HWD1502",
      /job j was sent and may still finish\. Run `pulumi refresh`/,
    ],
    [
      "what was sent was surely not carried out",
      (operation) => {
        operation.noteSent("a request");
        operation.noteSent(undefined);
      },
      "HWD1501",
      /No change was sent/,
    ],
  ])("names what is true when %s", async (_, note, code, message) => {
    const { time, operation } = begin();
    note(operation);
    const { error } = await outcome(time, operation.inTime(new Promise(() => undefined)));
    expect(error).toMatchObject({ code, failed: TITLE });
    expect(error?.message).toMatch(message);
  });

  test("counts from the arrival of the call, not from now", async () => {
    const time = new VirtualTime();
    await time.pass(50_000);
    const operation = new OperationContext(call(), { title: TITLE, since: 0 }, time.clock);
    expect(operation.remaining()).toBe(10_000);
    await time.pass(10_000);
    expect(operation.signal.aborted).toBe(true);
  });

  test("forbids to send from its moment on, also where a busy process has not fired its timer yet", () => {
    let now = 0;
    const never = () => new Promise<void>(() => undefined);
    const clock = { now: () => now, date: () => new Date(now), sleep: never };
    const operation = new OperationContext(call(), { title: TITLE }, clock);
    now = 59_999;
    operation.throwIfHalted();
    now = 60_000;
    expect(() => {
      operation.throwIfHalted();
    }).toThrow(TimeoutError);
    expect(operation.signal.aborted).toBe(false);
  });

  test("a call that ran out of time is told as the whole operation", async () => {
    const { time, operation } = begin();
    const inner = new TimeoutError({ code: "HWD1501", failed: "GET /x", why: "no time was left" });
    expect((await outcome(time, operation.inTime(Promise.reject(inner)))).error).toMatchObject({
      failed: TITLE,
    });
  });

  test("other errors pass as they are", async () => {
    const { time, operation } = begin();
    const other = new Error("x");
    expect((await outcome(time, operation.inTime(Promise.reject(other)))).error).toBe(other);
  });
});

describe("an operation that is stopped", () => {
  test("because the engine has exited: nothing new is sent", () => {
    const { operation } = begin({ halted: () => new Error("the engine has exited") });
    expect(() => {
      operation.throwIfHalted();
    }).toThrow(StoppedError);
    expect(() => {
      operation.throwIfHalted();
    }).toThrow(
      /Deleting disk v of desktop d: the engine has exited\. No change was sent to the service\..*\[HWD1506\]/,
    );
  });

  test("because the engine cancels the call: what is waited for ends at once", async () => {
    const cancel = new AbortController();
    const { time, operation } = begin({ signal: cancel.signal });
    operation.noteSent("job j");
    const waiting = outcome(time, operation.inTime(new Promise(() => undefined)));
    cancel.abort();
    expect((await waiting).error?.message).toMatch(
      /the engine cancelled the operation\. job j was sent and may still finish/,
    );
    expect(time.clock.now()).toBe(0);
  });

  test("a finished one leaves no timer behind, and no request leaves for it", () => {
    const { time, operation } = begin();
    expect(time.clock.sleeping).toBe(1);
    operation.finish();
    expect([time.clock.sleeping, operation.signal.aborted]).toEqual([0, true]);
  });

  test("one that is over before it begins does nothing", async () => {
    const time = new VirtualTime();
    const work = jest.fn();
    const halted = call({ halted: () => new Error("the engine has exited") });
    const { error } = await outcome(time, runOperation(halted, { title: TITLE }, time.clock, work));
    expect(error).toBeInstanceOf(StoppedError);
    expect(work).not.toHaveBeenCalled();
  });
});

test.each([
  [500, "0.5s"],
  [2_500, "2.5s"],
  [90_000, "90s"],
  [60_000, "1m"],
  [1_800_000, "30m"],
  [5_400_000, "1h30m"],
  [7_200_000, "2h"],
])("%d ms is %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

describe("several who wait together", () => {
  const one = (remaining: number, halted?: Error) => {
    const over = new AbortController();
    const noted: string[] = [];
    const waiter: Waiter = {
      remaining: () => remaining,
      signal: over.signal,
      note: (seen) => noted.push(seen),
      halted: () => halted,
    };
    return {
      waiter,
      noted,
      leave: () => {
        over.abort();
      },
    };
  };

  test("wait as long as the most patient, and are over with the last", () => {
    const [hasty, patient] = [one(1_000), one(5_000)];
    const merged = mergeWaiters([hasty.waiter, patient.waiter]);
    expect(merged.remaining()).toBe(5_000);
    patient.leave();
    expect([merged.remaining(), merged.signal.aborted]).toEqual([1_000, false]);
    merged.note("seen");
    expect([hasty.noted, patient.noted]).toEqual([["seen"], []]);
    hasty.leave();
    expect([merged.remaining(), merged.signal.aborted]).toEqual([0, true]);
  });

  test("a change for all of them leaves in the time of the least patient, through whatever it is handed on", () => {
    const merged = mergeWaiters([one(1_000).waiter, one(5_000).waiter]);
    expect(overriding(merged, {}).leavesWithin?.()).toBe(1_000);
    expect(overriding(one(5_000).waiter, {}).leavesWithin?.()).toBe(5_000);
  });

  test("are halted only when all of them are", () => {
    const reason = new Error("halted");
    expect(mergeWaiters([one(1, reason).waiter, one(1).waiter]).halted?.()).toBeUndefined();
    expect(mergeWaiters([one(1, reason).waiter, one(1, reason).waiter]).halted?.()).toBe(reason);
  });

  test("somebody who has left already is nobody", () => {
    const gone = one(1_000);
    gone.leave();
    const merged = mergeWaiters([gone.waiter]);
    expect(merged.signal.aborted).toBe(true);
  });
});

describe("work that is shared", () => {
  test("runs once for all who come while it goes on, and anew afterwards", async () => {
    const time = new VirtualTime();
    let runs = 0;
    const shared = new SharedWork(async () => {
      runs += 1;
      await time.clock.sleep(1_000);
      return runs;
    });
    const who = () => new OperationContext(call(), { title: TITLE }, time.clock);
    const first = shared.join(who(), "Reading");
    await time.pass(500);
    const second = shared.join(who(), "Reading");
    expect(shared.running).toBe(true);
    expect(await time.until(Promise.all([first, second]))).toEqual([1, 1]);
    expect(shared.running).toBe(false);
    expect(await time.until(shared.join(who(), "Reading"))).toBe(2);
  });

  test("is told when the last one has left; an error reaches all", async () => {
    const time = new VirtualTime();
    const seen: boolean[] = [];
    const failure = new Error("x");
    const shared = new SharedWork<never>(async (waiter) => {
      await time.clock.sleep(10_000);
      seen.push(waiter.signal.aborted);
      throw failure;
    });
    const hasty = new OperationContext(call({ timeoutMs: 1_000 }), { title: TITLE }, time.clock);
    expect((await outcome(time, shared.join(hasty, "Reading"))).error).toMatchObject({
      name: "TimeoutError",
      failed: "Reading",
    });
    await time.pass(20_000);
    expect(seen).toEqual([true]);
    const both = [1, 2].map(() =>
      outcome(time, shared.join(new OperationContext(call(), { title: TITLE }, time.clock), "Reading")),
    );
    expect((await Promise.all(both)).map(({ error }) => error)).toEqual([failure, failure]);
  });
});

test("progress goes to the front", () => {
  const lines = new Lines();
  const { operation } = begin({
    report: ({ line }) => {
      lines.info(line);
    },
  });
  operation.report({ line: "50 %", desktopId: "d" });
  expect(lines.lines).toEqual(["50 %"]);
  expect(operation.timeoutError()).toBeInstanceOf(CoreError);
});

test("a time limit counts from the first request on: many of our own may wait for their turn before it", () => {
  const time = new VirtualTime();
  const { clock } = time;
  const limit = limited(waiter(time, 300_000), 10_000, clock);
  limit.noteCall?.("waiting until the service takes requests again");
  time.clock.advance(60_000);
  expect(limit.remaining()).toBe(10_000);
  limit.noteRequest?.();
  time.clock.advance(4_000);
  expect(limit.remaining()).toBe(6_000);
});
