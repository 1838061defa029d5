import { connect } from "node:net";

/** How often the engine's address is tried, in ms. */
const TRY_EVERY_MS = 2_000;
/** An engine that refuses this many connections in a row is gone. */
const REFUSALS = 2;

/** What ends with its engine. */
export interface Watched {
  halt(reason: Error): void;
  whenIdle(run: () => void): void;
}

/**
 * A provider process outlives an engine that is killed. Then nobody keeps what it
 * does: it finishes what it has sent to the service, sends nothing new, and
 * exits.
 */
export function watchEngine(address: string, watched: Watched, exit: () => void): void {
  const at = address.lastIndexOf(":");
  const [host, port] = [address.slice(0, at).replace(/[[\]]/g, ""), Number(address.slice(at + 1))];
  let refused = 0;
  const timer = setInterval(() => {
    tryConnection(host, port, (isThere) => {
      refused = isThere ? 0 : refused + 1;
      if (refused < REFUSALS) return;
      clearInterval(timer);
      watched.halt(new Error("the Pulumi engine that asked for this has exited"));
      watched.whenIdle(exit);
    });
  }, TRY_EVERY_MS);
  timer.unref();
}

function tryConnection(host: string, port: number, tell: (isThere: boolean) => void): void {
  const socket = connect({ host, port });
  socket.unref();
  socket.once("connect", () => {
    socket.destroy();
    tell(true);
  });
  // Anything but a refusal, such as no free handles, says nothing about the engine.
  socket.once("error", (error: NodeJS.ErrnoException) => {
    tell(error.code !== "ECONNREFUSED");
  });
}
