/** `kill -9` of the CLI in the middle of a destroy of 50 disks (each night: 200), and docs/recovery.md followed word for word. */
import { descendantsOf, listProcesses } from "./process-tree";
import { openCloud, passed } from "./cloud";
import type { Cloud } from "./cloud";
import { attachments } from "./fleet";
import { isNightly } from "../nightly";
import { commandsUnder, pageRunner } from "./recovery-page";

const DESKTOPS = isNightly ? 20 : 5;

jest.setTimeout(isNightly ? 600_000 : 180_000);

let cloud: Cloud;

beforeAll(async () => {
  cloud = await openCloud({
    project: { program: attachments(DESKTOPS, 10) },
    desktops: DESKTOPS,
    jobTimeMs: 1_500,
  });
});

afterAll(() => cloud.close());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("after the page's steps, a destroy that was cut off comes to its end", async () => {
  passed(await cloud.stack.up({ parallel: 200 }));
  expect(cloud.volumes()).toHaveLength(10 * DESKTOPS);
  cloud.emulator.addFault({
    fault: "slow",
    delay_ms: 1_500,
    times: "always",
    match: { operation: "DeleteDesktopVolumes" },
  });
  cloud.forget();
  const destroy = cloud.stack.start("destroy", { parallel: 20 });
  while (cloud.calls()["batch-delete"] === undefined) await pause(20);
  const plugins = descendantsOf(destroy.pid, listProcesses());
  expect(plugins.map(({ command }) => command)).toContainEqual(
    expect.stringContaining("dynamic-provider/index.js"),
  );
  destroy.kill();
  expect(await destroy.result).toMatchObject({ code: null });
  cloud.emulator.clearFaults();

  const run = pageRunner(cloud.stack);
  const [wait = "", ...steps] = commandsUnder("The run was cut off");
  expect(passed(await run(wait))).toMatch(/No provider process .* on this machine\.\n$/);
  expect(
    listProcesses().filter(({ pid, command }) =>
      plugins.some((plugin) => plugin.pid === pid && plugin.command === command),
    ),
  ).toEqual([]);
  const texts: string[] = [];
  for (const step of steps) texts.push(passed(await run(step)));
  expect(texts.at(-1)).toContain("No orphans found.");
  const left = cloud.volumes().length;
  expect(Object.keys(await cloud.disks())).toHaveLength(left);
  expect(left).toBeGreaterThan(0);

  passed(await cloud.stack.destroy({ parallel: 20 }));
  expect(cloud.volumes()).toEqual([]);
  expect(await cloud.disks()).toEqual({});
  expect((await cloud.stack.exportState()).deployment.pending_operations ?? []).toEqual([]);
});
