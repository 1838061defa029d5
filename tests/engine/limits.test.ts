/** What docs/limits.md says of Pulumi itself: where it changes, the page is to be changed. */
import { allInOneCloud, desktopId, failed, passed } from "./cloud";
import { diskProgram } from "./disk-program";

jest.setTimeout(240_000);

const on = allInOneCloud({ desktops: 3, jobTimeMs: 1_500 });

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const two = { first: {}, second: { args: { desktop: 2 } } };

// The tests of this file are one stack's life, in this order.

test("neither the option import nor the command can take a disk over, and neither touches it", async () => {
  on.it.addBehindItsBack(3, { volume_id: "old", type: "SSD", size: 100 });
  const id = `${desktopId(3)}/old`;
  on.it.stack.writeProgram(diskProgram({ old: { args: { desktop: 3 }, opts: { import: id } } }));
  const type = "pulumi-nodejs:dynamic/huaweicloud-workspace:DataDiskAttachment";

  const message = "Cannot read properties of undefined (reading 'toJavaScript')";
  expect(failed(await on.it.stack.run(["import", type, "old", id, "--yes"]))).toContain(message);
  const output = failed(await on.it.stack.up());
  expect(output).toMatch(
    /Error: the option import is not possible for DataDiskAttachment .* set existingVolumeId .*docs\/fronts\.md\. \[HWD1102\]/,
  );
  expect(output).not.toContain(message);
  expect(on.it.writes()).toEqual([]);
  expect(on.it.volumes(3)).toHaveLength(1);
});

test("a change of customTimeouts alone shows as an update of an input, and makes no call", async () => {
  on.it.stack.writeProgram(diskProgram(two));
  passed(await on.it.stack.up());
  on.it.forget();

  const customTimeouts = { delete: "45m" };
  on.it.stack.writeProgram(diskProgram({ ...two, first: { opts: { customTimeouts } } }));
  expect(passed(await on.it.stack.up())).toMatch(/first updated.*timeouts/);
  expect(on.it.requests()).toEqual([]);
});

test("a destroy that is interrupted ends with 0, and stack rm says that something is left", async () => {
  const destroy = on.it.stack.start("destroy", { parallel: 1 });
  while (on.it.calls()["batch-delete"] === undefined) await pause(20);
  destroy.interrupt();

  expect(passed(await destroy.result)).toContain("have been deleted");
  expect([...on.it.volumes(1), ...on.it.volumes(2)]).toHaveLength(1);
  expect(failed(await on.it.stack.run(["stack", "rm", "--yes"]))).toContain("still has resources");

  passed(await on.it.stack.destroy());
  expect([...on.it.volumes(1), ...on.it.volumes(2)]).toEqual([]);
});
