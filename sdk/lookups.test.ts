import * as pulumi from "@pulumi/pulumi";
import { type Emulator, startEmulator } from "huaweicloud-workspace-emulator";
import { getDesktop, getDesktopOutput, getDesktops, getVolumeTypes } from "./index";
import { todaysReading } from "../testing/todaysReading";

const id = (n: number) => `d0000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

describe("looking up desktops", () => {
  let emulator: Emulator;
  const before = { ...process.env };

  beforeAll(async () => {
    emulator = await startEmulator({ dialects: todaysReading, desktops: 3 });
    emulator.addDesktops([
      { desktop_id: id(1), computer_name: "team-1", tags: [{ key: "env", value: "prod" }] },
      { desktop_id: id(2), computer_name: "team-2", tags: [{ key: "env", value: "test" }] },
      { desktop_id: id(3), computer_name: "other", tags: [{ key: "env", value: "prod" }] },
    ]);
    // The connection is made once, with the settings of the first look-up.
    Object.assign(process.env, emulator.env);
  });
  afterEach(() => {
    emulator.clearFaults();
  });
  afterAll(async () => {
    process.env = before;
    await emulator.close();
  });

  test("by id and by whole name", async () => {
    expect(await getDesktop({ desktopId: id(2) })).toMatchObject({
      computerName: "team-2",
      tags: { env: "test" },
      dataVolumes: [],
    });
    expect(await getDesktop({ computerName: "team-1" })).toMatchObject({ desktopId: id(1) });
  });

  test("not found, found twice and not said which are errors", async () => {
    await expect(getDesktop({ computerName: "team" })).rejects.toThrow(/no desktop "team" in project/);
    await expect(getDesktop({ desktopId: "nobody" })).rejects.toThrow(/no desktop "nobody"/);
    await expect(getDesktop({})).rejects.toThrow(/either desktopId or computerName/);
    await expect(getDesktop({ desktopId: id(1), computerName: "team-1" })).rejects.toThrow(/either/);
    emulator.addDesktops([{ desktop_id: id(4), computer_name: "other" }]);
    await expect(getDesktop({ computerName: "other" })).rejects.toThrow(
      /2 desktops are called "other".*by desktopId/,
    );
  });

  test("many, by tag and by how the name begins, in order", async () => {
    const names = async (args: Parameters<typeof getDesktops>[0]) =>
      (await getDesktops(args)).map((desktop) => desktop.computerName);
    expect(await names({ namePrefix: "team-" })).toEqual(["team-1", "team-2"]);
    expect(await names({ tags: { env: "prod" } })).toEqual(["other", "team-1"]);
    expect(await names({ tags: { env: "none" } })).toEqual([]);
  });

  test("a list that does not add up fails, and names no desktop", async () => {
    const desktops = [{ desktop_id: id(1), data_volumes: [] }];
    const body = { desktops, total_count: 2 };
    const match = { operation: "ListDesktopsDetail" };
    emulator.addFault({ fault: "respond", status: 200, body, match });
    emulator.addFault({ fault: "respond", status: 200, body: { desktops: [], total_count: 2 }, match });
    await expect(getDesktops({})).rejects.toThrow(/getDesktops: .*total_count/);
  });

  test("kinds of disks", async () => {
    expect((await getVolumeTypes()).map(({ type }) => type)).toContain("SSD");
  });

  test("settings that are missing are named", async () => {
    await expect(getDesktop({ desktopId: id(1), profile: "nobody" })).rejects.toThrow(/profile/);
  });

  test("under mocks the mocks answer, and no call is made", async () => {
    const asked = emulator.requests().length;
    await pulumi.runtime.setMocks({
      newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs as object }),
      call: ({ token, inputs }) =>
        token.endsWith("s") ? [{ token }, { ...(inputs as object) }] : { token, ...(inputs as object) },
    });
    const found = getDesktopOutput({ computerName: pulumi.output("team-9") });
    const told = await new Promise((resolve) => found.apply(resolve));
    expect(told).toMatchObject({ token: "huaweicloud-workspace:index:getDesktop", computerName: "team-9" });
    expect(await getDesktops({ namePrefix: "team-" })).toEqual([
      { token: "huaweicloud-workspace:index:getDesktops" },
      { namePrefix: "team-" },
    ]);
    expect(await getVolumeTypes()).toHaveLength(2);
    expect(emulator.requests()).toHaveLength(asked);
  });
});
