import { Clock } from "./clock";
import { startEmulator, type Emulator } from "./index";
import { Client } from "./testing/client";
import { by, projectOn } from "./testing/small-world";

describe("a thousand desktops with ten disks each", () => {
  let emulator: Emulator;
  let client: Client;

  beforeAll(async () => {
    emulator = await startEmulator({ clock: "manual", maxRequests: 100, maxJobs: 100 });
    client = new Client(emulator);
    const data_volumes = Array.from({ length: 10 }, () => ({ type: "SSD", size: 10 }));
    emulator.addDesktops(
      Array.from({ length: 1000 }, (_, index) => ({ desktop_id: `d${String(index)}`, data_volumes })),
    );
  });
  afterAll(() => emulator.close());

  test("are listed in full, page by page", async () => {
    const seen = new Set<string>();
    let disks = 0;
    for (let offset = 0; offset < 1000; offset += 100) {
      const { json } = await client.call("GET", `/desktops/detail?offset=${String(offset)}`);
      for (const desktop of json?.desktops as { desktop_id: string; data_volumes: unknown[] }[]) {
        seen.add(desktop.desktop_id);
        disks += desktop.data_volumes.length;
      }
    }
    expect([seen.size, disks]).toEqual([1000, 10_000]);
  });

  test("more changes than are kept leave nothing behind but their effects", async () => {
    const roots = emulator
      .desktops()
      .map(({ desktop_id, root_volume }) => ({ desktop_id, volume_id: root_volume.volume_id }));
    for (let round = 0; round < 5; round += 1) {
      for (let page = 0; page < 10; page += 1) {
        const items = roots
          .slice(page * 100, page * 100 + 100)
          .map((root) => ({ ...root, new_size: 90 + round * 10 }));
        await client.begin("POST", "/volumes/expand", { desktop_volumes_expansion: items });
      }
      emulator.advance(1000);
    }
    expect(emulator.desktops().every(({ root_volume }) => root_volume.size === 130)).toBe(true);
  }, 30_000);

  test("the log holds as many requests as it may, and no more", async () => {
    for (let count = 0; count < 300; count += 1) await client.call("GET", "/desktops/d7");
    const { requests, forgotten } = emulator.requestLog();
    expect(requests).toHaveLength(100);
    expect(forgotten).toBeGreaterThanOrEqual(200);
  });
});

test("finished jobs are bounded, whatever is done", () => {
  const clock = new Clock(() => 0, "manual");
  const project = projectOn(clock);
  const desktop = project.putDesktop({ desktop_id: "d" });
  for (let count = 0; count < 5000; count += 1) {
    project.jobs.start("ADD_VOLUME", [{ desktop, steps: [] }], by);
    clock.advance(10);
    project.jobs.settle(desktop);
  }
  expect(project.jobs.count).toBe(50);
});

test("looking at one desktop costs no look at the others", () => {
  const clock = new Clock(() => 0, "manual");
  const project = projectOn(clock);
  for (let number = 0; number < 1000; number += 1) project.putDesktop({ desktop_id: `d${String(number)}` });
  const settle = jest.spyOn(project.jobs, "settle");
  project.desktop("d500");
  expect(settle).toHaveBeenCalledTimes(1);
});
