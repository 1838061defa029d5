import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository";

/** What the CLI runs is compiled: which folder of sources, and the compiler's record of that. */
export interface Build {
  readonly sources: readonly string[];
  readonly output: string;
  /** The command that brings it up to date. */
  readonly remedy: string;
}

/** The provider, as the provider process loads it. */
export const providerBuild: Build = {
  sources: ["sdk", "provider"],
  output: "dist/.tsbuildinfo",
  remedy: "npm run build",
};

/** The plugin, as the engine starts it. */
export const pluginBuild: Build = {
  sources: ["provider"],
  output: "build/plugin/pulumi-resource-huaweicloud-workspace",
  remedy: "npm run build",
};

/** The command that a user runs. */
export const commandBuild: Build = {
  sources: ["orphans", "provider"],
  output: "dist/.tsbuildinfo",
  remedy: "npm run build",
};

/** The language host. */
export const languageHostBuild: Build = {
  sources: ["scripts/language-host"],
  output: "build/scripts.tsbuildinfo",
  remedy: "npm run build:scripts",
};

function newestSource(root: string, sources: readonly string[]): { file: string; time: number } {
  return (
    sources
      .flatMap((folder) =>
        existsSync(join(root, folder))
          ? readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) =>
              join(folder, file),
            )
          : [],
      )
      // Tests and their helpers are not compiled: the compiler's record would stay older than they are.
      .filter((file) => file.endsWith(".ts") && !/\.test\.ts$|[/\\]testing[/\\]/.test(file))
      .map((file) => ({ file, time: statSync(join(root, file)).mtimeMs }))
      .reduce((newest, candidate) => (candidate.time > newest.time ? candidate : newest), {
        file: "",
        time: 0,
      })
  );
}

/** Throws if what was compiled is missing or older than its sources: a test of it would test yesterday's code. */
export function assertFresh(build: Build, root = repositoryRoot): void {
  const output = join(root, build.output);
  if (!existsSync(output)) {
    throw new Error(`${build.output} is missing: run "${build.remedy}" first ("npm test" does)`);
  }
  const newest = newestSource(root, build.sources);
  if (newest.time > statSync(output).mtimeMs) {
    throw new Error(
      `${newest.file} is newer than ${build.output}: run "${build.remedy}" first ("npm test" does)`,
    );
  }
}
