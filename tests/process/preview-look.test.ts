/** What a preview asks of the service through the process of each front, and what it refuses. */
import { startEmulator } from "huaweicloud-workspace-emulator";
import type { Emulator } from "huaweicloud-workspace-emulator";
import { countCalls } from "../engine/api-calls";
import { desktopId } from "../engine/cloud";
import { PluginProcess } from "./plugin-process";
import { diskProvider, ProviderProcess } from "./provider-process";
import type { Properties } from "./spawned-process";

jest.setTimeout(60_000);

const DESKTOPS = 30;

let emulator: Emulator;
let started: { close(): Promise<void> }[];

beforeEach(async () => {
  started = [];
  emulator = await startEmulator({ desktops: DESKTOPS, jobTimeMs: 1_500 });
});
afterEach(async () => {
  await Promise.all(started.map((one) => one.close()));
  await emulator.close();
});

const disk = (n: number, more: Properties = {}): Properties => ({
  desktopId: desktopId(n),
  type: "SSD",
  size: 100,
  ...more,
});
const all = Array.from({ length: DESKTOPS }, (_, n) => n + 1);
const state = (n: number): Properties => ({
  ...disk(n),
  volumeId: `volume-${n}`,
  region: emulator.env.HW_REGION_NAME,
  projectId: emulator.env.HW_PROJECT_ID,
  endpoint: emulator.url,
  stateVersion: 2,
});

/** A front, as a preview uses it: what is refused of a new disk, or of a larger one. */
interface Previewed {
  add(n: number): Promise<string>;
  change(n: number, news: Properties): Promise<string>;
}

async function dynamic(env: NodeJS.ProcessEnv): Promise<Previewed> {
  const process = await ProviderProcess.start(env);
  started.push(process);
  await process.configure();
  const line = { __provider: diskProvider };
  const hint = { __preview: all.map(desktopId).join(" ") };
  return {
    add: async (n) => {
      const { failures } = await process.check({ ...disk(n), ...line, ...hint });
      return failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n");
    },
    change: async (n, news) => {
      const { inputs } = await process.check({ ...news, ...line, ...hint }, { ...disk(n), ...line });
      expect(inputs).toEqual({ ...news, ...line });
      return refusalOf(process.diff(`${desktopId(n)}/volume-${n}`, { ...state(n), ...line }, inputs));
    },
  };
}

async function plugin(env: NodeJS.ProcessEnv): Promise<Previewed> {
  const process = await PluginProcess.start(env);
  started.push(process);
  await process.configure();
  return {
    add: (n) => refusalOf(process.create(disk(n), { preview: true })),
    change: (n, news) =>
      refusalOf(process.update(`${desktopId(n)}/volume-${n}`, state(n), news, { preview: true })),
  };
}

function refusalOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

const calls = () => Object.fromEntries(countCalls(emulator.requests()).kinds);

describe.each([
  ["the dynamic front", dynamic],
  ["the plugin", plugin],
])("%s", (_name, start) => {
  test("all new disks together need one call", async () => {
    const front = await start({ ...emulator.env });
    expect(await Promise.all(all.map((n) => front.add(n)))).toEqual(all.map(() => ""));
    expect(calls()).toEqual({ "list desktops": 1 });
  });

  test("a new disk and a larger one of a desktop that is not there are refused", async () => {
    const front = await start({ ...emulator.env });
    const unknown = /desktopId: there is no desktop \S+ in project \S+ of region .*\[HWD1701\]/;
    expect(await front.add(99)).toMatch(unknown);
    expect(await front.change(99, disk(99, { size: 200 }))).toMatch(unknown);
    expect(calls()).toEqual({ "list desktops": 1, "show desktop": 1 });
  });

  test("a change that needs no call of a run looks at nothing", async () => {
    const front = await start({ ...emulator.env });
    expect(await front.change(1, disk(1))).toBe("");
    expect(await front.change(1, disk(1, { deletionProtection: true }))).toBe("");
    expect(calls()).toEqual({});
  });

  test("the setting turns the look off", async () => {
    const front = await start({ ...emulator.env, HW_WORKSPACE_LOOK_AT_PREVIEW: "false" });
    expect(await front.add(99)).toBe("");
    expect(calls()).toEqual({});
  });
});
