import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/**
 * Waits for the lock of that name, and runs `action` while holding it; calls `onWait` once if it is taken.
 *
 * The lock is a port of this machine: the system gives it to one process at a time, and takes it back however that
 * process ends. Two names that share a port only wait for each other. They are below the ports that systems give
 * out by themselves.
 */
export async function withLock(name, action, onWait) {
  const port = 20_000 + (createHash("sha256").update(name).digest().readUInt16BE() % 10_000);
  for (let isFirst = true; ; isFirst = false) {
    const server = createServer((socket) => socket.destroy()).listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
      return await action().finally(() => server.close());
    } catch (error) {
      if (error.code !== "EADDRINUSE" || error.port !== port) throw error;
    }
    if (isFirst) onWait(port);
    await wait(200);
  }
}
