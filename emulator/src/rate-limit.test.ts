import { AccountLimits, type RateLimit } from "./rate-limit";
import { startEmulator } from "./index";
import { codeOf } from "./testing/client";
import { running } from "./testing/running";

/** When requests at these times, in ms, are refused, and how long they should wait. */
function waits(limit: RateLimit, ...times: readonly number[]): (number | undefined)[] {
  const limits = new AccountLimits(limit);
  return times.map((time) => {
    const wait = limits.take("a", time);
    return wait && Math.round(wait);
  });
}

test.each<[string, RateLimit, number[], (number | undefined)[]]>([
  ["a bucket gives what was saved up", { requests: 2, perMs: 1000 }, [5, 5, 5], [undefined, undefined, 500]],
  [
    "and one by one",
    { requests: 2, perMs: 1000 },
    [0, 0, 499, 500, 999],
    [undefined, undefined, 1, undefined, 1],
  ],
  ["and saves up no more", { requests: 1, perMs: 1000 }, [0, 9000, 9000], [undefined, undefined, 1000]],
  [
    "a window gives all at once",
    { requests: 2, perMs: 1000, shape: "window" },
    [900, 900, 950, 1000, 1000, 1000],
    [undefined, undefined, 50, undefined, undefined, 1000],
  ],
])("%s", (_, limit, times, expected) => {
  expect(waits(limit, ...times)).toEqual(expected);
});

test("accounts do not count for each other", () => {
  const limits = new AccountLimits({ requests: 1, perMs: 1000 });
  expect([limits.take("a", 0), limits.take("b", 0), limits.take("a", 0)]).toEqual([
    undefined,
    undefined,
    1000,
  ]);
});

/** The third request of an account that may send two in five minutes, and one after that. */
async function third(retryAfter?: "seconds" | "date") {
  const rateLimit = { requests: 2, perMs: 300_000, ...(retryAfter && { retryAfter }) };
  const { emulator, client } = await running({ rateLimit });
  for (let request = 0; request < 2; request += 1)
    expect((await client.call("GET", "/desktops/detail")).status).toBe(200);
  const reply = await client.call("GET", "/desktops/detail");
  expect([reply.status, codeOf(reply)]).toEqual([429, "APIGW.0308"]);
  expect(emulator.requests().map(({ status }) => status)).toEqual([200, 200, 429]);
  emulator.advance(150_000);
  expect((await client.call("GET", "/desktops/detail")).status).toBe(200);
  return { asked: reply.headers.get("retry-after"), date: reply.headers.get("date") ?? "" };
}

test("a request too many is refused; when to come back is not said, or in seconds", async () => {
  expect([(await third()).asked, (await third("seconds")).asked]).toEqual([null, "150"]);
});

test("when to come back as a date is never too early", async () => {
  const { asked, date } = await third("date");
  const wait = Date.parse(asked ?? "") - Date.parse(date);
  expect(wait).toBeGreaterThanOrEqual(150_000);
  expect(wait).toBeLessThanOrEqual(152_000);
});

test("what is refused is not carried out, and a reset forgets what was used", async () => {
  const { emulator, client } = await running({ rateLimit: { requests: 1, perMs: 60_000 } });
  const path = `/desktops/${emulator.desktops()[0]?.desktop_id ?? ""}/volumes`;
  const add = () => client.call("POST", path, { volumes: [{ type: "SAS", size: 20 }] });
  expect([(await add()).status, (await add()).status]).toEqual([200, 429]);
  emulator.advance(5000);
  expect(emulator.desktops()[0]?.data_volumes).toHaveLength(1);
  emulator.reset();
  expect((await client.call("GET", "/desktops/detail")).status).toBe(200);
});

test.each([
  { requests: 0, perMs: 1000 },
  { requests: 1, perMs: 0 },
  { requests: 1, perMs: 1000, shape: "sieve" },
  { requests: 1, perMs: 1000, retryAfter: "soon" },
])("%j is refused", async (rateLimit) => {
  await expect(startEmulator({ rateLimit: rateLimit as RateLimit })).rejects.toThrow("rateLimit");
});
