/** Which processes are provider processes, and what is said of them. */
import { BadArguments, EXIT } from "./exits";
import { type Machine, providerProcesses, status, statusHelp } from "./status";

const dynamic = "  101    03:12 node /app/node_modules/@pulumi/pulumi/cmd/dynamic-provider 127.0.0.1:4001";
const direct =
  "  102    03:12 /usr/bin/node /app/@pulumi/pulumi/cmd/dynamic-provider/index.js 127.0.0.1:4002";
const plugin = "  103 1-02:03:04 node /plugins/pulumi-resource-huaweicloud-workspace 127.0.0.1:4003";
const byHand = "  104       00:01 node build/plugin/pulumi-resource-huaweicloud-workspace";

test("processes of both fronts are found, with their engines", () => {
  expect(providerProcesses([dynamic, direct, plugin, byHand].join("\n"))).toEqual([
    { pid: 101, front: "dynamic front", age: "03:12", engine: "127.0.0.1:4001" },
    { pid: 102, front: "dynamic front", age: "03:12", engine: "127.0.0.1:4002" },
    { pid: 103, front: "plugin", age: "1-02:03:04", engine: "127.0.0.1:4003" },
    { pid: 104, front: "plugin", age: "00:01" },
  ]);
});

test.each([
  "  201 00:01 pgrep -f cmd/dynamic-provider|pulumi-resource-huaweicloud-workspace",
  "  202 00:01 grep cmd/dynamic-provider",
  "  203 00:01 vi provider/pulumi-resource-huaweicloud-workspace",
  "  204 00:01 node pulumi-resource-huaweicloud-workspace.test.js 127.0.0.1:1",
  "  205 00:01 node /app/node_modules/.bin/pulumi-huaweicloud-workspace status",
  "",
])("%s is none", (line) => {
  expect(providerProcesses(line)).toEqual([]);
});

/** A machine on which the list changes as time passes; engines listen at the given addresses. */
function machine(lists: readonly string[], engines: readonly string[] = []) {
  let read = 0;
  let output = "";
  const here: Machine = {
    clock: { now: () => 0, date: () => new Date(0), sleep: () => Promise.resolve() },
    list: () => Promise.resolve(lists[Math.min(read++, lists.length - 1)] ?? ""),
    listens: (address) => Promise.resolve(engines.includes(address)),
    write: (text) => {
      output += text;
    },
  };
  return {
    run: async (...args: string[]) => {
      const code = await status(args, here);
      return { code, output };
    },
  };
}

test("it says whose engine runs, and exits with 2 while a process is there", async () => {
  const here = machine([[dynamic, plugin, byHand].join("\n")], ["127.0.0.1:4001"]);
  expect(await here.run()).toEqual({
    code: EXIT.problems,
    output: `process 101 (dynamic front), running for 03:12: its engine runs
process 103 (plugin), running for 1-02:03:04: its engine has exited; it finishes what it has sent to the service, then exits
process 104 (plugin), running for 00:01: started by hand, for engines that attach to it
`,
  });
});

test("it waits until none is left, and says what has changed", async () => {
  const later = dynamic.replace("03:12", "03:13");
  const here = machine([`${dynamic}\n${plugin}`, `${later}\n${plugin}`, later, ""]);
  expect(await here.run("--wait")).toEqual({
    code: EXIT.none,
    output: `process 101 (dynamic front), running for 03:12: its engine has exited; it finishes what it has sent to the service, then exits
process 103 (plugin), running for 1-02:03:04: its engine has exited; it finishes what it has sent to the service, then exits
process 101 (dynamic front), running for 03:13: its engine has exited; it finishes what it has sent to the service, then exits
No provider process runs on this machine.
`,
  });
});

test("it does not wait for the processes of another run, or for one that was started by hand", async () => {
  const engineRuns = machine(
    [[dynamic, plugin, byHand].join("\n"), [dynamic, byHand].join("\n")],
    ["127.0.0.1:4001"],
  );
  expect(await engineRuns.run("--wait")).toMatchObject({ code: EXIT.none });
});

test("help, and options that it does not know", async () => {
  expect(await machine([""]).run("--help")).toEqual({ code: EXIT.none, output: statusHelp });
  await expect(machine([""]).run("--wat")).rejects.toThrow(BadArguments);
});
