/** All data disks of a desktop as one resource, through one stack's life. */
import { allInOneCloud, desktopId, failed, passed } from "./cloud";
import { disksOf, disksProgram } from "./disks-program";
import type { Entries } from "./disks-program";

jest.setTimeout(240_000);

const ssd = { type: "SSD", size: 100 };
const sas = { type: "SAS", size: 500 };
const on = allInOneCloud({ desktops: 2 });

function want(disks: Entries, more: object = {}): void {
  on.it.stack.writeProgram(disksProgram({ team: { disks, ...more } }));
}

/** The ids in state, by name. */
const ids = async () => disksOf(await on.it.stack.exportState(), "team");

/** What was called, without what is always the same. */
const calls = () =>
  on.it.writes().map(({ path, body }) => {
    const {
      volume_ids: gone,
      volumes,
      desktop_volumes_expansion: grown,
    } = body as Record<string, unknown[] | undefined>;
    return [path.split("/").at(-1), ...(gone ?? volumes ?? grown ?? [])];
  });

// The tests of this file are one stack's life, in this order.

test("three disks are added by one call, even one operation at a time", async () => {
  want({ data: ssd, scratch: { ...sas, deletionPolicy: "delete" }, logs: { type: "SSD", size: 20 } });

  const output = passed(await on.it.stack.up({ parallel: 1, previewed: true }));

  // Not known yet is what others that depend on the ids need to hear, and not that there are none.
  expect(output).toMatch(/volumeIds\s*: \[unknown\]/);

  expect(calls()).toHaveLength(1);
  expect(calls()[0]).toHaveLength(4);
  expect(Object.values(await ids()).sort()).toEqual(
    on.it
      .volumes(1)
      .map(({ volume_id: id }) => id)
      .sort(),
  );
  expect(await on.it.stack.outputs()).toMatchObject({
    disks: { scratch: { size: 500, device: expect.stringMatching("/dev/") as unknown } },
    volumeIds: await ids(),
  });
});

test("nothing is left to do, and finding that out makes no call", async () => {
  passed(await on.it.stack.preview({ args: ["--expect-no-changes"] }));

  expect(on.it.requests()).toEqual([]);
});

test("one grows, one comes and one in the middle goes by one call each, and preview says which", async () => {
  const { data, scratch, logs } = await ids();
  want({ data: { ...ssd, size: 200 }, logs: { type: "SSD", size: 20 }, home: { type: "ESSD", size: 50 } });

  const preview = passed(await on.it.stack.preview());
  expect(preview).toContain(`- scratch: disk ${scratch ?? ""} is DELETED with its data`);
  expect(preview).toContain("+ home: a disk is added (ESSD, 50 GB)");
  expect(preview).toContain(`~ data: disk ${data ?? ""} grows from 100 to 200 GB`);
  expect(preview).not.toContain(`disk ${logs ?? ""}`);
  expect(on.it.writes()).toEqual([]);

  passed(await on.it.stack.up());
  expect(calls().sort()).toEqual([
    ["batch-delete", scratch],
    ["expand", { desktop_id: desktopId(1), volume_id: data, new_size: 200 }],
    ["volumes", { type: "ESSD", size: 50 }],
  ]);
  expect(await ids()).toMatchObject({ data, logs });
});

test("a name that goes without a policy is refused at preview, and the text says how to rename the disk", async () => {
  const { data } = await ids();
  want({ files: { ...ssd, size: 200 }, logs: { type: "SSD", size: 20 }, home: { type: "ESSD", size: 50 } });

  expect(failed(await on.it.stack.preview())).toMatch(
    new RegExp(
      `disks\\.data: is gone from the program.*only has a new name.*existingVolumeId: "${data ?? ""}"`,
      "s",
    ),
  );
});

test("a disk that is named by its id gets another name without any call", async () => {
  const before = await ids();
  const files = { ...ssd, size: 200, existingVolumeId: before.data, deletionProtection: true };
  want({ files, logs: { type: "SSD", size: 20 }, home: { type: "ESSD", size: 50 } });

  expect(passed(await on.it.stack.up({ previewed: true }))).toMatch(
    /~ files: disk \S+ keeps its data, its name was data/,
  );

  expect(on.it.writes()).toEqual([]);
  expect(await ids()).toEqual({ files: before.data, logs: before.logs, home: before.home });
});

