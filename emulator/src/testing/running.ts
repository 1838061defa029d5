import { startEmulator, type Emulator, type EmulatorOptions } from "../emulator";
import { Client } from "./client";

/** The first two numbered desktops. */
export const d1 = "d0000000-0000-4000-8000-000000000001";
export const d2 = "d0000000-0000-4000-8000-000000000002";
export const root1 = "a0000000-0000-4000-8000-000000000001";

const open: Emulator[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((emulator) => emulator.close()));
});

/** An emulator with two desktops and a manual clock, whose every answer is checked; it ends with the test. */
export async function running(
  options: EmulatorOptions = {},
): Promise<{ emulator: Emulator; client: Client }> {
  const emulator = await startEmulator({ desktops: 2, clock: "manual", checkAnswers: true, ...options });
  open.push(emulator);
  return { emulator, client: new Client(emulator) };
}

/** Gives the first desktop data disks with these ids. */
export function withDisks(emulator: Emulator, ...volumeIds: string[]): void {
  const data_volumes = volumeIds.map((volume_id) => ({ volume_id, type: "SAS", size: 20 }));
  emulator.addDesktops([{ desktop_id: d1, data_volumes }]);
}

/** Whether a job runs on a desktop in truth: reads have no word for jobs of disks. */
export function isBusy(emulator: Emulator, desktopId: string): boolean {
  const jobs = emulator.history().filter(({ desktop_id }) => desktop_id === desktopId);
  const count = (what: string) => jobs.filter((event) => event.what === what).length;
  return count("job-started") > count("job-ended");
}
