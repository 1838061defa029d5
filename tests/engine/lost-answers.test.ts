/** Adding a disk when its answer or its job is lost: it is never bought twice. */
import { allInOneCloud, desktopId, failed, passed } from "./cloud";
import { diskProgram } from "./disk-program";
import type { ProgramDisk } from "./disk-program";

jest.setTimeout(240_000);

// One stack, in which each case has a desktop of its own. Proofs take half a minute, so all cases wait at a time.
const on = allInOneCloud({ desktops: 5 });

const addsOn = (desktop: number) =>
  on.it.emulator.requests().filter(({ path }) => path.endsWith(`/desktops/${desktopId(desktop)}/volumes`))
    .length;
const volumeIds = (desktop: number) => on.it.volumes(desktop).map(({ volume_id: id }) => id);
const adding = (desktop: number) => ({ operation: "AddDesktopVolumes", desktop_id: desktopId(desktop) });

const program: Record<string, ProgramDisk> = {
  slow: { opts: { customTimeouts: { create: "5s" } } },
  lost: { args: { desktop: 2 } },
  gone: { args: { desktop: 3 } },
  kept: { args: { desktop: 4 } },
};

let firstUp: string;
let secondUp: string;

beforeAll(async () => {
  const { emulator, stack } = on.it;
  emulator.addFault({ fault: "job-never-ends", match: adding(1) });
  // The job never says that it is done, but its disk appears all the same.
  emulator.addFault({
    fault: "volumes-added",
    desktop_id: desktopId(1),
    volumes: [{ volume_id: "appeared", type: "SSD", size: 100 }],
    match: { operation: "ShowJob" },
  });
  emulator.addFault({ fault: "cut-after-work", match: adding(2) });
  emulator.addFault({ fault: "cut-before-work", match: adding(3) });
  stack.writeProgram(diskProgram({ ...program, dropped: { args: { desktop: 4 } } }));
  firstUp = failed(await stack.up({ parallel: 16, args: ["--continue-on-error"] }));
}, 240_000);

// The tests of this file are one stack's life, in this order.

test("an add whose answer is lost after the work succeeds with one request", async () => {
  expect(addsOn(2)).toBe(1);
  const { lost } = await on.it.disks();
  expect(volumeIds(2)).toEqual([lost?.outputs?.volumeId]);
});

test("an add whose request is lost before the work is sent again, once it is proved that nothing came of it", async () => {
  expect(addsOn(3)).toBe(2);
  const { gone } = await on.it.disks();
  expect(volumeIds(3)).toEqual([gone?.outputs?.volumeId]);
});

test("a disk whose job never ends is kept in state, and the next up finishes without a second add", async () => {
  expect(firstUp).toMatch(/timed out after 5s \(limit set by customTimeouts\.create\).*HWD1502/s);
  const { slow: begun } = await on.it.disks();
  expect(begun).toMatchObject({
    id: `${desktopId(1)}/appeared`,
    outputs: { volumeId: "appeared", unfinished: true },
  });
  expect(begun?.initErrors).toHaveLength(1);

  on.it.emulator.addFault({
    fault: "cut-after-work",
    match: { operation: "DeleteDesktopVolumes", desktop_id: desktopId(4) },
  });
  on.it.addBehindItsBack(5, { volume_id: "orphan", type: "SSD", size: 100 });
  on.it.stack.writeProgram(diskProgram({ ...program, another: { args: { desktop: 5 } } }));
  secondUp = passed(await on.it.stack.up({ parallel: 16 }));

  const { slow: finished } = await on.it.disks();
  expect(finished).toMatchObject({ id: begun?.id });
  expect(finished?.outputs).not.toHaveProperty("unfinished");
  expect(finished?.initErrors ?? []).toEqual([]);
  expect(addsOn(1)).toBe(1);
  expect(on.it.volumes(1)).toHaveLength(1);
  passed(await on.it.stack.preview({ args: ["--expect-no-changes"] }));
});

test("a delete whose answer is lost is looked up, not guessed", async () => {
  const { kept, ...others } = await on.it.disks();
  expect(others).not.toHaveProperty("dropped");
  expect(volumeIds(4)).toEqual([kept?.outputs?.volumeId]);
});

test("a run that finds an unowned disk of the same kind says how to adopt it", () => {
  expect(secondUp).toContain(`existingVolumeId: "orphan"`);
});
