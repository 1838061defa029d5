/** ts-node run.ts BRANCH COMMAND…: makes the disks of a branch, runs the command, tears them down whatever happened. */
import { getDesktop } from "pulumi-huaweicloud-workspace";
import { runCommand } from "./command";
import { createEnvironment } from "./environment";
import { failedInSight, inSight } from "./output";
import { tearDown } from "./teardown";

async function main(branch: string, command: readonly string[], desktopId: string): Promise<void> {
  const { told, terminated } = watchSignals();
  const before = await volumesOf(desktopId);
  const stack = await createEnvironment(branch, desktopId);
  const errors: unknown[] = [];
  try {
    const { outputs } = await stack.up({ ...inSight, signal: terminated }).catch(failedInSight("up"));
    await runCommand(command, { VOLUME_IDS: JSON.stringify(outputs.volumeIds?.value) }, told);
  } catch (error) {
    errors.push(error);
  }
  try {
    await tearDown(stack);
    const left = (await volumesOf(desktopId)).filter((id) => !before.includes(id));
    if (left.length > 0) {
      throw new Error(
        `on desktop ${desktopId} there are disks that were not there before: ${left.join(", ")}`,
      );
    }
  } catch (error) {
    errors.push(error);
  }
  for (const error of errors) {
    console.error(error);
  }
  process.exitCode = errors.length === 0 ? 0 : 1;
}

async function volumesOf(desktopId: string): Promise<string[]> {
  return (await getDesktop({ desktopId })).dataVolumes.map(({ volumeId }) => volumeId);
}

/** Keeps a signal from ending this process: it ends by itself, after the tear-down. */
function watchSignals(): { told: AbortSignal; terminated: AbortSignal } {
  const told = new AbortController();
  const terminated = new AbortController();
  process.on("SIGINT", () => {
    // Ctrl-C reaches the CLI as well. A second one would cut it off in the middle.
    told.abort();
  });
  process.on("SIGTERM", () => {
    told.abort();
    terminated.abort();
  });
  return { told: told.signal, terminated: terminated.signal };
}

const [branch, ...command] = process.argv.slice(2);
const { DESKTOP_ID: desktopId } = process.env;
if (branch === undefined || command.length === 0 || desktopId === undefined) {
  console.error("usage: DESKTOP_ID=… ts-node run.ts BRANCH COMMAND…");
  process.exitCode = 2;
} else {
  main(branch, command, desktopId).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
