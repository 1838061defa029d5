/** Taking over disks that exist (`existingVolumeId`). */
import { allInOneCloud, desktopId, failed, passed, rootVolumeId } from "./cloud";
import { diskProgram } from "./disk-program";
import type { DiskArgs } from "./disk-program";

jest.setTimeout(240_000);

const on = allInOneCloud();

beforeAll(() => {
  on.it.addBehindItsBack(1, { volume_id: "old-1", type: "SSD", size: 100 });
  on.it.addBehindItsBack(1, { volume_id: "old-2", type: "SAS", size: 50 });
  on.it.addBehindItsBack(1, { volume_id: "old-3", type: "SAS", size: 50 });
});

afterEach(() => {
  expect(on.it.writes()).toEqual([]);
});

const adopting = (existingVolumeId: string, more: DiskArgs = {}) => ({
  args: { existingVolumeId, deletionProtection: true, ...more },
});

// The tests of this file are one stack's life, in this order.

test("a disk that fits is adopted without a change to it", async () => {
  on.it.stack.writeProgram(diskProgram({ old: adopting("old-1") }));

  passed(await on.it.stack.up());

  expect(await on.it.disks()).toMatchObject({
    old: { id: `${desktopId(1)}/old-1`, outputs: { volumeId: "old-1", size: 100, deletionProtection: true } },
  });
  passed(await on.it.stack.preview({ args: ["--expect-no-changes"] }));
});

test("what does not fit is refused, each by what does not", async () => {
  on.it.stack.writeProgram(
    diskProgram({
      old: adopting("old-1"),
      "other-type": adopting("old-2", { size: 50 }),
      root: adopting(rootVolumeId(1)),
      elsewhere: adopting("old-3", { desktop: 2, type: "SAS", size: 50 }),
      nowhere: adopting("no-such-volume"),
    }),
  );

  const output = failed(await on.it.stack.up({ args: ["--continue-on-error"] }));

  for (const text of [
    /type: disk old-2 has "SAS", the program says "SSD".*HWD1111/,
    /existingVolumeId: a0000000-\S+ is the system disk of the desktop.*HWD1705/,
    /existingVolumeId: old-3 is not a data disk of the desktop; it shows none.*HWD1704/,
    /existingVolumeId: no-such-volume is not a data disk of the desktop; it shows .*old-.*HWD1704/,
  ]) {
    expect(output).toMatch(text);
  }
  expect(Object.keys(await on.it.disks())).toEqual(["old"]);
});

test("a disk that another resource of the program has is refused at preview, which names that one", async () => {
  on.it.stack.writeProgram(diskProgram({ old: adopting("old-1"), twice: adopting("old-1") }));

  expect(failed(await on.it.stack.preview())).toMatch(
    // Whichever of the two the engine checks last is refused.
    /disk old-1 (and keeps it|as existingVolumeId) in this run.*HWD1108/s,
  );
});
