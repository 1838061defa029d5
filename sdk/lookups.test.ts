import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";
import { type Emulator, startEmulator } from "huaweicloud-workspace-emulator";
import { getDesktop, getDesktopOutput, getDesktops, getVolumeTypes } from "./index";

const id = (n: number) => `d0000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const before = { ...process.env };

afterAll(() => {
  process.env = before;
});

async function failure(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof Error ? error.message : "it did not fail";
}

describe("looking up desktops", () => {
  let emulator: Emulator;

  beforeAll(async () => {
    emulator = await startEmulator({ desktops: 3 });
    emulator.addDesktops([
      { desktop_id: id(1), computer_name: "team-1", tags: [{ key: "env", value: "prod" }] },
      { desktop_id: id(2), computer_name: "team-2", tags: [{ key: "env", value: "test" }] },
      { desktop_id: id(3), computer_name: "other", tags: [{ key: "env", value: "prod" }] },
    ]);
    process.env = { ...before, ...emulator.env };
  });
  afterEach(() => {
    emulator.clearFaults();
  });
  afterAll(() => emulator.close());

  test("by id and by whole name", async () => {
    expect(await getDesktop({ desktopId: id(2) })).toMatchObject({
      computerName: "team-2",
      tags: { env: "test" },
      dataVolumes: [],
    });
    expect(await getDesktop({ computerName: "team-1" })).toMatchObject({ desktopId: id(1) });
  });

  test("none, several and not said which are errors with a code", async () => {
    expect(await failure(getDesktop({ computerName: "team" }))).toMatch(
      /^getDesktop: there is no desktop "team" in project .* \[HWD1902\]$/,
    );
    expect(await failure(getDesktop({ desktopId: "nobody" }))).toMatch(/no desktop "nobody".*\[HWD1902\]$/);
    const asked = emulator.requests().length;
    for (const wrong of [{}, { desktopId: id(1), computerName: "team-1" }, { desktopId: "" }]) {
      expect(await failure(getDesktop(wrong))).toMatch(/^getDesktop: give either .* \[HWD1901\]$/);
    }
    expect(emulator.requests()).toHaveLength(asked);
    emulator.addDesktops([{ desktop_id: id(4), computer_name: "other" }]);
    expect(await failure(getDesktop({ computerName: "other" }))).toMatch(
      /2 desktops are called "other".*`desktopId`\. \[HWD1903\]$/,
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
    expect(await failure(getDesktops({}))).toMatch(/^getDesktops: .*total_count.*\[HWD1309\]$/);
  });

  test("disk types", async () => {
    expect((await getVolumeTypes()).map(({ type }) => type)).toContain("SSD");
  });

  test("settings that are missing are named", async () => {
    expect(await failure(getDesktop({ desktopId: id(1), profile: "nobody" }))).toMatch(
      /^getDesktop: profile .*nobody.*\[HWD1201\]$/,
    );
  });
});

/** Runs a program as the Automation API does with an inline one: with a store, and so a configuration, of its own. */
function inStack<T>(config: Readonly<Record<string, string>>, program: () => Promise<T>): Promise<T> {
  const withLocalStorage = Reflect.get(state, "withLocalStorage") as (run: () => Promise<T>) => Promise<T>;
  return withLocalStorage(() => {
    const ours = Object.entries(config).map(([key, value]) => [`huaweicloud-workspace:${key}`, value]);
    pulumi.runtime.setAllConfig(Object.fromEntries(ours) as Record<string, string>);
    return program();
  });
}

describe("several stacks in one process: each has the settings of its own", () => {
  const blue = "b0000000000000000000000000000001";
  const green = "a0000000000000000000000000000002";
  const user = { HW_USER_NAME: "ann", HW_USER_PASSWORD: "Marked-Password-1", HW_DOMAIN_NAME: "acme" };
  let emulator: Emulator;
  let folder: string;

  beforeEach(async () => {
    const desktop = (name: string) => ({ desktop_id: `desk-${name}`, computer_name: name });
    emulator = await startEmulator({
      accounts: [
        {
          domain_name: "acme",
          users: [{ name: "ann", password: "Marked-Password-1" }],
          access_keys: [
            { access: "ACMEACCESSKEY0000001", secret: "marked-secret-0000000000000000000000001" },
          ],
          projects: [
            { region: "cn-north-4", id: blue, desktops: [desktop("blue")] },
            { region: "eu-west-101", id: green, desktops: [desktop("green")] },
          ],
        },
      ],
    });
    process.env = {
      ...before,
      ...user,
      HW_WORKSPACE_ENDPOINT: emulator.url,
      HW_AUTH_URL: `${emulator.url}/v3`,
    };
    folder = mkdtempSync(join(tmpdir(), "lookups-"));
  });
  afterEach(async () => {
    await emulator.close();
    rmSync(folder, { recursive: true });
  });

  const names = async () => (await getDesktops()).map(({ computerName }) => computerName);
  const inBlue = { region: "cn-north-4", projectId: blue };
  const inGreen = { region: "eu-west-101", projectId: green };

  test("one after the other", async () => {
    expect(await inStack(inBlue, names)).toEqual(["blue"]);
    expect(await inStack(inGreen, names)).toEqual(["green"]);
    expect(await inStack(inBlue, names)).toEqual(["blue"]);
  });

  test("side by side, also where a look-up begins late", async () => {
    const late = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return names();
    };
    expect(
      await Promise.all([
        inStack(inBlue, names),
        inStack(inGreen, names),
        inStack(inBlue, late),
        inStack(inGreen, late),
      ]),
    ).toEqual([["blue"], ["green"], ["blue"], ["green"]]);
  });

  test("by an environment that changes, at the moment of the look-up", async () => {
    Object.assign(process.env, { HW_REGION_NAME: "cn-north-4", HW_PROJECT_ID: blue });
    const first = names();
    Object.assign(process.env, { HW_REGION_NAME: "eu-west-101", HW_PROJECT_ID: green });
    expect(await Promise.all([first, names()])).toEqual([["blue"], ["green"]]);
  });

  test("by a profile whose file is written anew", async () => {
    const file = join(folder, "config.json");
    const write = (region: string, projectId: string) => {
      const key = {
        accessKeyId: "ACMEACCESSKEY0000001",
        secretAccessKey: "marked-secret-0000000000000000000000001",
      };
      writeFileSync(
        file,
        JSON.stringify({ current: "p", profiles: [{ name: "p", mode: "AKSK", ...key, region, projectId }] }),
      );
    };
    process.env = {
      ...before,
      HW_SHARED_CONFIG_FILE: file,
      HW_WORKSPACE_ENDPOINT: emulator.url,
      HW_AUTH_URL: `${emulator.url}/v3`,
    };
    write("cn-north-4", blue);
    expect(await names()).toEqual(["blue"]);
    write("eu-west-101", green);
    expect(await names()).toEqual(["green"]);
  });

  test("the second one does not wait for the first one's endpoint, which is closed", async () => {
    const first = await startEmulator({ desktops: 1 });
    process.env = { ...before, ...first.env };
    try {
      expect(await names()).toHaveLength(1);
    } finally {
      await first.close();
    }

    process.env = {
      ...before,
      ...user,
      HW_WORKSPACE_ENDPOINT: emulator.url,
      HW_AUTH_URL: `${emulator.url}/v3`,
    };
    expect(await inStack(inBlue, names)).toEqual(["blue"]);
  });

  test("the same settings sign in once", async () => {
    const signIns = () => emulator.requests().filter(({ path }) => path === "/v3/auth/tokens").length;
    for (let run = 0; run < 3; run += 1) {
      await inStack(inBlue, () =>
        Promise.all([names(), getVolumeTypes(), getDesktop({ computerName: "blue" })]),
      );
    }
    expect(signIns()).toBe(1);
  });

  test("a key of the configuration that is not a setting is refused with the one that is meant", async () => {
    expect(await failure(inStack({ ...inBlue, regoin: "x" }, names))).toMatch(
      /"huaweicloud-workspace:regoin" is not a setting; did you mean "region"\?.*\[HWD1110\]$/,
    );
  });

  test("so is a variable with the prefix of this package", async () => {
    process.env.HW_WORKSPACE_REGOIN = "x";
    expect(await failure(inStack(inBlue, names))).toBe(
      "Reading the settings: the environment variable HW_WORKSPACE_REGOIN is not a setting; did you mean HW_REGION_NAME? Correct the name and run again. [HWD1110]",
    );
  });
});

// Last: Pulumi's mocks stay for the rest of the process.
test("under mocks the mocks answer, and no setting is needed", async () => {
  process.env = { PATH: before.PATH };
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs as object }),
    call: ({ token, inputs }) =>
      token.endsWith("s") ? [{ token }, { ...(inputs as object) }] : { token, ...(inputs as object) },
  });
  const found = getDesktopOutput({ computerName: pulumi.output("team-9") });
  const answer = await new Promise((resolve) => found.apply(resolve));
  expect(answer).toMatchObject({ token: "huaweicloud-workspace:index:getDesktop", computerName: "team-9" });
  expect(await getDesktops({ namePrefix: "team-" })).toEqual([
    { token: "huaweicloud-workspace:index:getDesktops" },
    { namePrefix: "team-" },
  ]);
  expect(await getVolumeTypes()).toHaveLength(2);
  expect(await failure(getDesktop({}))).toContain("[HWD1901]");
  // Without a stack: formatting one takes Node 22 a minute.
  expect(await getDesktop({}).catch((error: unknown) => (error as Error).stack)).toBe("");
});
