/** What many desktops cost in calls and time, at a limit of calls: the core on an emulator, in time moved by hand. */
import { desktopId } from "../testing/emulatedCloud";
import { coreAlone } from "./alone";

const DISKS = 10;
const JOB_MS = 10_000;

/** One size at one limit. */
export interface ScaleRow {
  readonly desktops: number;
  readonly disks: number;
  readonly perSecond: number;
  readonly up: { readonly calls: number; readonly ms: number };
  readonly destroy: { readonly calls: number; readonly ms: number };
  /** The most that the heap grew: provider and emulator together, in MB. */
  readonly heapMb: number;
}

/** Adds ten disks to each desktop and deletes them, all requested at once. */
export async function scale(desktops: number, perSecond: number): Promise<ScaleRow> {
  const core = await coreAlone({ desktops, jobTimeMs: JOB_MS, maxRequests: 1_000_000 }, perSecond);
  const heap = () => process.memoryUsage().heapUsed / 2 ** 20;
  const before = heap();
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, heap())), 250);
  try {
    const inAll = async <T extends { error?: unknown }>(work: readonly Promise<T>[]) => {
      const { clock, emulator, time } = core;
      const [began, calls] = [clock.now(), emulator.requests().length];
      const done = await time.until(Promise.all(work));
      const failed = done.find(({ error }) => error !== undefined);
      if (failed !== undefined) throw new Error("a request failed", { cause: failed.error });
      return { done, cost: { calls: emulator.requests().length - calls, ms: clock.now() - began } };
    };
    const wanted = Array.from({ length: desktops * DISKS }, (_, n) => desktopId(1 + (n % desktops)));
    const up = await inAll(wanted.map(async (on) => ({ on, ...(await core.add(on)) })));
    const added = up.done.flatMap(({ on, volume }) => (volume === undefined ? [] : [{ on, ...volume }]));
    const destroy = await inAll(added.map(({ volumeId, on }) => core.remove(volumeId, on)));
    const heapMb = Math.round(most - before);
    return { desktops, disks: added.length, perSecond, up: up.cost, destroy: destroy.cost, heapMb };
  } finally {
    clearInterval(timer);
    await core.cloud.end();
  }
}

const minutes = (ms: number) => (ms / 60_000).toFixed(ms < 600_000 ? 1 : 0);

/** The table of `docs/scale.md`. */
export function scaleTable(rows: readonly ScaleRow[]): string[][] {
  return [
    [
      "desktops",
      "disks",
      "calls a second",
      "calls of up",
      "minutes",
      "calls of destroy",
      "minutes",
      "heap, MB",
    ],
    ...rows.map(({ desktops, disks, perSecond, up, destroy, heapMb }) =>
      [desktops, disks, perSecond, up.calls, minutes(up.ms), destroy.calls, minutes(destroy.ms), heapMb].map(
        String,
      ),
    ),
  ];
}
