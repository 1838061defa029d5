import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { clearInterval, setInterval } from "node:timers";
import { setTimeout as wait } from "node:timers/promises";

/** What a system call fails with where the place is taken, or was given up just now. */
const expected = ["ENOTEMPTY", "EEXIST", "EPERM", "EACCES", "ENOENT"];

function attempt(action) {
  try {
    return action() ?? true;
  } catch (error) {
    if (expected.includes(error.code)) return false;
    throw error;
  }
}

/**
 * Waits for the lock at `path`, and runs `action` while holding it. Our own,
 * since the first lock is needed before anything is installed.
 *
 * The lock is a folder with one file, named after its owner. It is renamed into
 * place, which fails while another one is there. The owner touches the file;
 * after `staleMs` without that, the lock is renamed to a name made from its
 * owner's: of several processes that try this at once, only one succeeds, and
 * none takes the next owner's lock. `onWait` is called once if it is taken.
 */
export async function withLock(path, action, { onWait, beatMs = 1_000, staleMs = 15_000 } = {}) {
  const id = `${process.pid}-${randomBytes(4).toString("hex")}`;
  const removable = [`${path}.${id}`];
  mkdirSync(removable[0], { recursive: true });
  writeFileSync(join(removable[0], id), "");
  const release = () => {
    if (attempt(() => readdirSync(path)[0]) === id) attempt(() => renameSync(path, removable[0]));
    for (const folder of removable) rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", release);
  let seen = { mark: "", since: 0 };
  while (!attempt(() => renameSync(removable[0], path))) {
    const owner = attempt(() => readdirSync(path)[0]);
    const mark = owner && `${owner} ${attempt(() => statSync(join(path, owner)).mtimeMs)}`;
    if (seen.mark === "" && owner) onWait?.(owner.split("-")[0]);
    if (mark !== seen.mark) seen = { mark, since: performance.now() };
    else if (owner && performance.now() - seen.since > staleMs) {
      const abandoned = `${path}.${owner}`;
      // Removed with our own lock: while it is there, nobody can rename the next lock to this name.
      if (attempt(() => renameSync(path, abandoned))) removable.push(abandoned);
    }
    await wait(beatMs / 5);
  }
  const beat = setInterval(() => attempt(() => utimesSync(join(path, id), new Date(), new Date())), beatMs);
  try {
    return await action();
  } finally {
    clearInterval(beat);
    process.off("exit", release);
    release();
  }
}
