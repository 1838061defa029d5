/**
 * The same small stack in YAML and, nightly, in Python and Go, through the plugin: `examples/yaml`, `examples/python`,
 * `examples/go`.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { python } from "../../scripts/sdks";
import { type Cloud, desktopId, failed, openCloud, passed } from "../engine/cloud";
import type { CommandResult } from "../engine/command";
import { exampleFolder } from "../engine/example";
import { describeNightly } from "../nightly";
import { assertSdk, pluginEnvironment } from "./plugin";

jest.setTimeout(600_000);

type Operation = "up" | "preview" | "refresh" | "destroy";
/** Settings of the program, on top of those of before. */
type Settings = Readonly<Record<string, string>>;

/** How the program of one language is run. */
interface Program {
  readonly cloud: Cloud;
  /** `preview` fails where there is a change. */
  run(operation: Operation, settings?: Settings): Promise<CommandResult>;
  /** Takes charge of a disk of the first desktop, 20 GB of SSD. */
  importDisk(volumeId: string): Promise<CommandResult>;
}

const attachment = "huaweicloud-workspace:index:DataDiskAttachment";
const computerName = "DESKTOP-0001";

async function openYaml(): Promise<Program> {
  const file = join(exampleFolder("yaml"), "Pulumi.yaml");
  const files = { "Pulumi.yaml": readFileSync(file, "utf8") };
  const cloud = await openCloud({
    project: { program: files },
    env: pluginEnvironment(),
    config: { computerName },
  });
  return {
    cloud,
    run: async (operation, settings) => {
      if (settings !== undefined) await cloud.stack.setConfig({ computerName, ...settings });
      return cloud.stack.start(operation, operation === "preview" ? { args: ["--expect-no-changes"] } : {})
        .result;
    },
    importDisk: async (volumeId) => {
      const generated = join(cloud.stack.projectDirectory, "generated.yaml");
      const id = `${desktopId(1)}/${volumeId}`;
      const config = ["--config-file", cloud.stack.configFile];
      const result = await cloud.stack.run([
        "import",
        attachment,
        "existing",
        id,
        "--yes",
        "--out",
        generated,
        ...config,
      ]);
      const resource = readFileSync(generated, "utf8").split("resources:\n")[1] ?? "";
      const program = files["Pulumi.yaml"].replace("resources:\n", `resources:\n${resource}`);
      cloud.stack.writeProgram({ "Pulumi.yaml": program });
      return result;
    },
  };
}

/** A program that the Automation API runs inside of its own process: it needs no host of its language. */
async function openInline(name: string, command: readonly string[]): Promise<Program> {
  const cloud = await openCloud({ project: { directory: exampleFolder(name) }, env: pluginEnvironment() });
  const settingsOf = (settings: Settings) =>
    Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  const folder = join(cloud.stack.configFile, "..", "inline");
  mkdirSync(folder);
  let now: Settings = { computerName };
  const run = (operation: Operation, settings: Settings = {}) => {
    now = { ...now, ...settings };
    const [program = "", ...args] = command;
    return cloud.stack.runProgram(program, [...args, folder, operation, ...settingsOf(now)]);
  };
  return { cloud, run, importDisk: (volumeId) => run("up", { existingVolumeId: volumeId }) };
}

async function openPython(): Promise<Program> {
  assertSdk("python");
  return openInline("python", [python, "automation.py"]);
}

async function openGo(): Promise<Program> {
  assertSdk("go");
  return openInline("go", ["go", "run", "./automation"]);
}

describe("YAML", () => {
  liveIn(openYaml);
});

describeNightly.each([
  ["Python", openPython],
  ["Go", openGo],
] as const)("%s", (_language, open) => {
  liveIn(open);
});

/** The life of the stack, in this order. */
function liveIn(open: () => Promise<Program>): void {
  let program: Program;
  let cloud: Cloud;

  beforeAll(async () => {
    program = await open();
    cloud = program.cloud;
  });

  beforeEach(() => {
    cloud.forget();
  });

  afterAll(() => cloud.close());

  const sizes = () => cloud.volumes(1).map(({ size }) => size);
  const sorted = (numbers: readonly (number | null | undefined)[]) =>
    numbers.map(Number).sort((first, second) => first - second);

  test("up adds the three disks with one call, and preview shows no change", async () => {
    passed(await program.run("up"));

    expect(sorted(sizes())).toEqual([20, 50, 100]);
    expect(cloud.calls()).toMatchObject({ add: 1 });
    const { volumeId, scratchIds } = await cloud.stack.outputs();
    const ids = cloud.volumes(1).map(({ volume_id: id }) => id);
    expect([volumeId, ...Object.values(scratchIds as Record<string, string>)].sort()).toEqual(
      [...ids].sort(),
    );
    passed(await program.run("preview"));
  });

  test("an update grows the disk in place, with one call", async () => {
    passed(await program.run("up", { dataSize: "200" }));

    expect(sorted(sizes())).toEqual([20, 50, 200]);
    expect(cloud.writes()).toHaveLength(1);
  });

  test("a refresh changes nothing where nothing has changed", async () => {
    passed(await program.run("refresh"));
    passed(await program.run("preview"));

    expect(cloud.writes()).toEqual([]);
  });

  test("a disk that exists is imported as it is", async () => {
    cloud.addBehindItsBack(1, { volume_id: "by-hand", type: "SSD", size: 20 });
    passed(await program.importDisk("by-hand"));
    passed(await program.run("preview"));

    expect(cloud.writes()).toEqual([]);
    const { deployment } = await cloud.stack.exportState();
    const imported = deployment.resources?.find(({ urn }) => urn.endsWith("::existing"));
    expect(imported?.inputs).toMatchObject({ deletionProtection: true, size: 20 });
  });

  test("a destroy leaves the protected disk alone, and deletes the others once it is out of the stack", async () => {
    expect(failed(await program.run("destroy"))).toMatch(/HWD1105|because it is protected/);
    expect(sorted(sizes())).toContain(20);

    const { deployment } = await cloud.stack.exportState();
    const urn = deployment.resources?.find((resource) => resource.urn.endsWith("::existing"))?.urn ?? "";
    passed(await cloud.stack.run(["state", "delete", urn, "--force", "--yes"]));
    passed(await program.run("destroy"));
    expect(cloud.volumes(1).map(({ volume_id: id }) => id)).toEqual(["by-hand"]);
  });
}
