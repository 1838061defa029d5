import { tmpdir } from "node:os";
import { endAllOwned, endOwned, runBounded, startOwned } from "./owned-process";
import type { BoundedOptions } from "./owned-process";

const options: BoundedOptions = { cwd: tmpdir(), env: process.env, timeout: 20_000 };

const node = (program: string, more: Partial<BoundedOptions> = {}): Promise<void> =>
  runBounded(process.execPath, ["-e", program], { ...options, ...more });

test("each line is handed on, from both streams", async () => {
  const lines: string[] = [];
  await node(`console.log("one\\ntwo"); console.error("three")`, { onLine: (line) => lines.push(line) });
  expect(lines.sort()).toEqual(["one", "three", "two"]);
});

test("a bad end is told with the last lines", async () => {
  await expect(
    node(`for (let i = 1; i < 10; i++) console.log("line " + i); process.exitCode = 7;`),
  ).rejects.toThrow("ended with exit code 7 | line 5 | line 6 | line 7 | line 8 | line 9");
});

test("a command that does not exist is told", async () => {
  await expect(runBounded("/no/such/command", [], options)).rejects.toThrow("ENOENT");
});

test("a run that is asked to stop is ended and says why", async () => {
  await expect(node("setInterval(() => {}, 1e6)", { stopWhen: () => "no progress" })).rejects.toThrow(
    "no progress",
  );
});

test("a run that takes too long is ended", async () => {
  await expect(node("setInterval(() => {}, 1e6)", { timeout: 1 })).rejects.toThrow("not done after");
});

test("owned processes are ended, one or all", async () => {
  const start = () => startOwned("sleep", ["60"], { stdio: "ignore" });
  const children = [start(), start(), start()];
  const ends = children.map(
    (child) =>
      new Promise((resolve) =>
        child.once("exit", (_, signal) => {
          resolve(signal);
        }),
      ),
  );

  if (children[0] !== undefined) {
    endOwned(children[0]);
  }
  expect(await ends[0]).toBe("SIGKILL");
  expect(children[1]?.signalCode).toBeNull();

  endAllOwned();
  expect(await Promise.all(ends)).toEqual(["SIGKILL", "SIGKILL", "SIGKILL"]);
});
