/** From ten disks to ten thousand: what grows with disks, and what with desktops only. */
import { countCalls, type LoggedRequest } from "../tests/engine/api-calls";
import { addAndDelete, coreAlone, DISKS } from "./alone";
import { Contest } from "./contest";
import { attachments, desktopDisks } from "./programs";

const JOB_MS = 1_500;

/** One size, through the engine or through the provider alone. */
export interface GrowthRow {
  readonly what: string;
  readonly disks: number;
  readonly desktops: number;
  readonly upMs: number;
  readonly destroyMs: number;
  readonly adds: number;
  readonly deletes: number;
  readonly statusCalls: number;
  readonly calls: number;
  readonly conflicts: number;
}

function count(requests: readonly LoggedRequest[]) {
  const { kinds, conflicts } = countCalls(requests);
  const of = (kind: string) => kinds.get(kind) ?? 0;
  return {
    adds: of("add"),
    deletes: of("batch-delete"),
    statusCalls: of("show job") + of("list sub-jobs"),
    calls: requests.length,
    conflicts,
  };
}

/** Stacks of 10, 100 and 1,000 disks through the engine. */
export async function growth(sizes: readonly number[], say: (line: string) => void): Promise<GrowthRow[]> {
  const rows: GrowthRow[] = [];
  for (const desktops of sizes) {
    const disks = desktops * DISKS;
    for (const [what, program, parallel] of [
      ["DataDiskAttachment", attachments(desktops, DISKS), disks],
      ["DesktopDataDisks", desktopDisks(desktops, DISKS), desktops],
    ] as const) {
      const contest = await Contest.open(program, { desktops, jobTimeMs: JOB_MS });
      try {
        const up = await contest.run("up", { parallel });
        const destroy = await contest.run("destroy", { parallel });
        const calls = count([...up.requests, ...destroy.requests]);
        rows.push({
          what: `${what}, engine`,
          disks,
          desktops,
          upMs: up.ms,
          destroyMs: destroy.ms,
          ...calls,
        });
        say(`growth: ${disks} disks as ${what}, up ${up.ms} ms, destroy ${destroy.ms} ms`);
      } finally {
        await contest.close();
      }
    }
  }
  return rows;
}

/** Disks by the thousand through the core alone: all requested at once, in time moved by hand. */
export async function growthAlone(
  sizes: readonly number[],
  say: (line: string) => void,
): Promise<GrowthRow[]> {
  const rows: GrowthRow[] = [];
  for (const desktops of sizes) {
    const core = await coreAlone({ desktops, jobTimeMs: JOB_MS, maxRequests: 200_000 }, 20);
    const { disks, up, destroy } = await addAndDelete(core, desktops);
    rows.push({
      what: "provider alone",
      disks,
      desktops,
      upMs: up.ms,
      destroyMs: destroy.ms,
      ...count(core.emulator.requests()),
    });
    await core.cloud.end();
    say(`growth: ${disks} disks through the provider alone`);
  }
  return rows;
}
