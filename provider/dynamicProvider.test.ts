import { PartlyDoneError } from "./disk/partlyDone";
import type { ResourceKind } from "./disk/resourceKind";
import { type DynamicProvider, dynamicProvider } from "./dynamicProvider";
import { Runtime } from "./runtime";

const settings = { HW_REGION_NAME: "cn-north-4", HW_ACCESS_KEY: "A", HW_SECRET_KEY: "S", HW_PROJECT_ID: "p" };
const line = { __provider: "exports" };

/** A kind that only notes what it is called with, but for what a test says. */
function kindOf(does: Partial<ResourceKind> = {}) {
  const seen: unknown[][] = [];
  const note =
    <T>(name: string, result: T) =>
    (...args: unknown[]): T => {
      seen.push([name, ...args]);
      return result;
    };
  const kind: ResourceKind = {
    check: note("check", []),
    diff: note("diff", { changes: false, replaces: [] }),
    create: note("create", Promise.resolve({ id: "i", outs: { size: 1 } })),
    read: note("read", Promise.resolve({ outs: { size: 1 }, inputs: undefined })),
    update: note("update", Promise.resolve({ size: 2 })),
    delete: note("delete", Promise.resolve()),
    ...does,
  };
  return { kind, seen };
}

/** The provider of such a kind in a process of its own. */
function provider(does: Partial<ResourceKind> = {}, env: NodeJS.ProcessEnv = settings) {
  const { kind, seen } = kindOf(does);
  const runtime = new Runtime(env);
  const made = jest.fn(() => kind);
  return { provider: dynamicProvider(runtime, made), seen, runtime, made };
}
const configuration = (values: Record<string, unknown> = {}) => ({
  config: { get: (key: string) => values[key] },
});

