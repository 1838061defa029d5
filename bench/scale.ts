/** What many desktops cost in calls and time, at a limit of calls: the core on an emulator, in time moved by hand. */
import { addAndDelete, coreAlone, type Cost } from "./alone";

const JOB_MS = 10_000;

/** One size at one limit. */
export interface ScaleRow {
  readonly desktops: number;
  readonly disks: number;
  readonly perSecond: number;
  readonly up: Cost;
  readonly destroy: Cost;
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
    const cost = await addAndDelete(core, desktops);
    return { desktops, perSecond, ...cost, heapMb: Math.round(most - before) };
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
      "limit, calls a second",
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
