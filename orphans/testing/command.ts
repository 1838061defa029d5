/** The command in this process, against a real emulator in virtual time. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { desktopId, emulatedCloud, type EmulatedCloud } from "../../testing/emulatedCloud";
import { EXIT } from "../exits";
import { orphans } from "../main";
import { attachment, dataDisks } from "./states";

export let cloud: EmulatedCloud;
export let folder: string;

/** The cloud of a test: no desktops. */
export async function open(options: Parameters<typeof emulatedCloud>[0] = {}): Promise<void> {
  cloud = await emulatedCloud({ desktops: 0, ...options });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "orphans-"));
});

// It changes nothing, whatever it finds and whatever goes wrong.
afterEach(async () => {
  const changing = cloud.emulator
    .requests()
    .filter(({ method, path }) => method !== "GET" && !path.startsWith("/v3/auth"));
  await cloud.end();
  rmSync(folder, { recursive: true });
  expect(changing).toEqual([]);
});

const place = () => ({
  region: cloud.emulator.env.HW_REGION_NAME,
  projectId: cloud.emulator.env.HW_PROJECT_ID,
  endpoint: cloud.emulator.url,
});
/** An attachment, where the cloud is. */
export const disk = (name: string, desktop: number, volumeId: string, outputs = {}) =>
  attachment(name, desktopId(desktop), volumeId, { ...place(), ...outputs });
/** A set there. */
export const set = (name: string, desktop: number, disks: Record<string, string>, outputs = {}) =>
  dataDisks(name, desktopId(desktop), disks, { ...place(), ...outputs });

/** Gives the cloud a desktop with these disks: SSD, 100 GB. */
export function desktop(number: number, volumeIds: readonly string[]): void {
  cloud.emulator.addDesktops([
    {
      desktop_id: desktopId(number),
      computer_name: `PC-${number}`,
      data_volumes: volumeIds.map((id) => ({ volume_id: id, type: "SSD", size: 100 })),
    },
  ]);
}

/** Writes a state and gives the file. */
export function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The command: its exit code and what it prints. */
export function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { clock, send, emulator } = cloud;
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined };
  return cloud.time.until(orphans(args, { env: { ...emulator.env, ...env }, clock, log, send }));
}

interface Finding {
  kind: string;
  volumeId?: string;
  volumes?: { volumeId: string }[];
  remedies: { program: string[]; commands: string[]; notes: string[] }[];
}

interface JsonReport {
  findings: Finding[];
  released: { volumeId: string }[];
  desktops: { desktopId: string; shown: string }[];
  errors: { desktopId: string; message: string }[];
}

/** The same with --json; it ends with this code, and without errors of reading otherwise. */
export async function report(args: readonly string[], code: number): Promise<JsonReport> {
  const result = await run([...args, "--json"]);
  const json = JSON.parse(result.output) as JsonReport;
  expect({ code: result.code, errors: code === EXIT.error ? [] : json.errors }).toEqual({ code, errors: [] });
  return json;
}

/** What is proved, in a line each. */
export const brief = ({ findings }: JsonReport) =>
  findings.map(({ kind, volumeId, volumes = [] }) =>
    [kind, ...(volumeId === undefined ? volumes.map((one) => one.volumeId) : [volumeId])].join(" "),
  );
