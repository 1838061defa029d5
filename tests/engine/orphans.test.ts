/** Problems after runs that went wrong, and the lines that fix them, followed as they are printed. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository";
import { desktopId, openCloud, passed } from "./cloud";
import type { Cloud } from "./cloud";
import { assertFresh, commandBuild } from "./freshness";

jest.setTimeout(240_000);

/** What the program holds at the moment; lines are added where the report says. */
interface Program {
  /** `DataDiskAttachment`s on the first desktop, by name, with lines for their inputs. */
  single: Record<string, string>;
  /** Lines for the `disks` of the one `DesktopDataDisks`, on the second desktop. */
  entries: string;
  /** Resources as the report gives them. */
  more: string;
}

interface Finding {
  kind: string;
  volumeId?: string;
  resource?: { name: string };
  remedies: { title: string; program: string[]; commands: string[]; notes: string[] }[];
}

const main = join(repositoryRoot, "dist", "orphans", "main.js");
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let cloud: Cloud;
let program: Program;
/** What the command has found after the runs that went wrong. */
let found: readonly Finding[];

beforeAll(async () => {
  assertFresh(commandBuild);
  cloud = await openCloud({ project: { program: "" }, desktops: 2 });
});

afterAll(() => cloud.close());

function write(): void {
  const single = Object.entries(program.single).map(
    ([name, lines]) =>
      `new DataDiskAttachment("${name}", { desktopId: "${desktopId(1)}", type: "SSD", size: 100,\n${lines}\n});`,
  );
  cloud.stack.writeProgram(
    [
      `const { DataDiskAttachment, DesktopDataDisks } = require("pulumi-huaweicloud-workspace");`,
      ...single,
      `new DesktopDataDisks("team", { desktopId: "${desktopId(2)}", disks: {`,
      `data: { type: "SSD", size: 50 },\n${program.entries}\n} });`,
      program.more,
    ].join("\n"),
  );
}

/** Runs the command beside the program; a passphrase is not needed for it. */
async function orphans(args: readonly string[] = []): Promise<{ code: number | null; findings: Finding[] }> {
  const { code, stdout, stderr } = await cloud.stack.runProgram(
    process.execPath,
    [main, "orphans", "--json", "--stack", "test", ...args],
    { env: { PULUMI_CONFIG_PASSPHRASE: undefined } },
  );
  expect(stderr).toBe("");
  return { code, findings: (JSON.parse(stdout) as { findings: Finding[] }).findings };
}

/** Runs a command as it was printed; what a person is asked there is answered with yes. */
async function follow(command: string): Promise<void> {
  const settings = / (up|refresh) /.test(command) ? ` --yes --config-file '${cloud.stack.configFile}'` : "";
  passed(await cloud.stack.runProgram("sh", ["-c", `${command}${settings} --non-interactive --color never`]));
}

// The tests of this file are one stack's life, in this order.

test("no problems after a run that went well", async () => {
  program = { single: { kept: "", shared: "", gone: "" }, entries: "", more: "" };
  write();
  passed(await cloud.stack.up());

  expect(await orphans(["--cwd", cloud.stack.projectDirectory])).toEqual({ code: 0, findings: [] });
});

test("of two stacks that own a disk, one lets go of it without deleting it", async () => {
  const { deployment, version } = await cloud.stack.exportState();
  const resources = (deployment.resources ?? []).filter(({ urn }) => urn.endsWith("::shared"));
  const other = join(cloud.stack.projectDirectory, "other.json");
  writeFileSync(
    other,
    JSON.stringify({ version, deployment: { resources } }).replaceAll(
      "urn:pulumi:test::",
      "urn:pulumi:other::",
    ),
  );
  cloud.forget();

  const { code, findings } = await orphans([other]);
  expect({ code, kinds: findings.map(({ kind }) => kind) }).toEqual({ code: 2, kinds: ["owned-twice"] });
  const leave = findings[0]?.remedies.find(({ title }) => title.includes("(stack other of project"));
  for (const command of leave?.commands ?? []) await follow(command);
  delete program.single.shared;
  write();
  passed(await cloud.stack.up());

  expect(await orphans([other])).toEqual({ code: 0, findings: [] });
  expect(cloud.writes()).toEqual([]);
  expect(cloud.volumes(1)).toHaveLength(3);
});

test("a run is killed, a disk vanishes, another one appears, one has lost its stack: each is one problem", async () => {
  program.single.cut = "";
  write();
  cloud.emulator.addFault({ fault: "slow", delay_ms: 1_500, match: { operation: "AddDesktopVolumes" } });
  cloud.forget();
  const up = cloud.stack.start("up");
  while (cloud.volumes(1).length < 4) await pause(20);
  up.kill();
  up.killOrphans();
  await up.result;
  passed(await cloud.stack.cancel());
  cloud.removeBehindItsBack(1, [(await cloud.disks()).gone?.id?.split("/")[1] ?? ""]);
  cloud.addBehindItsBack(2, { volume_id: "stray", type: "SAS", size: 20 });

  const { code, findings } = await orphans();

  expect(code).toBe(2);
  found = findings;
  const problems = findings.map(({ kind, resource }) => `${kind} ${resource?.name ?? ""}`.trim());
  expect(problems.sort()).toEqual([
    "gone-volume gone",
    "pending-operation cut",
    "unowned-volume",
    "unowned-volume",
  ]);
});

test("the lines that it prints leave no problem, without a disk being added or deleted", async () => {
  const before = cloud.volumes().map((volume) => volume.volume_id);
  cloud.forget();

  for (const { kind, resource, remedies } of found) {
    const lines = remedies[0]?.program.join("\n") ?? "";
    if (kind === "pending-operation") program.single[resource?.name ?? ""] = lines;
    else if (lines.startsWith("new ")) program.more += `${lines}\n`;
    else program.entries += `${lines}\n`;
  }
  delete program.single.gone;
  write();
  for (const command of new Set(found.flatMap(({ remedies }) => remedies[0]?.commands ?? []))) {
    await follow(command);
  }

  expect(await orphans()).toEqual({ code: 0, findings: [] });
  expect(cloud.writes()).toEqual([]);
  expect(cloud.volumes().map((volume) => volume.volume_id)).toEqual(before);
  const owned = Object.keys(await cloud.disks());
  expect(owned).toEqual(expect.arrayContaining(["kept", "cut", expect.stringMatching(/^disk-/)]));
  expect(owned).toHaveLength(3);
});
