/** Lines on their way to the engine's display: on which row, how often, and where debug lines go. */
import { VirtualClock } from "../../testing/virtualClock";
import { coreLog, currentUrn, type EngineLine, progressDisplay } from "./engineLog";
import { propertyPath } from "./detailedDiff";

test("lines are on the row of the resource that the call is about; without one, on the stack's", async () => {
  const lines: EngineLine[] = [];
  const log = coreLog(
    {},
    (line) => lines.push(line),
    () => undefined,
  );
  log.info("of the stack");
  await Promise.all(
    ["urn:a", "urn:b"].map((urn) =>
      currentUrn.run(urn, async () => {
        await Promise.resolve();
        log.warn(`of ${urn}`);
      }),
    ),
  );
  expect(lines).toEqual([
    { severity: "info", message: "of the stack" },
    { severity: "warning", message: "of urn:a", urn: "urn:a" },
    { severity: "warning", message: "of urn:b", urn: "urn:b" },
  ]);
});

test("debug lines go to standard error, and only where they are asked for", () => {
  const written: string[] = [];
  const never = () => {
    throw new Error("no line for the engine");
  };
  coreLog({}, never, (text) => written.push(text)).debug("hidden");
  coreLog({ HW_WORKSPACE_LOG: "debug" }, never, (text) => written.push(text)).debug("shown");
  expect(written).toEqual([expect.stringMatching(/^debug: \d\d:\d\d:\d\d\.\d{3} shown\n$/)]);
});

test("progress is shown once a second for each resource, and leaves no trace", () => {
  const clock = new VirtualClock();
  const lines: EngineLine[] = [];
  const report = progressDisplay({ clock, env: {} }, (line) => lines.push(line));
  report("urn:a", { line: "1" });
  report("urn:a", { line: "2" });
  report("urn:b", { line: "3" });
  clock.advance(1_000);
  report("urn:a", { line: "4" });
  expect(lines.map(({ message }) => message)).toEqual(["1", "3", "4"]);
  expect(lines.every(({ ephemeral, severity }) => ephemeral === true && severity === "info")).toBe(true);
});

test("the line about all resources is on the row of the stack, beside those of each", () => {
  const lines: EngineLine[] = [];
  const report = progressDisplay({ clock: new VirtualClock(), env: {} }, (line) => lines.push(line));
  report("urn:a", { line: "a", overall: "all 1" });
  report("urn:b", { line: "b", overall: "all 2" });
  expect(lines.map(({ urn, message }) => [urn, message])).toEqual([
    [undefined, "all 1"],
    ["urn:a", "a"],
    ["urn:b", "b"],
  ]);
});

test.each<[string[], string]>([
  [["size"], "size"],
  [["disks", "data", "size"], "disks.data.size"],
  [["disks", "data-1"], "disks.data-1"],
  [["disks", "a.b c", "size"], 'disks["a.b c"].size'],
  [["disks", 'say "x"'], 'disks["say \\"x\\""]'],
  [["disks", "7"], 'disks["7"]'],
])("the path %j is written %s", (path, text) => {
  expect(propertyPath(path)).toBe(text);
});
