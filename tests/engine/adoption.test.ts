/** Taking over disks that exist (`existingVolumeId`). */
import { allInOneCloud, desktopId, failed, passed, rootVolumeId } from "./cloud";
import { diskProgram } from "./disk-program";
import type { DiskArgs } from "./disk-program";

jest.setTimeout(240_000);

const on = allInOneCloud();

beforeAll(() => {
  on.it.addBehindItsBack(1, { volume_id: "old-1", type: "SSD", size: 100 });
  on.it.addBehindItsBack(1, { volume_id: "old-2", type: "SAS", size: 50 });
});

afterEach(() => {
  expect(on.it.writes()).toEqual([]);
});

const adopting = (existingVolumeId: string, more: DiskArgs = {}) => ({
  args: { existingVolumeId, deletionProtection: true, ...more },
});

// The tests of this file are one stack's life, in this order.

test("a disk that fits is taken over without a change to it", async () => {
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
      elsewhere: adopting("old-2", { desktop: 2, type: "SAS", size: 50 }),
      nowhere: adopting("no-such-volume"),
      twice: adopting("old-1"),
    }),
  );

  const output = failed(await on.it.stack.up({ args: ["--continue-on-error"] }));

  for (const text of [
    /type: disk old-2 has SAS, the program says SSD/,
    /existingVolumeId: a0000000-\S+ is the root volume of the desktop/,
    /existingVolumeId: old-2 is no data disk of the desktop; it has none/,
    /existingVolumeId: no-such-volume is no data disk of the desktop; it has .*old-/,
    /existingVolumeId: another resource of this stack already holds disk old-1/,
  ]) {
    expect(output).toMatch(text);
  }
  expect(Object.keys(await on.it.disks())).toEqual(["old"]);
});

test("it must be said whether a later delete may destroy it", async () => {
  on.it.stack.writeProgram(
    diskProgram({ old: adopting("old-1"), unsaid: { args: { existingVolumeId: "old-2" } } }),
  );

  expect(failed(await on.it.stack.preview())).toContain("property deletionProtection ");
  expect(on.it.requests()).toEqual([]);
});

test("another id is refused; taking it out of the program is no change", async () => {
  on.it.stack.writeProgram(diskProgram({ old: adopting("old-2") }));
  expect(failed(await on.it.stack.preview())).toMatch(
    /existingVolumeId.*names old-2, but this resource holds old-1/s,
  );

  on.it.stack.writeProgram(diskProgram({ old: { args: { deletionProtection: true } } }));
  passed(await on.it.stack.preview({ args: ["--expect-no-changes"] }));
  expect(on.it.requests()).toEqual([]);
});

test("a protected disk that was taken over survives the destroy of its stack", async () => {
  expect(failed(await on.it.stack.destroy())).toMatch(/deletionProtection of disk old-1 is true/);

  expect(on.it.volumes(1)).toHaveLength(2);
});
