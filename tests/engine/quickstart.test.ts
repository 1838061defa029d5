import { repositoryRoot } from "../../scripts/repository";
import { desktopId, openCloud, passed } from "./cloud";
import type { Cloud } from "./cloud";

jest.setTimeout(240_000);

let cloud: Cloud;

beforeAll(async () => {
  cloud = await openCloud({
    project: { directory: repositoryRoot },
    desktops: 3,
    config: { desktopIds: [1, 2, 3].map(desktopId) },
  });
});

afterAll(() => cloud.close());

beforeEach(() => {
  cloud.forget();
});

// The tests of this file are one stack's life, in this order.

test("twelve disks on three desktops are added by three calls", async () => {
  passed(await cloud.stack.up({ parallel: 16 }));

  expect([1, 2, 3].map((desktop) => cloud.volumes(desktop).length)).toEqual([10, 1, 1]);
  expect(cloud.calls()).toMatchObject({ add: 3 });
  const { volumeIds } = await cloud.stack.outputs();
  expect([...(volumeIds as string[])].sort()).toEqual(
    cloud
      .volumes()
      .map(({ volume_id: id }) => id)
      .sort(),
  );
});

test("nothing is left to do, and finding that out makes no call", async () => {
  passed(await cloud.stack.preview({ args: ["--expect-no-changes"] }));

  expect(cloud.requests()).toEqual([]);
});

test("a disk that somebody deleted is noticed by refresh and added again, it alone", async () => {
  const { "team-3": lost } = await cloud.disks();
  const lostId = String(lost?.outputs?.volumeId);
  cloud.removeBehindItsBack(1, [lostId]);

  const refresh = passed(await cloud.stack.refresh({ parallel: 16 }));
  expect(refresh).toMatch(/team-3 deleted/);
  expect(refresh).toMatch(/- 1 deleted\s+12 unchanged/); // the stack itself is one of them
  expect(Object.keys(await cloud.disks())).toHaveLength(11);

  cloud.forget();
  passed(await cloud.stack.up());
  expect(cloud.writes()).toEqual([
    {
      path: `/desktops/${desktopId(1)}/volumes`,
      body: { volumes: [{ type: "SSD", size: 100 }] },
      status: 200,
    },
  ]);
  expect(cloud.volumes(1)).toHaveLength(10);
  passed(await cloud.stack.preview({ args: ["--expect-no-changes"] }));
});

test("ten disks of one desktop are deleted by exactly one call", async () => {
  passed(await cloud.stack.destroy({ parallel: 16 }));

  expect(cloud.volumes()).toEqual([]);
  expect(cloud.calls()).toMatchObject({ "batch-delete": 3 });
  const ofTeam = cloud.writes().filter(({ path }) => path.includes(desktopId(1)));
  expect(ofTeam).toHaveLength(1);
  expect((ofTeam[0]?.body as { volume_ids: string[] }).volume_ids).toHaveLength(10);
});

test("a storm of conflicts only delays a destroy", async () => {
  passed(await cloud.stack.up({ parallel: 16 }));
  cloud.forget();
  for (const as of ["409", "disks-being-added", "instance-status"] as const) {
    cloud.emulator.addFault({
      fault: "conflict",
      as,
      times: 2,
      match: { operation: "DeleteDesktopVolumes", desktop_id: desktopId(as === "409" ? 2 : 1) },
    });
  }

  passed(await cloud.stack.destroy({ parallel: 16 }));

  expect(cloud.volumes()).toEqual([]);
  const accepted = cloud.writes().filter(({ status }) => status === 200);
  expect(accepted).toHaveLength(3);
  expect(cloud.writes().length - accepted.length).toBe(6);
});

test("disks that are gone already are destroyed without a call that deletes", async () => {
  passed(await cloud.stack.up({ parallel: 16 }));
  for (const desktop of [1, 2, 3]) {
    cloud.removeBehindItsBack(
      desktop,
      cloud.volumes(desktop).map(({ volume_id: id }) => id),
    );
  }
  cloud.forget();

  const destroy = passed(await cloud.stack.destroy({ parallel: 16 }));

  expect(destroy).not.toMatch(/warning|error/i);
  expect(cloud.writes()).toEqual([]);
  expect(await cloud.disks()).toEqual({});
});
