/** What tests do with processes that they have started: one that has gone is no error, any other refusal is. */
import { spawnSync } from "node:child_process";
import { signalProcess } from "./process-tree";

test("a process that has already gone is no error", () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  expect(() => {
    signalProcess(pid, "SIGTERM");
  }).not.toThrow();
});

test("a signal that nobody knows is an error", () => {
  expect(() => {
    signalProcess(process.pid, "SIGNONE" as NodeJS.Signals);
  }).toThrow("Unknown signal");
});
