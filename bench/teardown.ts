/** Ten desktops with ten disks each, made and torn down: ours beside one call a disk and beside the floor. */
import { Contest, type Taken } from "./contest";
import { inTurn } from "./in-turn";
import { attachments, desktopDisks, oneCallADisk, smallest } from "./programs";
import { type Figure, figure } from "./statistics";

export const DESKTOPS = 10;
export const DISKS = 10;
export const JOB_MS = 5_000;

interface Contender {
  readonly name: string;
  readonly program: string;
  /** The CLI's --parallel; nothing: its default, four operations a core. */
  readonly parallel?: number;
  /** Does nothing, and so needs no job. */
  readonly idle?: boolean;
}

const contenders: readonly Contender[] = [
  ...[100, undefined].flatMap((parallel): Contender[] => {
    const how = parallel === undefined ? "default parallelism" : `parallelism ${parallel}`;
    const at = parallel === undefined ? {} : { parallel };
    return [
      { name: `one call a disk, ${how}`, program: oneCallADisk(DESKTOPS, DISKS), ...at },
      { name: `DataDiskAttachment, ${how}`, program: attachments(DESKTOPS, DISKS), ...at },
      { name: `DesktopDataDisks, ${how}`, program: desktopDisks(DESKTOPS, DISKS), ...at },
    ];
  }),
  { name: "floor: 100 smallest resources", program: smallest(DESKTOPS * DISKS), parallel: 100, idle: true },
  { name: "floor: 10 smallest resources", program: smallest(DESKTOPS), parallel: 100, idle: true },
];

/** What one contender took, over all rounds. */
export interface TeardownRow {
  readonly name: string;
  /** For the floors this is the engine's time plus the time of one job. */
  readonly up: Figure;
  readonly destroy: Figure;
  readonly calls: Figure;
  readonly conflicts: Figure;
  readonly stateBytes: Figure;
  /** Disks still there after the destroy. */
  readonly left: Figure;
}

/** A teardown with all its requests, to be drawn. */
export interface Drawn {
  readonly name: string;
  readonly taken: Taken;
}

interface Round {
  up: Taken;
  destroy: Taken;
  stateBytes: number;
  left: number;
}

async function once({ program, parallel }: Contender): Promise<Round> {
  const contest = await Contest.open(program, { desktops: DESKTOPS, jobTimeMs: JOB_MS });
  try {
    const how = parallel === undefined ? {} : { parallel };
    const up = await contest.run("up", how);
    const stateBytes = await contest.stateBytes();
    const destroy = await contest.run("destroy", how);
    return { up, destroy, stateBytes, left: contest.disks };
  } finally {
    await contest.close();
  }
}

/** Makes and tears down with each contender. */
export async function teardown(
  rounds: number,
  say: (line: string) => void,
): Promise<{ rows: TeardownRow[]; drawn: Drawn[] }> {
  const results = await inTurn(contenders, rounds, async (contender, round) => {
    const result = await once(contender);
    say(`teardown, round ${round}: ${contender.name}, ${(result.destroy.ms / 1000).toFixed(1)} s`);
    return result;
  });
  const rows = results.map(({ contender: { name, idle }, runs: all }): TeardownRow => {
    const job = idle === true ? JOB_MS : 0;
    return {
      name,
      up: figure(all.map(({ up }) => up.ms + job)),
      destroy: figure(all.map(({ destroy }) => destroy.ms + job)),
      calls: figure(all.map(({ up, destroy }) => up.calls + destroy.calls)),
      conflicts: figure(all.map(({ up, destroy }) => up.conflicts + destroy.conflicts)),
      stateBytes: figure(all.map(({ stateBytes }) => stateBytes)),
      left: figure(all.map(({ left }) => left)),
    };
  });
  const drawn = results.flatMap(({ contender: { name, parallel, idle }, runs: [first] }): Drawn[] =>
    parallel === 100 && idle !== true && first !== undefined ? [{ name, taken: first.destroy }] : [],
  );
  return { rows, drawn };
}
