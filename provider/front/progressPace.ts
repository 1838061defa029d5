import type { Clock, Environment } from "../core/host";

/** Between two lines about one thing, in ms. */
const EVERY_MS = 1_000;
/** In a pipeline each line stays in its log: so far apart are all of them, in ms. */
const EVERY_IN_CI_MS = 30_000;

/** Says whether a line of progress about this may be shown now. `CI` is what all common pipelines set. */
export function progressPace(clock: Clock, { CI = "" }: Environment): (about: string) => boolean {
  const isCi = !["", "0", "false"].includes(CI.toLowerCase());
  const shownAt = new Map<string, number>(isCi ? [["", clock.now()]] : []);
  return (about) => {
    const key = isCi ? "" : about;
    const now = clock.now();
    if (now - (shownAt.get(key) ?? -Infinity) < (isCi ? EVERY_IN_CI_MS : EVERY_MS)) return false;
    shownAt.set(key, now);
    return true;
  };
}
