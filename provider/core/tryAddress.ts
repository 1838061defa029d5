import { connect, type Socket } from "node:net";

/** Connects to an address, such as `127.0.0.1:4711`, and tells whether something listens there. */
export function tryAddress(address: string, tell: (isThere: boolean) => void): Socket {
  const at = address.lastIndexOf(":");
  const [host, port] = [address.slice(0, at).replace(/[[\]]/g, ""), Number(address.slice(at + 1))];
  const socket = connect({ host, port });
  socket.once("connect", () => {
    socket.destroy();
    tell(true);
  });
  // Anything but a refusal, such as no free handles, says nothing about who listens.
  socket.once("error", (error: NodeJS.ErrnoException) => {
    tell(error.code !== "ECONNREFUSED");
  });
  return socket;
}
