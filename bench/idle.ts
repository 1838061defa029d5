/** A thousand disks to which nothing happens: preview and refresh beside the smallest possible resource; memory too. */
import { Contest } from "./contest";
import { attachments, smallest } from "./programs";
import { type Figure, figure } from "./statistics";

export interface IdleRow {
  readonly what: "preview" | "refresh";
  readonly ours: Figure;
  readonly smallest: Figure;
  /** Calls of the service in one run of ours. */
  readonly calls: Figure;
}

export interface IdleResult {
  readonly resources: number;
  readonly rows: IdleRow[];
  /** Peak of the provider process over all runs, in MB. */
  readonly memory: { readonly ours: Figure; readonly smallest: Figure };
  /** Bytes a resource, in the exported state. */
  readonly stateBytes: { readonly ours: number; readonly smallest: number };
}

/** Runs both in turn, round by round. */
export async function idle(
  desktops: number,
  rounds: number,
  say: (line: string) => void,
): Promise<IdleResult> {
  const resources = desktops * 10;
  const ours = await Contest.open(attachments(desktops, 10), { desktops, jobTimeMs: 500 });
  const floor = await Contest.open(smallest(resources));
  try {
    const how = { parallel: resources };
    const memory = { ours: [] as number[], smallest: [] as number[] };
    const times = new Map<string, number[]>();
    const calls = new Map<string, number[]>();
    const note = async (who: "ours" | "smallest", operation: "up" | "preview" | "refresh" | "destroy") => {
      const taken = await (who === "ours" ? ours : floor).run(operation, how);
      memory[who].push(taken.memoryMb);
      const key = `${who} ${operation}`;
      times.set(key, [...(times.get(key) ?? []), taken.ms]);
      if (who === "ours") calls.set(operation, [...(calls.get(operation) ?? []), taken.calls]);
      say(`idle: ${operation} of ${resources}, ${who}: ${taken.ms} ms`);
    };
    for (const who of ["ours", "smallest"] as const) await note(who, "up");
    const bytes = [await ours.stateBytes(), await floor.stateBytes()].map((all) =>
      Math.round(all / resources),
    );
    for (let round = 0; round < rounds; round++) {
      for (const operation of ["preview", "refresh"] as const) {
        // Who comes first changes, so that neither always finds the machine warm.
        for (const who of round % 2 === 0
          ? (["ours", "smallest"] as const)
          : (["smallest", "ours"] as const)) {
          await note(who, operation);
        }
      }
    }
    for (const who of ["ours", "smallest"] as const) await note(who, "destroy");
    const of = (key: string) => figure(times.get(key) ?? []);
    const rows = (["preview", "refresh"] as const).map((what) => ({
      what,
      ours: of(`ours ${what}`),
      smallest: of(`smallest ${what}`),
      calls: figure(calls.get(what) ?? []),
    }));
    return {
      resources,
      rows,
      memory: { ours: figure(memory.ours), smallest: figure(memory.smallest) },
      stateBytes: { ours: bytes[0] ?? 0, smallest: bytes[1] ?? 0 },
    };
  } finally {
    await ours.close();
    await floor.close();
  }
}
