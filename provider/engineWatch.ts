import { connect } from "node:net";
import type { Runtime } from "./runtime";

/** How often the engine's address is tried, in ms. */
const EVERY_MS = 2_000;
/** An engine that refuses this many connections in a row is gone. */
const REFUSALS = 2;

/**
 * A provider process outlives an engine that is killed. Then nobody keeps what
 * it does: it finishes what it has sent to the service, begins nothing new, and
 * ends. The engine's address is the first argument of the process; outside
 * such a process nothing is watched.
 */
export function watchEngine(runtime: Runtime, argv: readonly string[]): void {
  const address = engineAddress(argv);
  if (address === undefined) return;
  const at = address.lastIndexOf(":");
  const [host, port] = [address.slice(0, at), address.slice(at + 1)];
  let refused = 0;
  const timer = setInterval(() => {
    answers(host.replace(/[[\]]/g, ""), Number(port), (there) => {
      refused = there ? 0 : refused + 1;
      if (refused < REFUSALS) return;
      clearInterval(timer);
      runtime.halt(
        new Error("the Pulumi engine that asked for this is gone, so nothing was sent to the service for it"),
      );
      runtime.whenIdle(() => {
        process.exit(1);
      });
    });
  }, EVERY_MS);
  timer.unref();
}

/** Where the engine listens, for a process that it started for dynamic providers; nothing elsewhere. */
export function engineAddress(argv: readonly string[]): string | undefined {
  if (!(argv[1] ?? "").includes("dynamic-provider")) return undefined;
  return /^(127\.0\.0\.1|localhost|\[::1\]):\d+$/.exec(argv[2] ?? "")?.[0];
}

function answers(host: string, port: number, tell: (there: boolean) => void): void {
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
