/** The core without engine and front: a real emulator, in time moved by hand. */
import type { EmulatorOptions } from "huaweicloud-workspace-emulator";
import { desktopId, emulatedCloud } from "../testing/emulatedCloud";
import { bareCore, type Outcome } from "./core";

/** On each desktop: as many as it can hold. */
export const DISKS = 10;

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

/** What one way cost. */
export interface Cost {
  readonly calls: number;
  readonly ms: number;
}

/** Adds ten disks to each desktop, then deletes them; all requested at once. Throws what a request fails with. */
export async function addAndDelete(
  { add, remove, clock, emulator, time }: Awaited<ReturnType<typeof coreAlone>>,
  desktops: number,
): Promise<{ disks: number; up: Cost; destroy: Cost }> {
  const inAll = async <T extends Outcome>(work: readonly Promise<T>[]) => {
    const [began, calls] = [clock.now(), emulator.requests().length];
    const done = await time.until(Promise.all(work));
    const failed = done.find(({ error }) => error !== undefined);
    if (failed !== undefined) throw new Error("a request failed", { cause: failed.error });
    return { done, cost: { calls: emulator.requests().length - calls, ms: clock.now() - began } };
  };
  const wanted = Array.from({ length: desktops * DISKS }, (_, n) => desktopId(1 + (n % desktops)));
  const up = await inAll(wanted.map(async (on) => ({ on, ...(await add(on)) })));
  const added = up.done.flatMap(({ on, volume }) => (volume === undefined ? [] : [{ on, ...volume }]));
  const destroy = await inAll(added.map(({ volumeId, on }) => remove(volumeId, on)));
  return { disks: added.length, up: up.cost, destroy: destroy.cost };
}
