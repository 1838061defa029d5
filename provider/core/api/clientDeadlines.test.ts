import { bareSession, broken, clientAnswering, type Reply, waiter } from "../../../testing/scripted";
import { CredentialsError, TimeoutError } from "../errors";

const GET = "GET /things";
const PERMISSION = "workspace:volumes:add";

// The pauses after a 429 are spread at random; the bounds here are those of the middle.
beforeEach(() => jest.spyOn(Math, "random").mockReturnValue(0.5));
afterEach(() => jest.restoreAllMocks());

describe("deadlines", () => {
  const outcome = async (
    world: ReturnType<typeof clientAnswering>,
    method: "GET" | "POST",
    who: ReturnType<typeof waiter>,
  ) => {
    const call =
      method === "GET"
        ? world.client.read("/things", {}, who)
        : world.client.write("POST", "/things", {}, who, PERMISSION);
    return world.time.until(
      call.then(
        () => undefined,
        (error: unknown) => error as Error,
      ),
    );
  };

  test("a request says until when it may leave: a change a second earlier than a read", async () => {
    const world = clientAnswering(() => ({}));
    await outcome(world, "GET", waiter(world.time, 5_000));
    await outcome(world, "POST", waiter(world.time, 5_000));
    expect(world.seen.map(({ request }) => [request.timeoutMs, request.leaveWithinMs])).toEqual([
      [5_000, 5_000],
      [5_000, 4_000],
    ]);
  });

  test("a change leaves in the time of the least patient of those that it is for, and is answered in that of the others", async () => {
    const world = clientAnswering(() => ({}));
    await outcome(world, "POST", Object.assign(waiter(world.time, 5_000), { leavesWithin: () => 3_000 }));
    expect(world.seen.map(({ request }) => [request.timeoutMs, request.leaveWithinMs])).toEqual([
      [5_000, 2_000],
    ]);
  });

  test("nobody waits any more: the signal of the one who waits goes with the request", async () => {
    const world = clientAnswering(() => ({}));
    const who = waiter(world.time, 5_000);
    await outcome(world, "GET", who);
    expect(world.seen[0]?.request.signal).toBe(who.signal);
  });

  test.each(["GET", "POST"] as const)("a %s does not leave when the queue took the time", async (method) => {
    const world = clientAnswering(() => ({}));
    for (let i = 0; i < 5_000; i++) void world.limiter.take();
    expect(await outcome(world, method, waiter(world.time, 2_000))).toBeInstanceOf(TimeoutError);
    await world.time.pass(120_000);
    expect(world.seen).toEqual([]);
  });

  test("a read does not leave when signing in took the time", async () => {
    const session = bareSession();
    const world = clientAnswering(() => ({}), { session });
    session.authorize = async () => {
      await world.clock.sleep(5_000);
      return {};
    };
    expect(await outcome(world, "GET", waiter(world.time, 4_000))).toBeInstanceOf(TimeoutError);
    expect(world.seen).toEqual([]);
  });

  test("a change does not leave when the engine has exited meanwhile; a read does", async () => {
    const world = clientAnswering(() => ({}));
    const reason = new Error("the engine has exited");
    const who = { ...waiter(world.time, 60_000), halted: () => reason };
    const error = await outcome(world, "POST", who);
    expect(error).toMatchObject({ name: "StoppedError", code: "HWD1506", cause: reason });
    expect(await outcome(world, "GET", who)).toBeUndefined();
    expect(world.seen.map(({ line }) => line)).toEqual([GET]);
  });

  test.each<[string, Reply, string, number]>([
    ["an unknown host name", broken("no", "ENOTFOUND"), "HWD1401", 180_000],
    ["a resolver that gives no answer", broken("no", "EAI_AGAIN"), "HWD1401", 180_000],
    ["a proxy that refuses", broken("no", "EPROXY"), "HWD1404", 90_000],
    ["an untrusted certificate", broken("no", "SELF_SIGNED_CERT_IN_CHAIN"), "HWD1403", 0],
  ])("%s ends a read long before the deadline, and is named", async (_, reply, code, atMost) => {
    const world = clientAnswering(() => reply);
    const error = await outcome(world, "GET", waiter(world.time, 1_800_000));
    expect(error).toMatchObject({ code });
    expect(world.clock.now()).toBeLessThanOrEqual(atMost);
  });

  test("an IAM with an unknown host name ends a read within three minutes, and is named", async () => {
    const session = bareSession();
    const world = clientAnswering(() => ({}), { session });
    session.authorize = async () => {
      await world.clock.sleep(40_000);
      throw new CredentialsError("unreachable", "the host name iam.test is unknown", {
        systemCode: "ENOTFOUND",
      });
    };
    const error = await outcome(world, "GET", waiter(world.time, 1_800_000));
    expect(error?.message).toMatch(/the host name iam.test is unknown.*\[HWD1205\]/);
    expect(world.clock.now()).toBeLessThanOrEqual(180_000);
    expect(world.seen).toEqual([]);
  });

  test("a host name that becomes known again within two minutes costs nothing more", async () => {
    const world = clientAnswering(() => (world.clock.now() < 60_000 ? broken("no", "ENOTFOUND") : {}));
    expect(await outcome(world, "GET", waiter(world.time, 1_800_000))).toBeUndefined();
  });
});
