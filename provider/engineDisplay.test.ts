import { HandClock } from "./auth/testing/world";
import { engineDisplay } from "./engineDisplay";

const argv = ["node", "/app/node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js", "127.0.0.1:4321"];

function display(started: readonly string[]) {
  const lines: string[] = [];
  const addresses: string[] = [];
  const clock = new HandClock();
  const show = engineDisplay(clock, started, (address) => {
    addresses.push(address);
    return Promise.resolve((line: string) => lines.push(line));
  });
  return { lines, addresses, clock, show };
}

test("at most one line a second for each desktop", async () => {
  const { lines, addresses, clock, show } = display(argv);
  show("a", "a 1");
  show("b", "b 1");
  clock.advance(999);
  show("a", "a 2");
  clock.advance(1);
  show("a", "a 3");
  await Promise.resolve();
  await Promise.resolve();
  expect(lines).toEqual(["a 1", "b 1", "a 3"]);
  expect(addresses).toEqual(["127.0.0.1:4321"]);
});

test("without an engine nothing is shown", async () => {
  const { addresses, show } = display(["node", "program.js"]);
  show("a", "a 1");
  await Promise.resolve();
  expect(addresses).toEqual([]);
});

test("a display that fails fails nothing else", async () => {
  for (const send of [() => Promise.reject(new Error("gone")), broken]) {
    const show = engineDisplay(new HandClock(), argv, send);
    expect(() => {
      show("a", "a 1");
    }).not.toThrow();
    await new Promise((resolve) => setImmediate(resolve));
  }
});

function broken(): Promise<(line: string) => void> {
  return Promise.resolve(() => {
    throw new Error("not a constructor");
  });
}
