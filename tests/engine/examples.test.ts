/** Each example runs as it is. The first one, quickstart, and the pipelines of gitops have tests of their own. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository";
import { desktopId, failed, openCloud, passed } from "./cloud";
import type { Cloud } from "./cloud";
import { disksOf } from "./disks-program";

jest.setTimeout(240_000);

const folder = join(repositoryRoot, "examples");

test("there is a test for each of them", () => {
  expect(readdirSync(folder).sort()).toEqual(["desktop-disks", "gitops", "quickstart"]);
});

describe("desktop-disks", () => {
  let cloud: Cloud;

  beforeAll(async () => {
    const project = { directory: join(folder, "desktop-disks") };
    cloud = await openCloud({ project, config: { desktopId: desktopId(1) } });
  });

  afterAll(() => cloud.close());

  test("both disks are added by one call, and their devices are told", async () => {
    passed(await cloud.stack.preview());
    passed(await cloud.stack.up());

    expect(cloud.calls()).toMatchObject({ add: 1 });
    expect(cloud.volumes(1)).toHaveLength(2);
    const devices = Object.fromEntries(cloud.volumes(1).map(({ volume_id: id, device }) => [id, device]));
    const { data = "", scratch = "" } = disksOf(await cloud.stack.exportState(), "team");
    expect(await cloud.stack.outputs()).toEqual({
      devices: { data: devices[data], scratch: devices[scratch] },
    });
    passed(await cloud.stack.preview({ args: ["--expect-no-changes"] }));
  });

  test("the protected one keeps both from a destroy", async () => {
    expect(failed(await cloud.stack.destroy())).toMatch(
      /data disk "data" of desktop .*: deletionProtection of disk/,
    );
    expect(cloud.volumes(1)).toHaveLength(2);
  });
});
