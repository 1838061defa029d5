/** What the emulator knows of one desktop. */
import type { Emulator } from "huaweicloud-workspace-emulator";

/** The data disks that it really has. */
export function disksOn(emulator: Emulator, desktop: string) {
  return emulator.desktops().find(({ desktop_id: id }) => id === desktop)?.data_volumes ?? [];
}

/** The requests about it that change something. */
export function changesOf(emulator: Emulator, desktop: string) {
  return emulator
    .requests()
    .filter(({ method, path, body }) => method !== "GET" && (path + JSON.stringify(body)).includes(desktop));
}
