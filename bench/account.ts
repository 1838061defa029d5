/** One run, and eight that know nothing of each other, on an account with a limit of requests. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type RateLimit, startEmulator } from "huaweicloud-workspace-emulator";
import { repositoryRoot } from "../scripts/repository";
import { desktopId } from "../testing/emulatedCloud";
import { disksOn } from "./contest";
import { inTurn } from "./in-turn";
import type { Done, Work } from "./runner";
import { type Figure, figure } from "./statistics";

const DESKTOPS = 200;
const DISKS = 2;
const LIMIT: RateLimit = { requests: 10, perMs: 1_000 };
const EACH_ALONE_MS = 900_000;

/** So many runs at the same time, in processes of their own. */
export interface AccountRow {
  readonly processes: number;
  /** Until the last run had ended. */
  readonly ms: Figure;
  /** The slowest to the fastest run. */
  readonly spread: Figure;
  readonly calls: Figure;
  /** Calls that were refused as one too many. */
  readonly refused: Figure;
  readonly errors: Figure;
  /** Disks that were left at the end. */
  readonly left: Figure;
}

interface Taken extends Record<Exclude<keyof AccountRow, "processes">, number> {
  ms: number;
}

/** Runs one process and eight, in turn. */
export async function account(rounds: number, say: (line: string) => void): Promise<AccountRow[]> {
  const all = await inTurn([1, 8], rounds, async (processes) => {
    const taken = await oneRound(processes, say);
    const { ms, spread, calls, refused, errors, left } = taken;
    say(
      `account: ${processes} processes, ${Math.round(ms)} ms, spread ${spread.toFixed(2)}, ` +
        `${calls} calls, ${refused} refused, ${errors} errors, ${left} disks left`,
    );
    return taken;
  });
  return all.map(({ contender: processes, runs }) => {
    const of = (name: keyof Taken) => figure(runs.map((taken) => taken[name]));
    return {
      processes,
      ms: of("ms"),
      spread: of("spread"),
      calls: of("calls"),
      refused: of("refused"),
      errors: of("errors"),
      left: of("left"),
    };
  });
}

async function oneRound(processes: number, say: (line: string) => void): Promise<Taken> {
  const emulator = await startEmulator({ desktops: DESKTOPS, rateLimit: LIMIT });
  try {
    const ids = Array.from({ length: DESKTOPS }, (_, index) => desktopId(1 + index));
    const each = DESKTOPS / processes;
    const runners = await Promise.all(
      Array.from({ length: processes }, (_, index) =>
        runner(emulator.env, { desktopIds: ids.slice(index * each, (index + 1) * each), disks: DISKS }),
      ),
    );
    const done = await Promise.all(runners.map((start) => start()));
    const times = done.map(({ ms }) => ms);
    const errors = done.flatMap((one) => one.errors);
    for (const error of errors) say(`account: ${error}`);
    const requests = emulator.requests();
    return {
      ms: Math.max(...times),
      spread: Math.max(...times) / Math.min(...times),
      calls: requests.length,
      refused: requests.filter(({ status }) => status === 429).length,
      errors: errors.length,
      left: disksOn(emulator),
    };
  } finally {
    await emulator.close();
  }
}

/** A process that is ready; it begins its work when this is called. */
async function runner(env: object, work: Work): Promise<() => Promise<Done>> {
  const child = fork(join(repositoryRoot, "build", "bench", "runner.js"), {
    env: { PATH: process.env.PATH, ...env },
    timeout: EACH_ALONE_MS,
  });
  await once(child, "message");
  return async () => {
    child.send(work);
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`a runner ended with ${String(code)}`);
    });
    const [done] = (await Promise.race([once(child, "message"), ended])) as [Done];
    ended.catch(() => undefined);
    return done;
  };
}
