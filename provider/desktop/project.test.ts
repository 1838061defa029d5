import { desktopId, eachOnStage, MINUTE } from "../testing/stage";
import { find, LOOKS_APART_MS } from "./sight";

const on = eachOnStage();
const lookFor = (ids: string[], desktop = desktopId(), timeoutMs = 5 * MINUTE) =>
  on.it.project.lookFor(desktop, ids, on.it.operation("reading", desktop, timeoutMs));

test("disks that are there take one look", async () => {
  on.it.furnish(["a", "b"]);
  const sight = await on.it.time.until(lookFor(["a", "b"]));
  expect(find(sight, "a")?.size).toBe(20);
  expect(on.it.emulator.requests()).toHaveLength(1);
});

test("a disk that is not there takes a second look, some seconds later", async () => {
  on.it.furnish(["a"]);
  const sight = await on.it.time.until(lookFor(["a", "x"]));
  expect(find(sight, "x")).toBeUndefined();
  const [first, second] = on.it.emulator.requests();
  expect((second?.time ?? 0) - (first?.time ?? 0)).toBe(LOOKS_APART_MS);
});

test("many at once share the first look; only those that miss something take the second", async () => {
  for (const number of [1, 2, 3]) on.it.furnish([`v${number}`], desktopId(number));
  const looks = [lookFor(["v1"]), lookFor(["v2"], desktopId(2)), lookFor(["x"], desktopId(3))];
  const [one, two, three] = await on.it.time.until(Promise.all(looks));
  expect(
    [one, two, three].map((sight, index) => sight && find(sight, `v${index + 1}`) !== undefined),
  ).toEqual([true, true, true]);
  expect(on.it.emulator.requests()).toHaveLength(2);
});

test("one who has little time is not kept by another who has more", async () => {
  on.it.emulator.addFault({
    fault: "respond",
    status: 503,
    times: "always",
    match: { operation: "ShowDesktopDetail" },
  });
  const short = lookFor([], desktopId(), 2000).catch((error: unknown) => error as Error);
  const long = lookFor([], desktopId(), 5 * MINUTE).catch((error: unknown) => error as Error);
  expect(await on.it.time.until(short)).toMatchObject({ name: "TimeoutError" });
  expect(on.it.clock.now()).toBe(2000);
  expect(((await on.it.time.until(long)) as Error).message).toMatch(
    /Last seen, \d+ s ago: GET .* answered 503/,
  );
  expect(on.it.clock.now()).toBe(5 * MINUTE);
});

test("where it is at home is told", () => {
  const { url, env } = on.it.emulator;
  expect(on.it.project.place).toEqual({
    region: env.HW_REGION_NAME,
    projectId: env.HW_PROJECT_ID,
    endpoint: url,
  });
});
