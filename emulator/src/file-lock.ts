import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file that only this process has. */
export interface FileLock {
  release(): Promise<void>;
}

/**
 * Takes a file for this process alone, or returns undefined where another one
 * has it. A socket holds it, so that it is free as soon as the process has
 * ended, however it has.
 */
export async function lockFile(path: string): Promise<FileLock | undefined> {
  const name = `huaweicloud-workspace-emulator-${createHash("sha256").update(path).digest("hex").slice(0, 24)}`;
  const address = addressOf(name);
  let server = await listen(address);
  if (!server && address.startsWith("/") && !(await isHeld(address))) {
    // Only here does the socket's file stay when its process is killed.
    await rm(address, { force: true });
    server = await listen(address);
  }
  if (!server) return undefined;
  server.unref();
  return {
    release: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** Names without a file end with their process: Linux has them, and Windows. */
function addressOf(name: string): string {
  if (process.platform === "linux") return `\0${name}`;
  return process.platform === "win32" ? `\\\\?\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => {
      resolve(server);
    });
  });
}

function isHeld(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}
