import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  descendantsOf,
  killSurvivors,
  listProcesses,
  parseProcEntry,
  parseProcessList,
} from "./process-tree";
import type { ProcessEntry } from "./process-tree";

const entry = (pid: number, parent: number, command = `command ${pid}`): ProcessEntry => ({
  pid,
  parent,
  command,
});

test("the lines of ps are read", () => {
  expect(
    parseProcessList("    1     0 /sbin/init splash\n 4711     1 node -e  x\n\nPID PPID ARGS\n"),
  ).toEqual([
    { pid: 1, parent: 0, command: "/sbin/init splash" },
    { pid: 4711, parent: 1, command: "node -e  x" },
  ]);
});

test("what Linux says of a process is read, whatever its name", () => {
  expect(parseProcEntry("4711 (a) b (c)) S 42 4711 1 0", "node\0-e\0x\0")).toEqual({
    pid: 4711,
    parent: 42,
    command: "node -e x",
  });
  expect(parseProcEntry("", "")).toBeUndefined();
});

test("descendants are children and theirs, nobody else", () => {
  const processes = [entry(1, 0), entry(10, 1), entry(11, 10), entry(12, 10), entry(20, 11), entry(30, 1)];
  expect(descendantsOf(10, processes).map(({ pid }) => pid)).toEqual([11, 20, 12]);
});

test("a process that starts others is found with them, and they are ended", async () => {
  const parent = spawn(
    process.execPath,
    [
      "-e",
      `const { pid } = require("child_process").spawn("sleep", ["60"]); console.log(pid); setInterval(() => {}, 1e6);`,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  const child = Number(line.toString());
  const found = descendantsOf(parent.pid ?? 0, listProcesses());
  expect(found).toEqual([{ pid: child, parent: parent.pid, command: "sleep 60" }]);

  parent.kill("SIGKILL");
  await once(parent, "exit");

  expect(killSurvivors(found).map(({ pid }) => pid)).toEqual([child]);
});

test("a process that got the number of one that has ended is let alone", () => {
  const seen = [entry(process.pid, 1, "another command")];
  expect(killSurvivors(seen)).toEqual([]);
});
