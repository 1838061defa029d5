/** A stack of the plugin after a run that was killed: the lines that `orphans` prints, followed as they are printed. */
import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository";
import { type Cloud, desktopId, openCloud, passed } from "../engine/cloud";
import { assertFresh, commandBuild } from "../engine/freshness";
import { pluginEnvironment } from "./plugin";

jest.setTimeout(240_000);

interface Finding {
  kind: string;
  resource?: { name: string };
  remedies: { program: string[]; commands: string[]; notes: string[] }[];
}

const main = join(repositoryRoot, "dist", "orphans", "main.js");
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let cloud: Cloud;

beforeAll(async () => {
  assertFresh(commandBuild);
  cloud = await openCloud({ project: { program: program() }, desktops: 2, env: pluginEnvironment() });
  passed(await cloud.stack.up());
});

afterAll(() => cloud.close());

/** An attachment on the first desktop, a set on the second one; `more` are lines for resources, `entries` for the set. */
function program(more: readonly string[] = [], entries: readonly string[] = []) {
  const resources = [
    ...attachment("one"),
    ...more,
    "team:",
    "  type: huaweicloud-workspace:DesktopDataDisks",
    "  properties:",
    `    desktopId: ${desktopId(2)}`,
    "    disks:",
    "      data: { type: SSD, size: 50 }",
    ...entries.map((line) => `      ${line}`),
  ];
  const lines = ["name: engine-test", "runtime: yaml", "resources:", ...resources.map((line) => `  ${line}`)];
  return { "Pulumi.yaml": `${lines.join("\n")}\n` };
}

function attachment(name: string, lines: readonly string[] = []): string[] {
  return [
    `${name}:`,
    "  type: huaweicloud-workspace:DataDiskAttachment",
    "  properties:",
    ...[`desktopId: ${desktopId(1)}`, "type: SSD", "size: 100", ...lines].map((line) => `    ${line}`),
  ];
}

async function orphans(): Promise<Finding[]> {
  const args = [main, "orphans", "--json", "--stack", "test"];
  const { stdout, stderr } = await cloud.stack.runProgram(process.execPath, args);
  expect(stderr).toBe("");
  return (JSON.parse(stdout) as { findings: Finding[] }).findings;
}

/** Runs a command as it was printed; what a person is asked there is answered with yes. */
async function follow(command: string): Promise<string> {
  const settings = ` --yes --config-file '${cloud.stack.configFile}' --non-interactive --color never`;
  return passed(await cloud.stack.runProgram("sh", ["-c", `${command}${settings}`]));
}

test("disks of the plugin have an owner; orphans are adopted with the printed lines, and none is added or deleted", async () => {
  expect(await orphans()).toEqual([]);

  cloud.stack.writeProgram(program(attachment("cut")));
  cloud.emulator.addFault({ fault: "slow", delay_ms: 1_500, match: { operation: "AddDesktopVolumes" } });
  const up = cloud.stack.start("up");
  while (cloud.volumes(1).length < 2) await pause(20);
  up.kill();
  up.killOrphans();
  await up.result;
  passed(await cloud.stack.cancel());
  cloud.addBehindItsBack(1, { volume_id: "stray-1", type: "SAS", size: 20 });
  cloud.addBehindItsBack(2, { volume_id: "stray-2", type: "SAS", size: 20 });

  const found = await orphans();
  expect(found.map(({ kind, resource }) => `${kind} ${resource?.name ?? ""}`.trim()).sort()).toEqual([
    "pending-operation cut",
    "unowned-volume",
    "unowned-volume",
  ]);

  const before = cloud.volumes().map(({ volume_id: id }) => id);
  cloud.forget();
  const [remedies, printed] = [found.flatMap((one) => one.remedies.slice(0, 1)), [] as string[]];
  const commands = remedies.flatMap((one) => one.commands);
  const lines = (kind: string) =>
    remedies.find(({ program: all }) => all.join().includes(kind))?.program ?? [];
  for (const command of commands.filter((one) => one.includes(" import "))) {
    printed.push(await follow(command));
  }
  expect(printed.join()).toMatch(/deletionProtection: true/);
  const imported = attachment("disk-stray-1").map((line) =>
    line.replace("type: SSD", "type: SAS").replace("size: 100", "size: 20"),
  );
  const protectedLines = ["    deletionProtection: true", "  options:", "    protect: true"];
  cloud.stack.writeProgram(
    program(
      [...attachment("cut", lines("# in DataDiskAttachment")), ...imported, ...protectedLines],
      lines("disk-stray-2"),
    ),
  );
  for (const command of new Set(commands.filter((one) => !one.includes(" import ")))) await follow(command);

  expect(await orphans()).toEqual([]);
  expect(cloud.writes()).toEqual([]);
  expect(cloud.volumes().map(({ volume_id: id }) => id)).toEqual(before);
});
