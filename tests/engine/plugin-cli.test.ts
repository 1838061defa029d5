/** The packed plugin under the real CLI: installed, asked for its schema, used without a program, interrupted. */
import { execFileSync } from "node:child_process";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "huaweicloud-workspace-emulator";
import type { Emulator } from "huaweicloud-workspace-emulator";
import { bareEnvironment, throwAwayEnvironment } from "../../scripts/pulumi/environment";
import { repositoryRoot } from "../../scripts/repository";
import { pulumiSchema } from "../../provider/plugin/schema";
import { version } from "../../provider/version";
import { desktopId, failed, passed } from "./cloud";
import { startCommand } from "./command";
import type { CommandResult, RunningCommand } from "./command";
import { assertFresh, pluginBuild } from "./freshness";
import { testCli } from "./pulumi";
import type { StackState } from "./pulumi";

jest.setTimeout(180_000);

const name = "huaweicloud-workspace";
let folder: string;
let archives: string;
let emulator: Emulator;
let env: NodeJS.ProcessEnv;
let command: string;

beforeAll(async () => {
  assertFresh(pluginBuild);
  folder = mkdtempSync(join(tmpdir(), "plugin-cli-"));
  archives = join(folder, "archives");
  execFileSync(process.execPath, [join(repositoryRoot, "scripts", "pack-plugin.mjs"), archives]);
  emulator = await startEmulator({ desktops: 4, jobTimeMs: 15_000 });
  const cli = await testCli();
  command = cli.command;
  env = throwAwayEnvironment(cli, folder, { ...bareEnvironment(), ...emulator.env });
  passed(await pulumi(["plugin", "install", "resource", name, version, "--file", archiveOfHere()]));
});

afterAll(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(args: readonly string[], cwd = folder): RunningCommand {
  return startCommand(command, [...args, "--non-interactive", "--color", "never"], {
    cwd,
    env,
    timeout: 120_000,
  });
}
const pulumi = (args: readonly string[], cwd?: string): Promise<CommandResult> => start(args, cwd).result;

function archiveOfHere(): string {
  const processor = process.arch === "x64" ? "amd64" : process.arch;
  return join(archives, `pulumi-resource-${name}-v${version}-${process.platform}-${processor}.tar.gz`);
}

const writes = () =>
  emulator.requests().filter(({ method, path }) => method !== "GET" && path.includes("/volumes"));

test("there is an archive for each platform", () => {
  const platforms = ["darwin", "linux", "windows"].flatMap((system) => [
    `${system}-amd64`,
    `${system}-arm64`,
  ]);
  expect(readdirSync(archives).sort()).toEqual(
    platforms.map((platform) => `pulumi-resource-${name}-v${version}-${platform}.tar.gz`),
  );
  const listed = execFileSync("tar", ["-tzf", join(archives, readdirSync(archives).sort()[4] ?? "")], {
    encoding: "utf8",
  });
  expect(listed.trim().split("\n").sort()).toEqual([
    "LICENSE",
    "THIRD-PARTY-LICENSES",
    `pulumi-resource-${name}`,
    `pulumi-resource-${name}.cmd`,
  ]);
});

test("Windows starts the plugin by a command file that also works below a folder with blanks", () => {
  for (const processor of ["amd64", "arm64"]) {
    const archive = join(archives, `pulumi-resource-${name}-v${version}-windows-${processor}.tar.gz`);
    const text = execFileSync("tar", ["-xzOf", archive, `pulumi-resource-${name}.cmd`], { encoding: "utf8" });
    // `%~dp0` is the folder of the file, with a backslash at its end; `%*` passes the arguments on as they are.
    expect(text).toBe(`@node "%~dp0pulumi-resource-${name}" %*\r\n`);
  }
});

test("a server of archives serves for an installation", async () => {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end(readFileSync(join(archives, (request.url ?? "").split("/").at(-1) ?? "")));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const { port } = server.address() as AddressInfo;
    const args = ["plugin", "install", "resource", name, version, "--reinstall"];
    passed(await pulumi([...args, "--server", `http://127.0.0.1:${port}/releases`]));
    expect(asked).toEqual([expect.stringContaining(`/releases/pulumi-resource-${name}-v${version}-`)]);
  } finally {
    server.close();
  }
});