test("a protected name is not taken away, nor moved to another desktop with the others", async () => {
  const others = { logs: { type: "SSD", size: 20 }, home: { type: "ESSD", size: 50 } };
  want(others, { deletionProtection: false, allowReplace: true });
  expect(failed(await on.it.stack.up())).toMatch(
    /disks\.files: is gone from the program, but .*deletionProtection: true in state protects.*HWD1105/,
  );
  want(
    { ...others, files: { ...ssd, size: 200, deletionProtection: true } },
    { desktop: 2, allowReplace: true },
  );
  expect(failed(await on.it.stack.preview())).toMatch(
    /desktopId: .*deletionProtection: true in state forbids.*HWD1105/,
  );
  expect(failed(await on.it.stack.destroy({ args: ["--ignore-protect"] }))).toMatch(
    /disks\.files: deletionProtection of disk .* is true.*Nothing was sent to the service/s,
  );
  expect(on.it.requests()).toEqual([]);
});

test("a disk that somebody deleted is noticed by refresh and added again, it alone", async () => {
  want({ files: { ...ssd, size: 200 }, logs: { type: "SSD", size: 20 }, home: { type: "ESSD", size: 50 } });
  passed(await on.it.stack.up());
  expect(on.it.writes()).toEqual([]);
  const { logs, ...others } = await ids();
  on.it.removeBehindItsBack(1, [logs ?? ""]);

  passed(await on.it.stack.refresh());
  expect(await ids()).toEqual(others);

  const up = passed(await on.it.stack.up({ previewed: true }));
  expect(up).toContain("+ logs: a disk is added (SSD, 20 GB)");
  expect(calls()).toEqual([["volumes", { type: "SSD", size: 20 }]]);
  expect(await ids()).toMatchObject(others);
});

test("a growth that failed can be taken back", async () => {
  const same = { logs: { type: "SSD", size: 20 }, home: { type: "ESSD", size: 50 } };
  want({ files: { ...ssd, size: 900 }, ...same });
  on.it.emulator.addFault({
    fault: "job-fails",
    match: { operation: "ExpandVolumes" },
    reason: "no capacity",
  });
  expect(failed(await on.it.stack.up())).toMatch(
    /- files: Changing data disk "files" .*no capacity.*HWD1601/,
  );

  want({ files: { ...ssd, size: 200 }, ...same });
  passed(await on.it.stack.up());
  expect(calls()).toHaveLength(1);
});

test("all are deleted by one call", async () => {
  const all = Object.values(await ids()).sort();

  passed(await on.it.stack.destroy({ parallel: 1 }));

  expect(calls().map(([what, ...volumes]) => [what, ...volumes.sort()])).toEqual([["batch-delete", ...all]]);
  expect(on.it.volumes()).toEqual([]);
});

test("what a run did not get done, the next one does, and buys nothing twice", async () => {
  want({ data: ssd, scratch: sas });
  on.it.emulator.addFault({ fault: "partial-batch", done: 1, match: { operation: "AddDesktopVolumes" } });
  expect(failed(await on.it.stack.up())).toMatch(
    /1 of 2 data disks of desktop .* failed:\s+- scratch: Adding data disk "scratch".*HWD1707/,
  );
  const { data } = await ids();
  expect(on.it.volumes(1)).toMatchObject([{ volume_id: data }]);
  on.it.forget();

  passed(await on.it.stack.up());

  expect(calls()).toEqual([["volumes", sas]]);
  expect((await ids()).data).toBe(data);
});

test("ignoreChanges keeps the disks as they are, whatever the program says", async () => {
  on.it.stack.writeProgram(disksProgram({ team: { disks: {}, opts: { ignoreChanges: ["disks"] } } }));

  passed(await on.it.stack.preview({ args: ["--expect-no-changes"] }));
  expect(on.it.volumes(1)).toHaveLength(2);
});

test("where it may cost the data, all disks move to another desktop", async () => {
  want({ data: ssd, scratch: sas }, { desktop: 2, allowReplace: true });

  expect(passed(await on.it.stack.up({ previewed: true }))).toMatch(
    /- data: disk \S+ is DELETED with its data, to be replaced/,
  );

  expect(on.it.volumes(1)).toEqual([]);
  expect(on.it.volumes(2)).toHaveLength(2);
});
