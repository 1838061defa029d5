import { attachments, Fleet } from "../tests/engine/fleet";

let fleet: Fleet | undefined;

afterEach(async () => {
  await fleet?.close();
  fleet = undefined;
});

test("a thousand attachments on a hundred desktops, parallelism 1,000", async () => {
  fleet = await Fleet.open(attachments(100, 10), 100, 1_000);
  const pulumi = fleet.stack;
  expect(await pulumi.up({ parallel: 1000 })).toMatchObject({ code: 0 });
  expect(fleet.disksLeft).toBe(1000);
  fleet.calls();
  expect(await pulumi.refresh({ parallel: 1000 })).toMatchObject({ code: 0 });
  const refreshed = fleet.calls().all;
  expect(await pulumi.destroy({ parallel: 1000 })).toMatchObject({ code: 0 });
  const destroyed = fleet.calls();
  expect({ refreshed: refreshed <= 20, batchDeletes: destroyed.deletes }).toEqual({
    refreshed: true,
    batchDeletes: 100,
  });
  expect(fleet.disksLeft).toBe(0);
}, 600_000);
