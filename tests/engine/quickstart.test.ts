import { repositoryRoot } from "../../scripts/repository";
import { allInOneCloud, desktopId, passed } from "./cloud";

jest.setTimeout(240_000);

const on = allInOneCloud({
  project: { directory: repositoryRoot },
  desktops: 3,
  config: { desktopIds: [1, 2, 3].map(desktopId) },
  // The types of the program are checked with the whole repository's.
  env: { PULUMI_NODEJS_TRANSPILE_ONLY: "true" },
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
});

test("disks that are gone already cost no call, a storm of conflicts only delays, and ten disks go by one call", async () => {
  for (const desktop of [2, 3]) {
    on.it.removeBehindItsBack(
      desktop,
      on.it.volumes(desktop).map(({ volume_id: id }) => id),
    );
  }
  for (const as of ["409", "disks-being-added", "instance-status"] as const) {
    on.it.emulator.addFault({
      fault: "conflict",
      as,
      times: 2,
      match: { operation: "DeleteDesktopVolumes" },
    });
  }

  const destroy = passed(await on.it.stack.destroy({ parallel: 16 }));

  expect(destroy).not.toMatch(/warning|error/i);
  expect(on.it.volumes()).toEqual([]);
  expect(await on.it.disks()).toEqual({});
  expect(new Set(on.it.writes().map(({ path }) => path))).toEqual(
    new Set([`/desktops/${desktopId(1)}/volumes/batch-delete`]),
  );
  const accepted = on.it.writes().filter(({ status }) => status === 200);
  expect(accepted.map(({ body }) => (body as { volume_ids: string[] }).volume_ids.length)).toEqual([10]);
  expect(on.it.writes().length - accepted.length).toBe(6);
});
