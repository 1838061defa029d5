/** Work that takes longer than the credentials last, through the real engine. */
import { startEmulator } from "huaweicloud-workspace-emulator";
import type { Emulator, EmulatorOptions } from "huaweicloud-workspace-emulator";
import { newToken } from "../auth/token";
import { Cloud, failed, passed } from "./cloud";
import { diskProgram } from "./disk-program";
import { openStack } from "./pulumi";
import { commandsUnder, pageRunner } from "./recovery-page";

jest.setTimeout(240_000);

const user = {
  HW_USER_NAME: "emulator",
  HW_USER_PASSWORD: "Emulator-Password-1",
  HW_DOMAIN_NAME: "emulator",
};

let cloud: Cloud | undefined;

afterEach(async () => {
  await cloud?.close();
  cloud = undefined;
});

/** A stack of a disk on each of so many desktops, and no credentials. */
async function open(desktops: number, options: EmulatorOptions): Promise<Cloud> {
  const emulator = await startEmulator({ desktops, ...options });
  const disks = Array.from({ length: desktops }, (_, at) => [
    `disk-${at + 1}`,
    { args: { desktop: at + 1 } },
  ]);
  const program = diskProgram(Object.fromEntries(disks) as Parameters<typeof diskProgram>[0]);
  const env = { ...emulator.env, HW_ACCESS_KEY: undefined, HW_SECRET_KEY: undefined };
  const stack = await openStack({ project: { program }, env });
  cloud = new Cloud(emulator, stack);
  return cloud;
}

/** When somebody logged in, in ms. */
function logins({ emulator }: { emulator: Emulator }, since: number): number[] {
  return emulator
    .requests()
    .slice(since)
    .filter(({ method, path }) => method === "POST" && path === "/v3/auth/tokens")
    .map(({ time }) => time);
}

test("tokens of 2 s and jobs of 4 s: nothing fails, and each renewal is one request for all who wait", async () => {
  const { stack, emulator } = await open(5, { tokenLifetimeMs: 2_000, jobTimeMs: 4_000 });

  for (const operation of ["up", "destroy"] as const) {
    const before = emulator.requests().length;
    passed(await stack[operation]({ env: user, parallel: 16 }));

    const times = logins({ emulator }, before);
    const apart = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(times.length).toBeGreaterThanOrEqual(3);
    // A fifth of the life of a token before its end, so 1.6 s apart; on a busy machine now and then a 401 comes first.
    expect(Math.min(...apart)).toBeGreaterThan(1_000);
    const refused = emulator
      .requests()
      .slice(before)
      .filter(({ status }) => status === 401);
    expect(refused.length).toBeLessThanOrEqual(5);
  }

  expect(emulator.desktops().flatMap((desktop) => desktop.data_volumes)).toEqual([]);
});

test("a given token that ends in the middle ends the run at once, and nothing is called gone", async () => {
  const world = await open(1, { tokenLifetimeMs: 10_000, jobTimeMs: 1_500 });
  const { stack, emulator } = world;
  passed(await stack.up({ env: user }));
  const before = await world.disks();
  emulator.addFault({ fault: "job-never-ends", match: { operation: "DeleteDesktopVolumes" } });
  const { token, end } = await newToken(emulator.url, emulator.env.HW_PROJECT_ID);

  const destroy = await stack.destroy({ env: { HW_AUTH_TOKEN: token } });

  const output = failed(destroy);
  expect(output).toContain(`token (HW_AUTH_TOKEN from the environment) ended at ${end}`);
  expect(output).toMatch(/Job \S+ was sent and may still finish.*HWD1203/);
  expect(destroy.ms).toBeLessThan(25_000);
  expect(Object.keys(await world.disks())).toEqual(["disk-1"]);

  const late = failed(await stack.refresh({ env: { HW_AUTH_TOKEN: token } }));
  expect(late).toMatch(/token \(HW_AUTH_TOKEN from the environment\) is not accepted: GET .* answered 401/);
  const { id, outputs } = (await world.disks())["disk-1"] ?? {};
  expect({ id, outputs }).toEqual({ id: before["disk-1"]?.id, outputs: before["disk-1"]?.outputs });
  expect(world.volumes()).toHaveLength(1);
});

test("a given token that ends in the middle of an up: docs/recovery.md finishes it, and nothing is bought twice", async () => {
  const world = await open(16, { tokenLifetimeMs: 20_000, jobTimeMs: 7_000 });
  const { stack, emulator } = world;
  const newEnv = async () => {
    const { token } = await newToken(emulator.url, emulator.env.HW_PROJECT_ID);
    return { HW_AUTH_TOKEN: token };
  };

  // Four rounds of jobs, 28 s at least: the token ends during one of them.
  const up = failed(await stack.up({ env: await newEnv(), parallel: 4 }));
  expect(up).toMatch(
    /ended at \S+ It could not be renewed: .* was sent; .* before it adds another one\. \[HWD1503\]/,
  );
  expect(world.volumes().length).toBeGreaterThan(0);
  expect(world.volumes().length).toBeLessThan(16);

  const run = pageRunner(stack, user);
  for (const command of commandsUnder("The credentials ended")) passed(await run(command));

  const known = Object.values(await world.disks()).map(({ outputs }) => String(outputs?.volumeId));
  expect(known).toHaveLength(16);
  expect(
    world
      .volumes()
      .map(({ volume_id: id }) => id)
      .sort(),
  ).toEqual(known.sort());
  passed(await stack.destroy({ env: user, parallel: 16 }));
  expect(world.volumes()).toEqual([]);
});
