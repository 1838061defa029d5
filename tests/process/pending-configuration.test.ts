/** The engine's other calls do not wait for the configuration: what comes early must wait by itself. */
import { startEmulator } from "huaweicloud-workspace-emulator";
import type { Emulator } from "huaweicloud-workspace-emulator";
import { desktopId } from "../engine/cloud";
import { diskProvider, ProviderProcess } from "./provider-process";

jest.setTimeout(60_000);

let emulator: Emulator;
let provider: ProviderProcess;

beforeEach(async () => {
  emulator = await startEmulator({ jobTimeMs: 1_500 });
  emulator.addDesktops([
    {
      desktop_id: desktopId(1),
      data_volumes: [1, 2, 3, 4].map((n) => ({ volume_id: `volume-${n}`, type: "SSD", size: 100 })),
    },
  ]);
  // Nothing in the environment: all that is known comes with the configuration.
  provider = await ProviderProcess.start({ HOME: "/nonexistent" });
});

afterEach(async () => {
  await provider.close();
  await emulator.close();
});

const configuration = () => ({
  "huaweicloud-workspace:region": emulator.env.HW_REGION_NAME,
  "huaweicloud-workspace:userName": "emulator",
  "huaweicloud-workspace:password": "Emulator-Password-1",
  "huaweicloud-workspace:domainName": "emulator",
  "huaweicloud-workspace:endpoint": emulator.url,
  "huaweicloud-workspace:iamEndpoint": emulator.url,
});

const state = (n: number) => ({
  desktopId: desktopId(1),
  type: "SSD",
  size: 100,
  volumeId: `volume-${n}`,
  region: emulator.env.HW_REGION_NAME,
  projectId: emulator.env.HW_PROJECT_ID,
  endpoint: emulator.url,
  stateVersion: 1,
  __provider: diskProvider,
});

const tokens = () => emulator.requests().filter(({ path }) => path === "/v3/auth/tokens");
const deletes = () => emulator.requests().filter(({ path }) => path.endsWith("/batch-delete"));

test("deletes that arrive at once, while IAM is slow, all wait for the one log-in and go together", async () => {
  emulator.addFault({ fault: "slow", delay_ms: 1_500, match: { path: "/v3/auth/tokens" } });
  await provider.configure(configuration());

  await Promise.all([1, 2, 3, 4].map((n) => provider.delete(`${desktopId(1)}/volume-${n}`, state(n))));

  expect(tokens()).toHaveLength(1);
  expect(deletes()).toHaveLength(1);
  expect(emulator.desktops()[0]?.data_volumes).toEqual([]);
});

test("a log-in that is refused fails every call by what IAM said, and is tried once", async () => {
  await provider.configure({ ...configuration(), "huaweicloud-workspace:password": "wrong" });

  const results = await Promise.allSettled(
    [1, 2, 3, 4].map((n) => provider.delete(`${desktopId(1)}/volume-${n}`, state(n))),
  );

  for (const result of results) {
    expect(result).toMatchObject({
      status: "rejected",
      reason: { message: expect.stringMatching(/volume-\d .*password/s) as unknown },
    });
  }
  expect(tokens()).toHaveLength(1);
  expect(emulator.desktops()[0]?.data_volumes).toHaveLength(4);
});

test("where the configuration says nothing, the environment alone speaks", async () => {
  const alone = await ProviderProcess.start({ ...emulator.env });
  try {
    await alone.configure();
    await alone.delete(`${desktopId(1)}/volume-1`, state(1));
  } finally {
    await alone.close();
  }
  expect(deletes()).toHaveLength(1);
});
