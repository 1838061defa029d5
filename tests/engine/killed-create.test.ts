/** `kill -9` of the CLI while it adds disks, and what docs/recovery.md says to do then. */
import { openCloud, passed } from "./cloud";
import type { Cloud } from "./cloud";
import { diskProgram } from "./disk-program";

jest.setTimeout(180_000);

let cloud: Cloud;

beforeAll(async () => {
  const program = diskProgram({ made: {}, unanswered: { args: { desktop: 2 } } });
  cloud = await openCloud({ project: { program } });
});

afterAll(() => cloud.close());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function pending(): Promise<string[]> {
  const { pending_operations: operations = [] } = (await cloud.stack.exportState()).deployment;
  return operations.map(({ type, resource }) => `${type} ${resource.urn.split("::").at(-1) ?? ""}`).sort();
}

test("what was made is adopted, what was not made is made, and nothing is bought twice", async () => {
  const match = (desktop: number) => ({
    operation: "AddDesktopVolumes",
    desktop_id: `d0000000-0000-4000-8000-00000000000${desktop}`,
  });
  cloud.emulator.addFault({ fault: "slow", delay_ms: 1_500, match: match(1) });
  cloud.emulator.addFault({ fault: "no-answer", match: match(2) });
  const up = cloud.stack.start("up", { parallel: 16 });
  while (cloud.calls().add === undefined || cloud.volumes(1).length === 0) await pause(20);
  up.kill();
  await up.result;
  up.killOrphans();
  cloud.emulator.clearFaults();

  passed(await cloud.stack.cancel());
  expect(passed(await cloud.stack.refresh())).not.toMatch(/pending/i);
  expect(await pending()).toContain("creating made");

  const [disk] = cloud.volumes(1);
  cloud.stack.writeProgram(
    diskProgram({
      made: { args: { existingVolumeId: disk?.volume_id, deletionProtection: false } },
      unanswered: { args: { desktop: 2 } },
    }),
  );
  passed(await cloud.stack.refresh({ args: ["--clear-pending-creates"] }));
  expect(await pending()).toEqual([]);
  passed(await cloud.stack.up());

  expect((await cloud.disks()).made?.outputs?.volumeId).toBe(disk?.volume_id);
  expect(cloud.volumes(1)).toHaveLength(1);
  expect(cloud.volumes(2)).toHaveLength(1);
});
