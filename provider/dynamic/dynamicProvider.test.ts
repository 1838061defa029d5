import type { Core } from "../core";
import { type Call, UNKNOWN } from "../core/host";
import type { DiskResource, Result } from "../core/disk/resource";
import { CoreError } from "../core/errors";
import {
  type DynamicProvider,
  dynamicProvider,
  type Front,
  KeptFailure,
  UNKNOWN_VALUE,
} from "./dynamicProvider";

const line = { __provider: "exports" };
const failure = new CoreError({
  code: "HWD1601",
  failed: "Adding a data disk of desktop d",
  why: "no capacity",
});

/** A resource that only notes what it is called with, but for what a test says; behind the front. */
function provider(does: Partial<DiskResource> = {}, more: Partial<Front> = {}) {
  const seen: unknown[][] = [];
  const calls: Call[] = [];
  const note =
    <T>(name: string, result: T) =>
    (call: Call, ...args: unknown[]): T => {
      calls.push(call);
      seen.push([name, ...args]);
      return result;
    };
  const resource = {
    check: note("check", []),
    diff: note("diff", { changes: false, replaces: [], lines: [], properties: [] }),
    create: note("create", Promise.resolve({ id: "i", state: { size: 1 } } as Result)),
    read: note("read", Promise.resolve({ id: "i", state: { size: 1 } })),
    update: note("update", Promise.resolve({ id: "i", state: { size: 2 } } as Result)),
    delete: note("delete", Promise.resolve()),
    ...does,
  } as unknown as DiskResource;
  const events: string[] = [];
  const core = {
    arrived: (joins: boolean) => events.push(joins ? "arrived, joins" : "arrived"),
    left: () => events.push("left"),
    halted: () => undefined,
  } as unknown as Core;
  const shown: string[] = [];
  const log = { debug: () => undefined, info: (text: string) => shown.push(text), warn: () => undefined };
  const front: Front = {
    core,
    log,
    debug: false,
    configure: () => Promise.resolve(),
    ready: () => Promise.resolve(),
    configProblems: () => [],
    report: () => undefined,
    ...more,
  };
  return { of: dynamicProvider(front, () => resource), seen, calls, events, shown };
}

describe("what the core is called with", () => {
  test("neither the engine's own key, nor time limits, nor nulls; and its own mark for what is not known yet", async () => {
    const { of, seen } = provider();
    const raw = {
      ...line,
      timeouts: { create: "1m" },
      size: UNKNOWN_VALUE,
      iops: null,
      kmsId: undefined,
      disks: { data: { iops: null, size: UNKNOWN_VALUE } },
    };
    const clean = { size: UNKNOWN, disks: { data: { iops: null, size: UNKNOWN } } };
    expect(await of.check(raw, raw)).toEqual({
      inputs: { timeouts: raw.timeouts, size: UNKNOWN_VALUE, disks: raw.disks },
      failures: [],
    });
    await of.diff("i", raw, raw);
    await of.create(raw);
    await of.read("i", raw);
    await of.update("i", raw, raw);
    await of.delete("i", raw);
    expect(seen).toEqual([
      ["check", clean, clean],
      ["diff", "i", clean, clean],
      ["create", clean],
      ["read", "i", clean],
      ["update", "i", clean, clean],
      ["delete", "i", clean],
    ]);
  });

  test("each call has its limit, its phase, and a name for messages", async () => {
    const { of, calls } = provider();
    const news = { desktopId: "d", timeouts: { create: "1m", update: "2m", delete: "3m" } };
    await of.check({}, news);
    await of.diff("d/v", {}, news);
    await of.create(news);
    await of.read("d/v", {});
    await of.update("d/v", {}, news);
    await of.delete("d/v", news);
    expect(
      calls.map(({ phase, resourceKey, timeoutMs, timeoutSetBy }) => [
        phase,
        resourceKey,
        timeoutMs,
        timeoutSetBy,
      ]),
    ).toEqual([
      ["preview", "(new, on desktop d)", 300_000, "the provider; it is fixed for reads"],
      ["preview", "d/v", 300_000, "the provider; it is fixed for reads"],
      ["run", "(new, on desktop d)", 60_000, "customTimeouts.create"],
      ["run", "d/v", 300_000, "the provider; it is fixed for reads"],
      ["run", "d/v", 120_000, "customTimeouts.update"],
      ["run", "d/v", 180_000, "customTimeouts.delete"],
    ]);
  });
});

