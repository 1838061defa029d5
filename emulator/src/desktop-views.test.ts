import type { DesktopJson } from "./testing/client";
import { d1, d2, root1, running, withDisks } from "./testing/running";

async function listed(
  client: Awaited<ReturnType<typeof running>>["client"],
): Promise<[DesktopJson[], unknown]> {
  const { json } = await client.call("GET", "/desktops/detail");
  return [json?.desktops as DesktopJson[], json?.total_count];
}

test("list-misses-desktop: the list lacks one, a look at it does not", async () => {
  const { emulator, client } = await running();
  emulator.addFault({ fault: "list-misses-desktop", desktop_id: d1 });
  expect((await client.call("GET", `/desktops/${d1}`)).status).toBe(200);
  const [desktops, total] = await listed(client);
  expect([desktops.map(({ desktop_id }) => desktop_id), total]).toEqual([[d2], 1]);
  expect((await listed(client))[1]).toBe(2);
});

test("no-data-volumes: the field is not there", async () => {
  const { emulator, client } = await running({ checkAnswers: false });
  emulator.addFault({ fault: "no-data-volumes", times: 2 });
  expect(await client.desktop(d1)).not.toHaveProperty("data_volumes");
  for (const desktop of (await listed(client))[0]) expect(desktop).not.toHaveProperty("data_volumes");
  expect(await client.disks(d1)).toEqual([]);
});

test("no-data-volumes: of one desktop only", async () => {
  const { emulator, client } = await running({ checkAnswers: false });
  for (const desktop_id of [d1, d2]) emulator.addDesktops([{ desktop_id, data_volumes: [{ size: 10 }] }]);
  emulator.addFault({ fault: "no-data-volumes", desktop_id: d1, times: "always" });
  const [[first, second]] = await listed(client);
  expect([first?.data_volumes, second?.data_volumes?.length]).toEqual([undefined, 1]);
});

test("root-among-data: the root volume is listed twice", async () => {
  const { emulator, client } = await running();
  withDisks(emulator, "v1");
  emulator.addFault({ fault: "root-among-data" });
  const { root_volume, data_volumes = [] } = await client.desktop(d1);
  expect(root_volume.volume_id).toBe(root1);
  expect(data_volumes.map(({ volume_id }) => volume_id).sort()).toEqual([root1, "v1"]);
  expect(await client.disks(d1)).toHaveLength(1);
});

test.each([
  ["no-data-volumes", "root-among-data"],
  ["root-among-data", "no-data-volumes"],
] as const)("%s and %s together: no list that would deny the data disks", async (...faults) => {
  const { emulator, client } = await running({ checkAnswers: false });
  withDisks(emulator, "v1");
  for (const fault of faults) emulator.addFault({ fault });
  expect(await client.desktop(d1)).not.toHaveProperty("data_volumes");
});

test("older-fields: volumes have only what older definitions know", async () => {
  const { emulator, client } = await running({ checkAnswers: false });
  withDisks(emulator, "v1");
  emulator.addFault({ fault: "older-fields" });
  const { root_volume, data_volumes = [] } = await client.desktop(d1);
  for (const volume of [root_volume, ...data_volumes]) {
    expect(Object.keys(volume).sort()).toEqual([
      "bill_resource_id",
      "create_time",
      "device",
      "display_name",
      "id",
      "size",
      "type",
      "volume_id",
    ]);
  }
  expect((await client.desktop(d1)).root_volume).toHaveProperty("resource_spec_code");
});

test("desktop-as-array: ShowDesktopDetail answers an array of one", async () => {
  const { emulator, client } = await running({ checkAnswers: false });
  emulator.addFault({ fault: "desktop-as-array" });
  expect(await client.desktop(d1)).toMatchObject([{ desktop_id: d1 }]);
});

test("several faults in a view go together", async () => {
  const { emulator, client } = await running({ checkAnswers: false });
  emulator.addFault({ fault: "desktop-as-array" });
  emulator.addFault({ fault: "root-among-data" });
  expect(await client.desktop(d1)).toMatchObject([{ data_volumes: [{ volume_id: root1 }] }]);
});
