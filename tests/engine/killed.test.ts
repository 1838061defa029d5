/** `kill -9` of the CLI in the middle of a delete. */
import { descendantsOf, listProcesses } from "./process-tree";
import { openCloud, passed } from "./cloud";
import type { Cloud } from "./cloud";
import { diskProgram } from "./disk-program";

jest.setTimeout(120_000);

let cloud: Cloud;

beforeAll(async () => {
  cloud = await openCloud({
    project: { program: diskProgram({ first: {}, second: {}, third: { args: { desktop: 2 } } }) },
  });
});

afterAll(() => cloud.close());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("the provider ends by itself, and after cancel destroy comes to its end", async () => {
  passed(await cloud.stack.up());
  cloud.emulator.addFault({
    fault: "slow",
    delay_ms: 1_500,
    times: "always",
    match: { operation: "DeleteDesktopVolumes" },
  });
  cloud.forget();
  const destroy = cloud.stack.start("destroy", { parallel: 16 });
  while (cloud.calls()["batch-delete"] === undefined) await pause(20);
  const plugins = descendantsOf(destroy.pid, listProcesses());
  expect(plugins.map(({ command }) => command)).toContainEqual(
    expect.stringContaining("dynamic-provider/index.js"),
  );

  destroy.kill();
  expect(await destroy.result).toMatchObject({ code: null });

  const left = () =>
    listProcesses().filter(({ pid, command }) =>
      plugins.some((plugin) => plugin.pid === pid && plugin.command === command),
    );
  const deadline = performance.now() + 30_000;
  while (left().length > 0 && performance.now() < deadline) await pause(200);
  expect(left()).toEqual([]);

  cloud.emulator.clearFaults();
  passed(await cloud.stack.cancel());
  passed(await cloud.stack.destroy({ parallel: 16 }));
  expect(cloud.volumes()).toEqual([]);
  expect(await cloud.disks()).toEqual({});
  expect((await cloud.stack.exportState()).deployment.pending_operations ?? []).toEqual([]);
});