describe("what the engine is given", () => {
  const timeouts = { delete: "20m" };

  test("results, with the time limits of the resource in state", async () => {
    const { of } = provider({ check: () => [{ property: "size", reason: "is odd" }] });
    expect((await of.check({}, { size: 1, timeouts: { create: "x" } })).failures).toEqual([
      { property: "size", reason: "is odd" },
      { property: "", reason: expect.stringMatching(/^customTimeouts\.create is "x"; give /) as unknown },
    ]);
    expect(await of.create({ timeouts })).toEqual({ id: "i", outs: { size: 1, timeouts } });
    expect(await of.read("i", { timeouts })).toEqual({ id: "i", props: { size: 1, timeouts } });
    expect(await of.update("i", {}, { timeouts })).toEqual({ outs: { size: 2, timeouts } });
    await of.delete("i", {});
  });

  test("problems of the stack configuration, beside those of the resource", async () => {
    const { of } = provider({}, { configProblems: () => [{ property: "", reason: "did you mean region?" }] });
    expect((await of.check({}, {})).failures).toEqual([{ property: "", reason: "did you mean region?" }]);
  });

  test("other time limits are a change without a call", async () => {
    const { of } = provider();
    expect(await of.diff("i", { timeouts }, { timeouts })).toEqual({ changes: false, replaces: [] });
    expect(await of.diff("i", { timeouts }, {})).toEqual({ changes: true, replaces: [] });
  });

  test("state of the plugin has no line that loads the provider: a change without a call", async () => {
    const { of } = provider();
    const news = { ...line, size: 1 };
    expect(await of.diff("i", { size: 1 }, news)).toEqual({ changes: true, replaces: [] });
    expect(await of.diff("i", { ...line, size: 1 }, news)).toEqual({ changes: false, replaces: [] });
  });

  test("lines of a preview, in one message", async () => {
    const difference = { changes: true, replaces: ["type"], lines: ["- a", "+ a"], properties: [] };
    const { of, shown } = provider({ diff: () => difference });
    expect(await of.diff("d", {}, {})).toEqual({ changes: true, replaces: ["type"] });
    expect(shown).toEqual(["d:\n  - a\n  + a"]);
  });

  test("a disk that is gone has no id", async () => {
    const { of } = provider({ read: () => Promise.resolve(undefined) });
    expect(await of.read("i", { size: 1 })).toEqual({ id: "", props: {} });
  });

  test("an id that a read found", async () => {
    const { of } = provider({ read: () => Promise.resolve({ id: "d/v", state: {} }) });
    expect(await of.read("d/pending-1", {})).toEqual({ id: "d/v", props: {} });
  });
});

describe("the difference that the engine displays after a refresh", () => {
  const news = { desktopId: "d", size: 10 };
  const drifted = () => Promise.resolve({ id: "i", state: { size: 20 }, inputs: { size: 20 } });
  const refuse = () => {
    throw new Error("size: cannot shrink");
  };

  test("is answered without the core, once; drift comes back as inputs, with the time limits", async () => {
    const { of } = provider({ read: drifted, diff: refuse });
    const timeouts = { delete: "1m" };
    expect(await of.read("i", { ...news, timeouts })).toEqual({
      id: "i",
      props: { size: 20, timeouts },
      inputs: { size: 20, timeouts },
    });
    expect(await of.diff("i", {}, news)).toEqual({ changes: true, replaces: [] });
    await expect(of.diff("i", {}, news)).rejects.toThrow("cannot shrink");
  });

  test("where nothing drifted, shows no change and refuses nothing", async () => {
    const { of } = provider({ diff: refuse });
    await of.read("i", news);
    expect(await of.diff("i", {}, news)).toEqual({ changes: false, replaces: [] });
  });

  test("is not taken for one that comes after a check of the same inputs: that one is meant", async () => {
    const { of } = provider({ read: drifted, diff: refuse });
    await of.read("i", news);
    await of.check({}, { ...news, size: 30 });
    await of.check({}, { size: 10, desktopId: "d" });
    await expect(of.diff("i", {}, news)).rejects.toThrow("cannot shrink");
  });

  test("a look-up by id never silences a later refusal", async () => {
    const { of } = provider({ diff: refuse });
    await of.read("i", { ...line });
    await expect(of.diff("i", {}, news)).rejects.toThrow("cannot shrink");
  });
});

