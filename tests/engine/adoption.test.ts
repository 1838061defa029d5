/** Taking over disks that exist (`existingVolumeId`). */
import { desktopId, failed, openCloud, passed, rootVolumeId } from "./cloud";
import type { Cloud } from "./cloud";
import { diskProgram } from "./disk-program";
import type { DiskArgs } from "./disk-program";

jest.setTimeout(240_000);

let cloud: Cloud;

beforeAll(async () => {
  cloud = await openCloud({ project: { program: "" }, desktops: 2 });
  cloud.addBehindItsBack(1, { volume_id: "old-1", type: "SSD", size: 100 });
  cloud.addBehindItsBack(1, { volume_id: "old-2", type: "SAS", size: 50 });
});

afterAll(() => cloud.close());

beforeEach(() => {
  cloud.forget();
});

afterEach(() => {
  expect(cloud.writes()).toEqual([]);
});

const adopting = (existingVolumeId: string, more: DiskArgs = {}) => ({
  args: { existingVolumeId, deletionProtection: true, ...more },
});

// The tests of this file are one stack's life, in this order.

test("a disk that fits is taken over without a change to it", async () => {
  cloud.stack.writeProgram(diskProgram({ old: adopting("old-1") }));

  passed(await cloud.stack.up());

  expect(await cloud.disks()).toMatchObject({
    old: { id: `${desktopId(1)}/old-1`, outputs: { volumeId: "old-1", size: 100, deletionProtection: true } },
  });
  passed(await cloud.stack.preview({ args: ["--expect-no-changes"] }));
});

test("what does not fit is refused, each by what does not", async () => {
  cloud.stack.writeProgram(
    diskProgram({
      old: adopting("old-1"),
      "other-type": adopting("old-2", { size: 50 }),
      root: adopting(rootVolumeId(1)),
      elsewhere: adopting("old-2", { desktop: 2, type: "SAS", size: 50 }),
      nowhere: adopting("no-such-volume"),
      twice: adopting("old-1"),
    }),
  );

  const output = failed(await cloud.stack.up({ args: ["--continue-on-error"] }));

  for (const text of [
    /type: disk old-2 has SAS, the program says SSD/,
    /existingVolumeId: a0000000-\S+ is the root volume of the desktop/,
    /existingVolumeId: old-2 is no data disk of the desktop; it has none/,
    /existingVolumeId: no-such-volume is no data disk of the desktop; it has .*old-/,
    /existingVolumeId: another resource of this stack already holds disk old-1/,
  ]) {
    expect(output).toMatch(text);
  }
  expect(Object.keys(await cloud.disks())).toEqual(["old"]);
});

test("it must be said whether a later delete may destroy it", async () => {
  cloud.stack.writeProgram(
    diskProgram({ old: adopting("old-1"), unsaid: { args: { existingVolumeId: "old-2" } } }),
  );

  expect(failed(await cloud.stack.preview())).toContain("property deletionProtection ");
  expect(cloud.requests()).toEqual([]);
});

test("another id is refused; taking it out of the program is no change", async () => {
  cloud.stack.writeProgram(diskProgram({ old: adopting("old-2") }));
  expect(failed(await cloud.stack.preview())).toMatch(
    /existingVolumeId.*names old-2, but this resource holds old-1/s,
  );

  cloud.stack.writeProgram(diskProgram({ old: { args: { deletionProtection: true } } }));
  passed(await cloud.stack.preview({ args: ["--expect-no-changes"] }));
  expect(cloud.requests()).toEqual([]);
});

test("a protected disk that was taken over survives the destroy of its stack", async () => {
  expect(failed(await cloud.stack.destroy())).toMatch(/deletionProtection of disk old-1 is true/);

  expect(cloud.volumes(1)).toHaveLength(2);
});
