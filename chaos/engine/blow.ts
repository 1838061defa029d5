/** Blows to a run of the CLI: who is hit, when, and who is left. */
import { descendantsOf, listProcesses, signalProcess } from "../../tests/engine/process-tree";
import type { ProcessEntry } from "../../tests/engine/process-tree";
import type { CommandResult, RunningCommand } from "../../tests/engine/command";

/** What happens to a run. */
export type Blow = "kill the CLI" | "kill the provider" | "kill both" | "Ctrl-C" | "Ctrl-C twice";

/** A provider process ends by itself a few seconds after its engine; a busy machine may need more, in ms. */
const ENDS_WITHIN_MS = 90_000;

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const isProvider = ({ command }: ProcessEntry) => command.includes("dynamic-provider/index.js");

/** What came of a run that was hit. */
export interface Struck {
  result: CommandResult;
  /** What outlived it for too long. */
  left: ProcessEntry[];
}

/** Strikes at a moment, and waits until all that the run has started is gone. */
export async function strike(run: RunningCommand, blow: Blow, moment: () => Promise<void>): Promise<Struck> {
  const over = { yes: false };
  const done = run.result.then((result) => {
    over.yes = true;
    return result;
  });
  await Promise.race([moment(), done]);
  const started = over.yes ? [] : descendantsOf(run.pid, listProcesses());
  if (!over.yes) await hit(run, blow, started);
  const result = await done;
  const left = () =>
    listProcesses().filter(({ pid, command }) =>
      started.some((one) => one.pid === pid && one.command === command),
    );
  const deadline = performance.now() + ENDS_WITHIN_MS;
  while (left().length > 0 && performance.now() < deadline) await pause(250);
  return { result, left: left() };
}

async function hit(run: RunningCommand, blow: Blow, started: readonly ProcessEntry[]): Promise<void> {
  const killProviders = () => {
    for (const { pid } of started.filter(isProvider)) signalProcess(pid, "SIGKILL");
  };
  switch (blow) {
    case "kill the CLI":
      run.kill();
      return;
    case "kill the provider":
      killProviders();
      return;
    case "kill both":
      run.kill();
      killProviders();
      return;
    case "Ctrl-C twice":
      run.interrupt();
      await pause(400);
      run.interrupt();
      return;
    case "Ctrl-C":
      run.interrupt();
  }
}
