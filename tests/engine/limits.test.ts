/** What docs/limits.md says of Pulumi itself: where it changes, the page is to be changed. */
import { desktopId, failed, openCloud, passed } from "./cloud";
import type { Cloud } from "./cloud";
import { diskProgram } from "./disk-program";

jest.setTimeout(240_000);

let cloud: Cloud;

beforeAll(async () => {
  cloud = await openCloud({ project: { program: "" }, desktops: 3, jobTimeMs: 500 });
});

afterAll(() => cloud.close());

beforeEach(() => {
  cloud.forget();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const two = { first: {}, second: { args: { desktop: 2 } } };

// The tests of this file are one stack's life, in this order.

test("neither the option import nor the command can take a disk over, and neither touches it", async () => {
  cloud.addBehindItsBack(3, { volume_id: "old", type: "SSD", size: 100 });
  const id = `${desktopId(3)}/old`;
  cloud.stack.writeProgram(diskProgram({ old: { args: { desktop: 3 }, opts: { import: id } } }));
  const type = "pulumi-nodejs:dynamic/huaweicloud-workspace:DataDiskAttachment";

  const message = "Cannot read properties of undefined (reading 'toJavaScript')";
  expect(failed(await cloud.stack.up())).toContain(message);
  expect(failed(await cloud.stack.run(["import", type, "old", id, "--yes"]))).toContain(message);
  expect(cloud.writes()).toEqual([]);
  expect(cloud.volumes(3)).toHaveLength(1);
});

test("a change of customTimeouts alone shows as an update of an input, and makes no call", async () => {
  cloud.stack.writeProgram(diskProgram(two));
  passed(await cloud.stack.up());
  cloud.forget();

  const customTimeouts = { delete: "45m" };
  cloud.stack.writeProgram(diskProgram({ ...two, first: { opts: { customTimeouts } } }));
  expect(passed(await cloud.stack.up())).toMatch(/first updated.*timeouts/);
  expect(cloud.requests()).toEqual([]);
});

test("a destroy that is interrupted ends with 0, and stack rm says that something is left", async () => {
  const destroy = cloud.stack.start("destroy", { parallel: 1 });
  while (cloud.calls()["batch-delete"] === undefined) await pause(20);
  destroy.interrupt();

  expect(passed(await destroy.result)).toContain("have been deleted");
  expect([...cloud.volumes(1), ...cloud.volumes(2)]).toHaveLength(1);
  expect(failed(await cloud.stack.run(["stack", "rm", "--yes"]))).toContain("still has resources");

  passed(await cloud.stack.destroy());
  expect([...cloud.volumes(1), ...cloud.volumes(2)]).toEqual([]);
});
