/** The packages of the plugin for each language, with Pulumi's own generators, in `build/sdks`. */
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { goImportPath, pythonPackageName } from "../provider/plugin/schemaExamples";
import { wantedVersion } from "./pulumi/cli";
import { findBeside, obtainCli } from "./pulumi/obtain";
import { repositoryRoot } from "./repository";
import { type Language, languages, nodePackage, python } from "./sdk-files";
import { schemaFile, schemaText, sdkFolder, sdks } from "./sdk-files";

const release = join(repositoryRoot, "build", "release");

function run(command: string, args: readonly string[], cwd = sdks): Promise<unknown> {
  console.error(`> ${command} ${args.join(" ")}`);
  return execa(command, args, { cwd, env: { CGO_ENABLED: "0" }, stdin: "ignore", all: true });
}

/** The generators of Node, Python and Go are packages of the CLI's own module. */
async function generate(chosen: readonly Language[]): Promise<void> {
  const generator = join(sdks, process.platform === "win32" ? "generate.exe" : "generate");
  const module = join(repositoryRoot, "scripts", "pulumi-cli");
  await run("go", ["build", "-trimpath", "-o", generator, "./sdks"], module);
  await run(generator, [schemaFile, sdks, ...chosen]);
}

/** The others are in their language hosts, which released CLIs bring. */
async function generateWithHost(language: "java" | "dotnet"): Promise<boolean> {
  const cli = await obtainCli();
  const host = `pulumi-language-${language}`;
  if (findBeside(cli, host) === undefined) {
    console.error(`not made: ${language}; it needs ${host} beside the Pulumi CLI or on PATH`);
    return false;
  }
  await run(cli.command, ["package", "gen-sdk", schemaFile, "--language", language, "--out", sdks]);
  return true;
}

/** Compiles one. Rejects where something does not. */
const compile: Readonly<Record<Language, (folder: string) => Promise<void>>> = {
  // Below this repository, `@pulumi/pulumi` is found where the repository has it.
  nodejs: async (folder) => {
    await run(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", "."], folder);
    // As Pulumi publishes its own: what was compiled, with the manifest beside it.
    for (const file of ["package.json", "README.md"])
      copyFileSync(join(folder, file), join(nodePackage, file));
  },
  python: async (folder) => {
    if (!existsSync(python)) await run("python3", ["-m", "venv", "venv"]);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    await run(python, [...pip, `pulumi==${wantedVersion}`, "mypy", folder]);
    // The same version again: pip would leave what it has.
    await run(python, [...pip, "--force-reinstall", "--no-deps", folder]);
    await run(python, ["-c", `import ${pythonPackageName}`]);
    // What a program sees of it. Inside of its functions, code that Pulumi generates does not satisfy mypy.
    await run(python, ["-m", "mypy", "--strict", "-c", `import ${pythonPackageName}`]);
  },
  go: async (folder) => {
    const requirement = `require github.com/pulumi/pulumi/sdk/v3 v${wantedVersion}`;
    writeFileSync(join(folder, "go.mod"), `module ${goImportPath}\n\ngo 1.25\n\n${requirement}\n`);
    await run("go", ["mod", "tidy"], folder);
    await run("go", ["build", "./..."], folder);
  },
  java: async (folder) => {
    if (await generateWithHost("java")) await run("mvn", ["-q", "-B", "compile"], folder);
  },
  // Nothing here compiles C#: that there are sources is all that is looked at.
  dotnet: async (folder) => {
    if (!(await generateWithHost("dotnet"))) return;
    if (!existsSync(join(folder, "DataDiskAttachment.cs"))) throw new Error("no C# sources");
  },
};

/** Generates and compiles. */
export async function makeSdks(chosen: readonly Language[]): Promise<void> {
  mkdirSync(sdks, { recursive: true });
  writeFileSync(schemaFile, schemaText());
  for (const language of chosen) rmSync(sdkFolder(language), { recursive: true, force: true });
  await generate(chosen.filter((language) => language !== "java" && language !== "dotnet"));
  for (const language of chosen) await compile[language](sdkFolder(language));
}

/** What `npm publish` and `twine upload` take, and an archive of the sources for Go. */
const pack: Partial<Record<Language, (folder: string) => Promise<unknown>>> = {
  nodejs: () => run("npm", ["pack", nodePackage, "--ignore-scripts", "--pack-destination", release]),
  python: (folder) => run(python, ["-m", "pip", "wheel", "--quiet", "--no-deps", "-w", release, folder]),
  go: (folder) =>
    run("tar", ["-czf", join(release, "pulumi-huaweicloud-workspace-sdk-go.tar.gz"), "-C", folder, "."]),
};

/** `npm run sdks [-- python go …]`: makes all languages, or those that are named, and packs them to `build/release`. */
export async function main(args: readonly string[]): Promise<void> {
  const chosen = languages.filter((language) => args.length === 0 || args.includes(language));
  if (chosen.length < args.length) throw new Error(`Languages: ${languages.join(", ")}.`);
  await makeSdks(chosen);
  mkdirSync(release, { recursive: true });
  for (const language of chosen) await pack[language]?.(sdkFolder(language));
}
