/** States as earlier versions of this package wrote them, one file for each shape so far: all of them stay readable. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startEmulator } from "huaweicloud-workspace-emulator";
import type { Emulator } from "huaweicloud-workspace-emulator";
import { desktopId } from "../engine/cloud";
import { ProviderProcess } from "./provider-process";
import type { Properties } from "./spawned-process";

jest.setTimeout(60_000);

const folder = join(__dirname, "states");
const volumeId = "ca2fc6a6-6086-424f-90a5-435ece3fa65a";

let emulator: Emulator;
let provider: ProviderProcess;

beforeEach(async () => {
  emulator = await startEmulator({ desktops: 1, jobTimeMs: 1_500 });
  emulator.addDesktops([
    { desktop_id: desktopId(1), data_volumes: [{ volume_id: volumeId, type: "SSD", size: 10 }] },
  ]);
  provider = await ProviderProcess.start({ ...emulator.env });
  await provider.configure();
});

afterEach(async () => {
  await provider.close();
  await emulator.close();
});

const volumes = () => emulator.desktops().flatMap(({ data_volumes: disks }) => disks);

function stored(file: string): Properties {
  const text = readFileSync(join(folder, file), "utf8").replaceAll("<endpoint>", emulator.url);
  return JSON.parse(text) as Properties;
}

/** What a program asks for that has this state, but for one property. */
function inputsOf(state: Properties, size: number): Properties {
  const { __provider, desktopId: desktop } = state;
  const disk = { type: "SSD", size };
  return {
    __provider: __provider ?? "",
    desktopId: desktop ?? "",
    ...("disks" in state ? { disks: { data: disk } } : { ...disk, timeouts: { delete: "20m" } }),
  };
}

const files = readdirSync(folder).filter((file) => file.endsWith(".json"));

test("there is a stored state of each resource", () => {
  expect(files).toEqual(expect.arrayContaining(["attachment-v1.json", "desktop-disks-v1.json"]));
});

test.each(files)("%s: no change where there is none, read, grown and deleted", async (file) => {
  const state = stored(file);
  const id = "disks" in state ? desktopId(1) : `${desktopId(1)}/${volumeId}`;
  expect(await provider.diff(id, state, inputsOf(state, 10))).toMatchObject({ changes: false });
  expect(emulator.requests()).toEqual([]);

  expect(await provider.read(id, state)).toMatchObject({ id });
  const grown = await provider.update(id, state, inputsOf(state, 20));
  expect(volumes()).toEqual([expect.objectContaining({ volume_id: volumeId, size: 20 })]);
  await provider.delete(id, grown);
  expect(volumes()).toEqual([]);
});

test("what a newer version wrote is refused, with what to do", async () => {
  const state = { ...stored("attachment-v1.json"), stateVersion: 999 };
  await expect(provider.delete(`${desktopId(1)}/${volumeId}`, state)).rejects.toThrow(
    /newer version .*Install that version.*HWD1801/,
  );
  expect(volumes()).toHaveLength(1);
});
