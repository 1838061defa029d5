import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/**
 * Runs `action` while holding the lock of that name; calls `onWait` once if it is taken. The lock is a port, below those
 * that systems give out: one process at a time has it, however it ends. Two names with one port only wait for each other.
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
