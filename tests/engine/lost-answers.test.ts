/** Adding a disk when its answer or its job is lost: it is never bought twice. */
import { allInOneCloud, desktopId, failed, passed } from "./cloud";
import { diskProgram } from "./disk-program";
import type { ProgramDisk } from "./disk-program";

jest.setTimeout(240_000);

// One stack, in which each test has a desktop of its own.
const on = allInOneCloud({ desktops: 6 });

beforeEach(() => {
  on.it.emulator.clearFaults();
});

const adds = () => on.it.calls().add;

/** What the stack holds already: taken out, the disk whose job never ends would be waited for. */
const slow: ProgramDisk = { opts: { customTimeouts: { create: "5s" } } };

function writeProgram(disks: Readonly<Record<string, ProgramDisk>>): void {
  on.it.stack.writeProgram(diskProgram({ slow, ...disks }));
}

test("a disk whose job never ends is kept in state, and the next up finishes without a second add", async () => {
  writeProgram({});
  on.it.emulator.addFault({ fault: "job-never-ends", match: { operation: "AddDesktopVolumes" } });
  // The job never says that it is done, but its disk appears all the same.
  on.it.emulator.addFault({
    fault: "volumes-added",
    desktop_id: desktopId(1),
    volumes: [{ volume_id: "appeared", type: "SSD", size: 100 }],
    match: { operation: "ShowJob" },
  });

  const output = failed(await on.it.stack.up());

  expect(output).toMatch(/timed out after 5s \(limit set by customTimeouts\.create\).*HWD1502/s);
  const { slow: begun } = await on.it.disks();
  expect(begun).toMatchObject({
    id: `${desktopId(1)}/appeared`,
    outputs: { volumeId: "appeared", unfinished: true },
  });
  expect(begun?.initErrors).toHaveLength(1);

  passed(await on.it.stack.up());
  const { slow: finished } = await on.it.disks();
  expect(finished).toMatchObject({ id: begun?.id });
  expect(finished?.outputs).not.toHaveProperty("unfinished");
  expect(finished?.initErrors ?? []).toEqual([]);
  expect(adds()).toBe(1);
  expect(on.it.volumes(1)).toHaveLength(1);
  passed(await on.it.stack.preview({ args: ["--expect-no-changes"] }));
});

test("an add whose answer is lost after the work succeeds with one request", async () => {
  writeProgram({ lost: { args: { desktop: 2 } } });
  on.it.emulator.addFault({ fault: "cut-after-work", match: { operation: "AddDesktopVolumes" } });

  passed(await on.it.stack.up());

  expect(adds()).toBe(1);
  const { lost } = await on.it.disks();
  expect(on.it.volumes(2).map(({ volume_id: id }) => id)).toEqual([lost?.outputs?.volumeId]);
});

test("an add whose request is lost before the work is sent again, once it is proved that nothing came of it", async () => {
  writeProgram({ gone: { args: { desktop: 3 } } });
  on.it.emulator.addFault({ fault: "cut-before-work", match: { operation: "AddDesktopVolumes" } });

  passed(await on.it.stack.up());

  expect(adds()).toBe(2);
  const { gone } = await on.it.disks();
  expect(on.it.volumes(3).map(({ volume_id: id }) => id)).toEqual([gone?.outputs?.volumeId]);
});

test("a delete whose answer is lost is looked up, not guessed", async () => {
  writeProgram({ kept: { args: { desktop: 4 } }, dropped: { args: { desktop: 4 } } });
  passed(await on.it.stack.up());
  on.it.forget();
  on.it.emulator.addFault({ fault: "cut-after-work", match: { operation: "DeleteDesktopVolumes" } });
  writeProgram({ kept: { args: { desktop: 4 } } });

  passed(await on.it.stack.up());

  const { kept } = await on.it.disks();
  expect(on.it.volumes(4).map(({ volume_id: id }) => id)).toEqual([kept?.outputs?.volumeId]);
});

test("a run that finds an unowned disk of the same kind says how to adopt it", async () => {
  on.it.addBehindItsBack(5, { volume_id: "orphan", type: "SSD", size: 100 });
  writeProgram({ another: { args: { desktop: 5 } } });

  const output = passed(await on.it.stack.up());

  expect(output).toContain(`existingVolumeId: "orphan"`);
});
