/**
 * The emulator as it is published, in an empty folder, as its own README says: the page is read from the tarball, and
 * its blocks are run as they are.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { bareEnvironment } from "../../scripts/pulumi/environment";
import { repositoryRoot } from "../../scripts/repository";

// The packages come from a registry.
jest.setTimeout(600_000);

/** Outside this repository, so that nothing is found in its node_modules. */
let folder: string;
let readme: string;
let tarball: string;
let installed: { stdout: string; stderr: string };

/** What npm sets for its scripts would make an npm inside work elsewhere. */
const env = {
  ...Object.fromEntries(
    Object.entries(bareEnvironment()).filter(([name]) => !/^npm_(?!config_)|^INIT_CWD$/i.test(name)),
  ),
  CI: "true",
};

/** What goes on in the background when a command has ended goes on. */
function run(command: string, args: string[], { cwd = folder, more = {} } = {}) {
  return promisify(execFile)(command, args, { cwd, env: { ...env, ...more }, timeout: 300_000 });
}

interface Workflow {
  jobs: { tests: { steps: { name?: string; run?: string }[] } };
}

const stepsOf = (page: string) => {
  const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, block]) => block ?? "");
  const { jobs } = parse(blocks.find((block) => block.startsWith("name:")) ?? "") as Workflow;
  return jobs.tests.steps.flatMap(({ run: script }) => script ?? []);
};

/** The port of the page may be taken here. */
async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "emulator-installed-"));
  const pack = [
    "pack",
    "--workspace",
    "emulator",
    "--pack-destination",
    folder,
    "--ignore-scripts",
    "--silent",
  ];
  tarball = (await run("npm", pack, { cwd: repositoryRoot })).stdout.trim();
  await run("tar", ["-xzf", tarball, "package/README.md"]);
  readme = readFileSync(join(folder, "package", "README.md"), "utf8");
  rmSync(join(folder, "package"), { recursive: true });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

test("the workflow of its README starts it for the tests of another project", async () => {
  const [install = "", start = "", ...tests] = stepsOf(readme);
  expect([install.includes(tarball), tests]).toEqual([true, ["npm test", "cat emulator.log"]]);
  const desktops = "fetch(process.env.HW_WORKSPACE_ENDPOINT + '/_emulator/desktops').then((r) => r.json())";
  const test = `node -e "${desktops}.then(({ desktops }) => console.log('found', desktops.length))"`;
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, scripts: { test } }));
  installed = await run("bash", ["-e", "-c", install]);

  const port = await freePort();
  const githubEnv = join(folder, "github-env");
  // The service of a job ends with its machine; here, its step ends it.
  const pid = `${start.replaceAll("18080", port)}\necho $! > emulator.pid`;
  await run("bash", ["-e", "-c", pid], { more: { GITHUB_ENV: githubEnv } });
  try {
    const lines = readFileSync(githubEnv, "utf8").trim().split("\n");
    const variables = lines.map((line): [string, string] => {
      const [name = "", value = ""] = line.split(/=(.*)/s);
      return [name, value];
    });
    const { stdout } = await run("npm", ["test", "--silent"], { more: Object.fromEntries(variables) });
    expect(stdout).toBe("found 3\n");
  } finally {
    process.kill(Number(readFileSync(join(folder, "emulator.pid"), "utf8")));
  }
});

test("every package fits to the Node that it asks for", () => {
  expect(installed.stderr).not.toContain("EBADENGINE");
});

test("npx starts it, and the program of its README runs", async () => {
  expect((await run("npx", ["huaweicloud-workspace-emulator", "--dialect", "list"])).stdout).toContain(
    "absent-lists (default): ",
  );
  const [, program = ""] = /^```ts\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  // Node runs it without its types.
  const source = `${program.replace(": Promise<void>", "")}\nawait example();\n`;
  writeFileSync(join(folder, "program.mjs"), source);
  expect((await run("node", ["program.mjs"])).stdout).toContain("d0000000-0000-4000-8000-000000000001");
});
