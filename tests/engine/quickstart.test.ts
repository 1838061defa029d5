import { repositoryRoot } from "../../scripts/repository";
import { allInOneCloud, desktopId, passed } from "./cloud";

jest.setTimeout(240_000);

const on = allInOneCloud({
  project: { directory: repositoryRoot },
  desktops: 3,
  config: { desktopIds: [1, 2, 3].map(desktopId) },
});

// The tests of this file are one stack's life, in this order.

test("twelve disks on three desktops are added by three calls", async () => {
  passed(await on.it.stack.up({ parallel: 16 }));

  expect([1, 2, 3].map((desktop) => on.it.volumes(desktop).length)).toEqual([10, 1, 1]);
  expect(on.it.calls()).toMatchObject({ add: 3 });
  const { volumeIds } = await on.it.stack.outputs();
  expect([...(volumeIds as string[])].sort()).toEqual(
    on.it
      .volumes()
      .map(({ volume_id: id }) => id)
      .sort(),
  );
});

test("nothing is left to do, and finding that out makes no call", async () => {
  passed(await on.it.stack.preview({ args: ["--expect-no-changes"] }));

  expect(on.it.requests()).toEqual([]);
});

test("a disk that somebody deleted is noticed by refresh and added again, it alone", async () => {
  const { "team-3": lost } = await on.it.disks();
  const lostId = String(lost?.outputs?.volumeId);
  on.it.removeBehindItsBack(1, [lostId]);

  const refresh = passed(await on.it.stack.refresh({ parallel: 16 }));
  expect(refresh).toMatch(/team-3 deleted/);
  expect(refresh).toMatch(/- 1 deleted\s+12 unchanged/); // the stack itself is one of them
  expect(Object.keys(await on.it.disks())).toHaveLength(11);

  on.it.forget();
  passed(await on.it.stack.up());
  expect(on.it.writes()).toEqual([
    {
      path: `/desktops/${desktopId(1)}/volumes`,
      body: { volumes: [{ type: "SSD", size: 100 }] },
      status: 200,
    },
  ]);
  expect(on.it.volumes(1)).toHaveLength(10);
  passed(await on.it.stack.preview({ args: ["--expect-no-changes"] }));
});

test("ten disks of one desktop are deleted by exactly one call", async () => {
  passed(await on.it.stack.destroy({ parallel: 16 }));

  expect(on.it.volumes()).toEqual([]);
  expect(on.it.calls()).toMatchObject({ "batch-delete": 3 });
  const ofTeam = on.it.writes().filter(({ path }) => path.includes(desktopId(1)));
  expect(ofTeam).toHaveLength(1);
  expect((ofTeam[0]?.body as { volume_ids: string[] }).volume_ids).toHaveLength(10);
});

test("a storm of conflicts only delays a destroy", async () => {
  passed(await on.it.stack.up({ parallel: 16 }));
  on.it.forget();
  for (const as of ["409", "disks-being-added", "instance-status"] as const) {
    on.it.emulator.addFault({
      fault: "conflict",
      as,
      times: 2,
      match: { operation: "DeleteDesktopVolumes", desktop_id: desktopId(as === "409" ? 2 : 1) },
    });
  }

  passed(await on.it.stack.destroy({ parallel: 16 }));

  expect(on.it.volumes()).toEqual([]);
  const accepted = on.it.writes().filter(({ status }) => status === 200);
  expect(accepted).toHaveLength(3);
  expect(on.it.writes().length - accepted.length).toBe(6);
});

test("disks that are gone already are destroyed without a call that deletes", async () => {
  passed(await on.it.stack.up({ parallel: 16 }));
  for (const desktop of [1, 2, 3]) {
    on.it.removeBehindItsBack(
      desktop,
      on.it.volumes(desktop).map(({ volume_id: id }) => id),
    );
  }
  on.it.forget();

  const destroy = passed(await on.it.stack.destroy({ parallel: 16 }));

  expect(destroy).not.toMatch(/warning|error/i);
  expect(on.it.writes()).toEqual([]);
  expect(await on.it.disks()).toEqual({});
});
