/** `kill -9` of the CLI while it adds disks, and docs/recovery.md followed word for word. */
import { openCloud, passed } from "./cloud";
import type { Cloud } from "./cloud";
import { diskProgram } from "./disk-program";
import { commandsUnder, pageRunner } from "./recovery-page";

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

  const run = pageRunner(cloud.stack);
  const [wait = "", cancel = "", refresh = "", orphans = ""] = commandsUnder("The run was cut off");
  passed(await run(wait));
  passed(await run(cancel));
  expect(passed(await run(refresh))).not.toMatch(/pending/i);
  expect(await pending()).toContain("creating made");
  const [disk] = cloud.volumes(1);
  const found = await run(orphans);
  expect(found.code).toBe(2);
  expect(found.stdout).toContain(disk?.volume_id);
  // Who forgets that step is warned before another one is bought.
  const preview = passed(await cloud.stack.preview());
  expect(preview).toMatch(
    new RegExp(`warning: desktop DESKTOP-0001 has ${disk?.volume_id} \\(SSD, 100 GB.*cut off`),
  );

  // "Yes": the disk is there.
  cloud.stack.writeProgram(
    diskProgram({
      made: { args: { existingVolumeId: disk?.volume_id, deletionProtection: false } },
      unanswered: { args: { desktop: 2 } },
    }),
  );
  for (const command of commandsUnder("Pending creates")) passed(await run(command));
  expect(await pending()).toEqual([]);

  expect((await cloud.disks()).made?.outputs?.volumeId).toBe(disk?.volume_id);
  expect(cloud.volumes(1)).toHaveLength(1);
  expect(cloud.volumes(2)).toHaveLength(1);
});
