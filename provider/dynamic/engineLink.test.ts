import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { VirtualClock } from "../../testing/virtualClock";
import { engineAddress, engineDisplay, endWithEngine } from "./engineLink";

const process_ = "/app/node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js";
const argv = ["node", process_, "127.0.0.1:4321"];

test.each<[string, string[], string | undefined]>([
  ["a provider process", argv, "127.0.0.1:4321"],
  ["an address in IPv6", ["node", process_, "[::1]:4321"], "[::1]:4321"],
  ["another address", ["node", process_, "10.0.0.1:4321"], undefined],
  ["another program", ["node", "program.js", "127.0.0.1:4321"], undefined],
  ["nothing", [], undefined],
])("the engine's address of %s", (_what, args, address) => {
  expect(engineAddress(args)).toBe(address);
});

describe("the display", () => {
  function display(started: readonly string[]) {
    const lines: string[] = [];
    const addresses: string[] = [];
    const clock = new VirtualClock();
    const show = engineDisplay({ clock, env: {} }, started, (address) => {
      addresses.push(address);
      return Promise.resolve((line: string) => lines.push(line));
    });
    return { lines, addresses, clock, show };
  }

  test("shows at most one line a second for each desktop", async () => {
    const { lines, addresses, clock, show } = display(argv);
    show({ desktopId: "a", line: "a 1" });
    show({ desktopId: "b", line: "b 1" });
    clock.advance(999);
    show({ desktopId: "a", line: "a 2" });
    clock.advance(1);
    show({ desktopId: "a", line: "a 3" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(lines).toEqual(["a 1", "b 1", "a 3"]);
    expect(addresses).toEqual(["127.0.0.1:4321"]);
  });

  test("shows the line about all desktops in the place of each", async () => {
    const { lines, clock, show } = display(argv);
    show({ desktopId: "a", line: "a 1", overall: "all 1" });
    show({ desktopId: "b", line: "b 1", overall: "all 2" });
    clock.advance(1_000);
    show({ desktopId: "b", line: "b 2", overall: "all 3" });
    show({ desktopId: "b", line: "b 3" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(lines).toEqual(["all 1", "all 3", "b 3"]);
  });

  test("shows nothing without an engine", async () => {
    const { addresses, show } = display(["node", "program.js"]);
    show({ line: "a 1" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(addresses).toEqual([]);
  });

  const broken = () =>
    Promise.resolve(() => {
      throw new Error("not a constructor");
    });
  test.each([() => Promise.reject(new Error("gone")), broken])(
    "that fails fails nothing else",
    async (open) => {
      const show = engineDisplay({ clock: new VirtualClock(), env: {} }, argv, open);
      expect(() => {
        show({ line: "a 1" });
      }).not.toThrow();
      await new Promise((resolve) => setImmediate(resolve));
    },
  );
});

test("an engine that has exited halts the core, and the process ends when it is idle", async () => {
  jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "queueMicrotask"] });
  try {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const seen: string[] = [];
    const core = {
      halt: (reason: Error) => seen.push(reason.message),
      whenIdle: (run: () => void) => {
        seen.push("waits until idle");
        run();
      },
    };
    endWithEngine(core, ["node", process_, `127.0.0.1:${port}`], () => seen.push("exit"));
    const tryOnce = async () => {
      jest.advanceTimersByTime(2_000);
      for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    };
    await tryOnce();
    expect(seen).toEqual([]);
    await new Promise((resolve) => server.close(resolve));
    await tryOnce();
    expect(seen).toEqual([]);
    await tryOnce();
    expect(seen).toEqual(["the Pulumi engine that asked for this has exited", "waits until idle", "exit"]);
  } finally {
    jest.useRealTimers();
  }
});
