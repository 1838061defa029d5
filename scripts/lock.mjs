/**
 * A lock between processes. Plain JavaScript without dependencies, since
 * run.mjs needs it before anything is installed or compiled.
 *
 * The lock is a folder with a file in it that names its owner. It is made
 * beside its place and renamed into it: renaming fails while another one that
 * is not empty lies there, so a lock is never seen without its owner. One that
 * was abandoned is renamed away to a name that belongs to this very owner; of
 * several processes that try it at once only one succeeds, and none can take
 * away the lock that the next owner has made meanwhile.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { clearInterval, setInterval } from "node:timers";
import { setTimeout as wait } from "node:timers/promises";

/** What rename says when the place is taken, on Linux, macOS and Windows. */
const taken = new Set(["ENOTEMPTY", "EEXIST", "EPERM", "EACCES"]);

/** How long the owner leaves between two signs of life, how long others go without one, how often they look. */
const defaults = { beat: 5_000, patience: 120_000, poll: 250 };

function renameIfPossible(from, to) {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (taken.has(error.code) || error.code === "ENOENT") {
      return false;
    }
    throw error;
  }
}

/** The owner of a lock and the time of its last sign of life; undefined if the lock has just gone. */
function readOwner(path) {
  const file = join(path, "owner.json");
  try {
    return { ...JSON.parse(readFileSync(file, "utf8")), beat: statSync(file).mtimeMs };
  } catch (error) {
    if (error.code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

function hasGone(owner) {
  if (owner.host !== hostname()) {
    return false;
  }
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

/**
 * Waits until the lock at `path` is free, and runs `action` while holding it.
 * The lock of a process that has ended is taken over at once; that of one on
 * another machine, or of one whose number another process has got, when it has
 * shown no sign of life for `patience` milliseconds.
 *
 * @param {string} path where the lock lies; its parent folder is made if needed
 * @param {() => unknown} action what to do
 * @param {{onWait?: (pid: number) => void, beat?: number, patience?: number, poll?: number}} [options]
 *   `onWait` is called once if the lock is not free; times are in milliseconds
 */
export async function withLock(path, action, options = {}) {
  const { onWait, beat, patience, poll } = { ...defaults, ...options };
  const id = `${process.pid}-${randomBytes(6).toString("hex")}`;
  const prepared = `${path}.${id}`;
  const removable = [prepared];
  let held = false;

  const release = () => {
    process.off("exit", release);
    if (held && readOwner(path)?.id === id) {
      renameIfPossible(path, prepared);
    }
    for (const folder of removable) {
      rmSync(folder, { recursive: true, force: true });
    }
  };

  const acquire = async () => {
    let waited = false;
    let seen = { id: "", beat: 0, since: 0 };
    while (!renameIfPossible(prepared, path)) {
      const owner = readOwner(path);
      if (owner === undefined) {
        await wait(poll);
        continue;
      }
      if (owner.id !== seen.id || owner.beat !== seen.beat) {
        seen = { id: owner.id, beat: owner.beat, since: performance.now() };
      }
      if (hasGone(owner) || performance.now() - seen.since > patience) {
        const abandoned = `${path}.abandoned-${owner.id}`;
        if (renameIfPossible(path, abandoned)) {
          removable.push(abandoned);
        }
        continue;
      }
      if (!waited) {
        waited = true;
        onWait?.(owner.pid);
      }
      await wait(poll);
    }
    held = true;
  };

  mkdirSync(dirname(path), { recursive: true });
  mkdirSync(prepared);
  const owner = JSON.stringify({ id, pid: process.pid, host: hostname() });
  writeFileSync(join(prepared, "owner.json"), owner);
  // A process that is told to end leaves through process.exit: see run.mjs.
  process.on("exit", release);
  let pulse;
  try {
    await acquire();
    pulse = setInterval(() => {
      if (readOwner(path)?.id === id) {
        utimesSync(join(path, "owner.json"), new Date(), new Date());
      }
    }, beat);
    pulse.unref();
    return await action();
  } finally {
    clearInterval(pulse);
    release();
  }
}
