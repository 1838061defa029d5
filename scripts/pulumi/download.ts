import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { runBounded } from "../owned-process";
import { repositoryRoot } from "../repository";

const longestDownload = 15 * 60_000;
const longestStandstill = 30_000;

/** How many bytes lie in a folder, at any depth. Files that vanish meanwhile count nothing. */
export function folderSize(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => statSync(join(folder, file), { throwIfNoEntry: false }))
    .reduce((sum, stats) => sum + (stats?.isFile() === true ? stats.size : 0), 0);
}

/** Says when something that ought to grow has not done so for a while. */
export function standstill(size: () => number, now: () => number, longest: number): () => string | undefined {
  let last = { size: size(), time: now() };
  return () => {
    const current = size();
    if (current !== last.size) {
      last = { size: current, time: now() };
    }
    return now() - last.time > longest ? `nothing came for ${longest / 1000} s` : undefined;
  };
}

/**
 * Has Pulumi's own installer put the wanted CLI into `bin` of a staging folder.
 * Gives up soon where nothing comes, as without a way to the internet.
 */
export async function downloadCli(staging: string): Promise<void> {
  // The installer keeps what it loads in the temporary folder: there it can be seen to grow.
  const temporary = join(staging, "tmp");
  mkdirSync(temporary, { recursive: true });
  const script = join(repositoryRoot, "build", "scripts", "pulumi", "official-installer.js");
  await runBounded(process.execPath, [script, staging], {
    cwd: repositoryRoot,
    env: { ...process.env, TMPDIR: temporary },
    timeout: longestDownload,
    stopWhen: standstill(() => folderSize(staging), performance.now.bind(performance), longestStandstill),
  });
  rmSync(temporary, { recursive: true, force: true });
}
