/** A thousand disks to which nothing happens: preview and refresh beside resources that do nothing; memory too. */
import { Contest } from "./contest";
import { attachments, sameShape, smallest } from "./programs";
import { type Figure, figure } from "./statistics";

/** Ours, the smallest possible dynamic resource, and one with the inputs and outputs of ours that does nothing. */
const WHO = ["ours", "smallest", "sameShape"] as const;
type Who = (typeof WHO)[number];

export interface IdleRow extends Readonly<Record<Who, Figure>> {
  readonly what: "preview" | "refresh";
  /** Calls of the service in one run of ours. */
  readonly calls: Figure;
}

export interface IdleResult {
  readonly resources: number;
  readonly rows: IdleRow[];
  /** Peak of the provider process over all runs, in MB. */
  readonly memory: Readonly<Record<Who, Figure>>;
  /** Bytes a resource, in the exported state. */
  readonly stateBytes: Readonly<Record<Who, number>>;
}

/** The same for each of them. */
const each = <T>(make: (who: Who) => T) =>
  Object.fromEntries(WHO.map((who) => [who, make(who)])) as Record<Who, T>;

/** Runs all in turn, round by round. */
export async function idle(
  desktops: number,
  rounds: number,
  say: (line: string) => void,
): Promise<IdleResult> {
  const resources = desktops * 10;
  const contests = {
    ours: await Contest.open(attachments(desktops, 10), { desktops, jobTimeMs: 1_500 }),
    smallest: await Contest.open(smallest(resources)),
    sameShape: await Contest.open(sameShape(desktops, 10)),
  };
  try {
    const memory = each((): number[] => []);
    const times = new Map<string, number[]>();
    const calls = new Map<string, number[]>();
    const note = async (who: Who, operation: "up" | "preview" | "refresh" | "destroy") => {
      const taken = await contests[who].run(operation, { parallel: resources });
      memory[who].push(taken.memoryMb);
      const key = `${who} ${operation}`;
      times.set(key, [...(times.get(key) ?? []), taken.ms]);
      if (who === "ours") calls.set(operation, [...(calls.get(operation) ?? []), taken.calls]);
      say(`idle: ${operation} of ${resources}, ${who}: ${taken.ms} ms`);
    };
    for (const who of WHO) await note(who, "up");
    const bytes = each(() => 0);
    for (const who of WHO) bytes[who] = Math.round((await contests[who].stateBytes()) / resources);
    for (let round = 0; round < rounds; round++) {
      for (const operation of ["preview", "refresh"] as const) {
        // Who comes first changes, so that none always finds the machine warm.
        for (const who of [...WHO.slice(round % WHO.length), ...WHO.slice(0, round % WHO.length)])
          await note(who, operation);
      }
    }
    for (const who of WHO) await note(who, "destroy");
    const rows = (["preview", "refresh"] as const).map((what) => ({
      what,
      ...each((who) => figure(times.get(`${who} ${what}`) ?? [])),
      calls: figure(calls.get(what) ?? []),
    }));
    return { resources, rows, memory: each((who) => figure(memory[who])), stateBytes: bytes };
  } finally {
    for (const who of WHO) await contests[who].close();
  }
}