describe("errors", () => {
  const failing = async (
    call: (of: DynamicProvider) => Promise<unknown>,
    error: Error,
    more: Partial<Front> = {},
  ) => {
    const fail = () => Promise.reject(error);
    const { of } = provider({ create: fail, update: fail, delete: fail, read: fail }, more);
    return call(of).then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    );
  };

  test("are the same error, without the stack that the engine would print", async () => {
    const error = new TypeError("what went wrong");
    const thrown = await failing((of) => of.create(line), error);
    expect(thrown).toBe(error);
    expect(thrown).toMatchObject({ message: "what went wrong", stack: "" });
    expect(String(thrown)).toBe("TypeError: what went wrong");
  });

  test("that speak for themselves are printed beside their message by a title only", async () => {
    const thrown = await failing((of) => of.delete("i", line), failure);
    expect(thrown?.message).toContain("no capacity");
    expect(String(thrown)).toBe("Adding a data disk of desktop d [HWD1601]");
  });

  test("keep their stack for people who look for a mistake in this package", async () => {
    const thrown = await failing((of) => of.delete("i", line), new Error("x"), { debug: true });
    expect(thrown?.stack).toMatch(/dynamicProvider\.test/);
  });

  test.each<[string, Partial<DiskResource>, (of: DynamicProvider) => Promise<unknown>]>([
    [
      "create",
      { create: () => Promise.resolve({ id: "i", state: { size: 1 }, failure }) },
      (of) => of.create({ ...line, size: 1 }),
    ],
    [
      "update",
      { update: () => Promise.resolve({ id: "i", state: { size: 1 }, failure }) },
      (of) => of.update("i", { __provider: "old" }, { ...line, size: 1 }),
    ],
  ])(
    "of a %s that has something to keep, keep it with the line that loads the provider",
    async (_what, does, call) => {
      const thrown = await call(provider(does).of).catch((error: unknown) => error);
      expect(thrown).toBeInstanceOf(KeptFailure);
      expect(thrown).toMatchObject({
        id: "i",
        reasons: [failure.message],
        properties: { size: 1, __provider: "exports" },
      });
    },
  );

  test("of check and diff, which throw at once, are rejections all the same", async () => {
    const refuse = () => {
      throw new Error("size: cannot shrink");
    };
    const { of } = provider({ check: refuse, diff: refuse });
    await expect(of.check({}, {})).rejects.toThrow("cannot shrink");
    await expect(of.diff("i", {}, {})).rejects.toThrow("cannot shrink");
  });
});

test("each call is noted when it comes and when it has its answer; only changes and reads may go together", async () => {
  const { of, events } = provider({ delete: () => Promise.reject(new Error("x")) });
  const calls = [
    of.check({}, {}),
    of.diff("i", {}, {}),
    of.create({}),
    of.read("i", {}),
    of.update("i", {}, {}),
  ];
  const failed = of.delete("i", {});
  // Noted at once, before anything is waited for.
  const joins = "arrived, joins";
  expect(events).toEqual(["arrived", "arrived", joins, joins, joins, joins]);
  await Promise.all(calls);
  await expect(failed).rejects.toThrow("x");
  expect(events.filter((event) => event === "left")).toHaveLength(6);
});
