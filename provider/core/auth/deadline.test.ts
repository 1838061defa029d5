import type { HttpRequest } from "../host";
import { waiter } from "../../../testing/scripted";
import { Lines, sources } from "../../../testing/authWorld";
import { get, region, tokenAnswer, user } from "../../../testing/iamAnswers";
import { VirtualTime } from "../../../testing/virtualTime";
import { Sessions } from "./sessions";

/** Sessions in virtual time whose IAM answers each request after `afterMs`, with these statuses. */
function world(afterMs: number, statuses: number[] = []) {
  const time = new VirtualTime();
  const seen: { at: number; request: HttpRequest }[] = [];
  const send = async (request: HttpRequest) => {
    seen.push({ at: time.clock.now(), request });
    const status = statuses.shift() ?? 201;
    await time.clock.sleep(afterMs, request.signal);
    const { headers, json } = tokenAnswer("marked-token", "p1");
    return { status, headers, text: JSON.stringify(json) };
  };
  const sessions = new Sessions(sources({ env: { ...region, ...user } }), send, time.clock, new Lines());
  return { time, seen, sessions };
}

test("a sign-in that takes longer than one operation has goes on for the others", async () => {
  const { time, seen, sessions } = world(10_000);
  const [hasty, patient] = [waiter(time, 4_000), waiter(time, 60_000)];
  const [first, second] = await time.until(
    Promise.allSettled([
      sessions.open({}, hasty).finally(() => {
        expect(time.clock.now()).toBe(4_000);
      }),
      sessions.open({}, patient),
    ]),
  );
  expect(first).toMatchObject({ status: "rejected", reason: { name: "TimeoutError" } });
  expect(second).toMatchObject({ status: "fulfilled", value: { projectId: "p1" } });
  expect(seen).toHaveLength(1);
});

test("no further try leaves after the last one who waits has left", async () => {
  const { time, seen, sessions } = world(1_000, [503, 503, 503, 503, 503]);
  const opening = sessions.open({}, waiter(time, 2_000));
  await expect(time.until(opening)).rejects.toMatchObject({ name: "TimeoutError" });
  await time.pass(120_000);
  expect(seen.map(({ at }) => at)).toEqual([0, 1_500]);
  expect(seen[0]?.request.timeoutMs).toBe(2_000);
  expect(seen[0]?.request.signal?.aborted).toBe(true);
});

test("whoever comes after everybody has left signs in anew", async () => {
  const { time, seen, sessions } = world(5_000);
  await expect(time.until(sessions.open({}, waiter(time, 1_000)))).rejects.toThrow(/no time was left/);
  const session = await time.until(sessions.open({}, waiter(time, 60_000)));
  expect(await session.authorize(get, waiter(time, 1_000))).toEqual({ "X-Auth-Token": "marked-token" });
  expect(seen).toHaveLength(2);
});
