/** How the SDK of each language is generated and compiled. */
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { goImportPath, pythonPackageName } from "../../provider/plugin/schemaExamples";
import { pulumiSchema } from "../../provider/plugin/schema";
import { runBounded } from "../owned-process";
import { obtainCli } from "../pulumi/obtain";
import { findOnPath } from "../pulumi/path";
import { wantedVersion } from "../pulumi/version";
import { packageVersion } from "../release/refusals";
import { repositoryRoot } from "../repository";
import type { Step } from "../steps";

type Log = (line: string) => void;

/** Where everything is written. */
export const sdksFolder = join(repositoryRoot, "build", "sdks");
/** The schema that the SDKs are made from. */
export const schemaFile = join(sdksFolder, "schema.json");
/** The folder of one SDK, as its generator wrote it. */
export const sdkFolder = (language: Language): string => join(sdksFolder, language);
/** The Node package as it is published. */
export const nodePackage = join(sdkFolder("nodejs"), "bin");
/** A Python with the SDK, its dependencies and mypy; kept between runs. */
export const python = join(
  sdksFolder,
  "venv",
  process.platform === "win32" ? "Scripts/python.exe" : "bin/python",
);

export const languages = ["nodejs", "python", "go", "java", "dotnet"] as const;
export type Language = (typeof languages)[number];

/** Whether the SDK of a language has been written. */
export const generated = (language: Language): boolean => existsSync(sdkFolder(language));

const timeout = 20 * 60_000;

async function run(log: Log, command: string, args: readonly string[], cwd: string): Promise<void> {
  log(`> ${[command, ...args].join(" ")}`);
  await runBounded(command, args, { cwd, env: { ...process.env, CGO_ENABLED: "0" }, timeout, onLine: log });
}

function writeSchema(): Promise<void> {
  mkdirSync(sdksFolder, { recursive: true });
  writeFileSync(schemaFile, JSON.stringify(pulumiSchema(packageVersion(repositoryRoot)), null, 2));
  return Promise.resolve();
}

/** The generators that are Go packages of the CLI's own module. */
async function generate(languages: readonly Language[], log: Log): Promise<void> {
  const generator = join(sdksFolder, process.platform === "win32" ? "generate.exe" : "generate");
  const module = join(repositoryRoot, "scripts", "pulumi-cli");
  await run(log, "go", ["build", "-trimpath", "-o", generator, "./sdks"], module);
  for (const language of languages) rmSync(sdkFolder(language), { recursive: true, force: true });
  await run(log, generator, [schemaFile, sdksFolder, ...languages], sdksFolder);
}

/** The generators of the other languages lie in their language hosts: official CLIs bring them. */
async function generateWithHost(language: "java" | "dotnet", log: Log): Promise<boolean> {
  const cli = await obtainCli(log);
  const host = `pulumi-language-${language}`;
  const places = [cli.directory, process.env.PATH].join(process.platform === "win32" ? ";" : ":");
  if (findOnPath(host, places) === undefined) {
    log(`not generated: no ${host} beside the Pulumi CLI or on PATH; it holds the generator`);
    return false;
  }
  rmSync(sdkFolder(language), { recursive: true, force: true });
  await run(
    log,
    cli.command,
    ["package", "gen-sdk", schemaFile, "--language", language, "--out", sdksFolder],
    sdksFolder,
  );
  return true;
}

const compile: Readonly<Record<Language, (log: Log) => Promise<void>>> = {
  // In a folder below this repository, `@pulumi/pulumi` is found where the repository has it.
  nodejs: async (log) => {
    const compiler = join(repositoryRoot, "node_modules/typescript/bin/tsc");
    await run(log, process.execPath, [compiler, "-p", "."], sdkFolder("nodejs"));
    // As Pulumi publishes its own: what was compiled, with the manifest beside it.
    for (const file of ["package.json", "README.md"]) {
      copyFileSync(join(sdkFolder("nodejs"), file), join(nodePackage, file));
    }
  },

  python: async (log) => {
    if (!existsSync(python)) await run(log, "python3", ["-m", "venv", join(sdksFolder, "venv")], sdksFolder);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    await run(log, python, [...pip, `pulumi==${wantedVersion}`, "mypy", sdkFolder("python")], sdksFolder);
    // The same version again: pip would leave what it has.
    await run(log, python, [...pip, "--force-reinstall", "--no-deps", sdkFolder("python")], sdksFolder);
    await run(log, python, ["-c", `import ${pythonPackageName}`], sdksFolder);
    // What a program sees of it. Inside of its functions, code that Pulumi generates does not satisfy mypy.
    await run(log, python, ["-m", "mypy", "--strict", "-c", `import ${pythonPackageName}`], sdksFolder);
  },

  go: async (log) => {
    const requirement = `require github.com/pulumi/pulumi/sdk/v3 v${wantedVersion}`;
    writeFileSync(join(sdkFolder("go"), "go.mod"), `module ${goImportPath}\n\ngo 1.25\n\n${requirement}\n`);
    await run(log, "go", ["mod", "tidy"], sdkFolder("go"));
    await run(log, "go", ["build", "./..."], sdkFolder("go"));
  },

  java: async (log) => {
    if (await generateWithHost("java", log))
      await run(log, "mvn", ["-q", "-B", "compile"], sdkFolder("java"));
  },

  // Nothing here compiles C#: that there are sources is all that is looked at.
  dotnet: async (log) => {
    if (!(await generateWithHost("dotnet", log))) return;
    if (!existsSync(join(sdkFolder("dotnet"), "DataDiskAttachment.cs")))
      throw new Error("there are no sources");
  },
};

/** One step for the schema, one for the generators, and one for each language; all languages unless some are named. */
export function sdkSteps(wanted: readonly string[], log: Log): Step[] {
  const unknown = wanted.filter((name) => languages.every((language) => language !== name));
  if (unknown.length > 0)
    throw new Error(`unknown: ${unknown.join(", ")}; there are ${languages.join(", ")}`);
  const chosen = languages.filter((language) => wanted.length === 0 || wanted.includes(language));
  return [
    { name: "package schema", run: writeSchema },
    {
      name: "SDK sources",
      run: () =>
        generate(
          chosen.filter((language) => language !== "java" && language !== "dotnet"),
          log,
        ),
    },
    ...chosen.map((language) => ({ name: `SDK for ${language}`, run: () => compile[language](log) })),
  ];
}