describe("what a kind is called with", () => {
  test("neither the engine's own key nor nulls reach it; nulls within an entry do", async () => {
    const { provider: of, seen } = provider();
    const raw = { ...line, size: 10, iops: null, kmsId: undefined, disks: { data: { iops: null } } };
    const clean = { size: 10, disks: { data: { iops: null } } };
    expect(await of.check(raw, raw)).toEqual({ inputs: clean, failures: [] });
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

  test("results are passed on", async () => {
    const { provider: of } = provider({
      check: () => [{ property: "size", reason: "is odd" }],
      diff: () => ({ changes: true, replaces: ["type"] }),
    });
    expect((await of.check({}, {})).failures).toEqual([{ property: "size", reason: "is odd" }]);
    expect(await of.diff("i", {}, {})).toEqual({ changes: true, replaces: ["type"] });
    expect(await of.create({})).toEqual({ id: "i", outs: { size: 1 } });
    expect(await of.read("i", {})).toEqual({ id: "i", props: { size: 1 } });
    expect(await of.update("i", {}, {})).toEqual({ outs: { size: 2 } });
    await of.delete("i", {});
  });

  test("a disk that is gone has no id any more", async () => {
    const { provider: of } = provider({ read: () => Promise.resolve(undefined) });
    expect(await of.read("i", { size: 1 })).toEqual({ id: "", props: {} });
  });

  test("drift comes back as inputs, and the engine's question about it is answered without the kind, once", async () => {
    const { provider: of, seen } = provider({
      read: () => Promise.resolve({ outs: { size: 2 }, inputs: { size: 2 } }),
    });
    expect(await of.read("i", {})).toEqual({ id: "i", props: { size: 2 }, inputs: { size: 2 } });
    expect(await of.diff("other", {}, {})).toEqual({ changes: false, replaces: [] });
    expect(await of.diff("i", {}, {})).toEqual({ changes: true, replaces: [] });
    expect(await of.diff("i", {}, {})).toEqual({ changes: false, replaces: [] });
    expect(seen.map(([, id]) => id)).toEqual(["other", "i"]);
  });
});

describe("errors", () => {
  const failing = async (call: (of: DynamicProvider) => Promise<unknown>, error: Error) => {
    const fail = () => Promise.reject(error);
    const { provider: of } = provider({ create: fail, update: fail, delete: fail, read: fail });
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

  test("keep their stack for who looks for a mistake in here", async () => {
    process.env.HW_WORKSPACE_LOG = "debug";
    try {
      expect((await failing((of) => of.delete("i", line), new Error("x")))?.stack).toMatch(
        /dynamicProvider\.test/,
      );
    } finally {
      delete process.env.HW_WORKSPACE_LOG;
    }
  });

  test.each<[string, (of: DynamicProvider) => Promise<unknown>]>([
    ["create", (of) => of.create({ ...line, size: 1 })],
    ["update", (of) => of.update("i", { __provider: "old" }, { ...line, size: 1 })],
  ])(
    "of a %s that was done in part keep the line that loads the provider, or a later destroy fails",
    async (_what, call) => {
      const thrown = await failing(call, new PartlyDoneError(new Error("half"), "i", { size: 1 }));
      expect(thrown).toMatchObject({
        id: "i",
        reasons: ["half"],
        properties: { size: 1, __provider: "exports" },
      });
    },
  );

  test("of check and diff, which throw at once, are rejections all the same", async () => {
    const refuse = () => {
      throw new Error("size: cannot shrink");
    };
    const { provider: of } = provider({ check: refuse, diff: refuse });
    await expect(of.check({}, {})).rejects.toThrow("cannot shrink");
    await expect(of.diff("i", {}, {})).rejects.toThrow("cannot shrink");
  });
});

describe("the process", () => {
  test("each call is noted when it comes and when it has its answer; only changes and reads may go together", async () => {
    const { provider: of, runtime } = provider({ delete: () => Promise.reject(new Error("x")) });
    const arrived = jest.spyOn(runtime, "arrived");
    const left = jest.spyOn(runtime, "left");
    const calls = [
      of.check({}, {}),
      of.diff("i", {}, {}),
      of.create({}),
      of.read("i", {}),
      of.update("i", {}, {}),
    ];
    const failed = of.delete("i", {});
    // Noted at once, before anything is waited for.
    expect(arrived.mock.calls).toEqual([[false], [false], [true], [true], [true], [true]]);
    expect(left).not.toHaveBeenCalled();
    await Promise.all(calls);
    await expect(failed).rejects.toThrow("x");
    expect(left).toHaveBeenCalledTimes(6);
  });

  test("a call that comes while the configuration is on its way waits for it", async () => {
    const { provider: of, made } = provider();
    const configuring = of.configure(configuration());
    const calls = [of.create({}), of.delete("i", {})];
    expect(made).not.toHaveBeenCalled();
    await Promise.all([configuring, ...calls]);
    expect(made).toHaveBeenCalledTimes(1);
  });

  test("without a configuration the environment alone speaks", async () => {
    const { provider: of } = provider();
    expect(await of.create({})).toMatchObject({ id: "i" });
  });

  test("the first configuration stays, for all kinds of resources", async () => {
    const runtime = new Runtime({});
    const parts: unknown[] = [];
    const kind = (given: unknown) => {
      parts.push(given);
      return kindOf().kind;
    };
    const [one, other] = [dynamicProvider(runtime, kind), dynamicProvider(runtime, kind)];
    await one.configure(configuration({ "huaweicloud-workspace:enterpriseProjectId": "first" }));
    await other.configure(configuration({ "huaweicloud-workspace:enterpriseProjectId": "second" }));
    await Promise.all([one.create({}), other.create({}), one.create({})]);
    expect(parts).toHaveLength(2);
    expect(parts[0]).toBe(parts[1]);
    expect(parts[0]).toMatchObject({ enterpriseProjectId: "first" });
  });

  test("a configuration that is wrong fails every call, and not only the first", async () => {
    const { provider: of, seen } = provider();
    const get = () => {
      throw new Error("no passphrase");
    };
    await expect(of.configure({ config: { get } })).rejects.toThrow("no passphrase");
    await expect(of.delete("i", {})).rejects.toThrow("no passphrase");
    await expect(of.create({})).rejects.toThrow("no passphrase");
    expect(seen).toEqual([]);
  });
});
