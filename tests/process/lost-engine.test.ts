/** A process of either front whose engine was killed finishes what it has sent, begins nothing, and ends by itself. */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { startEmulator } from "huaweicloud-workspace-emulator";
import type { Emulator } from "huaweicloud-workspace-emulator";
import { desktopId } from "../engine/cloud";
import { repositoryRoot } from "../../scripts/repository";
import { pluginBuild } from "../engine/freshness";
import { type FrontProcess, fronts } from "./fronts";
import { startProcess } from "./spawned-process";

jest.setTimeout(60_000);

describe.each(fronts)("$name", (front) => {
  let emulator: Emulator;
  let provider: FrontProcess;

  beforeEach(async () => {
    emulator = await startEmulator({ clock: "manual", jobTimeMs: 1_000 });
    emulator.addDesktops(
      [1, 2].map((desktop) => ({
        desktop_id: desktopId(desktop),
        data_volumes: [1, 2].map((n) => ({ volume_id: `volume-${desktop}-${n}`, type: "SSD", size: 100 })),
      })),
    );
    provider = await front.start({ ...emulator.env });
    await provider.configure();
  });

  afterEach(async () => {
    await provider.close();
    await emulator.close();
  });

  const writes = () => emulator.requests().filter(({ method }) => method !== "GET");

  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  function deletion(desktop: number, n: number): Promise<void> {
    const volumeId = `volume-${desktop}-${n}`;
    return provider.delete(`${desktopId(desktop)}/${volumeId}`, {
      desktopId: desktopId(desktop),
      type: "SSD",
      size: 100,
      volumeId,
      region: emulator.env.HW_REGION_NAME,
      projectId: emulator.env.HW_PROJECT_ID,
      endpoint: emulator.url,
      stateVersion: 1,
      ...front.line,
    });
  }

  test("it waits for the job that it has sent, and sends nothing more", async () => {
    // Nobody is left to hear how they end.
    const first = deletion(1, 1).catch(() => undefined);
    while (writes().length === 0) await pause(20);
    // This one waits in the desktop's queue, behind the job that is going on.
    const second = deletion(1, 2).catch(() => undefined);
    provider.loseEngine();

    await pause(6_000);
    expect(provider.running).toBe(true);
    emulator.advance(2_000);

    expect(await provider.ended()).toBe(1);
    await Promise.all([first, second]);
    expect(writes()).toHaveLength(1);
    expect(emulator.desktops()[0]?.data_volumes).toMatchObject([{ volume_id: "volume-1-2" }]);
  });

  test("one that does nothing ends within seconds", async () => {
    // Only the first call loads the provider.
    await provider.check(front.line);
    const started = performance.now();
    provider.loseEngine();

    expect(await provider.ended()).toBe(1);

    expect(performance.now() - started).toBeLessThan(15_000);
  });

  test("one whose engine lives stays", async () => {
    await provider.check(front.line);
    await pause(6_000);

    expect(provider.running).toBe(true);
  });
});

test("a plugin whose engine is gone before its first call ends within seconds", async () => {
  const engine = createServer().listen(0, "127.0.0.1");
  await once(engine, "listening");
  const { port } = engine.address() as AddressInfo;
  const { child, client } = await startProcess(
    [join(repositoryRoot, pluginBuild.output), `127.0.0.1:${port}`],
    {},
  );
  const ended = once(child, "exit");
  engine.close();
  expect(await ended).toEqual([1, null]);
  client.close();
});
