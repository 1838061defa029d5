/** What a change of a program does to its disks: made in place, refused, or a replacement where that was allowed. */
import { allInOneCloud, desktopId, failed, passed } from "./cloud";
import { diskProgram } from "./disk-program";
import type { ProgramDisk } from "./disk-program";

jest.setTimeout(240_000);

const on = allInOneCloud({ desktops: 2 });

/** The program as the tests before have left it, changed. */
const program: Record<string, ProgramDisk> = {};

function change(disks: Readonly<Record<string, ProgramDisk>>): void {
  on.it.stack.writeProgram(diskProgram(Object.assign(program, disks)));
}

const fast = (iops: number, throughput: number): ProgramDisk => ({
  args: { desktop: 2, type: "GPSSD2", iops, throughput },
});

// The tests of this file are one stack's life, in this order.

test("a disk grows and another one gets faster in place", async () => {
  change({ plain: {}, fast: fast(3000, 125) });
  passed(await on.it.stack.up());
  const before = await on.it.disks();
  on.it.forget();

  change({ plain: { args: { size: 150 } }, fast: fast(4000, 200) });
  passed(await on.it.stack.up());

  const after = await on.it.disks();
  expect(after.plain).toMatchObject({ id: before.plain?.id, outputs: { size: 150 } });
  expect(after.fast).toMatchObject({ id: before.fast?.id, outputs: { iops: 4000, throughput: 200 } });
  expect(on.it.volumes(1)).toMatchObject([{ size: 150 }]);
  expect(on.it.volumes(2)).toMatchObject([{ iops: 4000, throughput: 200 }]);
  expect(
    on.it
      .writes()
      .map(({ path }) => path)
      .sort(),
  ).toEqual(["/volumes/batch-modify-qos", "/volumes/expand"]);
});

test("a disk that somebody grew shows by property after refresh, and is not shrunk", async () => {
  const [volume] = on.it.volumes(1);
  on.it.emulator.addDesktops([{ desktop_id: desktopId(1), data_volumes: [{ ...volume, size: 180 }] }]);
  expect(passed(await on.it.stack.refresh({ args: ["--diff"] }))).toMatch(/~ size\s*: 150 => 180/);

  expect(failed(await on.it.stack.preview())).toMatch(
    /size: would change from 180 GB \(in state\) to 150 GB \(program\): a disk cannot shrink/,
  );

  change({ plain: { args: { size: 200 } } });
  expect(passed(await on.it.stack.preview({ args: ["--diff"] }))).toMatch(/~ size\s*: 180 => 200/);
  expect(on.it.writes()).toEqual([]);
});

test("a change that would cost the data is refused at preview by property", async () => {
  change({ plain: { args: { size: 180, type: "SAS", desktop: 2 } } });
  const both = failed(await on.it.stack.preview());
  expect(both).toMatch(
    /property type .*from "SSD" \(in state\) to "SAS".*cannot be done in place.*allowReplace: true.*HWD1103/,
  );
  expect(both).toMatch(/property desktopId .*allowReplace: true/);

  change({ plain: { args: { size: 180, region: "cn-east-3", projectId: "p2" } } });
  expect(failed(await on.it.stack.preview())).toMatch(/region: would change from .*allowReplace: true/s);
  expect(on.it.requests()).toEqual([]);
});

test("where it may cost the data, the disk is replaced", async () => {
  const { plain: before } = await on.it.disks();
  change({ plain: { args: { size: 180, type: "SAS", allowReplace: true } } });

  passed(await on.it.stack.up());

  const { plain: after } = await on.it.disks();
  expect(after?.id).not.toBe(before?.id);
  expect(on.it.volumes(1)).toMatchObject([{ volume_id: after?.outputs?.volumeId, type: "SAS", size: 180 }]);
});

test("naming the region, project and endpoint in force is no change", async () => {
  const { HW_REGION_NAME: region, HW_PROJECT_ID: projectId } = on.it.emulator.env;
  change({
    plain: {
      args: { size: 180, type: "SAS", allowReplace: true, region, projectId, endpoint: on.it.emulator.url },
    },
  });

  passed(await on.it.stack.preview({ args: ["--expect-no-changes"] }));
});

test("a protected disk is neither deleted nor replaced, until it has been unprotected without any call", async () => {
  const held = { size: 180, type: "SAS", allowReplace: true };
  change({ plain: { args: { ...held, deletionProtection: true } } });
  passed(await on.it.stack.up());
  const { plain } = await on.it.disks();

  change({ plain: { args: { ...held, type: "SSD", deletionProtection: true } } });
  expect(failed(await on.it.stack.preview())).toMatch(
    /property type .*deletionProtection: true in state forbids.*HWD1105/s,
  );

  const args = ["--ignore-protect", "--target", plain?.urn ?? ""];
  const destroy = failed(await on.it.stack.destroy({ args }));
  expect(destroy).toContain(String(plain?.outputs?.volumeId));
  expect(destroy).toMatch(/deletionProtection of disk .* is true/);

  change({ plain: { args: held } });
  passed(await on.it.stack.up());
  expect(on.it.requests()).toEqual([]);

  passed(await on.it.stack.destroy());
  expect(on.it.volumes()).toEqual([]);
});

test("a job that never ends is waited for no longer than customTimeouts says", async () => {
  delete program.fast;
  change({ plain: { opts: { customTimeouts: { delete: "3s" } } } });
  passed(await on.it.stack.up());
  on.it.emulator.addFault({ fault: "job-never-ends", match: { operation: "DeleteDesktopVolumes" } });

  const destroy = await on.it.stack.destroy();

  expect(failed(destroy)).toMatch(
    /timed out after 3s \(limit set by customTimeouts\.delete\).*Job .* was sent and may still finish.*HWD1502/s,
  );
  expect(Object.keys(await on.it.disks())).toEqual(["plain"]);
});

test("an eleventh disk is refused before its call, and the ten stay", async () => {
  const ten = Object.fromEntries(
    Array.from({ length: 11 }, (_, n) => [`disk-${n}`, { args: { desktop: 2, size: 10 } }]),
  );
  change(ten);

  const output = failed(await on.it.stack.up({ parallel: 16 }));

  expect(output).toMatch(/ten is the most it can hold.*deleteBeforeReplace/s);
  expect(on.it.volumes(2)).toHaveLength(10);
  expect(on.it.calls().add).toBe(1);
});
