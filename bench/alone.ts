/** The core without engine and front: a real emulator, in time moved by hand. */
import type { EmulatorOptions } from "huaweicloud-workspace-emulator";
import { desktopId, emulatedCloud } from "../testing/emulatedCloud";
import { bareCore } from "./core";

/** @param requestsPerSecond Calls a second at most. */
export async function coreAlone(options: EmulatorOptions, requestsPerSecond: number) {
  const cloud = await emulatedCloud(options);
  const { clock, emulator, send, time } = cloud;
  const env = { ...emulator.env, HW_WORKSPACE_REQUESTS_PER_SECOND: String(requestsPerSecond) };
  const { add, remove } = bareCore(clock, env, send);
  return {
    cloud,
    clock,
    emulator,
    time,
    add,
    remove: (volumeId: string, on = desktopId()) => remove(volumeId, on),
  };
}