test("its schema is the one of the sources, and right", async () => {
  const { stdout } = await pulumi(["package", "get-schema", name]);
  const schema = pulumiSchema(version);
  expect(JSON.parse(stdout)).toMatchObject({
    name,
    version,
    resources: JSON.parse(JSON.stringify(schema.resources)) as object,
  });
  const file = join(folder, "schema.json");
  writeFileSync(file, stdout);
  passed(await pulumi(["schema", "check", file]));
});

test("disks are listed, read and looked up without a program", async () => {
  const disk = { volume_id: "there", type: "SSD", size: 100 };
  emulator.addDesktops([{ desktop_id: desktopId(1), data_volumes: [disk] }]);
  const json = async (...args: string[]) =>
    JSON.parse((await pulumi(["do", ...args])).stdout) as Record<string, unknown> & { id?: string }[];
  expect(await json(`${name}:DataDiskAttachment`, "list", "--desktop-id", desktopId(1))).toMatchObject([
    { id: `${desktopId(1)}/there` },
  ]);
  expect(await json(`${name}:DesktopDataDisks`, "list")).toHaveLength(4);
  expect(await json(`${name}:getDataDisks`, "--desktop-id", desktopId(1))).toMatchObject({
    dataDisks: [{ volumeId: "there", size: 100 }],
  });
  expect(
    passed(await pulumi(["do", `${name}:DataDiskAttachment`, "read", `${desktopId(1)}/there`])),
  ).toContain('"there"');
  expect(failed(await pulumi(["do", `${name}:getDesktop`]))).toContain("[HWD1901]");
  expect(writes()).toEqual([]);
});

describe("Ctrl-C", () => {
  test("ends an add at once, keeps its job in state, and the next run takes its disk without buying another", async () => {
    const project = join(folder, "project");
    mkdirSync(project);
    const program = {
      name: "interrupted",
      runtime: "yaml",
      resources: {
        data: {
          type: `${name}:DataDiskAttachment`,
          properties: { desktopId: desktopId(2), type: "SSD", size: 100 },
        },
      },
    };
    // YAML reads JSON.
    writeFileSync(join(project, "Pulumi.yaml"), JSON.stringify(program));
    passed(await pulumi(["stack", "init", "test"], project));
    const running = start(["up", "--yes", "--skip-preview"], project);
    let ended: CommandResult | undefined;
    void running.result.then((result) => {
      ended = result;
    });
    while (writes().length === 0 && ended === undefined)
      await new Promise((resolve) => setTimeout(resolve, 50));
    const interrupted = performance.now();
    running.interrupt();
    const result = await running.result;
    // The job alone takes longer; the engine itself waits some seconds for its language host.
    expect(performance.now() - interrupted).toBeLessThan(14_000);
    expect(failed(result)).toMatch(/the run was cancelled.*\[HWD15\d\d\]/);

    const state = JSON.parse(
      (await pulumi(["stack", "export", "--stack", "test"], project)).stdout,
    ) as StackState;
    const disk = state.deployment.resources?.find(({ type }) => type.endsWith(":DataDiskAttachment"));
    expect(disk).toMatchObject({
      initErrors: [expect.stringContaining("cancelled") as string],
      outputs: { pendingAdd: expect.anything() as object },
    });

    passed(await pulumi(["up", "--yes", "--skip-preview"], project));
    expect(writes()).toHaveLength(1);
    expect(passed(await pulumi(["preview", "--expect-no-changes"], project))).toContain("unchanged");
    expect(passed(await pulumi(["destroy", "--yes", "--skip-preview"], project))).toContain("deleted");
    expect(writes()).toHaveLength(2);
  });
});
