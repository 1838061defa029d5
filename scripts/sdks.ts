/** The packages of the plugin for each language, with Pulumi's own generators, in `build/sdks`. */
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pulumiSchema } from "../provider/plugin/schema";
import { goImportPath, pythonPackageName } from "../provider/plugin/schemaExamples";
import { version } from "../provider/version";
import { wantedVersion } from "./pulumi/cli";
import { repositoryRoot } from "./repository";

const release = join(repositoryRoot, "build", "release");
const sdks = join(repositoryRoot, "build", "sdks");
/** Those that are made here. The generator of Java is in a host that a released CLI brings. */
export const languages = ["nodejs", "python", "go", "dotnet"] as const;
export type Language = (typeof languages)[number];

/** The schema that they are made from. */
export const schemaFile = join(sdks, "schema.json");
/** The folder of one, as its generator wrote it. */
export const sdkFolder = (language: Language): string => join(sdks, language);
/** The Node package as it is published. */
export const nodePackage = join(sdkFolder("nodejs"), "bin");
/** A Python with the SDK, its dependencies and mypy; kept between runs. */
export const python = join(sdks, "venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");

/** The schema of this version, as it is written to `schemaFile`. */
export const schemaText = (): string => JSON.stringify(pulumiSchema(version), null, 2);

/** Not with execa, which jest cannot load: tests ask this file where things are. */
function run(command: string, args: readonly string[], cwd = sdks): Promise<void> {
  console.error(`> ${command} ${args.join(" ")}`);
  const env = { ...process.env, CGO_ENABLED: "0" };
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd, env }, (error, stdout) => {
      if (error === null) resolve();
      else if (error.code === "ENOENT") reject(new Error(`${command} is not on PATH: install it.`));
      else reject(new Error(error.message + stdout));
    }).stdin?.end();
  });
}

/** Compiles one, except .NET, which needs its own tools and NuGet. Rejects where that fails. */
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
  dotnet: () => Promise.resolve(),
};

/** Generates, with packages of the CLI's own module, for .NET of an older one, and compiles. */
export async function makeSdks(chosen: readonly Language[]): Promise<void> {
  mkdirSync(sdks, { recursive: true });
  writeFileSync(schemaFile, schemaText());
  for (const language of chosen) rmSync(sdkFolder(language), { recursive: true, force: true });
  for (const language of chosen) {
    const [module, command] = language === "dotnet" ? ["pulumi-dotnet", "."] : ["pulumi-cli", "./sdks"];
    const generator = join(sdks, `${module}${process.platform === "win32" ? ".exe" : ""}`);
    const build = ["build", "-trimpath", "-o", generator, command];
    await run("go", build, join(repositoryRoot, "scripts", module));
    await run(generator, [schemaFile, sdks, language]);
    await compile[language](sdkFolder(language));
  }
}

const archive = (language: Language) => (folder: string) => {
  const file = join(release, `pulumi-huaweicloud-workspace-sdk-${language}.tar.gz`);
  return run("tar", ["-czf", file, "-C", folder, "."]);
};

/** What `npm publish` and `twine upload` take, and archives of the sources for Go and .NET. */
const pack: Readonly<Record<Language, (folder: string) => Promise<unknown>>> = {
  nodejs: () => run("npm", ["pack", nodePackage, "--ignore-scripts", "--pack-destination", release]),
  python: (folder) => run(python, ["-m", "pip", "wheel", "--quiet", "--no-deps", "-w", release, folder]),
  go: archive("go"),
  dotnet: archive("dotnet"),
};

/** `npm run sdks [-- python go …]`: makes all languages, or those that are named, and packs them to `build/release`. */
export async function main(args: readonly string[]): Promise<void> {
  const chosen = languages.filter((language) => args.length === 0 || args.includes(language));
  const unknown = args.filter((name) => !languages.some((language) => language === name));
  if (unknown.length > 0)
    throw new Error(`Not a language: ${unknown.join(", ")}. Choose from ${languages.join(", ")}.`);
  await makeSdks(chosen);
  mkdirSync(release, { recursive: true });
  for (const language of chosen) await pack[language](sdkFolder(language));
}
