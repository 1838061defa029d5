/** The schema for judges that nobody here wrote: Pulumi's own check, and the compilers and the engine for its examples. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Example,
  functionExamples,
  goImportPath,
  resourceExamples,
} from "../../provider/plugin/schemaExamples";
import { repositoryRoot } from "../../scripts/repository";
import { python, schemaFile, sdkFolder } from "../../scripts/sdks";
import { openCloud, passed } from "../engine/cloud";
import type { Cloud } from "../engine/cloud";
import { startCommand } from "../engine/command";
import { testCli } from "../engine/pulumi";
import { testNightly } from "../nightly";
import { assertSdk, pluginEnvironment } from "./plugin";

jest.setTimeout(600_000);

const examples: readonly (readonly [name: string, example: Example])[] = [
  ...Object.entries(resourceExamples),
  ...Object.entries(functionExamples),
].flatMap(([owner, all]) => all.map((example) => [`${owner}: ${example.title}`, example] as const));

/** The desktop of the examples. */
const desktopId = "3ec05f83-b8a3-4c72-857f-b33f55943320";

let folder: string;

beforeAll(() => {
  const parent = join(repositoryRoot, "build", "tmp");
  mkdirSync(parent, { recursive: true });
  folder = mkdtempSync(join(parent, "schema-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function run(command: string, args: readonly string[], cwd = folder): Promise<string> {
  return passed(await startCommand(command, args, { cwd, env: process.env, timeout: 300_000 }).result);
}

/** Writes each example of one language, and gives the names of the files. */
function write(language: Exclude<keyof Example, "title">, nameOf: (index: number) => string): string[] {
  return examples.map(([, example], index) => {
    const file = nameOf(index);
    mkdirSync(join(folder, file, ".."), { recursive: true });
    writeFileSync(join(folder, file), example[language]);
    return file;
  });
}

test("pulumi schema check passes", async () => {
  assertSdk("nodejs");
  const { command } = await testCli();
  expect(await run(command, ["schema", "check", schemaFile])).not.toMatch(/warning|error/i);
});

test("a planted error does not pass", async () => {
  const { command } = await testCli();
  const wrong = join(folder, "wrong.json");
  writeFileSync(wrong, readFileSync(schemaFile, "utf8").replace('index:DataDisk"', 'index:NoSuchDisk"'));
  await expect(run(command, ["schema", "check", wrong])).rejects.toThrow(
    "type huaweicloud-workspace:index:DataDisk not found",
  );
});

test("every TypeScript example compiles against the generated package", async () => {
  assertSdk("nodejs");
  const files = write("typescript", (index) => `typescript/example-${index}.ts`);
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: "es2022",
    module: "node20",
    types: ["node"],
    paths: { "pulumi-huaweicloud-workspace-sdk": [join(sdkFolder("nodejs"), "index.ts")] },
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  await run(process.execPath, [join(repositoryRoot, "node_modules/typescript/bin/tsc"), "-p", folder]);
});

testNightly("every Python example satisfies mypy against the generated package", async () => {
  assertSdk("python");
  await run(python, [
    "-m",
    "mypy",
    "--scripts-are-modules",
    ...write("python", (index) => `python/example_${index}.py`),
  ]);
});

testNightly("every Go example builds against the generated package", async () => {
  assertSdk("go");
  write("go", (index) => `go/example${index}/main.go`);
  const module = join(folder, "go");
  const requirements = `require (\n\t${goImportPath} v0.0.0\n\tgithub.com/pulumi/pulumi/sdk/v3 v3.259.0\n)\n`;
  const replacement = `replace ${goImportPath} => ${sdkFolder("go")}\n`;
  writeFileSync(join(module, "go.mod"), `module examples\n\ngo 1.25\n\n${requirements}\n${replacement}`);
  await run("go", ["mod", "tidy"], module);
  await run("go", ["vet", "./..."], module);
});

describe("every YAML example", () => {
  let cloud: Cloud;

  beforeAll(async () => {
    cloud = await openCloud({ project: { program: {} }, env: pluginEnvironment() });
    cloud.emulator.addDesktops([{ desktop_id: desktopId, computer_name: "desktop-1" }]);
    cloud.emulator.addFault({
      fault: "volumes-added",
      desktop_id: desktopId,
      volumes: [{ volume_id: "by-hand", type: "SSD", size: 100 }],
    });
  });

  afterAll(() => cloud.close());

  test.each(examples)("%s", async (_name, { yaml }) => {
    cloud.stack.writeProgram({ "Pulumi.yaml": `name: engine-test\nruntime: yaml\n${yaml}` });
    passed(await cloud.stack.preview());
  });
});
