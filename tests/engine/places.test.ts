/** One stack whose disks live in several projects and regions. */
import type { AccountSpec } from "huaweicloud-workspace-emulator";
import { type Cloud, openCloud } from "./cloud";
import { diskProgram } from "./disk-program";

jest.setTimeout(120_000);

const key = { access: "PLACESACCESSKEY00001", secret: "PlacesSecretKey000000000000000000000000001" };
const project = (id: string, region: string, desktop: string) => ({
  id,
  region,
  name: region,
  desktops: [{ desktop_id: desktop }],
});
const accounts: AccountSpec[] = [
  {
    domain_name: "acme",
    access_keys: [key],
    projects: [
      project("acme0000000000000000000000000001", "cn-north-4", "north"),
      project("acme0000000000000000000000000002", "eu-west-101", "west"),
    ],
  },
];

let cloud: Cloud;

beforeAll(async () => {
  const program = diskProgram({
    north: { args: { desktop: "north" } },
    west: { args: { desktop: "west", region: "eu-west-101", projectId: "acme0000000000000000000000000002" } },
  });
  cloud = await openCloud({ project: { program }, accounts, desktops: 0 });
});

afterAll(async () => {
  cloud.stack.close();
  await cloud.emulator.close();
});

test("each disk is made, found again and deleted in its own project", async () => {
  expect(await cloud.stack.up()).toMatchObject({ code: 0 });
  const held = () =>
    Object.fromEntries(
      cloud.emulator.desktops().map(({ desktop_id: id, data_volumes: disks }) => [id, disks.length]),
    );
  expect(held()).toEqual({ north: 1, west: 1 });
  const states = (await cloud.stack.exportState()).deployment.resources ?? [];
  expect(
    states.flatMap(({ outputs }) =>
      outputs?.region === undefined ? [] : [[outputs.region, outputs.projectId]],
    ),
  ).toEqual(
    expect.arrayContaining([
      ["cn-north-4", "acme0000000000000000000000000001"],
      ["eu-west-101", "acme0000000000000000000000000002"],
    ]),
  );
  // A later run whose environment speaks of the other project still finds each disk where it was made.
  const elsewhere = { HW_REGION_NAME: "eu-west-101", HW_PROJECT_ID: "acme0000000000000000000000000002" };
  expect(await cloud.stack.refresh({ env: elsewhere })).toMatchObject({ code: 0 });
  expect(await cloud.stack.destroy({ env: elsewhere })).toMatchObject({ code: 0 });
  expect(held()).toEqual({ north: 0, west: 0 });
});
